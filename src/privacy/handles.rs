//! What is told by a sign in it, as an address is, or by the word before it, as an id of a messenger is.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::context::Context;
use super::{PrivateKind, PrivateSpan};

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    super::pattern(
        r"(?i)[a-z0-9._%+-]+ ?(?:@|[\[({]at[\])}]) ?[a-z0-9-]+(?:(?:\.| ?[\[({]dot[\])}] ?)[a-z0-9-]+)+|[a-z0-9._%+-]+#(?:qq|163|126|gmail|outlook|hotmail|foxmail|sina|icloud|yeah)\.[a-z]{2,3}\b",
    )
});

static PROFILE: LazyLock<Regex> = LazyLock::new(|| {
    super::pattern(
        r"(?i)(?:https?://)?(?:[a-z]{2,3}\.)?(?:linkedin\.com/(?:in|pub)/|zhihu\.com/people/|weibo\.com/u/|facebook\.com/|t\.me/|wa\.me/|line\.me/ti/p/|instagram\.com/|discord\.gg/|discord(?:app)?\.com/(?:users|invite)/|nowcoder\.com/(?:profile|users)/|maimai\.cn/profile/)[^\s,，;；。)）\]】]+",
    )
});

/// Words before an id of WeChat, what may stand between, and the id.
static WECHAT: LazyLock<Regex> = LazyLock::new(|| {
    super::pattern(
        r"(?i)(?P<word>[v微薇威] ?[❤♥💗💚]\x{fe0f}?|微 ?信|薇 ?信|威 ?信|微x|v信|vx|wx|weixin|wechat|[加➕] ?vx?|[加➕] ?微信?|[加➕] ?薇|\+v|v|薇)(?P<between> ?(?:同?号码?|号?id|名)?(?: ?[:=是为]+ ?| ?[-—] ?| )?)(?P<id>[a-z][a-z0-9_-]{5,19}|[1-9]\d{5,10})",
    )
});

/// The id by which WeChat itself calls a person.
static WECHAT_ID: LazyLock<Regex> = LazyLock::new(|| super::pattern(r"(?i)\bwxid_[a-z0-9]{6,}"));

static QQ: LazyLock<Regex> = LazyLock::new(|| {
    super::pattern(
        r"(?i)(?P<word>qq|扣扣|企鹅号|加 ?q|q)(?P<between> ?(?:交流)?(?:号码?|群号?|number)?(?: ?[:=是为]+ ?| )?)(?P<id>[1-9]\d{4,11})",
    )
});

/// Words before a handle of another messenger or network, what may stand between, and the handle.
static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
    super::pattern(
        r"(?i)(?P<word>telegram|tg|电报|電報|纸飞机|телеграм|тг|加 ?line|line|賴|赖|discord|dc|instagram|ig)(?P<between> ?(?:id|号|账号|帐号|群组?|group)?(?: ?[:=是为]+ ?@?| ?@| ))(?P<id>[a-z][a-z0-9._]{3,31}(?:#\d{4})?)",
    )
});

/// A number behind a word for a telephone.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    super::pattern(
        r"(?i)(?:手机号?码?|电话号?码?|联系方式|联系电话|\btel(?:ephone)?|\bphone|\bmobile|\bwhatsapp|\bcell|\bcontact)(?: ?(?:no\.?|number|号))? ?[:：]? ?(?P<id>\+?[1-9]\d(?:[ -]?\d){5,12})",
    )
});

/// Whether a text has a word that says that a handle follows.
pub(super) fn may_have(text: &str) -> bool {
    // By bytes, and Latin in either case alone: a third of the time.
    static WORDS: LazyLock<regex::bytes::Regex> = LazyLock::new(|| {
        let words = r"(?i-u)微信|❤|♥|💗|💚|微 信|微x|薇|威信|威 信|wechat|weixin|wx|vx|v信|加v|加 v|加微|加 微|\+v|➕|telegram|tg|电报|電報|纸飞机|line|賴|赖|discord|dc|instagram|ig|[vq] ?(?::|：|=)|q群|扣扣|企鹅号|加q|加 q|qq|ｖ|ｑ|ｗ|ｖ|Ｖ|Ｑ|Ｗ|телеграм|Телеграм|тг|手机|电话|联系|tel|phone|mobile|cell|whatsapp|contact";
        regex::bytes::Regex::new(words).unwrap_or_else(|error| unreachable!("a fixed pattern is valid: {error}"))
    });
    WORDS.is_match(text.as_bytes())
}

