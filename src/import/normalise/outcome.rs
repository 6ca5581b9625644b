//! Reads whether there was an offer at all: a row of a table of applications without one is no case.
//!
//! An offer that was made and not taken is one. Nothing is taken for an offer that does not clearly say so.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::text::{folded, is_blank};
use crate::word_tables;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    /// There was an offer.
    Offer,
    /// There was none.
    None,
    /// Somebody refused: beside an offer the person, else the company.
    Refused,
    /// What was asked is so: an offer where that was asked, else a step that was passed.
    Yes,
    /// A step on the way to an offer.
    Stage,
    /// It is not known yet.
    Pending,
    /// Turns what follows into its opposite.
    Not,
    /// Nothing.
    Filler,
}

/// What a cell says of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There was one, whether it was taken or not.
    Offer,
    /// There was none.
    NoOffer,
    /// Somebody refused, and it does not say whom: there was none, unless another column says that there was.
    Refused,
    /// There is none yet.
    NotYet,
    /// What its header asks is so.
    Yes,
    /// It cannot be told.
    Unclear,
}

impl Outcome {
    /// Whether the cell says anything that is understood.
    pub fn is_understood(self) -> bool {
        self != Self::Unclear
    }
}

static WORDS: LazyLock<HashMap<String, Word>> =
    LazyLock::new(|| word_tables::words(include_str!("../../../seed/import/outcomes.csv")).into_iter().collect());

/// The longest word, in characters.
static LONGEST: LazyLock<usize> =
    LazyLock::new(|| WORDS.keys().map(|word| word.chars().count()).max().unwrap_or_default());

/// Words of a header that asks for an offer, so that `√` below it says that there was one.
const ASKS_FOR_OFFER: [&str; 14] = [
    "offer",
    "录用",
    "录取",
    "上岸",
    "签约",
    "最终",
    "final",
    "hired",
    "selected",
    "selection",
    "placed",
    "placement",
    "decision",
    "oc",
];

/// What a cell says below a header.
pub fn read_below(cell: &str, header: &str) -> Outcome {
    let header = folded(header);
    match read(cell) {
        Outcome::Yes if ASKS_FOR_OFFER.iter().any(|word| header.contains(word)) => Outcome::Offer,
        Outcome::Yes => Outcome::Unclear,
        other => other,
    }
}

/// What a cell says.
pub fn read(cell: &str) -> Outcome {
    let text = without_brackets(&folded(cell));
    if is_blank(&text) && !WORDS.contains_key(&text) {
        return if text.is_empty() { Outcome::Unclear } else { Outcome::NotYet };
    }
    let (words, is_understood) = words(&text);
    let has = |wanted: Word| words.contains(&wanted);
    if has(Word::None) {
        return if has(Word::Offer) { Outcome::Unclear } else { Outcome::NoOffer };
    }
    if has(Word::Offer) {
        return match (has(Word::Pending), is_understood) {
            (true, _) => Outcome::NotYet,
            (false, true) => Outcome::Offer,
            (false, false) => Outcome::Unclear,
        };
    }
    if has(Word::Refused) {
        Outcome::Refused
    } else if has(Word::Stage) || has(Word::Pending) {
        Outcome::NotYet
    } else if has(Word::Yes) && is_understood {
        Outcome::Yes
    } else {
        Outcome::Unclear
    }
}

/// Whether a text says, and says nothing else, that there was no offer: `一面挂`.
pub fn is_failure(text: &str) -> bool {
    const MAX_CHARS: usize = 20;
    // What only fills a cell, such as 无, says nothing here.
    const FAILURES: [&str; 10] = ["挂", "拒", "刷", "凉", "没过", "未通过", "不通过", "淘汰", "reject", "ghost"];
    if text.chars().count() > MAX_CHARS {
        return false;
    }
    let text = folded(text);
    FAILURES.iter().any(|word| text.contains(word))
        && words(&text).1
        && matches!(read(&text), Outcome::NoOffer | Outcome::Refused)
}

/// A text without what stands in brackets, unless that is all of it.
fn without_brackets(text: &str) -> String {
    let (mut outside, mut depth) = (String::new(), 0_usize);
    for character in text.chars() {
        match character {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            other if depth == 0 => outside.push(other),
            _ => {}
        }
    }
    if outside.chars().any(|it| !it.is_whitespace()) { outside } else { text.to_owned() }
}

/// The words of a text, the longest first, and whether nothing else stands in it but figures and signs.
fn words(text: &str) -> (Vec<Word>, bool) {
    if let Some(word) = WORDS.get(text) {
        return (vec![*word], true);
    }
    let characters: Vec<char> = text.chars().collect();
    let (mut words, mut is_understood, mut place, mut is_negated) = (Vec::new(), true, 0, false);
    while place < characters.len() {
        let Some((word, length)) = word_at(&characters, place) else {
            let end = end_of_word(&characters, place);
            is_understood &=
                !characters[place..end].iter().any(|it| it.is_alphabetic()) || is_figure(&characters[place..end]);
            place = end;
            continue;
        };
        place += length;
        match word {
            Word::Not => is_negated = true,
            Word::Filler => {}
            Word::Offer | Word::Yes if std::mem::take(&mut is_negated) => words.push(Word::None),
            other => {
                is_negated = false;
                words.push(other);
            }
        }
    }
    (words, is_understood)
}

