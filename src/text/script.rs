//! Traditional and simplified characters.

use std::sync::LazyLock;

/// The block of the ideographs that are in use.
pub(super) const IDEOGRAPHS_FIRST: char = '\u{4E00}';
pub(super) const IDEOGRAPHS_LAST: char = '\u{9FFF}';

/// Traditional characters, each with the simplified one that stands for it most often; in order.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    // A constant, so that none of the other tables of the crate is in the program.
    const TABLE: &str = hanconv::RawDictionary::TSCharacters.text();
    let pair = |line: &str| {
        let (traditional, simplified) = line.split_once('\t')?;
        Some((traditional.chars().next()?, simplified.chars().next()?))
    };
    let mut pairs: Vec<(char, char)> = TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(pair)
        .filter(|(one, other)| one != other)
        .collect();
    pairs.sort_unstable();
    pairs
});

/// For each of the ideographs that are in use the one that stands for it: all names are looked up here, letter by letter.
static SIMPLIFIED_IDEOGRAPHS: LazyLock<Vec<char>> =
    LazyLock::new(|| (IDEOGRAPHS_FIRST..=IDEOGRAPHS_LAST).map(looked_up).collect());

/// The simplified character that stands for a traditional one; any other stays.
pub fn simplified(character: char) -> char {
    /// Where the rarer ideographs begin.
    const FIRST: char = '\u{3400}';
    match character {
        ..FIRST => character,
        IDEOGRAPHS_FIRST..=IDEOGRAPHS_LAST => {
            SIMPLIFIED_IDEOGRAPHS[(u32::from(character) - u32::from(IDEOGRAPHS_FIRST)) as usize]
        }
        other => looked_up(other),
    }
}

pub(super) fn looked_up(character: char) -> char {
    let table: &[(char, char)] = &SIMPLIFIED;
    table.binary_search_by_key(&character, |(traditional, _)| *traditional).map_or(character, |place| table[place].1)
}

/// The characters that [`name_key`](super::name_key) does not tell from a simplified one, itself among them.
pub fn variants(character: char) -> Vec<char> {
    let same =
        SIMPLIFIED.iter().filter(|(_, simplified)| *simplified == character).map(|(traditional, _)| *traditional);
    std::iter::once(character).chain(same).collect()
}
