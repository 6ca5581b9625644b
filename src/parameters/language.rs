//! The language of texts: what a request says, else what the client prefers, else Chinese.

use super::{Kind, Parameter, ParameterReader};

/// The parameter that asks for a language.
pub const LANG: Parameter = Parameter {
    name: "lang",
    description: "The language of the texts: Chinese or English; goes before `Accept-Language`, and is Chinese where neither \
        says.",
    kind: Kind::OneOf { allowed: &["zh", "en"], default: None },
    example: "en",
};

/// A language that texts are in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Takes [`LANG`] out of a request; `preferred` is what it is where the request does not say.
    pub fn parse(reader: &mut ParameterReader, preferred: Self) -> Self {
        reader.one_of(LANG.name).and_then(Self::of_tag).unwrap_or(preferred)
    }

    /// The language of a tag such as `en-GB` or `zh-Hant-TW` (RFC 5646); `None` of any other language.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next()?.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Its tag.
    pub fn tag(self) -> &'static str {
        self.of("zh", "en")
    }

    /// The one of two texts that is in this language.
    pub fn of<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}
