//! Takes off what people write around a name, by the [forms](crate::model::entity::forms) of its entity.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::places::{Places, is_end_of_word};
use crate::model::entity::forms::{Forms, PlaceForms};

/// The longest text that has a name with forms around it, in characters.
const MAX_CHARS: usize = 60;
/// The most texts that are looked at for one.
const MAX_CORES: usize = 60;
/// What may stand between a name and a part of it.
const DASHES: [char; 12] = ['-', '—', '–', '―', '/', '·', '|', ':', '_', '•', ' ', ','];

/// What makes no difference in a name, wherever it stands.
const SIGNS: [char; 12] = [' ', '-', '—', '–', '―', '·', '•', '_', '.', '(', ')', '!'];

/// What is left of a text without some of its forms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Core {
    /// The rest, which may be a name.
    pub text: String,
    /// Whether what was taken off makes a full legal name.
    pub is_legal: bool,
    /// Whether a place behind it was taken off.
    pub has_place: bool,
    /// Whether a place before it was taken off.
    pub has_place_before: bool,
    /// Whether a country behind it was taken off.
    pub has_country: bool,
    /// What else was said of the name: places, and parts without the word for what they are.
    pub said: Vec<String>,
    /// Whether anything was taken off that ends a name.
    has_ending: bool,
    /// Whether it is the name of a group of companies.
    is_group: bool,
}

/// All that is left of a text, as [`search_text`](crate::text::search_text) gives it, when forms are taken off it, the
/// longest first.
pub fn cores(text: &str, forms: &Forms, places: &Places) -> Vec<Core> {
    if text.chars().count() > MAX_CHARS {
        return Vec::new();
    }
    let text = text.replace(['【', '[', '〔', '〈'], "(").replace(['】', ']', '〕', '〉'], ")");
    let text = text.trim_matches(is_between).to_owned();
    let whole = Core { text, ..Core::default() };
    let mut all = vec![whole];
    let mut next = 0;
    while next < all.len() && all.len() < MAX_CORES {
        for core in (Peeler { core: &all[next], forms, places }).steps() {
            // A name has two characters; 鹅公司 is none.
            if core.text.chars().count() >= 2 && !all.contains(&core) {
                all.push(core);
            }
        }
        next += 1;
    }
    all.remove(0);
    all.sort_by_key(|core| std::cmp::Reverse(core.text.len()));
    all
}

/// Takes one form off a text, in all ways.
struct Peeler<'a> {
    core: &'a Core,
    forms: &'a Forms,
    places: &'a Places,
}

impl Peeler<'_> {
    fn steps(&self) -> Vec<Core> {
        let mut steps = Vec::new();
        let text = self.core.text.as_str();
        let endings =
            |words: &[&str]| -> Vec<usize> { words.iter().filter_map(|word| end_before(text, word)).collect() };
        for end in endings(self.forms.endings) {
            steps.push(Core { has_ending: true, ..self.with(&text[..end]) });
        }
        for end in endings(self.forms.legal_forms) {
            steps.push(Core { has_ending: true, is_legal: true, ..self.with(&text[..end]) });
        }
        for end in endings(self.forms.group_forms) {
            steps.push(Core { has_ending: true, is_legal: true, is_group: true, ..self.with(&text[..end]) });
        }
        if self.core.is_legal && !self.core.is_group {
            steps.extend(endings(self.forms.trades).into_iter().map(|end| self.with(&text[..end])));
        }
        steps.extend(endings(self.forms.parts).into_iter().map(|end| self.with(&text[..end])));
        steps.extend(
            self.forms
                .numbered_parts
                .iter()
                .filter_map(|part| numbered_end(text, part))
                .map(|end| self.with(&text[..end])),
        );
        for end in endings(self.forms.countries) {
            steps.push(Core { has_country: true, ..self.with(&text[..end]) });
        }
        steps.extend(self.without_what_is_set_off());
        steps.extend(self.without_places());
        steps
    }

    /// The same with another text.
    fn with(&self, text: &str) -> Core {
        Core { text: text.trim_matches(is_between).to_owned(), ..self.core.clone() }
    }

    fn with_said(&self, text: &str, said: Said) -> Core {
        let mut core = self.with(text);
        core.has_place |= said.is_place;
        core.said.extend(said.of_what);
        core
    }

    /// Without what stands behind in brackets or behind a dash.
    fn without_what_is_set_off(&self) -> Vec<Core> {
        let text = self.core.text.as_str();
        let words = text.match_indices(' ').map(|(at, space)| (&text[..at], &text[at + space.len()..]));
        let set_off = set_off(text).chain(words);
        let without = |(name, said): (&str, &str)| {
            if self.forms.countries.contains(&said.trim()) {
                return Some(Core { has_country: true, ..self.with(name) });
            }
            Some(self.with_said(name, self.said(said)?))
        };
        set_off.filter_map(without).collect()
    }

    /// What a text that is set off says; `None` where it may make another name.
    fn said(&self, text: &str) -> Option<Said> {
        let text = text.trim_matches(is_between);
        let without_year = text.trim_start_matches(|it: char| it.is_ascii_digit()).trim_start_matches(['届', '年']);
        let is_year = text.len() >= 2 && without_year.is_empty() && !self.forms.notes.is_empty();
        if is_year || self.forms.notes.contains(&without_year) {
            return Some(Said { of_what: None, is_place: false });
        }
        if self.forms.places != PlaceForms::Nowhere && self.places.are_all_of(text) {
            return Some(Said { of_what: Some(text.to_owned()), is_place: true });
        }
        let ends = self.forms.part_endings.iter().chain(self.forms.parts).filter_map(|word| end_before(text, word));
        let part = text[..ends.min()?].trim_matches(is_between);
        let is_place = self.places.are_all_of(part);
        Some(Said { of_what: (!part.is_empty()).then(|| part.to_owned()), is_place })
    }

    /// Without the place behind a name, or before one that has a legal form.
    fn without_places(&self) -> Vec<Core> {
        let text = self.core.text.as_str();
        let mut steps = Vec::new();
        if matches!(self.forms.places, PlaceForms::AroundUnlessBefore(..) | PlaceForms::BehindWhere(..))
            && let Some(rest) = self.places.taken_from_end(text)
        {
            let said = Said { of_what: Some(text[rest.len()..].to_owned()), is_place: true };
            steps.push(self.with_said(rest, said));
        }
        if matches!(self.forms.places, PlaceForms::AroundUnlessBefore(..))
            && self.core.has_ending
            && let Some(rest) = self.places.taken_from_start(text)
        {
            steps.push(Core { is_legal: true, has_place_before: true, ..self.with(rest) });
        }
        steps
    }
}

