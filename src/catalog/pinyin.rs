//! Names in pinyin: all that they may be read as, in full and by initials.

use std::collections::HashMap;

use ::pinyin::{PinyinMulti, ToPinyinMulti};

/// The most readings of a name: characters behind that are read as they are most often.
const MAX_READINGS: usize = 32;
/// The fewest letters of a name in pinyin that are looked for.
const MIN_LETTERS: usize = 4;
/// The fewest initials that are looked for.
const MIN_INITIALS: usize = 3;
/// The fewest initials that name something: three letters are those of another thing as often, as BMW are those of 毕马威.
pub const NAMING_INITIALS: usize = 4;

/// The names of a directory by how they are read.
#[derive(Debug, Default)]
pub struct Readings {
    /// Keys of names by all that they may be in pinyin.
    in_full: HashMap<String, Vec<String>>,
    initials: HashMap<String, Vec<String>>,
}

impl Readings {
    /// Adds a name, whose key it is known by; by initials too where `has_initials`.
    pub fn add(&mut self, name: &str, key: &str, has_initials: bool) {
        // 鹅 is read as other words are written.
        if name.chars().nth(1).is_none() {
            return;
        }
        let add = |readings: &mut HashMap<String, Vec<String>>, spelt: String| {
            let keys = readings.entry(spelt).or_default();
            if !keys.iter().any(|other| other == key) {
                keys.push(key.to_owned());
            }
        };
        for spelt in spellings(name).filter(|spelt| spelt.len() >= MIN_LETTERS) {
            add(&mut self.in_full, spelt);
        }
        if has_initials && name.chars().all(is_ideograph) {
            for spelt in readings(name, initial).filter(|spelt| spelt.len() >= MIN_INITIALS) {
                add(&mut self.initials, spelt);
            }
        }
    }

    /// The keys of names that are read so in full.
    pub fn in_full(&self, letters: &str) -> &[String] {
        self.in_full.get(letters).map_or(&[], Vec::as_slice)
    }

    /// The keys of names that have these initials.
    pub fn by_initials(&self, letters: &str) -> &[String] {
        self.initials.get(letters).map_or(&[], Vec::as_slice)
    }
}

/// Whether a text may be pinyin.
pub fn is_spelt(text: &str) -> bool {
    text.len() >= MIN_INITIALS && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// All that a name may be in pinyin, without tones and spaces; what is no Chinese stays. Nothing where none of it is.
pub fn spellings(name: &str) -> impl Iterator<Item = String> {
    readings(name, in_letters)
}

/// A syllable as keyboards have it, which have no ü.
fn in_letters(syllable: &str) -> Vec<String> {
    match syllable.contains('ü') {
        true => vec![syllable.replace('ü', "v"), syllable.replace('ü', "u")],
        false => vec![syllable.to_owned()],
    }
}

fn initial(syllable: &str) -> Vec<String> {
    vec![syllable.chars().take(1).collect()]
}

/// The readings of a name, each of whose syllables is written in these ways.
fn readings(name: &str, written: fn(&str) -> Vec<String>) -> impl Iterator<Item = String> {
    let mut all = vec![String::new()];
    let mut has_chinese = false;
    for character in name.chars() {
        let mut ways: Vec<String> = Vec::new();
        if let Some(multi) = character.to_pinyin_multi() {
            has_chinese = true;
            for way in syllables(character, multi).into_iter().flat_map(written) {
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
        } else if character.is_alphanumeric() {
            ways.push(character.to_lowercase().collect());
        } else {
            continue;
        }
        if all.len() * ways.len() > MAX_READINGS {
            ways.truncate(1);
        }
        all = all.iter().flat_map(|before| ways.iter().map(move |way| format!("{before}{way}"))).collect();
    }
    all.retain(|reading| has_chinese && reading.is_ascii());
    all.into_iter()
}

/// How a character is read in names: as it is most often, and in a second way where names have that too. 波 may be read
/// `bei`, but not in a name, so that `beida` is 北大 alone.
fn syllables(character: char, multi: PinyinMulti) -> Vec<&'static str> {
    const TWO_WAYS: &str = "重长厦行乐都朝传调藏单盛六蚌番莞柏卡咖角校堡拓曾朴沈薄壳佛阿埔泊会仇";
    let mut syllables: Vec<&str> = Vec::new();
    for reading in multi {
        if !syllables.contains(&reading.plain()) {
            syllables.push(reading.plain());
        }
    }
    syllables.truncate(if TWO_WAYS.contains(character) { 2 } else { 1 });
    syllables
}

fn is_ideograph(character: char) -> bool {
    character.to_pinyin_multi().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_with_several_readings_are_found_by_that_of_the_name() {
        for (name, spelt) in [
            ("重庆", "chongqing"),
            ("长沙", "changsha"),
            ("长安", "changan"),
            ("厦门", "xiamen"),
            ("银行", "yinhang"),
            ("同行", "tongxing"),
            ("音乐", "yinyue"),
            ("可乐", "kele"),
            ("六安", "luan"),
            ("六一", "liuyi"),
            ("蚌埠", "bengbu"),
            ("成都", "chengdu"),
            ("番禺", "panyu"),
            ("绿城", "lvcheng"),
            ("绿城", "lucheng"),
            ("女王", "nvwang"),
            ("乾象", "qianxiang"),
            ("B站", "bzhan"),
            ("传音", "chuanyin"),
            ("朝阳", "chaoyang"),
            ("拓竹", "tuozhu"),
            ("广东", "guangdong"),
            ("厦门大学嘉庚学院", "xiamendaxuejiagengxueyuan"),
            ("重庆长安汽车", "chongqingchanganqiche"),
        ] {
            assert!(spellings(name).any(|other| other == spelt), "{name}: {:?}", spellings(name).collect::<Vec<_>>());
        }
        assert_eq!(spellings("Tencent").count(), 0, "no Chinese in it");
    }

    #[test]
    fn initials_are_those_of_ideographs_alone() {
        let mut readings = Readings::default();
        readings.add("字节跳动", "字节跳动", true);
        readings.add("重庆大学", "重庆大学", true);
        readings.add("B站", "b站", true);
        assert_eq!(readings.by_initials("zjtd"), ["字节跳动"]);
        assert_eq!(readings.by_initials("cqdx"), ["重庆大学"]);
        assert_eq!(readings.in_full("bzhan"), ["b站"]);
        assert!(readings.by_initials("bz").is_empty());
    }
}
