//! What the pages say, each text once, in Chinese and in English: a file for each page. Sentences with numbers in them are made
//! where they are said.

/// Declares texts, and the list of them.
macro_rules! words {
    ($($name:ident = $zh:literal, $en:literal;)+) => {
        $(
            pub(in crate::dashboard) const $name: crate::model::field::Label =
                crate::model::field::Label { zh: $zh, en: $en };
        )+

        #[cfg(test)]
        pub(super) const ALL: &[(&str, crate::model::field::Label)] = &[$((stringify!($name), $name)),+];
    };
}

/// Declares the files, and the list of all their texts.
macro_rules! files {
    ($($file:ident),+ $(,)?) => {
        $(mod $file;)+
        $(#[allow(unused_imports)] pub(super) use $file::*;)+

        #[cfg(test)]
        const FILES: &[&[(&str, crate::model::field::Label)]] = &[$($file::ALL),+];
    };
}
files!(every_page, start, explore, embed, compare, case, entry, guide, data, problem);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::Label;

    #[test]
    fn every_text_stands_in_both_languages() {
        let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
        for (name, Label { zh, en }) in FILES.concat() {
            assert!(zh.chars().any(is_chinese), "{name} lacks its Chinese text");
            assert!(!en.is_empty() && !en.chars().any(is_chinese), "{name} lacks its English text");
        }
    }
}
