//! What a reader is told, in both languages.

use std::fmt;

use super::language::Language;

/// A sentence in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Message {
    /// In one language.
    pub fn of(&self, language: Language) -> &str {
        language.of(&self.zh, &self.en)
    }

    /// Both with another one behind it.
    #[must_use]
    pub fn with(self, behind: &Self) -> Self {
        Self { en: self.en + &behind.en, zh: self.zh + &behind.zh }
    }
}

/// What is not a sentence of this program, or not in both languages yet: the same in either.
impl From<String> for Message {
    fn from(text: String) -> Self {
        Self { zh: text.clone(), en: text }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// In English, as logs and programs read it.
impl fmt::Display for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.en)
    }
}

/// A [`Message`] of what [`format!`] makes of an English and of a Chinese text.
macro_rules! message {
    ($en:literal, $zh:literal $(,)?) => {
        $crate::parameters::Message { en: format!($en), zh: format!($zh) }
    };
}
pub(crate) use message;
