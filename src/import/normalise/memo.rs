//! What was worked out for a cell, kept for the next row that has the same one.

use std::collections::HashMap;

/// Cells of a column that are kept; then it starts anew, so that memory stays bounded.
const MAX_CELLS: usize = 20_000;
/// Longer cells are hardly ever the same twice.
const MAX_CELL_BYTES: usize = 200;

/// Results by cell.
#[derive(Debug)]
pub struct Memo<T> {
    indexes: HashMap<String, usize>,
    results: Vec<T>,
    /// That of a cell that is not kept.
    passing: Option<T>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { indexes: HashMap::new(), results: Vec::new(), passing: None }
    }
}

impl<T> Memo<T> {
    /// What `work_out` gives for this cell, worked out once.
    pub fn get(&mut self, cell: &str, work_out: impl FnOnce() -> T) -> &T {
        if let Some(index) = self.indexes.get(cell) {
            return &self.results[*index];
        }
        let result = work_out();
        if cell.len() > MAX_CELL_BYTES {
            return self.passing.insert(result);
        }
        if self.results.len() >= MAX_CELLS {
            self.indexes.clear();
            self.results.clear();
        }
        let index = self.results.len();
        self.indexes.insert(cell.to_owned(), index);
        self.results.push(result);
        &self.results[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_worked_out_once_and_memory_is_bounded() {
        let mut memo = Memo::default();
        assert_eq!(memo.get("a", || 1), &1);
        assert_eq!(memo.get("a", || unreachable!("it is known")), &1);
        assert_eq!(memo.get(&"long".repeat(MAX_CELL_BYTES), || 2), &2);
        for cell in 0..=MAX_CELLS {
            assert_eq!(memo.get(&cell.to_string(), || cell), &cell);
        }
        assert!(memo.results.len() <= MAX_CELLS && memo.indexes.len() <= MAX_CELLS);
    }
}
