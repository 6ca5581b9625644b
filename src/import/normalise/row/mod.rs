//! Goes through the cells of a row, in a stream of any number of rows.

mod outcomes;
mod pay;
mod prepared;
mod together;

use serde_json::Map;

use self::prepared::PreparedRow;
use super::labelled::{self, LabelledFact};
use super::naming::NameReading;
use super::pay::currencies::Currency;
use super::rules::Extract;
use super::setting::{Memos, Setting};
use super::text::{folded, is_blank};
use super::{Derivation, NormalisedCase, NormalisedRow, check, left_unknown, shown, wrapping};
use crate::catalog::{Catalog, Entry};
use crate::import::key::{Cells, Identity, RowKeys, case_id};
use crate::import::read::Table;
use crate::import::read::header::{KEY, spoken};
use crate::import::report::Remark;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::value::{CaseValues, Value};
use crate::parameters::{Message, message};
use crate::privacy::PrivateKind;

/// Normalises the rows of one file, one after the other.
#[derive(Debug)]
pub struct RowNormaliser<'a> {
    pub(super) setting: Setting<'a>,
    source: &'a Entry,
    /// That of figures of pay that say none.
    currency: Option<&'static Currency>,
    keys: RowKeys,
    memos: Memos,
    /// The cells of the row before, which others may repeat.
    above: Vec<String>,
}

impl<'a> RowNormaliser<'a> {
    /// For rows of this table; `derives` says whether it also tells where each value comes from.
    pub fn new(table: &Table, source: &'a Entry, catalog: &'a Catalog, derives: bool) -> Self {
        let mut setting = Setting::new(table, source, catalog);
        setting.derives = derives;
        Self { setting, source, currency: None, keys: RowKeys::default(), memos: Memos::default(), above: Vec::new() }
    }

    /// Goes on with rows of another table.
    pub fn begin(&mut self, table: &Table) {
        let (derives, today) = (self.setting.derives, self.setting.today);
        self.setting = Setting::new(table, self.source, self.setting.catalog);
        (self.setting.derives, self.setting.today) = (derives, today);
        self.setting.pay.assume(self.currency);
        // What a cell says depends on the header above it.
        self.memos = Memos::default();
        self.above.clear();
    }

    /// Figures of pay that say no currency are in this one.
    pub fn assume(&mut self, currency: Option<&'static Currency>) {
        self.currency = currency;
        self.setting.pay.assume(currency);
    }

    /// The same with keys for its rows that are given otherwise.
    #[must_use]
    pub fn with_keys(mut self, keys: RowKeys) -> Self {
        self.keys = keys;
        self
    }

    /// Normalises a row; `number` counts from 1, header excluded.
    ///
    /// # Errors
    /// Where the row is rejected, with the reason.
    pub fn normalise(&mut self, number: usize, cells: &[String]) -> Result<NormalisedRow, Remark> {
        let Self { setting, keys, memos, above, .. } = self;
        let prepared = PreparedRow::of(cells, setting, above);
        let cells = prepared.readable();
        let row = CaseDraft {
            number,
            cells: &cells,
            labelled: &labelled::facts(&cells, setting),
            prepared: &prepared,
            setting,
            values: CaseValues::default(),
            conflicts: Vec::new(),
            remarks: Vec::new(),
            derivations: Vec::new(),
        };
        row.normalise(keys, memos)
    }
}

/// A case on its way from the cells of a row.
struct CaseDraft<'r> {
    number: usize,
    /// Those that are read.
    cells: &'r [String],
    /// What some of them say behind a label, for columns that are blank or missing.
    labelled: &'r [LabelledFact],
    /// Those that are kept and told.
    prepared: &'r PreparedRow<'r>,
    setting: &'r Setting<'r>,
    values: CaseValues,
    conflicts: Vec<Message>,
    remarks: Vec<Remark>,
    derivations: Vec<Derivation>,
}

impl<'r> CaseDraft<'r> {
    fn normalise(mut self, keys: &mut RowKeys, memos: &mut Memos) -> Result<NormalisedRow, Remark> {
        self.check_cells()?;
        self.check_outcome(memos)?;
        let setting = self.setting;
        let (company_cell, role_cell) = (self.needed(Field::Company)?, self.needed(Field::Role)?);
        self.refuse_struck_out()?;
        self.named(Field::Company, memos.name(company_cell, Field::Company, setting))?;
        self.named(Field::Role, memos.name(role_cell, Field::Role, setting))?;
        let key_place = setting.columns.place(KEY);
        let cells = Cells { all: self.cells, key_place, company: company_cell, role: role_cell };
        let Identity { key, content, is_repeated, shares_mark } =
            keys.identify(cells).map_err(|message| self.remark(KEY, "key", message))?;
        if shares_mark {
            let title = setting.columns.title(KEY);
            self.remarks.push(self.remark(
                KEY,
                "key",
                message!(
                    "`{title}` is not of one row here: it says of none which case it is",
                    "`{title}` 在这里不止一行，不能说明是哪一案例"
                ),
            ));
        }
        self.identify(key);
        self.read_cells(memos);
        self.tell_masked();
        self.derive_rest();
        let case = NormalisedCase { values: self.values, content: Some(content) };
        let is_repeated = is_repeated && self.prepared.is_whole();
        Ok(NormalisedRow { case, is_repeated, remarks: self.remarks, derivations: self.derivations })
    }

