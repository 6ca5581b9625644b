//! One column of a chunk: codes, as narrow as they can be.

use super::chunk::numbers;
use super::selection::Rows;

/// Codes of cases, in as few bytes as the greatest of them needs.
#[derive(Debug)]
pub enum Column {
    /// Up to 255.
    Narrow(Vec<u8>),
    /// Up to 65,535.
    Medium(Vec<u16>),
    /// All others.
    Wide(Vec<u32>),
}

/// Runs code on the codes of a column, whatever their width: once for each width, so that loops have none to ask about.
macro_rules! with_codes {
    ($column:expr, $codes:ident => $body:expr) => {
        match $column {
            Column::Narrow($codes) => $body,
            Column::Medium($codes) => $body,
            // Of the width that all codes are given in.
            #[allow(clippy::useless_conversion)]
            Column::Wide($codes) => $body,
        }
    };
}
pub(super) use with_codes;

impl Column {
    /// No codes yet, with room for so many.
    pub(super) fn with_capacity(cases: usize) -> Self {
        Self::Narrow(Vec::with_capacity(cases))
    }

    /// The same codes, with room for so many.
    pub(super) fn copy(&self, cases: usize) -> Self {
        fn copy<T: Copy>(codes: &[T], cases: usize) -> Vec<T> {
            let mut copy = Vec::with_capacity(cases);
            copy.extend_from_slice(codes);
            copy
        }
        match self {
            Self::Narrow(codes) => Self::Narrow(copy(codes, cases)),
            Self::Medium(codes) => Self::Medium(copy(codes, cases)),
            Self::Wide(codes) => Self::Wide(copy(codes, cases)),
        }
    }

    /// Writes its width and its codes as bytes.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(match self {
            Self::Narrow(_) => 1,
            Self::Medium(_) => 2,
            Self::Wide(_) => 4,
        });
        with_codes!(self, codes => bytes.extend(codes.iter().flat_map(|code| code.to_le_bytes())));
    }

    /// Takes so many codes from the front of bytes, with room for more; `None` where there are none.
    pub(super) fn read(bytes: &mut &[u8], cases: usize, room: usize) -> Option<Self> {
        fn with_room<T>(codes: impl Iterator<Item = T>, room: usize) -> Vec<T> {
            let mut all = Vec::with_capacity(room);
            all.extend(codes);
            all
        }
        let width = *bytes.split_off_first()?;
        let codes = bytes.split_off(..cases * usize::from(width))?;
        match width {
            1 => Some(Self::Narrow(with_room(codes.iter().copied(), room))),
            2 => Some(Self::Medium(with_room(numbers(codes, u16::from_le_bytes), room))),
            4 => Some(Self::Wide(with_room(numbers(codes, u32::from_le_bytes), room))),
            _ => None,
        }
    }

    /// Bytes of one code.
    pub fn width(&self) -> usize {
        match self {
            Self::Narrow(_) => 1,
            Self::Medium(_) => 2,
            Self::Wide(_) => 4,
        }
    }

    /// Makes room for a code that needs more bytes than those so far.
    fn widen(&mut self, code: u32) {
        fn wider<T: Copy, U: From<T>>(codes: &[T], room: usize) -> Vec<U> {
            let mut wider = Vec::with_capacity(room);
            wider.extend(codes.iter().map(|code| U::from(*code)));
            wider
        }
        let is_medium = u16::try_from(code).is_ok();
        let widened = match self {
            Self::Narrow(codes) if u8::try_from(code).is_err() && is_medium => {
                Self::Medium(wider(codes, codes.capacity()))
            }
            Self::Narrow(codes) if !is_medium => Self::Wide(wider(codes, codes.capacity())),
            Self::Medium(codes) if !is_medium => Self::Wide(wider(codes, codes.capacity())),
            _ => return,
        };
        *self = widened;
    }

    // After `widen` every code fits.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn push(&mut self, code: u32) {
        self.widen(code);
        match self {
            Self::Narrow(codes) => codes.push(code as u8),
            Self::Medium(codes) => codes.push(code as u16),
            Self::Wide(codes) => codes.push(code),
        }
    }

    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn set(&mut self, row: usize, code: u32) {
        self.widen(code);
        match self {
            Self::Narrow(codes) => codes[row] = code as u8,
            Self::Medium(codes) => codes[row] = code as u16,
            Self::Wide(codes) => codes[row] = code,
        }
    }

    /// The code of a row.
    #[inline]
    pub fn at(&self, row: usize) -> u32 {
        with_codes!(self, codes => codes[row].into())
    }

    /// Leaves those of the rows whose code fits.
    pub fn keep(&self, rows: &mut Rows, fits: impl Fn(u32) -> bool) {
        with_codes!(self, codes => rows.keep(|row| fits(codes[row].into())));
    }

    /// Puts together what there is of each of the rows with its code.
    #[inline]
    pub fn combine(&self, rows: &Rows, so_far: &mut [u32], both: impl Fn(u32, u32) -> u32) {
        with_codes!(self, codes => match rows {
            Rows::All(_) => so_far.iter_mut().zip(codes).for_each(|(it, code)| *it = both(*it, (*code).into())),
            Rows::Some(rows) => {
                so_far.iter_mut().zip(rows).for_each(|(it, row)| *it = both(*it, codes[usize::from(*row)].into()));
            }
        });
    }

    /// Writes the codes of some rows.
    pub fn gather(&self, rows: &Rows, gathered: &mut Vec<u32>) {
        gathered.clear();
        with_codes!(self, codes => match rows {
            Rows::All(count) => gathered.extend(codes[..*count].iter().map(|code| u32::from(*code))),
            Rows::Some(rows) => gathered.extend(rows.iter().map(|row| u32::from(codes[usize::from(*row)]))),
        });
    }

    /// The only code that all rows have, if there is just one.
    pub fn only(&self) -> Option<u32> {
        with_codes!(self, codes => {
            let first = *codes.first()?;
            codes.iter().all(|code| *code == first).then_some(first.into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_greatest_code_and_keeps_all_others() {
        let mut column = Column::with_capacity(8);
        let codes = [0, 255, 256, 7, 65_535, 65_536, u32::MAX, 1];
        for (index, (code, width)) in codes.iter().zip([1, 1, 2, 2, 2, 4, 4, 4]).enumerate() {
            column.push(*code);
            assert_eq!(column.width(), width, "after {code}");
            let so_far: Vec<u32> = (0..=index).map(|row| column.at(row)).collect();
            assert_eq!(so_far, codes[..=index]);
        }
        let mut narrow = Column::with_capacity(2);
        (0..2).for_each(|code| narrow.push(code));
        narrow.set(0, 70_000);
        assert_eq!((narrow.at(0), narrow.at(1), narrow.only()), (70_000, 1, None));
    }
}
