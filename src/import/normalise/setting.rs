//! What all rows of a file have in common, and what was worked out for their cells already.

use chrono::NaiveDate;

use super::Named;
use super::date::OfferDate;
use super::education::{Education, SchoolCell, Vocabulary};
use super::memo::Memo;
use super::pay::Pay;
use super::references::References;
use super::tags::{Keywords, Tags};
use super::{Reading, check};
use crate::catalog::{Directory, Entry, Resolution, SourceKind};
use crate::import::read::header::Columns;
use crate::model::closed_sets::{OfferChannel, Verification};

/// What all rows of a file have in common.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    pub header: &'a [String],
    pub columns: &'a Columns,
    pub source_slug: &'a str,
    pub verification: Verification,
    pub references: References<'a>,
    pub vocabulary: Vocabulary,
    pub keywords: Keywords,
    /// Names of the cells in the raw row.
    pub raw_names: Vec<String>,
    pub today: NaiveDate,
    pub derives: bool,
}

impl<'a> Setting<'a> {
    pub fn new(header: &'a [String], columns: &'a Columns, source: &'a Entry, references: References<'a>) -> Self {
        Self {
            header,
            columns,
            source_slug: source.slug(),
            verification: source.source_kind().map_or(Verification::None, verification_by),
            references,
            vocabulary: Vocabulary::of(references),
            keywords: Keywords::of(references.tags),
            raw_names: raw_names(header),
            today: chrono::Utc::now().date_naive(),
            derives: false,
        }
    }
}

/// What stands behind a case of such a source, if it says nothing more.
fn verification_by(kind: SourceKind) -> Verification {
    match kind {
        SourceKind::CoachingAd => Verification::SourcePublished,
        SourceKind::Survey | SourceKind::Crowd => Verification::SelfReported,
        SourceKind::OwnRecords | SourceKind::Synthetic => Verification::None,
    }
}

/// The headers; a second column of the same header gets its number.
fn raw_names(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (place, name) in header.iter().enumerate() {
        let needs_number = name.is_empty() || names.contains(name);
        names.push(if needs_number { format!("{name}#{}", place + 1) } else { name.clone() });
    }
    names
}

/// What was worked out for cells already.
#[derive(Debug, Default)]
pub(super) struct Memos {
    pub companies: Memo<NameReading>,
    pub roles: Memo<NameReading>,
    pub majors: Memo<Reading<i32>>,
    pub education: Memo<Result<Education, String>>,
    pub schools: Memo<Result<SchoolCell, String>>,
    pub pay: Memo<Pay>,
    pub dates: Memo<Reading<OfferDate>>,
    pub cities: Memo<Reading<String>>,
    pub tags: Memo<Tags>,
    pub channels: Memo<Reading<OfferChannel>>,
    pub rounds: Memo<Reading<i16>>,
    pub preparation: Memo<Reading<i16>>,
}

/// A company or role with a remark; or the rule and the reason why the row is rejected.
pub(super) type NameReading = Result<(Named, Option<String>), (&'static str, String)>;

/// Longest name of a company or role, in characters.
const LONGEST_NAME: usize = 100;

/// The company or role that a cell names. A name that several have by alias only is rejected; one that is a name here
/// and an alias elsewhere is taken and remarked.
pub(super) fn name(cell: &str, header: &str, what: &str, directory: &Directory) -> NameReading {
    if cell.chars().count() > LONGEST_NAME {
        return Err(("name", format!("a {what} of more than {LONGEST_NAME} characters is no name")));
    }
    if let Some(reason) = check::mojibake(cell) {
        return Err(("mojibake", reason.to_owned()));
    }
    let name = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    // Asked first, since looking for similar names is slow.
    if directory.called(&name).next().is_none() {
        if check::is_header(&name, header) {
            return Err(("header", "the row repeats the header".to_owned()));
        }
        if check::is_placeholder(&name) {
            return Err(("placeholder", format!("it only fills the cell; write the name of the {what}")));
        }
        return Ok((Named::New(if cell.contains(['\n', '\r', '\t']) { name } else { cell.to_owned() }), None));
    }
    match directory.resolve(&name) {
        Resolution::Found { entry, others, .. } => {
            let taken = || format!("taken as {}; it may also mean {}", entry.slug(), slugs(&others));
            Ok((Named::Known(entry.id()), (!others.is_empty()).then(taken)))
        }
        Resolution::Ambiguous(entries) => {
            Err(("ambiguous", format!("may mean {}; write one of them", slugs(&entries))))
        }
        Resolution::Unknown { .. } => Ok((Named::New(name), None)),
    }
}

/// The major that a cell names.
pub(super) fn major(cell: &str, references: References<'_>) -> Reading<i32> {
    let majors = references.majors;
    let unknown = || "no major is called so; left unknown".to_owned();
    majors.called(cell).next().ok_or_else(unknown)?;
    match majors.resolve(cell) {
        Resolution::Found { entry, .. } => Ok(Some(entry.id())),
        Resolution::Ambiguous(entries) => Err(format!("may mean {}; left unknown", slugs(&entries))),
        Resolution::Unknown { .. } => Err(unknown()),
    }
}

fn slugs(entries: &[&Entry]) -> String {
    entries.iter().map(|entry| entry.slug()).collect::<Vec<_>>().join(", ")
}
