//! What an import did, row by row where it matters.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::column_notices::ColumnNotices;
use super::read::Table;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::parameters::{Language, Message, message};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something to know about a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StoredRemark)]
pub struct Remark {
    /// Number of the row, from 1, header excluded.
    pub row: usize,
    /// Header of the column.
    pub column: String,
    /// The cell, verbatim.
    pub cell: String,
    /// Which rule remarked it.
    #[schema(value_type = String)]
    pub rule: Cow<'static, str>,
    /// What it says, in English.
    pub message: String,
    /// What it says, in Chinese; as in English where an earlier version stored it.
    #[serde(default)]
    #[schema(required, value_type = String)]
    pub message_zh: Box<str>,
    /// Where the row stands in the file.
    #[serde(flatten)]
    pub place: RowPlace,
}

/// Where a row stands in its file, and what it calls itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StoredRowPlace)]
#[serde(default)]
pub struct RowPlace {
    /// Number of the row in its sheet, as a spreadsheet program shows it, or the line of the text; `null` = unknown.
    #[schema(required)]
    pub line: Option<u64>,
    /// The sheet, where several are read.
    #[schema(required)]
    pub sheet: Option<Box<str>>,
    /// The key that the row says it has.
    #[schema(required)]
    pub key: Option<Box<str>>,
}

impl RowPlace {
    /// How a message calls it, behind the number of the row.
    pub fn told(&self, language: Language) -> String {
        let sheet = self.sheet.iter().map(|sheet| language.of(format!("工作表 {sheet}"), format!("sheet {sheet}")));
        let line =
            self.line.iter().map(|line| language.of(format!("文件第 {line} 行"), format!("line {line} of the file")));
        let key =
            self.key.iter().map(|key| language.of(format!("编号 {}", one_line(key)), format!("key {}", one_line(key))));
        let parts: Vec<String> = sheet.chain(line).chain(key).collect();
        if parts.is_empty() {
            String::new()
        } else {
            language.of(format!("（{}）", parts.join("，")), format!(" ({})", parts.join(", ")))
        }
    }
}

impl Remark {
    /// A remark of a rule on a cell of a row.
    pub fn new(row: usize, column: &str, cell: &str, rule: &'static str, message: impl Into<Message>) -> Self {
        let Message { en: message, zh: message_zh } = message.into();
        Self {
            row,
            column: column.to_owned(),
            cell: cell.to_owned(),
            rule: rule.into(),
            message,
            message_zh: message_zh.into(),
            place: RowPlace::default(),
        }
    }

    /// The same with where its row stands.
    #[must_use]
    pub fn at(self, place: RowPlace) -> Self {
        Self { place, ..self }
    }

    /// What it says, in one language.
    pub fn message_of(&self, language: Language) -> &str {
        language.of(&self.message_zh, &self.message)
    }

    /// The same with no more of the cell than a report tells.
    fn shortened(mut self) -> Self {
        if self.cell.len() > MAX_REPORTED_CHARS {
            let end = (0..=MAX_REPORTED_CHARS).rev().find(|end| self.cell.is_char_boundary(*end)).unwrap_or_default();
            self.cell.truncate(end);
            self.cell.push('…');
        }
        self
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.told(Language::English))
    }
}

impl Remark {
    /// A line that tells it.
    pub(super) fn told(&self, language: Language) -> String {
        let Self { row, rule, place, .. } = self;
        let [column, cell, message] = [&self.column, &self.cell, self.message_of(language)].map(one_line);
        let place = place.told(language);
        language.of(
            format!("第 {row} 行{place}，{column} `{cell}`：{message}（{rule}）"),
            format!("row {row}{place}, {column} `{cell}`: {message} ({rule})"),
        )
    }
}

/// A text as it is printed: on one line, not too long, and without characters that would steer a terminal.
pub fn one_line(text: &str) -> String {
    const MAX_CHARS: usize = 200;
    // Nearly every text is told as it is; going through its characters was a ninth of the time of `check`.
    if text.len() <= MAX_CHARS && !text.contains(char::is_control) {
        return text.to_owned();
    }
    let shown = |character: char| {
        if character.is_control() { character.escape_default().to_string() } else { character.into() }
    };
    let mut line: String = text.chars().take(MAX_CHARS).map(shown).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        line.push('…');
    }
    line
}

