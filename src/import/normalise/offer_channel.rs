//! Reads how an offer came about, from a cell of its own or from a summary.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use super::text::{folded, pattern, said};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::OfferChannel;
use crate::parameters::message;
use crate::word_tables;

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
    let Some(text) = said(folded(cell)) else { return Ok(None) };
    if let Some(channel) = OfferChannel::from_slug(&text) {
        return Ok(Some(channel));
    }
    if NEGATIONS.iter().any(|negation| text.contains(negation)) {
        return Err(message!(
            "it says what it is not; write 校招, 实习转正, 社招 or 实习",
            "只说了不是什么；请写 校招、实习转正、社招 或 实习"
        ));
    }
    let said = WORDS.iter().filter(|(word, _)| text.contains(word)).map(|(_, channel)| *channel);
    let mut said: BTreeSet<OfferChannel> = said.collect();
    // A conversion is that of an internship, whatever season of recruiting it counts as.
    if said.contains(&OfferChannel::InternConversion) && !said.contains(&OfferChannel::Experienced) {
        said = BTreeSet::from([OfferChannel::InternConversion]);
    }
    match said.len() {
        1 => Ok(said.pop_first()),
        0 => Err(message!(
            "no channel is called so; write 校招, 实习转正, 社招 or 实习",
            "没有这种渠道；请写 校招、实习转正、社招 或 实习"
        )),
        _ => Err(message!(
            "it may mean several channels; write 校招, 实习转正, 社招 or 实习",
            "可能指几种渠道；请写 校招、实习转正、社招 或 实习"
        )),
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