    /// Refuses a row whose company or role is struck out: an offer that there was not, or is no more.
    fn refuse_struck_out(&self) -> Result<(), Remark> {
        let mut names = [Field::Company, Field::Role].into_iter();
        names.find(|field| wrapping::is_struck_out(self.verbatim(*field))).map_or(Ok(()), |field| {
            let message = message!(
                "it is struck out, which may say that there was no offer; take the mark away where there was one",
                "已被划去，可能表示没有 offer；若有，请去掉划线"
            );
            Err(self.remark(field, "outcome", message))
        })
    }

    /// Sets what does not come out of a cell.
    fn identify(&mut self, source_key: String) {
        let setting = self.setting;
        let is_kept = |(place, _): &(usize, _)| !setting.columns.private.leaves_out(*place);
        let cells = self.prepared.verbatim.iter().cloned().map(serde_json::Value::String);
        let raw = setting.raw_names.iter().cloned().zip(cells).enumerate().filter(is_kept);
        let raw = serde_json::Value::Object(raw.map(|(_, cell)| cell).collect::<Map<_, _>>());
        for (field, value) in [
            (Field::Id, Value::Id(case_id(setting.source_slug, &source_key))),
            (Field::Verification, Value::Member(setting.verification.slug())),
            (Field::Raw, Value::Json(raw)),
            (Field::SourceKey, Value::Text(source_key)),
            (Field::SourceRow, Value::Number(i32::try_from(self.number).unwrap_or(i32::MAX))),
        ] {
            self.values.set(field, Some(value));
        }
    }

    fn read_cells(&mut self, memos: &mut Memos) {
        self.read(Field::Major, memos);
        self.education(memos);
        self.read(Field::City, memos);
        self.pay(memos);
        self.read(Field::OfferedOn, memos);
        let said = self.readable(Field::Summary);
        self.check_major(said);
        for field in &self.setting.read_alone {
            self.read_with_summary(*field, said, memos);
        }
        self.compare_labelled(memos);
        self.values.set(Field::Summary, said.map(|said| Value::Text(said.to_owned())));
        let conflicts = self.conflicts.iter().map(|conflict| conflict.en.clone()).collect();
        self.values.set(Field::Conflicts, Some(Value::Texts(conflicts)));
    }

    /// Remarks what was masked in which column.
    fn tell_masked(&mut self) {
        let prepared = self.prepared;
        for (place, kinds) in &prepared.masked {
            let names =
                |name: fn(PrivateKind) -> &'static str| kinds.iter().map(|kind| name(*kind)).collect::<Vec<_>>();
            let (en, zh) = (names(PrivateKind::en).join(", "), names(PrivateKind::zh).join("、"));
            let message = message!("private data that was masked: {en}", "已遮盖的个人信息：{zh}");
            let title = self.setting.raw_names.get(*place).map_or("", String::as_str);
            self.remarks.push(Remark::new(self.number, title, &prepared.verbatim[*place], "private", message));
        }
    }

    /// Tells of the values that no rule of a cell gives.
    fn derive_rest(&mut self) {
        if !self.setting.derives {
            return;
        }
        let key = self.values.get(Field::SourceKey).filter(|_| self.text(KEY).is_some()).cloned();
        key.iter().for_each(|key| self.derive(KEY, Field::SourceKey, "key", key));
        let summary = self.values.get(Field::Summary).cloned();
        summary.iter().for_each(|summary| self.derive(Field::Summary, Field::Summary, "verbatim", summary));
        for conflict in std::mem::take(&mut self.conflicts) {
            self.derive(Field::Summary, Field::Conflicts, "conflict", &Value::Text(conflict.en));
            if let Some(derivation) = self.derivations.last_mut() {
                derivation.value_zh = Some(conflict.zh);
            }
        }
        self.derivations.push(Derivation {
            field: Field::Verification.name(),
            value: self.setting.verification.slug().to_owned(),
            value_zh: None,
            rule: "source_kind",
            column: "--source".to_owned(),
            cell: self.setting.source_slug.to_owned(),
        });
    }

