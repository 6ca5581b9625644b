//! Which cases a reader asks for: one filter for lists, facets, statistics and exports.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::catalog::{Catalog, Directory, Entry};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::{INDEXED, Kind, Origin};
use crate::model::value::GroupValue;
use crate::text::{search_text, starts_alphanumeric, written_text};

/// Values of one dimension, the unknown among them if asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values<T> {
    /// Known values; several mean any of them.
    pub known: Vec<T>,
    /// Whether the unknown value is meant too.
    pub unknown: bool,
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self { known: Vec::new(), unknown: false }
    }
}

/// What is asked of one dimension; by default nothing.
///
/// The unknown is a value like any other: `none_of` a company keeps the cases whose company is
/// unknown, unless the unknown is excluded too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// A case must have one of these; `None` asks nothing, and no values at all leave no case.
    pub any_of: Option<Values<T>>,
    /// A case must have none of these.
    pub none_of: Option<Values<T>>,
}

impl<T> Choice<T> {
    /// Any of these known values.
    pub fn any_of(known: Vec<T>) -> Self {
        Self { any_of: Some(Values { known, unknown: false }), none_of: None }
    }

    /// The same choice of other values: each value becomes any number of values.
    pub fn expand<U, Many: IntoIterator<Item = U>>(self, mut expand: impl FnMut(T) -> Many) -> Choice<U> {
        let mut expand = |values: Values<T>| Values {
            known: values.known.into_iter().flat_map(&mut expand).collect(),
            unknown: values.unknown,
        };
        Choice { any_of: self.any_of.map(&mut expand), none_of: self.none_of.map(expand) }
    }
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self { any_of: None, none_of: None }
    }
}

/// A range of values, both ends included; `None` is an open end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    /// The least value.
    pub min: Option<T>,
    /// The greatest value.
    pub max: Option<T>,
}

/// One word of a search, with the reference data whose names contain it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchWord {
    /// The regular expression that finds it in a summary: the word, every character of which means
    /// itself; a Latin one from the start of a word.
    pub(super) pattern: String,
    /// The text search query that any summary with the word answers: that of [`terms_of`]. What is too long for terms may
    /// have any word.
    pub(super) terms: String,
    /// By column.
    pub(super) entries: [(&'static str, Vec<i32>); 3],
    pub(super) tags: Vec<String>,
}

impl SearchWord {
    /// The words of a search text; white space separates them, wildcards mean themselves.
    ///
    /// Names are searched in one script. A summary is searched as it is written, for the word as it is written and in
    /// simplified characters.
    pub fn parse_all(text: &str, catalog: &Catalog) -> Vec<Self> {
        let (simplified, written) = (search_text(text), written_text(text));
        let words = simplified.split(' ').zip(written.split(' ')).filter(|(word, _)| !word.is_empty());
        words.map(|(word, written)| Self::new(word, written, catalog)).collect()
    }

    fn new(word: &str, written: &str, catalog: &Catalog) -> Self {
        let mut spellings = vec![word];
        spellings.extend((written != word).then_some(written));
        let from = if starts_alphanumeric(word) { "(^|[^a-z0-9])" } else { "" };
        let pattern = spellings.iter().map(|it| format!("{from}{}", escape_pattern(it))).collect::<Vec<_>>().join("|");
        let terms = format!("{} | 'LONG'", spellings.iter().map(|it| terms_of(it)).collect::<Vec<_>>().join(" | "));
        let word = [word.to_owned()];
        let entries = |directory: &Directory| directory.having(&word).map(Entry::id).collect();
        Self {
            pattern,
            terms,
            entries: [
                ("offer_cases.company_id", entries(catalog.directory(Entity::Company))),
                ("offer_cases.role_id", entries(catalog.directory(Entity::Role))),
                ("offer_cases.major_id", entries(catalog.directory(Entity::Major))),
            ],
            tags: catalog.directory(Entity::Tag).having(&word).map(|tag| tag.slug().to_owned()).collect(),
        }
    }
}

/// Makes every character of a word mean itself in a PostgreSQL regular expression.
fn escape_pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len());
    for character in word.chars() {
        if character.is_ascii_punctuation() {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// What `search_terms` of the database has for any summary in which the word stands: every two neighbouring characters
/// of it. A single character is the first or the last of such a pair, or both where it stands alone; as the first it is
/// found by what the pair starts with.
fn terms_of(word: &str) -> String {
    let characters: Vec<char> = word.chars().collect();
    let quoted = |term: &[char]| {
        let term: String = term.iter().collect();
        format!("'{}'", term.replace('\\', "\\\\").replace('\'', "''"))
    };
    let terms = match characters.as_slice() {
        [only] => format!("{}:*", quoted(&[*only])),
        several => several.windows(2).map(quoted).collect::<Vec<_>>().join(" & "),
    };
    format!("({terms})")
}

/// What is asked of one field; which of these follows from its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Entries of reference data, by id; of an attribute those entries that have it.
    References(Choice<i32>),
    /// Members of a closed set, by slug.
    Members(Choice<&'static str>),
    /// Texts as [`text_key`](crate::text::text_key) gives them, or slugs of tags.
    Texts(Choice<String>),
    /// Whole numbers.
    Numbers(Choice<Range<i32>>),
    /// Days.
    Dates(Choice<Range<NaiveDate>>),
    /// Instants, from the begin of a second to the end of one.
    Times(Choice<Range<DateTime<Utc>>>),
    /// Years, or months counted from the year 0.
    Periods(Choice<Range<i32>>),
    /// Whether something is so.
    Flag(bool),
}

/// What a filter asks of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterTerm {
    /// The field.
    pub field: Field,
    /// What is asked of it.
    pub condition: Condition,
    /// The values that a case may have, as they were named: without what stands under them, and without ranges; `None` is
    /// the unknown.
    pub chosen: Vec<Option<GroupValue>>,
}

/// The name of the parameter that looks for words.
pub const SEARCH: &str = "q";

/// Which cases a reader asks for. An empty filter asks for all that are in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// What is asked of fields, each once, in the order of the fields.
    pub terms: Vec<FilterTerm>,
    /// Whether an entry stands for itself alone, in a choice and in groups, and not for what stands under it too.
    pub is_exact: bool,
    /// Words that must all occur.
    pub words: Vec<SearchWord>,
    /// The cases in which all the words occur, as the database found them: by ordinal, upwards. `None` = not looked for.
    pub found: Option<Arc<[u32]>>,
    /// What keeps the cases of closed sources out; `None` = there is none, or they are counted.
    pub closed: Option<FilterTerm>,
    /// Whether cases that are likely the same count once; of statistics alone.
    pub counts_duplicates_once: bool,
}