/// Whether a text has what stands in an address.
pub(super) fn may_be_address(text: &str) -> bool {
    let has_one_of = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    text.contains('@')
        || (text.contains('.') && has_one_of(&["#", ".com/", ".me/", ".cn/", ".gg/"]))
        || (text.contains("at") && has_one_of(&["at]", "at)", "at}"]))
}

/// The addresses in a text whose characters are of half width.
pub(super) fn addresses(text: &str) -> Vec<PrivateSpan> {
    let emails = EMAIL.find_iter(text).filter(|address| is_address(address.as_str()));
    let of = |kind| move |found: regex::Match<'_>| PrivateSpan { range: found.range(), kind };
    PROFILE.find_iter(text).map(of(PrivateKind::Profile)).chain(emails.map(of(PrivateKind::Email))).collect()
}

/// Whether there is a name before the sign, and the domain behind it has an ending.
fn is_address(address: &str) -> bool {
    let ending = address.trim_end_matches([']', ')', '}']).rsplit(['.', ' ', ']', ')', '}']).next().unwrap_or_default();
    let has_ending = ending.len() >= 2 && ending.chars().all(|character| character.is_ascii_alphabetic());
    has_ending && address.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
}

/// The ids and numbers in a text that are told by the word before them.
pub(super) fn labelled(text: &str) -> Vec<PrivateSpan> {
    let own = WECHAT_ID.find_iter(text).map(|id| PrivateSpan { range: id.range(), kind: PrivateKind::WeChat });
    let mut found: Vec<PrivateSpan> = own.collect();
    for (pattern, kind, holds) in [
        (&WECHAT, PrivateKind::WeChat, is_wechat as fn(&Captures<'_>, &str) -> bool),
        (&QQ, PrivateKind::Qq, is_qq),
        (&HANDLE, PrivateKind::Handle, is_handle),
        (&CALLED, PrivateKind::Phone, is_called),
    ] {
        let mut start = 0;
        while let Some(captures) = pattern.captures_at(text, start) {
            let (Some(whole), Some(id)) = (captures.get(0), captures.name("id")) else { break };
            if holds(&captures, text) {
                found.push(PrivateSpan { range: id.range(), kind });
                start = id.end();
            } else {
                start = whole.start() + text[whole.start()..].chars().next().map_or(1, char::len_utf8);
            }
        }
    }
    found
}

/// The parts of a handle: the word before it, what stands between, the handle, and what follows.
fn parts<'t>(captures: &'t Captures<'_>, text: &'t str) -> Option<(String, &'t str, &'t str, &'t str)> {
    let (word, between, id) = (captures.name("word")?, captures.name("between")?, captures.name("id")?);
    let before = text[..word.start()].chars().next_back();
    let word_text = word.as_str().to_lowercase();
    // A Latin word is a word of its own.
    let is_own = !word_text.starts_with(|first: char| first.is_ascii_alphabetic())
        || before.is_none_or(|before| !before.is_ascii_alphanumeric());
    is_own.then(|| (word_text, between.as_str(), id.as_str(), &text[id.end()..]))
}

fn is_wechat(captures: &Captures<'_>, text: &str) -> bool {
    let Some((word, between, id, behind)) = parts(captures, text) else { return false };
    let is_told = between.contains([':', '=', '是', '为', '号']) || between.contains("id");
    let has_digit = id.chars().any(|character| character.is_ascii_digit());
    let is_number = id.chars().all(|character| character.is_ascii_digit());
    let goes_on = behind.starts_with(|next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '@'));
    if goes_on || is_figure(id, behind) {
        return false;
    }
    match word.as_str() {
        // One letter, and the names of the program itself, say little: its teams and its products are called so too.
        "v" | "薇" => is_told && has_digit,
        _ if word.contains(['❤', '♥', '💗', '💚']) => is_told || has_digit,
        "vx" | "wx" | "v信" | "微x" | "+v" => is_told || (has_digit && (!is_number || id.len() >= 7)),
        _ if word.starts_with(['加', '➕']) => is_told || has_digit,
        _ if is_number => is_told || id.len() >= 9,
        // The name of the program in Latin letters is a part of many others.
        "wechat" | "weixin" if has_digit => is_told,
        _ if has_digit => true,
        // Letters alone are a word of a language, unless nothing follows.
        _ => is_told && !behind.starts_with([' ', '/', '-']) && !is_trade(id),
    }
}

