//! A row of an export on its way to a case.

use std::str::FromStr;

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::super::decimal::Hundredths;
use super::super::{Derivation, Fields, Named, NormalisedCase};
use super::{CanonicalRows, FIELDS};
use crate::catalog::{Directory, Entry, FoundBy, Resolution};
use crate::import::key::{LONGEST_KEY, case_id};
use crate::import::report::Remark;
use crate::model::closed_set::ClosedSet;

/// Longest name of a company or role, in characters.
const LONGEST_NAME: usize = 100;

/// A row on its way.
pub(super) struct Row<'r> {
    pub(super) rows: &'r CanonicalRows<'r>,
    pub(super) number: usize,
    pub(super) cells: &'r [String],
}

impl<'r> Row<'r> {
    pub(super) fn case(&self) -> Result<NormalisedCase, Remark> {
        self.check_cells()?;
        let row = self;
        let catalog = self.rows.catalog;
        let (source, source_key, id) = self.identity()?;
        let tier = |name: &str| {
            let id = row.reference(name, &catalog.school_tiers)?;
            Ok::<_, Remark>(id.and_then(|id| i16::try_from(id).ok()))
        };
        let school = |name: &str| row.reference(name, &catalog.schools);
        let fields = Fields {
            id,
            role_track: row.member("role_track")?,
            major_id: row.reference("major", &catalog.majors)?,
            bachelor_tier: tier("bachelor_tier")?,
            master_tier: tier("master_tier")?,
            doctor_tier: tier("doctor_tier")?,
            highest_degree: row.member("highest_degree")?,
            bachelor_school_id: school("bachelor_school")?,
            school_id: school("school")?,
            offer_channel: row.member("offer_channel")?,
            city: row.cell("city").map(str::to_owned),
            offered_on: row.parsed::<NaiveDate>("offered_on")?,
            offered_precision: row.member("offered_precision")?,
            pay_annual_min: row.parsed("pay_annual_min")?,
            pay_annual_max: row.parsed("pay_annual_max")?,
            pay_currency: row.cell("pay_currency").unwrap_or("CNY").to_owned(),
            pay_monthly_base: row.hundredths("pay_monthly_base")?,
            pay_months: row.hundredths("pay_months")?,
            interview_rounds: row.parsed("interview_rounds")?,
            preparation_days: row.parsed("preparation_days")?,
            tags: row.list("tags"),
            summary: row.cell("summary").map(str::to_owned),
            conflicts: row.list("conflicts"),
            verification: row.member("verification")?.ok_or_else(|| row.remark("verification", "a case needs one"))?,
            raw: row.raw()?,
            source_key: source_key.to_owned(),
            source_row: row.parsed::<i32>("source_row")?.map_or(Ok(self.number), usize::try_from).unwrap_or_default(),
        };
        debug_assert_eq!(fields.id, case_id(source.slug(), source_key));
        row.check(&fields)?;
        let company = row.named("company", "company_name", &catalog.companies)?;
        let role = row.named("role", "role_name", &catalog.roles)?;
        Ok(NormalisedCase { company, role, fields })
    }

    /// Source, key and id, which must fit together.
    fn identity(&self) -> Result<(&'r Entry, &'r str, Uuid), Remark> {
        let source_key = self.needed("source_key")?;
        if source_key.chars().count() > LONGEST_KEY {
            return Err(self.remark("source_key", format!("a key has at most {LONGEST_KEY} characters")));
        }
        let id: Uuid = self.parsed("id")?.ok_or_else(|| self.remark("id", "a case needs an id"))?;
        let sources = &self.rows.catalog.sources;
        let source = sources.by_slug(self.needed("source")?).ok_or_else(|| {
            let known: Vec<&str> = sources.entries().iter().map(Entry::slug).collect();
            self.remark("source", format!("no source has this slug; known are: {}", known.join(", ")))
        })?;
        if let Some(wanted) = self.rows.source.filter(|wanted| wanted.slug() != source.slug()) {
            let message = format!(
                "the row belongs to another source than `{}`; without --source each row goes to its own",
                wanted.slug()
            );
            return Err(self.remark("source", message));
        }
        if id != case_id(source.slug(), source_key) {
            return Err(self.remark("id", "the id does not belong to the source and its key"));
        }
        Ok((source, source_key, id))
    }

    /// Refuses a row whose cells cannot be told apart or stored.
    fn check_cells(&self) -> Result<(), Remark> {
        let (cells, columns) = (self.cells.len(), self.rows.header.len());
        if cells > columns {
            return Err(self.remark("id", format!("the row has {cells} cells, and the header has {columns}")));
        }
        match self.cells.iter().position(|cell| cell.contains('\0')) {
            None => Ok(()),
            Some(place) => {
                let column = self.rows.header.get(place).cloned().unwrap_or_default();
                let cell = self.cells[place].replace('\0', "\u{fffd}");
                let message = "the cell has a NUL character".to_owned();
                Err(Remark { row: self.number, column, cell, rule: "export", message })
            }
        }
    }