impl CaseFilter {
    /// All that is asked of fields, by the reader and by sources that are closed.
    pub fn all_terms(&self) -> impl Iterator<Item = &FilterTerm> {
        self.terms.iter().chain(&self.closed)
    }

    /// The same where cases of closed sources count too. Never those of which words are asked: these are looked for in all that
    /// is stored of a case, and not in what may be told of it.
    #[must_use]
    pub fn with_closed(self) -> Self {
        let closed = if self.words.is_empty() { None } else { self.closed };
        Self { closed, ..self }
    }

    /// Whether a range of pay is asked for, and no single currency that it is in.
    pub fn mixes_currencies(&self) -> bool {
        let is_range_of_pay = |term: &FilterTerm| {
            matches!((term.field.origin(), &term.condition), (Origin::Middle { .. }, Condition::Numbers(choice))
                if [&choice.any_of, &choice.none_of].into_iter().flatten().any(|values| !values.known.is_empty()))
        };
        self.terms.iter().any(is_range_of_pay) && !self.has_one_currency()
    }

    /// Whether all cases that fit have their pay in the same currency.
    pub fn has_one_currency(&self) -> bool {
        let is_one = |term: &FilterTerm| match (term.field.kind(), &term.condition) {
            (Kind::Currency { .. }, Condition::Texts(Choice { any_of: Some(values), .. })) => {
                values.known.len() == 1 && !values.unknown
            }
            _ => false,
        };
        self.terms.iter().any(is_one)
    }

    /// What keeps the cases of these sources out; `None` where there is none.
    pub(super) fn none_of_sources(ids: Vec<i32>) -> Option<FilterTerm> {
        let none_of = Values { known: ids, unknown: false };
        let is_any = !none_of.known.is_empty();
        let condition = Condition::References(Choice { any_of: None, none_of: Some(none_of) });
        is_any.then(|| FilterTerm { field: Field::Source, condition, chosen: Vec::new() })
    }

    /// The cases whose field refers to one of these entries.
    pub fn of_entries(field: Field, ids: Vec<i32>) -> Self {
        let condition = Condition::References(Choice::any_of(ids));
        Self { terms: vec![FilterTerm { field, condition, chosen: Vec::new() }], ..Self::default() }
    }

    /// The values of a field that were named as those that a case may have.
    pub fn chosen(&self, field: Field) -> &[Option<GroupValue>] {
        self.terms.iter().find(|term| term.field == field).map_or(&[], |term| &term.chosen)
    }

    /// Whether it asks only for what cases have indexes for that end in the usual order.
    pub(super) fn is_indexed(&self) -> bool {
        self.words.is_empty() && self.terms.iter().all(|term| term.field.can(INDEXED))
    }

    /// The same filter without what a parameter asks.
    #[must_use]
    pub fn without(&self, parameter: &str) -> Self {
        let mut filter = self.clone();
        filter.terms.retain(|term| term.field.name() != parameter);
        if parameter == SEARCH {
            (filter.words, filter.found) = (Vec::new(), None);
        }
        filter
    }

    /// The parameters that ask anything, each with the filter without it.
    pub fn relaxed(&self) -> impl Iterator<Item = (&'static str, Self)> {
        let terms = self.terms.iter().map(|term| term.field.name());
        let search = (!self.words.is_empty()).then_some(SEARCH);
        terms.chain(search).map(|parameter| (parameter, self.without(parameter)))
    }
}
