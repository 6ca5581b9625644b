//! The version of the data as answers give it and requests give it back.

use crate::database::dataset::Dataset;

/// A version that somebody has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) version: i64,
    /// What stands for the history that it is of, where that is said.
    lineage: Option<String>,
}

impl Token {
    /// What [`Self::parse`] reads, as the specification says it.
    pub const PATTERN: &'static str = "^[0-9]{1,18}(-[0-9a-f]{8})?$";

    /// Reads what [`Dataset::token`] writes, or a number alone.
    pub(super) fn parse(text: &str) -> Option<Self> {
        const MOST_DIGITS: usize = 18;
        let (version, lineage) = match text.split_once('-') {
            Some((version, lineage)) => (version, Some(lineage)),
            None => (text, None),
        };
        let is_lineage =
            |text: &str| text.len() == 8 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_version = version.len() <= MOST_DIGITS && version.bytes().all(|byte| byte.is_ascii_digit());
        if !lineage.is_none_or(is_lineage) || !is_version {
            return None;
        }
        Some(Self { version: version.parse().ok()?, lineage: lineage.map(str::to_owned) })
    }

    /// That of an entity tag.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        Self::parse(tag.rsplit_once('-')?.0).filter(|token| token.lineage.is_some())
    }

    /// Whether it says of which history it is.
    pub(super) fn says_history(&self) -> bool {
        self.lineage.is_some()
    }

    /// Whether it may be of the history of some data.
    pub(super) fn is_of_history(&self, dataset: &Dataset) -> bool {
        self.lineage.as_ref().is_none_or(|lineage| *lineage == dataset.short_lineage())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_they_are_written_and_nothing_else_is() {
        let data = Dataset::at(63, "7712048100837183085.2");
        let token = Token::parse(&data.token()).expect("its own token");
        assert!(token.is_of_history(&data) && token.version == 63);
        let tag = format!("{}-0123456789abcdef", data.token());
        assert_eq!(Token::of_tag(&tag), Some(token));
        assert_eq!(Token::parse("63").map(|token| token.lineage), Some(None));
        for wrong in [
            "",
            "-",
            "63-",
            "x",
            "63-0a1b",
            "63-0A1B2C3D",
            "-63",
            " 63",
            "63-0a1b2c3d-0123456789abcdef",
            "99999999999999999999",
            "+1",
            "6 3",
        ] {
            assert_eq!(Token::parse(wrong), None, "{wrong}");
        }
        for other in ["", "63-0123456789abcdef", "0123456789abcdef", "a-b-c"] {
            assert_eq!(Token::of_tag(other), None, "{other}");
        }
    }
}
