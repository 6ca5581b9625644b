//! The tables that rules read: files of `seed/import/`, which anyone who writes tables can extend. They are carried inside
//! the program, and belong to it: a seed directory has none.

use serde::de::DeserializeOwned;

use crate::text::search_text;

/// The rows of a table with a header.
pub fn rows<T: DeserializeOwned>(csv: &str) -> Vec<T> {
    let rows = csv::Reader::from_reader(csv.as_bytes()).into_deserialize().collect::<Result<_, _>>();
    rows.unwrap_or_else(|error| unreachable!("a table that is carried inside the program is valid: {error}"))
}

/// The words of a table of two columns, as [`search_text`] gives them, each with what it means.
pub fn words<Meaning: DeserializeOwned>(csv: &str) -> Vec<(String, Meaning)> {
    rows::<(String, Meaning)>(csv).into_iter().map(|(word, meaning)| (search_text(&word), meaning)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::path::Path;

    use crate::text::search_text;

    /// What a rule makes of its table stands where the rule is.
    #[test]
    fn no_table_says_anything_twice() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/import");
        let mut tables = 0;
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "csv") {
                continue;
            }
            tables += 1;
            let mut lines = HashMap::new();
            for row in csv::Reader::from_path(&path).expect("a table").records() {
                let row = row.expect("a row with as many cells as the header");
                let line = row.position().map(csv::Position::line);
                assert!(row[0].trim() == &row[0] && !row[0].is_empty(), "{}: line {line:?}", path.display());
                let other = lines.insert(search_text(&row[0]), line);
                assert!(other.is_none(), "{}: `{}` stands in {other:?} and {line:?}", path.display(), &row[0]);
            }
        }
        assert!(tables >= 9, "{tables} tables");
    }
}
