//! Reads how an offer came about, from a cell of its own or from a summary.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use super::text::{folded, is_blank, pattern};
use crate::import::word_tables;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::OfferChannel;

/// Words that turn what follows into its opposite.
const NEGATIONS: [&str; 8] = ["不", "没", "未", "非", "无", "失败", "not ", "no "];

/// Words with the channel that they say.
static WORDS: LazyLock<Vec<(String, OfferChannel)>> =
    LazyLock::new(|| word_tables::words(include_str!("../../../seed/import/offer_channels.csv")));

/// Reads a cell that holds a channel.
///
/// # Errors
/// Where it says none or several, or has a negation in it.
pub fn read(cell: &str) -> Reading<OfferChannel> {
    let text = folded(cell);
    if is_blank(&text) {
        return Ok(None);
    }
    if let Some(channel) = OfferChannel::from_slug(&text) {
        return Ok(Some(channel));
    }
    if NEGATIONS.iter().any(|negation| text.contains(negation)) {
        return Err("it says what it is not; write 校招, 实习转正, 社招 or 实习".to_owned());
    }
    let said = WORDS.iter().filter(|(word, _)| text.contains(word)).map(|(_, channel)| *channel);
    let mut said: BTreeSet<OfferChannel> = said.collect();
    // A conversion is that of an internship, whatever season of recruiting it counts as.
    if said.contains(&OfferChannel::InternConversion) && !said.contains(&OfferChannel::Experienced) {
        said = BTreeSet::from([OfferChannel::InternConversion]);
    }
    match said.len() {
        1 => Ok(said.pop_first()),
        0 => Err("no channel is called so; write 校招, 实习转正, 社招 or 实习".to_owned()),
        _ => Err("it may mean several channels; write 校招, 实习转正, 社招 or 实习".to_owned()),
    }
}

/// How the offer came about by a summary: `暑期留用` and `实习转正` are conversions of an internship, unless denied.
pub fn in_summary(summary: &str) -> Option<OfferChannel> {
    static CONVERSION: LazyLock<Regex> = LazyLock::new(|| {
        pattern("(没有?|未能?|不是|不能|无|非|放弃|拒绝?)?(?:暑期|实习|日常) ?生? ?(?:留用|转正)(失败|被拒|未)?")
    });
    if !summary.contains("留用") && !summary.contains("转正") {
        return None;
    }
    let text = folded(summary);
    let mut found = CONVERSION.captures_iter(&text).peekable();
    found.peek()?;
    let denied = found.any(|captures| captures.get(1).is_some() || captures.get(2).is_some());
    (!denied).then_some(OfferChannel::InternConversion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_a_channel_is_read() {
        for (cell, expected) in [
            ("校招", OfferChannel::Campus),
            ("2024秋招", OfferChannel::Campus),
            ("春招", OfferChannel::Campus),
            ("应届生", OfferChannel::Campus),
            ("Campus", OfferChannel::Campus),
            ("New Grad", OfferChannel::Campus),
            ("实习转正", OfferChannel::InternConversion),
            ("转正", OfferChannel::InternConversion),
            ("暑期实习留用", OfferChannel::InternConversion),
            ("秋招（实习转正）", OfferChannel::InternConversion),
            ("Return Offer", OfferChannel::InternConversion),
            ("intern_conversion", OfferChannel::InternConversion),
            ("社招", OfferChannel::Experienced),
            ("跳槽", OfferChannel::Experienced),
            ("experienced", OfferChannel::Experienced),
            ("实习", OfferChannel::Internship),
            ("Summer Internship", OfferChannel::Internship),
        ] {
            assert_eq!(read(cell), Ok(Some(expected)), "{cell}");
        }
        assert_eq!(read("未知"), Ok(None));
    }

    #[test]
    fn what_is_no_channel_for_sure_gives_none() {
        for (cell, why) in [
            ("没有转正", "denied"),
            ("不是校招", "denied"),
            ("非应届", "denied"),
            ("校招实习", "two channels"),
            ("校招/社招", "two channels"),
            ("社招转正", "the end of probation"),
            ("内推", "a referral is no channel"),
            ("猎头", "no channel"),
        ] {
            assert!(read(cell).is_err(), "{cell}: {why}");
        }
    }

    #[test]
    fn only_the_conversion_of_an_internship_gives_a_channel() {
        for (summary, expected) in [
            ("带人,暑期留用", Some(OfferChannel::InternConversion)),
            ("实习转正", Some(OfferChannel::InternConversion)),
            ("没有实习转正", None),
            ("实习转正失败", None),
            ("有实习经历", None),
            ("转正答辩材料", None),
        ] {
            assert_eq!(in_summary(summary), expected, "{summary}");
        }
    }
}