/// The rule of rows that are equal to others.
pub const EQUAL: &str = "equal";

/// Remarks, and rejections, that a report tells one by one; all of them stand in the file of `--report`.
pub const MAX_REPORTED: usize = 1000;
/// Most bytes of a cell that a report tells; it stands in memory and in the database.
const MAX_REPORTED_CHARS: usize = 2000;
/// Most new names of a kind that a report tells.
const MAX_NAMES: usize = 100_000;

/// What an import did. `rows_read` = `created` + `updated` + `unchanged` + `rejected`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The source that the file was imported as.
    pub source: String,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// Whether this only says what an import would do.
    pub dry_run: bool,
    /// Rows of the table, the header and blank rows excluded.
    pub rows_read: usize,
    /// Rows that made a new case.
    pub created: usize,
    /// Rows that changed a case.
    pub updated: usize,
    /// Rows that were there already as they are.
    pub unchanged: usize,
    /// Rows that were not imported.
    pub rejected: usize,
    /// Cases that the file no longer has, and that were taken out.
    pub retired: usize,
    /// Why all of it is refused, and nothing imported; absent where it is not.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "in_english")]
    pub refused: Option<Message>,
    /// What is to be known of it.
    #[serde(flatten)]
    pub findings: Findings,
}

/// The part of a report that is not in the summary, as it is stored. Earlier versions stored less of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = StoredReport)]
#[serde(default)]
pub struct Findings {
    /// Number of remarks on rows that were imported.
    pub remarked: usize,
    /// Remarks and rejections by rule.
    #[schema(required, value_type = BTreeMap<String, usize>)]
    pub by_rule: BTreeMap<Cow<'static, str>, usize>,
    /// Why rows were rejected, the first thousand.
    #[schema(required)]
    pub rejections: Vec<Remark>,
    /// What was not understood in rows that were imported, the first thousand.
    #[schema(required)]
    pub remarks: Vec<Remark>,
    /// Of how many imported rows each field is known.
    #[schema(required, value_type = BTreeMap<String, usize>)]
    pub coverage: BTreeMap<Cow<'static, str>, usize>,
    /// Rows that are equal to an earlier one, or to a case that another file of the source brought.
    pub equal_rows: usize,
    /// Rows that are left out because their case was erased for good.
    pub erased: usize,
    /// Rows that are left out because their case was retired by hand.
    pub kept_out: usize,
    /// Cases that the file no longer has and that were taken out, the first thousand.
    #[schema(required)]
    pub retired_cases: Vec<String>,
    /// Companies that were not known, by the name they were given.
    #[schema(required)]
    pub new_companies: Vec<String>,
    /// Roles that were not known, by the name they were given.
    #[schema(required)]
    pub new_roles: Vec<String>,
    /// Cities that were not known, by the name they were given.
    #[schema(required)]
    pub new_cities: Vec<String>,
    /// Majors that nobody knows; they stay unknown.
    #[schema(required)]
    pub unknown_majors: Vec<String>,
    /// The same, to be looked up: there may be a remark for each of millions of rows.
    #[serde(skip)]
    told_majors: HashSet<String>,
    /// Columns that nothing takes; their cells stay in the raw rows.
    #[schema(required)]
    pub untaken_columns: Vec<String>,
    /// How the file was read, in English.
    #[schema(required)]
    pub notes: Vec<String>,
    /// The same in Chinese.
    #[schema(required)]
    pub notes_zh: Vec<String>,
    /// What may be missing because of how columns were taken, in English: columns of pay, dates or places that nothing
    /// takes.
    #[schema(required)]
    pub warnings: Vec<String>,
    /// The same in Chinese.
    #[schema(required)]
    pub warnings_zh: Vec<String>,
}