/// What stands before and within the brackets at the end of a text, and before and behind each of its dashes.
pub fn set_off(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let bracket = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let dashes = text.match_indices(DASHES).filter(|(_, dash)| *dash != " ");
    let parts = dashes.map(|(at, dash)| (&text[..at], &text[at + dash.len()..]));
    // Coca-Cola is one word.
    let is_one_word = |(before, behind): &(&str, &str)| {
        let is_letter = |it: char| it.is_ascii_alphanumeric();
        before.ends_with(is_letter) && behind.starts_with(is_letter)
    };
    bracket.into_iter().chain(parts.filter(move |parts| !is_one_word(parts)))
}

/// What a text that is set off says of a name.
struct Said {
    of_what: Option<String>,
    is_place: bool,
}

/// Where a word starts that a text ends with, and that is a whole one if it is Latin.
fn end_before(text: &str, word: &str) -> Option<usize> {
    let end = text.strip_suffix(word)?.len();
    is_end_of_word(text, end).then_some(end)
}

/// Where a numbered part starts with which a text ends: `第十四研究所`, `38所`.
fn numbered_end(text: &str, part: &str) -> Option<usize> {
    let rest = text.strip_suffix(part)?;
    let is_number = |it: char| it.is_ascii_digit() || "〇零一二三四五六七八九十百".contains(it);
    let name = rest.trim_end_matches(is_number);
    (name.len() < rest.len()).then(|| name.strip_suffix('第').unwrap_or(name).len())
}

/// Whether a character only stands between words.
fn is_between(character: char) -> bool {
    DASHES.contains(&character) || matches!(character, '.' | ';' | '、' | '。' | '"' | '\'' | '&')
}

/// A name without what makes no difference in how it is written: signs between words, accents, short words, and `the`.
pub fn loosened(text: &str, forms: &Forms) -> String {
    let text = text.replace('&', " and ");
    let text: Cow<'_, str> = match text.is_ascii() {
        true => text.into(),
        false => text.nfd().filter(|character| !is_combining_mark(*character)).collect::<String>().into(),
    };
    // 产品、运营 and 产品/运营 are two posts each.
    let is_comma_of_words = |it: char| it == ',' && text.is_ascii();
    let words = text.split(|it: char| SIGNS.contains(&it) || is_comma_of_words(it));
    let whole = |word: &str| {
        let long = forms.short_words.iter().find(|(short, _)| *short == word);
        long.map_or_else(|| word.replace(['\'', '’'], ""), |(_, long)| (*long).to_owned())
    };
    words.filter(|word| !word.is_empty() && *word != "the").map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_accents_and_short_words_make_no_difference() {
        for (written, loose) in [
            ("tsinghua univ.", "tsinghuauniversity"),
            ("产品、运营", "产品、运营"),
            ("univ. of chicago", "universityofchicago"),
            ("the university of york", "universityofyork"),
            ("l'oréal", "loreal"),
            ("d. e. shaw", "deshaw"),
            ("procter & gamble", "procterandgamble"),
            ("c++", "c++"),
            ("c/c++", "c/c++"),
            ("中国地质大学(武汉)", "中国地质大学武汉"),
            ("university of california, berkeley", "universityofcaliforniaberkeley"),
        ] {
            assert_eq!(loosened(written, &Forms::SCHOOL), loose);
        }
    }

    #[test]
    fn what_is_no_form_stays() {
        let left = |text: &str, forms: &Forms| -> Vec<String> {
            cores(text, forms, &Places::default()).into_iter().map(|core| core.text).collect()
        };
        assert_eq!(
            left("huawei technologies co., ltd.", &Forms::COMPANY),
            ["huawei technologies co", "huawei technologies", "huawei"]
        );
        assert_eq!(left("百度外卖", &Forms::COMPANY), [""; 0]);
        assert_eq!(left("百度(外卖)", &Forms::COMPANY), [""; 0]);
        assert_eq!(left("美团-到店事业群", &Forms::COMPANY), ["美团"]);
        assert_eq!(left("京东科技", &Forms::COMPANY), [""; 0]);
        assert_eq!(left("产品经理实习生", &Forms::ROLE), [""; 0]);
        assert_eq!(left("产品经理(2025校招)", &Forms::ROLE), ["产品经理"]);
        assert_eq!(left("costco", &Forms::COMPANY), [""; 0]);
    }
}
