//! The language in which commands speak: what is asked for, else that of the locale, else English.

use clap::Args;

use super::interruption::{Interrupted, UnknownOutcome};
use crate::import::ImportError;
use crate::import::read::ReadError;
use crate::import::removal::RemovalError;
use crate::import::revert::RevertError;
use crate::import::seed::curation::apply::CurationError;
use crate::import::source_entry::SourceError;
use crate::parameters::Language;

/// In which language a command speaks.
#[derive(Debug, Clone, Copy, Args)]
pub struct LanguageArgument {
    /// The language of what is printed, zh or en [default: that of the locale]
    #[arg(long, value_name = "LANG", value_parser = language_named, global = true)]
    lang: Option<Language>,
}

impl LanguageArgument {
    /// What is asked for, else that of the locale.
    pub fn language(self) -> Language {
        self.lang.unwrap_or_else(of_locale)
    }
}

/// Chinese or English.
fn language_named(text: &str) -> Result<Language, String> {
    Language::of_tag(text).ok_or_else(|| "it is zh or en".to_owned())
}

/// The variables of the environment that tell the locale of messages, the first that is set.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The language of the locale.
pub fn of_locale() -> Language {
    let locale = LOCALE.iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
    of_name(&locale.unwrap_or_default())
}

/// The language of a locale such as `zh_CN.UTF-8`.
fn of_name(locale: &str) -> Language {
    let tag = locale.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    Language::of_tag(&tag).unwrap_or(Language::English)
}

/// An error with its causes, in one language as far as it is said in both.
pub fn told(error: &anyhow::Error, language: Language) -> String {
    let cause = |cause: &(dyn std::error::Error + 'static)| {
        let read = cause.downcast_ref::<ReadError>().map(ReadError::message);
        let import = || cause.downcast_ref::<ImportError>().map(ImportError::message);
        let revert = || cause.downcast_ref::<RevertError>().map(RevertError::message);
        let source = || cause.downcast_ref::<SourceError>().map(SourceError::message);
        let removal = || cause.downcast_ref::<RemovalError>().map(RemovalError::message);
        let curation = || cause.downcast_ref::<CurationError>().map(CurationError::message);
        let interrupted = || cause.downcast_ref::<Interrupted>().map(|interrupted| interrupted.message());
        let unknown = || cause.downcast_ref::<UnknownOutcome>().map(UnknownOutcome::message);
        let message = read
            .or_else(import)
            .or_else(revert)
            .or_else(source)
            .or_else(removal)
            .or_else(curation)
            .or_else(interrupted)
            .or_else(unknown);
        message.map_or_else(|| cause.to_string(), |message| message.of(language).to_owned())
    };
    error.chain().map(cause).collect::<Vec<_>>().join(language.of("：", ": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_tells_the_language() {
        for (locale, expected) in [
            ("zh_CN.UTF-8", Language::Chinese),
            ("zh_TW", Language::Chinese),
            ("zh_Hans_CN@collation", Language::Chinese),
            ("en_GB.UTF-8", Language::English),
            ("C.UTF-8", Language::English),
            ("de_DE", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(of_name(locale), expected, "{locale}");
        }
    }
}
