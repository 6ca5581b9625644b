//! A row of an export on its way to a case.

use uuid::Uuid;

use super::super::names::{self, Meaning};
use super::super::{Derivation, MAX_NAME_CHARS, Named, NormalisedCase, imported};
use super::{CanonicalRows, value};
use crate::catalog::FoundBy;
use crate::import::key::{MAX_KEY_CHARS, case_id};
use crate::import::report::Remark;
use crate::model::case::Field;
use crate::model::field::{Kind, REQUIRED};
use crate::model::value::{CaseValues, Value};

/// A row on its way.
pub(super) struct ExportRow<'r> {
    pub(super) rows: &'r CanonicalRows<'r>,
    pub(super) number: usize,
    pub(super) cells: &'r [String],
}

impl<'r> ExportRow<'r> {
    /// The case with its id.
    pub(super) fn case(&self) -> Result<(Uuid, NormalisedCase), Remark> {
        self.check_cells()?;
        let id = self.identity()?;
        let mut values = CaseValues::default();
        for field in imported().filter(|field| !matches!(field, Field::Company | Field::Role)) {
            let read =
                |cell| value::read(field, cell, self.rows.catalog).map_err(|message| self.refuse(field, message));
            let value = self.cell(field.name()).map(read).transpose()?;
            let is_needed = field.can(REQUIRED) && !matches!(field.kind(), Kind::Tags | Kind::Texts);
            if is_needed && value.is_none() {
                self.needed(field)?;
            }
            values.set(field, value);
        }
        if !values.is_known(Field::SourceRow) {
            values.set(Field::SourceRow, i32::try_from(self.number).ok().map(Value::Number));
        }
        self.check(&values)?;
        let (company, role) = (self.named(Field::Company)?, self.named(Field::Role)?);
        Ok((id, NormalisedCase { company, role, values }))
    }

    /// Refuses a row whose source, key and id do not fit together. The id.
    fn identity(&self) -> Result<Uuid, Remark> {
        let source_key = self.needed(Field::SourceKey)?;
        if source_key.chars().count() > MAX_KEY_CHARS {
            return Err(self.refuse(Field::SourceKey, format!("a key has at most {MAX_KEY_CHARS} characters")));
        }
        let id: Uuid =
            value::parsed(Field::Id, self.needed(Field::Id)?).map_err(|message| self.refuse(Field::Id, message))?;
        let sources = &self.rows.catalog.sources;
        let source = sources.by_slug(self.needed(Field::Source)?).ok_or_else(|| {
            let known: Vec<&str> = sources.entries().iter().map(|source| source.slug()).collect();
            self.refuse(Field::Source, format!("no source has this slug; known are: {}", known.join(", ")))
        })?;
        if let Some(asked) = self.rows.source.filter(|asked| asked.slug() != source.slug()) {
            let slug = asked.slug();
            let message =
                format!("the row belongs to another source than `{slug}`; without --source each row goes to its own");
            return Err(self.refuse(Field::Source, message));
        }
        if id != case_id(source.slug(), source_key) {
            return Err(self.refuse(Field::Id, "the id does not belong to the source and its key"));
        }
        Ok(id)
    }

    /// Refuses a row whose cells cannot be told apart or stored.
    fn check_cells(&self) -> Result<(), Remark> {
        let (cells, columns) = (self.cells.len(), self.rows.header.len());
        if cells > columns {
            return Err(self.refuse(Field::Id, format!("the row has {cells} cells, and the header has {columns}")));
        }
        match self.cells.iter().position(|cell| cell.contains('\0')) {
            None => Ok(()),
            Some(index) => {
                let column = self.rows.header.get(index).cloned().unwrap_or_default();
                let cell = self.cells[index].replace('\0', "\u{fffd}");
                let message = "the cell has a NUL character".to_owned();
                Err(Remark { row: self.number, column, cell, rule: "export", message })
            }
        }
    }

    /// Every cell that is a field, as it is; what is to be made new by its name.
    pub(super) fn derivations(&self, case: &NormalisedCase) -> Vec<Derivation> {
        let fields = imported().chain([Field::Source]).filter(|field| *field != Field::Raw);
        let of = |field: Field| {
            let cell = self.cell(field.name())?.to_owned();
            let value = match (field, &case.company, &case.role) {
                (Field::Company, Named::New(name), _) | (Field::Role, _, Named::New(name)) => name.clone(),
                _ => cell.clone(),
            };
            Some(Derivation { field: field.name(), value, rule: "export", column: field.name().to_owned(), cell })
        };
        fields.filter_map(of).collect()
    }

    pub(super) fn cell(&self, name: &str) -> Option<&'r str> {
        self.rows.cell(self.cells, name)
    }

    pub(super) fn remark(&self, name: &str, message: impl Into<String>) -> Remark {
        let cell = self.cell(name).unwrap_or_default().to_owned();
        Remark { row: self.number, column: name.to_owned(), cell, rule: "export", message: message.into() }
    }

    pub(super) fn refuse(&self, field: Field, message: impl Into<String>) -> Remark {
        self.remark(field.name(), message)
    }

    fn needed(&self, field: Field) -> Result<&'r str, Remark> {
        let name = field.name();
        self.cell(name).ok_or_else(|| self.remark(name, format!("a row of an export needs a {name}")))
    }

    /// A company or role by its slug; where nothing has it, one that is to be made under its name.
    fn named(&self, field: Field) -> Result<Named, Remark> {
        let cell = self.needed(field)?;
        let catalog = self.rows.catalog;
        if let Some(entry) = names::of(catalog, field).and_then(|names| names.by_slug(cell)) {
            return Ok(Named::Known(entry.id()));
        }
        let name_column = format!("{}_name", field.name());
        let name = self.cell(&name_column).unwrap_or(cell);
        if name.chars().count() > MAX_NAME_CHARS {
            return Err(self.remark(&name_column, format!("a name has at most {MAX_NAME_CHARS} characters")));
        }
        // Made by an import here too, its slug may have become another one.
        Ok(match names::meaning(catalog, field, name) {
            Meaning::One { id, by: FoundBy::Name, .. } => Named::Known(id),
            _ => Named::New(name.to_owned()),
        })
    }
}