/// The longest word that begins at a place, and its length; a Latin one stands alone.
fn word_at(characters: &[char], place: usize) -> Option<(Word, usize)> {
    let is_letter = |place: usize| characters.get(place).is_some_and(char::is_ascii_alphanumeric);
    (1..=(*LONGEST).min(characters.len() - place)).rev().find_map(|length| {
        let word: String = characters[place..place + length].iter().collect();
        let word = WORDS.get(&word)?;
        let is_cut = (place > 0 && is_letter(place) && is_letter(place - 1))
            || (is_letter(place + length - 1) && is_letter(place + length));
        (!is_cut).then_some((*word, length))
    })
}

/// The end of the Latin word or the character at a place.
fn end_of_word(characters: &[char], place: usize) -> usize {
    if !characters[place].is_ascii_alphanumeric() {
        return place + 1;
    }
    let rest = characters[place..].iter().take_while(|it| it.is_ascii_alphanumeric());
    place + rest.count()
}

/// Whether a word is a date or an amount, which says nothing of the outcome: `8月20日`, `25k`.
fn is_figure(word: &[char]) -> bool {
    const UNITS: [char; 12] = ['月', '日', '号', '年', 'k', 'w', '万', '第', '轮', '于', '元', '薪'];
    word.iter().all(|it| it.is_ascii_digit() || UNITS.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_no_offer_is_taken_for_one() {
        for (expected, cells) in [
            (
                Outcome::Offer,
                "oc|OC|offer|Offer|已oc|口头offer|意向书|已签|签三方|接了|拒offer|已拒offer|offer已拒|拒了offer|oc，已拒|Declined|\
                 Offer Declined|Accepted|offer accepted|Signed|Hired|Selected|Placed|一面二面hr面oc|三面 → offer|\
                 offer（26k*15）|8月20日 offer|已錄取|錄取|Offer - accepted|上岸|已入职|拿到offer了|offer 25k*15|已收到offer|\
                 return offer|已签约|等签约|CERTIFIED|Certified",
            ),
            (
                Outcome::NoOffer,
                "×|❌|x|挂|一面挂|二面挂了|简历挂|笔试挂|被拒|没过|未通过|三面没过|无|没有|no|No offer|Rejected|rejected after R2|\
                 Ghosted|Withdrawn|withdrawn before offer|未錄取|感謝函|無聲卡|Not selected|没有offer|未拿到offer|无offer|\
                 hr面后没消息|流程终止|毁约|offer被毁|Rejected (no feedback)|not offered|Unplaced|否|面試未通過|没拿到offer|\
                 不录用|Offer rescinded|没能拿到offer|还没offer|CERTIFIED-WITHDRAWN|Certified - Withdrawn|DENIED|WITHDRAWN|took another offer|已有其他offer",
            ),
            (Outcome::Refused, "拒|已拒|婉拒|已婉拒|已拒绝|面试后拒了"),
            (
                Outcome::NotYet,
                "已投递|已投|投递|简历筛选|笔试|一面|一面通过|hr面过|面试中|泡池子|等offer|offer审批中|待定|流程中|Applied|Interview|OA|\
                 Pending|Phone Screen|In progress|waitlisted|备取|等结果|final round|offer pending|Interview scheduled|\
                 大概率offer|已完成测评|待笔试|-",
            ),
            (Outcome::Yes, "√|✓|✅|是|通过|Yes|Y|pass|有|1"),
            (
                Outcome::Unclear,
                "|心情不错|2|offer给了别人|感觉能拿offer|oc后又挂了|CERTIFIED-EXPIRED|腾讯|25k*15|三方价格",
            ),
        ] {
            for cell in cells.split('|') {
                assert_eq!(read(cell), expected, "`{cell}`: {:?}", words(&folded(cell)));
            }
        }
    }

    #[test]
    fn a_tick_is_an_offer_only_where_an_offer_was_asked_for() {
        for (header, cell, expected) in [
            ("offer", "√", Outcome::Offer),
            ("是否拿到offer", "是", Outcome::Offer),
            ("是否录用", "有", Outcome::Offer),
            ("Final Result", "Pass", Outcome::Offer),
            ("面试结果", "√", Outcome::Unclear),
            ("笔试结果", "通过", Outcome::Unclear),
            ("结果", "oc", Outcome::Offer),
            ("offer", "×", Outcome::NoOffer),
            ("offer", "0", Outcome::NoOffer),
        ] {
            assert_eq!(read_below(cell, header), expected, "{header}: {cell}");
        }
    }

    #[test]
    fn a_remark_is_a_failure_where_it_says_nothing_else() {
        for (remark, expected) in [
            ("一面挂", true),
            ("简历挂了", true),
            ("被拒", true),
            ("Rejected", true),
            ("无", false),
            ("没过四级也拿到了", false),
            ("暂无", false),
            ("拒了阿里", false),
            ("三面挂，捞起后oc", false),
        ] {
            assert_eq!(is_failure(remark), expected, "{remark}");
        }
    }
}