    /// Every cell that is a field, as it is; what is to be made new by its name.
    pub(super) fn derivations(&self, case: &NormalisedCase) -> Vec<Derivation> {
        let value = |name: &str, cell: &str| match (name, &case.company, &case.role) {
            ("company", Named::New(name), _) | ("role", _, Named::New(name)) => name.clone(),
            _ => cell.to_owned(),
        };
        let of = |name: &&'static str| {
            let (column, cell) = ((*name).to_owned(), self.cell(name)?);
            Some(Derivation { field: name, value: value(name, cell), rule: "export", column, cell: cell.to_owned() })
        };
        FIELDS.iter().filter_map(of).collect()
    }

    pub(super) fn cell(&self, name: &str) -> Option<&'r str> {
        self.rows.cell(self.cells, name)
    }

    pub(super) fn remark(&self, name: &str, message: impl Into<String>) -> Remark {
        let cell = self.cell(name).unwrap_or_default().to_owned();
        Remark { row: self.number, column: name.to_owned(), cell, rule: "export", message: message.into() }
    }

    fn needed(&self, name: &str) -> Result<&'r str, Remark> {
        self.cell(name).ok_or_else(|| self.remark(name, format!("a row of an export needs a {name}")))
    }

    fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, Remark> {
        let parse = |cell: &str| cell.parse().map_err(|_| self.remark(name, format!("this is no {name}")));
        self.cell(name).map(parse).transpose()
    }

    fn member<T: ClosedSet>(&self, name: &str) -> Result<Option<T>, Remark> {
        let member = |cell: &str| {
            T::from_slug(cell).ok_or_else(|| self.remark(name, format!("allowed are {}", T::SLUGS.join(", "))))
        };
        self.cell(name).map(member).transpose()
    }

    fn reference(&self, name: &str, directory: &Directory) -> Result<Option<i32>, Remark> {
        let reference = |cell: &str| {
            directory.by_slug(cell).map(Entry::id).ok_or_else(|| self.remark(name, "nothing here has this slug"))
        };
        self.cell(name).map(reference).transpose()
    }

    /// A company or role by its slug; where nothing has it, one that is to be made under its name.
    fn named(&self, slug: &str, name: &str, directory: &Directory) -> Result<Named, Remark> {
        let cell = self.needed(slug)?;
        if let Some(entry) = directory.by_slug(cell) {
            return Ok(Named::Known(entry.id()));
        }
        let called = self.cell(name).unwrap_or(cell);
        if called.chars().count() > LONGEST_NAME {
            return Err(self.remark(name, format!("a name has at most {LONGEST_NAME} characters")));
        }
        // Made by an import here too, its slug may have become another one.
        Ok(match directory.resolve(called) {
            Resolution::Found { entry, by: FoundBy::Name, .. } => Named::Known(entry.id()),
            _ => Named::New(called.to_owned()),
        })
    }

    /// An amount with at most two decimals.
    fn hundredths(&self, name: &str) -> Result<Option<Hundredths>, Remark> {
        let Some(cell) = self.cell(name) else { return Ok(None) };
        let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
        let digits = |text: &str| text.chars().all(|character| character.is_ascii_digit());
        let amount = format!("{whole}{fraction:0<2}").parse().ok();
        match amount.filter(|_| digits(whole) && digits(fraction) && fraction.len() <= 2) {
            Some(amount) => Ok(Some(Hundredths::new(amount))),
            None => Err(self.remark(name, "this is no amount with at most two decimals")),
        }
    }

    /// Items with `;` between them, or a JSON array.
    fn list(&self, name: &str) -> Vec<String> {
        let Some(cell) = self.cell(name) else { return Vec::new() };
        serde_json::from_str(cell).unwrap_or_else(|_| cell.split(';').map(str::to_owned).collect())
    }

    fn raw(&self) -> Result<Value, Remark> {
        let raw: Option<Value> = self.parsed("raw")?;
        let raw = raw.filter(Value::is_object).ok_or_else(|| self.remark("raw", "the raw row is no JSON object"))?;
        // The database keeps no such character.
        if self.cell("raw").is_some_and(|cell| cell.contains("\\u0000")) && has_nul(&raw) {
            return Err(self.remark("raw", "the raw row has a NUL character"));
        }
        Ok(raw)
    }
}

/// Whether a NUL character stands anywhere in a JSON value.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