/// Words that stand behind the name of a product, and are no id.
fn is_trade(word: &str) -> bool {
    const TRADES: &[&str] = &[
        "android",
        "backend",
        "frontend",
        "server",
        "client",
        "product",
        "engineer",
        "developer",
        "mini",
        "wechat",
        "weixin",
        "tencent",
        "payment",
        "intern",
    ];
    let word = word.to_lowercase();
    TRADES.iter().any(|trade| word.starts_with(trade))
}

fn is_qq(captures: &Captures<'_>, text: &str) -> bool {
    let Some((word, between, id, behind)) = parts(captures, text) else { return false };
    if behind.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '@') || is_figure(id, behind) {
        return false;
    }
    let is_told = between.contains([':', '=', '是', '为', '号', '群']);
    match word.as_str() {
        "q" => is_told && id.len() >= 6,
        _ => is_told || id.len() >= 7,
    }
}

fn is_handle(captures: &Captures<'_>, text: &str) -> bool {
    let Some((word, between, id, behind)) = parts(captures, text) else { return false };
    if behind.starts_with(|next: char| next.is_ascii_alphanumeric() || matches!(next, '@' | ':' | '/' | '-')) {
        return false;
    }
    let is_at = between.ends_with('@');
    let is_told = between.contains([':', '=', '是', '为']);
    let is_id = between.to_ascii_lowercase().contains("id") || between.contains(['号', '账', '帐']);
    // A word of a language has none of these.
    let is_made_up =
        id.len() > 4 && id.trim_end_matches('.').contains(|it: char| it.is_ascii_digit() || matches!(it, '_' | '.'));
    let has_number = id.contains('#');
    match word.as_str() {
        "dc" => has_number,
        "line" => {
            let before = captures.name("word").map_or("", |word| text[..word.start()].trim_end());
            let is_alone = !before.ends_with(|last: char| last.is_ascii_alphanumeric());
            is_alone && is_told && (is_id || is_made_up)
        }
        "賴" | "赖" => is_id && is_told,
        _ if word.starts_with('加') => is_made_up,
        "ig" => is_told && (is_made_up || is_at) || is_at && is_made_up,
        _ => is_at || has_number || is_told && (is_id || is_made_up),
    }
}

/// Whether a number is not that of a switchboard.
fn is_called(captures: &Captures<'_>, text: &str) -> bool {
    let Some(id) = captures.name("id") else { return false };
    let (number, behind) = (id.as_str(), &text[id.end()..]);
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let is_switchboard = ["400", "800", "95", "12", "106"].iter().any(|start| digits.starts_with(start));
    // Two figures of pay, with a sign between.
    let is_range =
        number.split_once('-').is_some_and(|(low, high)| low.len() > 4 && high.len() < 9 && !high.contains(['-', ' ']));
    let is_long = digits.len() >= 8 || (digits.len() >= 7 && number.contains(['-', ' ']));
    is_long && !is_switchboard && !is_range && !is_figure(number, behind) && Context::of(text, &id.range()).is_word()
}

/// Whether a number is one of pay, or a date.
fn is_figure(number: &str, behind: &str) -> bool {
    static DATE: LazyLock<Regex> =
        LazyLock::new(|| super::pattern(r"^(?:19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])?$"));
    let is_followed =
        behind.trim_start().starts_with(['*', '×', '%', '元', '万', '千', '/', '年', '月', '个', '人', '块']);
    let high = behind.strip_prefix(['-', '~', '—']);
    let is_range = high.is_some_and(|high| high.starts_with(|next: char| next.is_ascii_digit()));
    let is_decimal = behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    let is_number = !number.starts_with(|first: char| first.is_ascii_alphabetic());
    is_number && (is_followed || is_range || is_decimal || DATE.is_match(number))
}
