//! Reading cases from the database into columns.

use std::borrow::Borrow;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;

use chrono::Datelike;
use futures_util::TryStreamExt;
use futures_util::stream::select_all;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream};
use tokio_postgres::types::Type;

use super::Columns;
use super::chunk::{HAS_CONFLICT, IN_USE, NO_DATE, Row, TIERS, date_of};
use super::dictionary::{Dictionaries, Dictionary, Month};
use crate::database::dataset::Dataset;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{DatePrecision, Degree, OfferChannel, RoleTrack, Verification};

/// Why cases could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database failed.
    #[error("{}", crate::database::describe(.0))]
    Database(#[from] tokio_postgres::Error),
    /// They do not fit into columns.
    #[error("there are too many different values of {0}")]
    TooMany(&'static str),
    /// They take more memory than is allowed.
    #[error("the cases take more than the {allowed_mib} MiB that are allowed")]
    TooLarge {
        /// The limit.
        allowed_mib: u64,
    },
}

/// What is read of a case, as [`Fields::row`] takes it.
const FIELDS: &[(&str, Type)] = &[
    ("ordinal", Type::INT8),
    ("uuid_send(id)", Type::BYTEA),
    ("company_id", Type::INT4),
    ("role_id", Type::INT4),
    ("city", Type::TEXT),
    ("array_to_string(tags, ' ')", Type::TEXT),
    ("major_id", Type::INT4),
    ("school_id", Type::INT4),
    ("source_id", Type::INT4),
    ("case when isfinite(offered_on) then offered_on - date '1970-01-01' end", Type::INT4),
    ("pay_annual_min", Type::INT4),
    ("pay_annual_max", Type::INT4),
    ("interview_rounds", Type::INT2),
    ("preparation_days", Type::INT2),
    ("pay_currency", Type::TEXT),
    ("school_tier", Type::INT2),
    ("bachelor_tier", Type::INT2),
    ("master_tier", Type::INT2),
    ("doctor_tier", Type::INT2),
    // Enums travel as their labels.
    ("highest_degree", Type::TEXT),
    ("role_track", Type::TEXT),
    ("offer_channel", Type::TEXT),
    ("verification", Type::TEXT),
    ("offered_precision", Type::TEXT),
    ("conflicts <> '{}'", Type::BOOL),
    ("retired_at is null", Type::BOOL),
];

/// From where cases are read.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// What has changed, over one connection.
    Changed(&'a Client),
    /// All cases, half of them over each connection: two processes of the database write them out. An ordinal never
    /// changes, so that every case is in one of the halves, whatever is written meanwhile.
    All([&'a Client; 2]),
}

/// Reads all cases that the columns lack of a version, which is read before; `told` is told how many there are so far.
///
/// A new version is made and the old one left as it is, so that whoever gives up in the middle leaves nothing half-done.
pub async fn read_missing(
    source: Source<'_>,
    columns: &Columns,
    dataset: &Dataset,
    limit_bytes: u64,
    mut told: impl FnMut(usize) + Send,
) -> Result<Columns, ReadError> {
    let mut columns = columns.clone();
    let (loaded, last_ordinal) = (columns.dataset.version, columns.last_ordinal());
    let parts = match source {
        Source::Changed(client) => {
            let changed = format!("ordinal > {last_ordinal} or changed_in > {loaded}");
            vec![copy_out(client, &changed).await?]
        }
        Source::All([first, second]) => {
            let half: i64 = first.query_one("select coalesce(max(ordinal), 0) / 2 from offer_cases", &[]).await?.get(0);
            let below = copy_out(first, &format!("retired_at is null and ordinal <= {half}")).await?;
            vec![below, copy_out(second, &format!("retired_at is null and ordinal > {half}")).await?]
        }
    };
    let mut rows = select_all(parts);
    let mut read = 0;
    while let Some(row) = rows.try_next().await? {
        let row = Fields { row: &row, dictionaries: &mut columns.dictionaries }.row()?;
        columns.put(&row);
        read += 1;
        if read % 100_000 == 0 {
            told(read);
        }
        if read % 10_000 == 0 && columns.bytes() > limit_bytes {
            break;
        }
    }
    if columns.bytes() > limit_bytes {
        return Err(ReadError::TooLarge { allowed_mib: limit_bytes >> 20 });
    }
    columns.dataset = dataset.clone();
    Ok(columns)
}

async fn copy_out(client: &Client, condition: &str) -> Result<Pin<Box<BinaryCopyOutStream>>, ReadError> {
    let fields: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).collect();
    let types: Vec<Type> = FIELDS.iter().map(|(_, sql_type)| sql_type.clone()).collect();
    let copy =
        format!("copy (select {} from offer_cases where {condition}) to stdout (format binary)", fields.join(", "));
    Ok(Box::pin(BinaryCopyOutStream::new(client.copy_out(&copy).await?, &types)))
}

/// One row as it came.
struct Fields<'a> {
    row: &'a BinaryCopyOutRow,
    dictionaries: &'a mut Arc<Dictionaries>,
}

impl Fields<'_> {
    fn row(&mut self) -> Result<Row, ReadError> {
        let row = self.row;
        let offered_on = row.try_get::<Option<i32>>(9)?.unwrap_or(NO_DATE);
        let ends = (row.try_get::<Option<i32>>(10)?, row.try_get::<Option<i32>>(11)?);
        let pay_sum = match ends {
            (Some(min), Some(max)) => min.unsigned_abs() + max.unsigned_abs(),
            _ => 0,
        };
        let id: &[u8] = row.try_get(1)?;
        Ok(Row {
            ordinal: u32::try_from(row.try_get::<i64>(0)?).map_err(|_| ReadError::TooMany("ordinal"))?,
            id_start: id.first_chunk().copied().map_or(0, u64::from_be_bytes),
            company: self.id(2, |all| &all.company, |all| &mut all.company)?,
            role: self.id(3, |all| &all.role, |all| &mut all.role)?,
            city: self.city(4)?,
            tags: self.text(5, |all| &all.tags, |all| &mut all.tags)?,
            major: fitting(self.id(6, |all| &all.major, |all| &mut all.major)?, "major")?,
            school: fitting(self.id(7, |all| &all.school, |all| &mut all.school)?, "school")?,
            source: fitting(self.id(8, |all| &all.source, |all| &mut all.source)?, "source")?,
            month: self.month(offered_on)?,
            offered_on,
            pay_sum,
            interview_rounds: row.try_get::<Option<i16>>(12)?.unwrap_or(0),
            preparation_days: row.try_get::<Option<i16>>(13)?.unwrap_or(-1),
            currency: self.currency(14, pay_sum)?,
            school_tier: self.tier(15)?,
            bachelor_tier: self.tier(16)?,
            master_tier: self.tier(17)?,
            doctor_tier: self.tier(18)?,
            highest_degree: self.member::<Degree>(19)?,
            role_track: self.member::<RoleTrack>(20)?,
            offer_channel: self.member::<OfferChannel>(21)?,
            verification: self.member::<Verification>(22)?,
            offered_precision: self.member::<DatePrecision>(23)?,
            flags: if row.try_get(24)? { HAS_CONFLICT } else { 0 } | if row.try_get(25)? { IN_USE } else { 0 },
        })
    }

    fn id(
        &mut self,
        field: usize,
        of: fn(&Dictionaries) -> &Dictionary<i32>,
        of_mut: fn(&mut Dictionaries) -> &mut Dictionary<i32>,
    ) -> Result<u32, ReadError> {
        let id: Option<i32> = self.row.try_get(field)?;
        Ok(id.map_or(0, |id| code(self.dictionaries, of, of_mut, &id)))
    }

    /// 0 for a text that is unknown or empty.
    fn text(
        &mut self,
        field: usize,
        of: fn(&Dictionaries) -> &Dictionary<String>,
        of_mut: fn(&mut Dictionaries) -> &mut Dictionary<String>,
    ) -> Result<u32, ReadError> {
        let text: Option<&str> = self.row.try_get(field)?;
        Ok(text.filter(|text| !text.is_empty()).map_or(0, |text| code(self.dictionaries, of, of_mut, text)))
    }

    fn city(&mut self, field: usize) -> Result<u32, ReadError> {
        let Some(city) = self.row.try_get::<Option<&str>>(field)? else { return Ok(0) };
        let known = self.dictionaries.city.code(city);
        Ok(known.unwrap_or_else(|| Arc::make_mut(self.dictionaries).add_city(city.to_owned())))
    }

    fn month(&mut self, offered_on: i32) -> Result<u16, ReadError> {
        let Some(date) = date_of(offered_on) else { return Ok(0) };
        let month = Month { year: date.year(), month: date.month() };
        fitting(code(self.dictionaries, |all| &all.month, |all| &mut all.month, &month), "offered_on")
    }

    fn currency(&mut self, field: usize, pay_sum: u32) -> Result<u8, ReadError> {
        if pay_sum == 0 {
            return Ok(0);
        }
        fitting(self.text(field, |all| &all.currency, |all| &mut all.currency)?, "pay_currency")
    }

    fn tier(&self, field: usize) -> Result<u8, ReadError> {
        let tier: Option<i16> = self.row.try_get(field)?;
        let tier = u8::try_from(tier.unwrap_or(0)).ok().filter(|tier| usize::from(*tier) < TIERS);
        tier.ok_or(ReadError::TooMany("school_tier"))
    }

    fn member<T: ClosedSet>(&self, field: usize) -> Result<u8, ReadError> {
        let label: Option<&str> = self.row.try_get(field)?;
        let place = label.and_then(|label| T::SLUGS.iter().position(|slug| *slug == label));
        Ok(place.map_or(0, |place| u8::try_from(place + 1).unwrap_or(u8::MAX)))
    }
}

/// The code of a value. The dictionaries are copied only where it has none yet.
fn code<T, Q>(
    dictionaries: &mut Arc<Dictionaries>,
    of: fn(&Dictionaries) -> &Dictionary<T>,
    of_mut: fn(&mut Dictionaries) -> &mut Dictionary<T>,
    value: &Q,
) -> u32
where
    T: Hash + Eq + Clone + Borrow<Q>,
    Q: Hash + Eq + ToOwned<Owned = T> + ?Sized,
{
    let known = of(dictionaries).code(value);
    known.unwrap_or_else(|| of_mut(Arc::make_mut(dictionaries)).add(value.to_owned()))
}

fn fitting<T: TryFrom<u32>>(code: u32, column: &'static str) -> Result<T, ReadError> {
    T::try_from(code).map_err(|_| ReadError::TooMany(column))
}
