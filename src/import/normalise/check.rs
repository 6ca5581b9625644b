//! Tells cells that are no data: text in a wrong encoding, placeholders.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::parameters::{Message, message};
use crate::text::name_key;
use crate::word_tables;

static PLACEHOLDERS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let names: Vec<String> = word_tables::rows(include_str!("../../../seed/import/placeholders.csv"));
    names.iter().map(|name| name_key(name)).collect()
});

/// What Windows-1252 has in place of the control characters from 0x80 on; ISO 8859-1 has those themselves.
static WINDOWS_1252_SIGNS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let bytes: Vec<u8> = (0x80..=0x9f).collect();
    encoding_rs::WINDOWS_1252.decode(&bytes).0.chars().collect()
});

/// What is wrong with a text that was read in another encoding than it was written in.
pub fn mojibake(text: &str) -> Option<Message> {
    // All signs have one of these; most cells have none.
    if !text.chars().any(|character| matches!(character, '\u{80}'..='\u{ff}' | '\u{fffd}' | '锟' | '烫' | '屯')) {
        return None;
    }
    if text.contains('\u{fffd}') {
        return Some(message!(
            "it has replacement characters: the file was read in a wrong encoding",
            "有替换字符：文件是用错误的编码读取的"
        ));
    }
    if ["锟斤拷", "烫烫烫", "屯屯屯"].iter().any(|sign| text.contains(sign)) {
        return Some(message!("its characters were lost in a conversion between encodings", "字符在编码转换中丢失了"));
    }
    if has_utf8_as_latin(text) {
        return Some(message!("it is UTF-8 that was read as Latin-1", "是按 Latin-1 读取的 UTF-8"));
    }
    if has_gbk_as_latin(text) {
        return Some(message!("it is GBK that was read as Latin-1", "是按 Latin-1 读取的 GBK"));
    }
    None
}

/// Three characters in a row that are the bytes of one Chinese character in UTF-8.
fn has_utf8_as_latin(text: &str) -> bool {
    let bytes: Vec<Option<u8>> = text.chars().map(latin_byte).collect();
    bytes.windows(3).any(|three| {
        matches!(three, [Some(0xe3..=0xe9 | 0xef), Some(0x80..=0xbf), Some(0x80..=0xbf)])
            // One letter with quotes around it is no such thing; Chinese has them seldom alone.
            && three[1..].iter().any(|byte| !matches!(byte, Some(0x91..=0x94 | 0x96 | 0x97 | 0xab | 0xbb)))
    })
}

/// The byte that a character is in ISO 8859-1 or Windows-1252.
fn latin_byte(character: char) -> Option<u8> {
    let in_windows = || WINDOWS_1252_SIGNS.iter().position(|other| *other == character);
    u8::try_from(character).ok().or_else(|| u8::try_from(0x80 + in_windows()?).ok())
}

/// Four Latin letters and signs beyond ASCII in a row, as no language writes them.
fn has_gbk_as_latin(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|character| {
        run = if ('\u{a1}'..='\u{fe}').contains(&character) { run + 1 } else { 0 };
        run >= 4
    })
}

/// Whether a name only fills its cell, such as `test`, `示例`, `-` or `某大厂`.
///
/// Ask only for names that the catalog does not know: there is a company called 360.
pub fn is_placeholder(name: &str) -> bool {
    let key = name_key(name);
    let is_one_sign = |character: char| key.chars().all(|other| other == character);
    PLACEHOLDERS.contains(&key)
        || !key.chars().any(char::is_alphanumeric)
        || key.chars().all(|character| character.is_ascii_digit() || character == '.')
        || (key.starts_with('x') && is_one_sign('x'))
        || key.starts_with('某')
        || (key.starts_with("xx") && !key.chars().any(|character| character.is_ascii_alphabetic() && character != 'x'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_a_wrong_encoding_is_told() {
        for text in ["å…¬å¸", "æ\u{9d}¥", "è…¾è®¯", "¹«Ë¾", "×Ö½ÚÌø¶¯", "锟斤拷", "烫烫烫", "百\u{fffd}度"]
        {
            assert!(mojibake(text).is_some(), "{text}");
        }
        let texts = "百度|Nestlé|L’Oréal|Crédit Agricole|Škoda|Société Générale|Müller & Söhne|“超全面面经+解析”|\
                     Häagen-Dazs|BYD—比亚迪|阿里·巴巴|café “à la carte”|é“”|28°C±2|Ångström";
        for text in texts.split('|') {
            assert_eq!(mojibake(text), None, "{text}");
        }
    }

    #[test]
    fn placeholders_are_told_from_names() {
        let fill = "测试|Test|ASDF|123|xxx|XX公司|示例|example|-|——|无|N/A|某大厂|某头部互联网公司|?|12.5|#REF!|大厂";
        for name in fill.split('|') {
            assert!(is_placeholder(name), "{name}");
        }
        for name in ["百度", "58同城", "360", "X", "Testin云测", "Xiaomi", "无界AI", "XMind", "xAI", "样本科技"]
        {
            // The catalog knows 360; a number that it does not know is none.
            assert_eq!(is_placeholder(name), name == "360" || name == "X", "{name}");
        }
    }
}
