//! How long a cell and a row may be. Nothing of what is longer is stored: the row is rejected, and told.

use unicode_normalization::UnicodeNormalization;

/// Most characters of a cell, as many as it has where it is normalised (NFKC).
pub const MAX_CELL_CHARS: usize = 10_000;
/// Most characters of all cells of a row together.
pub const MAX_ROW_CHARS: usize = 100_000;
/// Most bytes of a cell that are kept to be looked at; of a longer one only the begin is. An export has the whole raw row in one cell.
const MAX_KEPT_BYTES: usize = 1 << 20;
/// How much of a cell is left where it is longer, in characters.
const LEFT_CHARS: usize = 60;
/// How many characters one may become (NFKC): U+FDFA becomes 18.
const MAX_GROWTH: usize = 18;

/// A cell that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LongCell {
    /// Its place in the row, from 0.
    pub place: usize,
    /// How many characters it has.
    pub chars: usize,
}

/// Cuts cells that are too long to be looked at; the first of them, if there is any.
pub(super) fn cut(cells: &mut [String]) -> Option<LongCell> {
    let mut first = None;
    for (place, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| cell.len() > MAX_KEPT_BYTES) {
        let chars = cell.chars().count();
        let end = cell.char_indices().nth(LEFT_CHARS).map_or(cell.len(), |(end, _)| end);
        cell.truncate(end);
        cell.shrink_to_fit();
        cell.push('…');
        first.get_or_insert(LongCell { place, chars });
    }
    first
}

/// The first cell that is longer than one may be, of those at places that are bound.
pub fn long_cell(cells: &[String], is_bound: impl Fn(usize) -> bool) -> Option<LongCell> {
    let is_long = |cell: &str| {
        cell.len() * MAX_GROWTH > MAX_CELL_CHARS && cell.nfkc().take(MAX_CELL_CHARS + 1).count() > MAX_CELL_CHARS
    };
    let (place, _) = cells.iter().enumerate().find(|(place, cell)| is_long(cell) && is_bound(*place))?;
    Some(LongCell { place, chars: cells[place].chars().count() })
}

/// How many characters the cells of a row have, where these are more than a row may have.
pub fn long_row(cells: &[String]) -> Option<usize> {
    let bytes: usize = cells.iter().map(String::len).sum();
    let chars = || cells.iter().map(|cell| cell.chars().count()).sum();
    Some(bytes).filter(|bytes| *bytes > MAX_ROW_CHARS).map(|_| chars()).filter(|chars| *chars > MAX_ROW_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells<const N: usize>(cells: [String; N]) -> Vec<String> {
        cells.into_iter().collect()
    }

    #[test]
    fn a_cell_may_be_as_long_as_it_may_be_and_no_longer() {
        for (sign, count, is_long) in [
            ("x", MAX_CELL_CHARS, false),
            ("x", MAX_CELL_CHARS + 1, true),
            ("汉", MAX_CELL_CHARS, false),
            ("汉", MAX_CELL_CHARS + 1, true),
            ("😀", MAX_CELL_CHARS, false),
            // Each becomes 18 characters.
            ("\u{fdfa}", MAX_CELL_CHARS / 18, false),
            ("\u{fdfa}", MAX_CELL_CHARS / 18 + 1, true),
        ] {
            let row = cells([String::new(), sign.repeat(count)]);
            let expected = is_long.then_some(LongCell { place: 1, chars: count });
            assert_eq!(long_cell(&row, |_| true), expected, "{count} times {sign}");
            assert_eq!(long_cell(&row, |place| place == 0), None);
        }
    }

    #[test]
    fn a_row_of_short_cells_may_be_too_long_too() {
        let cell = "汉".repeat(MAX_CELL_CHARS);
        assert_eq!(long_row(&vec![cell.clone(); 10]), None);
        assert_eq!(long_row(&vec![cell; 11]), Some(110_000));
    }

    #[test]
    fn what_is_far_too_long_is_cut_before_anything_looks_at_it() {
        let mut row = cells(["short".into(), "汉".repeat(1 << 20)]);
        assert_eq!(cut(&mut row), Some(LongCell { place: 1, chars: 1 << 20 }));
        assert_eq!(row, ["short".into(), format!("{}…", "汉".repeat(LEFT_CHARS))]);
        assert_eq!(cut(&mut row), None);
    }
}
