//! Reads tags: from a cell of their own by their names, from a summary by their keywords.

use super::text::{folded, is_blank, squeezed};
use crate::catalog::{Directory, Entry, Resolved};

/// Reads slugs or names of tags with `,`, `;`, `、`, `/` or `|` between them: the slugs of those that are known, in the
/// order of the controlled list, and the words that are no tag.
pub fn read(cell: &str, tags: &Directory) -> (Vec<String>, Vec<String>) {
    let (mut slugs, mut unknown) = (Vec::new(), Vec::new());
    let words = cell.split([',', ';', '、', '/', '|', '，', '；', '／', '｜', '\n']).map(str::trim);
    for word in words.filter(|word| !is_blank(&squeezed(word))) {
        let word = word.trim_start_matches(['#', '＃']);
        match tags.known(word) {
            Some(Resolved::Found { entry, .. }) => slugs.push(entry.slug().to_owned()),
            _ => unknown.push(word.to_owned()),
        }
    }
    (joined(&slugs, &[], tags), unknown)
}

/// The tags of both, each once, in the order of the controlled list.
pub fn joined(one: &[String], other: &[String], tags: &Directory) -> Vec<String> {
    let slugs = tags.entries().iter().map(|tag| tag.slug().to_owned());
    slugs.filter(|slug| one.contains(slug) || other.contains(slug)).collect()
}

/// The keywords of tags, ready to be searched for.
#[derive(Debug)]
pub struct Keywords(Vec<(String, Vec<String>)>);

impl Keywords {
    /// Those of these tags.
    pub fn of(tags: &Directory) -> Self {
        let folded_keywords = |tag: &Entry| tag.keywords().map(folded).collect();
        Self(tags.entries().iter().map(|tag| (tag.slug().to_owned(), folded_keywords(tag))).collect())
    }

    /// The tags of which a keyword stands in the folded text, by slug.
    pub fn in_summary(&self, folded: &str) -> Vec<String> {
        let is_said = |keywords: &[String]| keywords.iter().any(|keyword| folded.contains(keyword.as_str()));
        self.0.iter().filter(|(_, keywords)| is_said(keywords)).map(|(slug, _)| slug.clone()).collect()
    }
}