    /// The cell as it stands, or what a text says as such a cell would; `None` where it is blank.
    fn cell(&self, column: Field) -> Option<&'r str> {
        match self.fact(column) {
            Some(fact) => Some(&fact.text),
            None => self.own_cell(column),
        }
    }

    /// The cell of the column itself.
    fn own_cell(&self, column: Field) -> Option<&'r str> {
        self.setting.columns.cell(self.cells, column).filter(|cell| !cell.trim().is_empty())
    }

    /// What a text says behind a label of a column whose own cell says nothing.
    fn fact(&self, column: Field) -> Option<&'r LabelledFact> {
        let fact = self.labelled.iter().find(|fact| fact.column == column)?;
        self.own_cell(column).is_none_or(|cell| is_blank(&folded(cell))).then_some(fact)
    }

    /// Where in the row it stands what a column says.
    fn place(&self, column: Field) -> Option<usize> {
        self.fact(column).map(|fact| fact.place).or_else(|| self.setting.columns.place(column))
    }

    /// The header above it.
    fn title(&self, column: Field) -> &'r str {
        let titled = |fact: &LabelledFact| self.setting.raw_names.get(fact.place).map(String::as_str);
        self.fact(column).and_then(titled).unwrap_or_else(|| self.setting.columns.title(column))
    }

    /// The cell as it stands in the file, but for private data; it is empty where there is none.
    fn verbatim(&self, column: Field) -> &'r str {
        self.place(column).and_then(|place| self.prepared.verbatim.get(place)).map_or("", String::as_str)
    }

    fn text(&self, column: Field) -> Option<&'r str> {
        self.cell(column).map(str::trim)
    }

    fn remark(&self, column: Field, rule: &'static str, message: impl Into<Message>) -> Remark {
        let title = self.title(column);
        Remark::new(self.number, title, self.verbatim(column), rule, message)
    }

    /// Tells that a value comes from the cell of a column.
    fn derive(&mut self, column: Field, field: Field, rule: &'static str, value: &Value) {
        if self.setting.derives {
            self.derive_as(column, field, rule, shown(field, value, self.setting.catalog));
        }
    }

    fn derive_as(&mut self, column: Field, field: Field, rule: &'static str, value: String) {
        let title = self.title(column).to_owned();
        let rule = match self.fact(column) {
            Some(_) => "labelled",
            None if self.prepared.is_repeated(self.setting.columns.place(column)) => "repeated",
            None => rule,
        };
        let cell = self.verbatim(column).to_owned();
        self.derivations.push(Derivation { field: field.name(), value, value_zh: None, rule, column: title, cell });
    }

    /// Refuses a row whose cells cannot be told apart or stored.
    fn check_cells(&self) -> Result<(), Remark> {
        if let Some(cell) = self.cells.iter().find(|cell| cell.contains('\0')) {
            let cell = cell.replace('\0', "\u{fffd}");
            return Err(Remark {
                cell,
                ..self.remark(Field::Company, "cells", message!("a cell has a NUL character", "单元格中有 NUL 字符"))
            });
        }
        let (cells, columns) = (self.cells.len(), self.setting.header.len());
        if cells > columns {
            let message = message!(
                "the row has {cells} cells, and the header has {columns}",
                "该行有 {cells} 个单元格，而表头有 {columns} 个"
            );
            // Where they are moved, it is not known which are those that are left out.
            let shown = if self.setting.columns.private.leaves_some_out() { &[] } else { &*self.prepared.verbatim };
            return Err(Remark { cell: shown.join(" | "), ..self.remark(Field::Company, "cells", message) });
        }
        Ok(())
    }

    fn needed(&self, column: Field) -> Result<&'r str, Remark> {
        let message = || {
            let (en, zh) = (spoken(column), column.label().zh);
            message!("a case needs a {en}", "缺少{zh}，每条案例都必须有")
        };
        self.text(column).ok_or_else(|| self.remark(column, "needed", message()))
    }

    /// Takes a company or role; what is near it is told once.
    fn named(&mut self, field: Field, (reading, is_first): (&NameReading, bool)) -> Result<(), Remark> {
        let name = reading.as_ref().map_err(|(rule, message)| self.remark(field, rule, message.clone()))?;
        if let Some(remark) = &name.remark {
            self.remarks.push(self.remark(field, "ambiguous", remark.clone()));
        }
        if let Some(near) = name.near.as_ref().filter(|_| is_first) {
            self.remarks.push(self.remark(field, "near", near.clone()));
        }
        self.derive(field, field, name.rule, &name.value);
        self.values.set(field, Some(name.value.clone()));
        if let Some(level) = name.level_value() {
            self.derive(field, Field::RoleLevel, "title", &level);
            self.values.set(Field::RoleLevel, Some(level));
        }
        Ok(())
    }

    /// The cell, unless it was read in a wrong encoding, which is remarked.
    fn readable(&mut self, column: Field) -> Option<&'r str> {
        let cell = self.cell(column)?;
        match check::mojibake(cell) {
            None => Some(cell),
            Some(reason) => {
                self.remarks.push(self.remark(column, "mojibake", left_unknown(reason)));
                None
            }
        }
    }

    /// Reads the cell of a column by its rule.
    fn read(&mut self, column: Field, memos: &mut Memos) {
        if let Some(cell) = self.cell(column) {
            self.take(column, memos.read(cell, column, self.setting));
        }
    }

    /// Takes over what a cell says; what could not be read is remarked.
    fn take(&mut self, column: Field, extract: &Extract) {
        for (field, value) in &extract.values {
            self.values.set(*field, Some(value.clone()));
        }
        if let Some((rule, message)) = &extract.remark {
            self.remarks.push(self.remark(column, rule, message.clone()));
        }
        if self.setting.derives {
            for (field, value) in extract.derived(self.setting.catalog) {
                self.derive_as(column, field, extract.rule, value);
            }
        }
    }
}