impl Findings {
    /// Takes in how the file was read.
    pub fn tell_notes(&mut self, notes: impl IntoIterator<Item = Message>) {
        for Message { en, zh } in notes {
            self.notes.push(en);
            self.notes_zh.push(zh);
        }
    }

    /// Takes in what the columns of tables were taken for, and which of them nothing takes.
    pub fn tell_columns(&mut self, tables: &[Arc<Table>]) {
        let notices = ColumnNotices::of(tables);
        self.untaken_columns = notices.untaken;
        for Message { en, zh } in notices.warnings {
            self.warnings.push(en);
            self.warnings_zh.push(zh);
        }
        self.tell_notes(notices.choices);
    }
}

fn in_english<S: serde::Serializer>(message: &Option<Message>, serializer: S) -> Result<S::Ok, S::Error> {
    message.as_ref().map(|message| &message.en).serialize(serializer)
}

impl Findings {
    /// Takes out what was remarked on some rows, of which nothing is to be kept. Remarks beyond those that a report tells one by
    /// one stay counted.
    pub fn forget_rows(&mut self, rows: &HashSet<usize>) {
        let (gone, kept): (Vec<Remark>, Vec<Remark>) =
            std::mem::take(&mut self.remarks).into_iter().partition(|remark| rows.contains(&remark.row));
        self.remarks = kept;
        for remark in &gone {
            self.remarked = self.remarked.saturating_sub(1);
            if let Some(count) = self.by_rule.get_mut(&remark.rule) {
                *count = count.saturating_sub(1);
            }
        }
        self.by_rule.retain(|_, count| *count > 0);
        let remarks = &self.remarks;
        let is_said = |major: &str, remarks: &[Remark]| {
            remarks.iter().any(|remark| remark.rule == "major" && one_line(&remark.cell) == major)
        };
        self.unknown_majors.retain(|major| !is_said(major, &gone) || is_said(major, remarks));
    }
}

impl Report {
    /// An empty report on a file that is imported as a source.
    pub fn on(source: &str, file_name: &str) -> Self {
        Self { source: source.to_owned(), file_name: file_name.to_owned(), ..Self::default() }
    }

    /// Adds the reason for which a row was rejected.
    pub fn reject(&mut self, reason: Remark) {
        self.rejected += 1;
        let findings = &mut self.findings;
        *findings.by_rule.entry(reason.rule.clone()).or_default() += 1;
        if findings.rejections.len() < MAX_REPORTED {
            findings.rejections.push(reason.shortened());
        }
    }

    /// Adds a remark on a row that is imported.
    pub fn remark(&mut self, remark: Remark) {
        let findings = &mut self.findings;
        findings.remarked += 1;
        *findings.by_rule.entry(remark.rule.clone()).or_default() += 1;
        let has_room = remark.rule == "major" && findings.unknown_majors.len() < MAX_REPORTED;
        if has_room && findings.told_majors.insert(one_line(&remark.cell)) {
            findings.unknown_majors.push(one_line(&remark.cell));
        }
        if findings.remarks.len() < MAX_REPORTED {
            findings.remarks.push(remark.shortened());
        }
    }

    /// Counts a row that is equal to another and not imported.
    pub fn leave_out_equal(&mut self) {
        self.unchanged += 1;
        self.findings.equal_rows += 1;
    }

    /// Takes in the names of entries that were made as values of a field; of very many the first.
    pub fn name_new(&mut self, field: Field, mut names: Vec<String>) {
        let Kind::Reference(entity) = field.kind() else { return };
        if names.len() > MAX_NAMES {
            let what = entity.table().name;
            let count = names.len();
            self.findings.tell_notes([message!(
                "of {count} new {what} the first {MAX_NAMES} are named",
                "新建的 {what} 共 {count} 个，只列出前 {MAX_NAMES} 个"
            )]);
            names.truncate(MAX_NAMES);
        }
        let findings = &mut self.findings;
        match entity {
            Entity::Company => findings.new_companies = names,
            Entity::Role => findings.new_roles = names,
            Entity::City => findings.new_cities = names,
            other => unreachable!("no import makes a {}", other.singular()),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.told(Language::English))
    }
}
