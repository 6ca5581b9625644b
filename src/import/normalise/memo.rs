//! What was worked out for a cell, kept for the next row that has the same one.

use std::collections::HashMap;

/// Most cells of a column that are kept; then it starts anew, so that memory stays bounded.
const MOST: usize = 20_000;
/// Longer cells are hardly ever the same twice.
const LONGEST: usize = 200;

/// Results by cell.
#[derive(Debug)]
pub struct Memo<T> {
    known: HashMap<String, T>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { known: HashMap::new() }
    }
}

impl<T: Clone> Memo<T> {
    /// What `work_out` gives for this cell, worked out once.
    pub fn get(&mut self, cell: &str, work_out: impl FnOnce() -> T) -> T {
        if let Some(known) = self.known.get(cell) {
            return known.clone();
        }
        let result = work_out();
        if cell.len() <= LONGEST {
            if self.known.len() >= MOST {
                self.known.clear();
            }
            self.known.insert(cell.to_owned(), result.clone());
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_worked_out_once_and_memory_is_bounded() {
        let mut memo = Memo::default();
        assert_eq!(memo.get("a", || 1), 1);
        assert_eq!(memo.get("a", || unreachable!("it is known")), 1);
        for cell in 0..=MOST {
            memo.get(&cell.to_string(), || cell);
        }
        assert!(memo.known.len() <= MOST);
    }
}
