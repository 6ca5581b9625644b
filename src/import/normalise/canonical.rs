//! Rows of an export of this program: their cells are fields already, by the names that they have in an answer, and
//! are taken as they are.

use std::collections::HashMap;
use std::str::FromStr;

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::decimal::Hundredths;
use super::{Fields, Named, NormalisedCase};
use crate::catalog::directory::{Directory, Entry};
use crate::catalog::{Catalog, Source};
use crate::database::closed_set::ClosedSet;
use crate::import::key::case_id;
use crate::import::report::Remark;

/// The columns by which an export is known: no table that a person made has all of them.
const SIGN: &[&str] = &["id", "company", "role", "source", "source_key", "raw"];

/// Reads the rows of one export.
#[derive(Debug)]
pub struct CanonicalRows<'a> {
    places: HashMap<&'a str, usize>,
    source: &'a Source,
    catalog: &'a Catalog,
}

impl<'a> CanonicalRows<'a> {
    /// For rows below this header; `None` where it is not that of an export.
    pub fn new(header: &'a [String], source: &'a Source, catalog: &'a Catalog) -> Option<Self> {
        let places: HashMap<&str, usize> =
            header.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        SIGN.iter().all(|name| places.contains_key(name)).then_some(Self { places, source, catalog })
    }

    /// The case of a row; `number` counts from 1, header excluded.
    ///
    /// # Errors
    /// Where the row is rejected, with the reason.
    pub fn read(&self, number: usize, cells: &[String]) -> Result<NormalisedCase, Remark> {
        let row = Row { rows: self, number, cells };
        let source_key = row.needed("source_key")?.to_owned();
        let id: Uuid = row.parsed("id")?.ok_or_else(|| row.remark("id", "a case needs an id"))?;
        if row.needed("source")? != self.source.slug {
            return Err(row.remark("source", format!("the row belongs to another source than `{}`", self.source.slug)));
        }
        if id != case_id(&self.source.slug, &source_key) {
            return Err(row.remark("id", "the id does not belong to the source and its key"));
        }
        let tier = |name: &str| row.reference(name, &self.catalog.school_tiers);
        let school = |name: &str| row.reference(name, &self.catalog.schools);
        let fields = Fields {
            id,
            role_track: row.member("role_track")?,
            major_id: row.reference("major", &self.catalog.majors)?,
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
            source_key,
            source_row: row.parsed("source_row")?.unwrap_or(number),
        };
        row.check(&fields)?;
        let company = row.named("company", "company_name", &self.catalog.companies)?;
        let role = row.named("role", "role_name", &self.catalog.roles)?;
        Ok(NormalisedCase { company, role, fields })
    }
}

/// A row on its way.
struct Row<'r> {
    rows: &'r CanonicalRows<'r>,
    number: usize,
    cells: &'r [String],
}

impl<'r> Row<'r> {
    fn cell(&self, name: &str) -> Option<&'r str> {
        self.cells.get(*self.rows.places.get(name)?).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    fn remark(&self, name: &str, message: impl Into<String>) -> Remark {
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

    fn reference<E: Entry>(&self, name: &str, directory: &Directory<E>) -> Result<Option<E::Id>, Remark> {
        let reference = |cell: &str| {
            directory.by_slug(cell).map(Entry::id).ok_or_else(|| self.remark(name, "nothing here has this slug"))
        };
        self.cell(name).map(reference).transpose()
    }

    /// A company or role by its slug; where nothing has it, one that is to be made under its name.
    fn named<E: Entry<Id = i32>>(&self, slug: &str, name: &str, directory: &Directory<E>) -> Result<Named, Remark> {
        let cell = self.needed(slug)?;
        let new = || Named::New(self.cell(name).unwrap_or(cell).to_owned());
        Ok(directory.by_slug(cell).map_or_else(new, |entry| Named::Known(entry.id())))
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
        raw.filter(Value::is_object).ok_or_else(|| self.remark("raw", "the raw row is no JSON object"))
    }

    /// What the database would refuse.
    fn check(&self, fields: &Fields) -> Result<(), Remark> {
        use crate::cases::closed_sets::Degree::{Bachelor, Doctor, Master};
        let has = |degree| fields.highest_degree.is_some_and(|highest| highest >= degree);
        for (name, is_known, degree) in [
            ("bachelor_tier", fields.bachelor_tier.is_some(), Bachelor),
            ("master_tier", fields.master_tier.is_some(), Master),
            ("doctor_tier", fields.doctor_tier.is_some(), Doctor),
        ] {
            if is_known && !has(degree) {
                return Err(self.remark(name, "the highest degree is lower"));
            }
        }
        let pay = (fields.pay_annual_min, fields.pay_annual_max);
        let is_range = matches!(pay, (None, None)) || matches!(pay, (Some(min), Some(max)) if 0 < min && min <= max);
        if !is_range {
            return Err(
                self.remark("pay_annual_min", "annual pay is two figures above 0, the lower one first, or none")
            );
        }
        let is_currency = |text: &str| text.len() == 3 && text.chars().all(|letter| letter.is_ascii_uppercase());
        let unknown_tag = fields.tags.iter().find(|tag| self.rows.catalog.tags.by_slug(tag).is_none());
        let is_positive = |amount: Option<Hundredths>| amount.is_none_or(|amount| amount.hundredths() > 0);
        let tenths = |amount: Hundredths| amount.hundredths() % 10 == 0;
        for (name, is_right, message) in [
            (
                "offered_on",
                fields.offered_on.is_some() == fields.offered_precision.is_some(),
                "date and precision belong together",
            ),
            ("pay_currency", is_currency(&fields.pay_currency), "a currency is three letters, such as CNY"),
            ("pay_monthly_base", is_positive(fields.pay_monthly_base), "it must be above 0"),
            (
                "pay_months",
                is_positive(fields.pay_months) && fields.pay_months.is_none_or(tenths),
                "it must be above 0, in tenths",
            ),
            ("interview_rounds", fields.interview_rounds.is_none_or(|rounds| rounds > 0), "it must be above 0"),
            ("preparation_days", fields.preparation_days.is_none_or(|days| days >= 0), "it must not be below 0"),
            ("tags", unknown_tag.is_none(), "a tag is not in the list of tags"),
            ("source_row", fields.source_row > 0, "it must be above 0"),
        ] {
            if !is_right {
                return Err(self.remark(name, message));
            }
        }
        Ok(())
    }
}
