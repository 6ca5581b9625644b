//! Reading cases from the database into columns.

use std::pin::Pin;
use std::sync::Arc;

use chrono::Datelike;
use futures_util::TryStreamExt;
use futures_util::stream::select_all;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream};
use tokio_postgres::types::Type;

use super::Columns;
use super::chunk::CodedCase;
use super::days::{date_of, is_by};
use super::dictionary::Dictionaries;
use super::slots::{Coding, SLOTS, Slot};
use crate::cases::ranges::month_of;
use crate::database::dataset::Dataset;
use crate::model::closed_sets::DatePrecision;

/// Why cases could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database failed.
    #[error("{}", crate::database::describe(.0))]
    Database(#[from] tokio_postgres::Error),
    /// They do not fit into columns.
    #[error("there are too many different values of {0}")]
    TooMany(&'static str),
    /// Reading was broken off.
    #[error("reading was broken off: {0}")]
    Stopped(String),
    /// They take more memory than is allowed.
    #[error("the cases take more than the {allowed_mib} MiB that are allowed")]
    TooLarge {
        /// The limit.
        allowed_mib: u64,
    },
}

/// From where cases are read.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// What has changed, over one connection.
    Changed(&'a Client),
    /// All cases, half of them over each connection: two processes of the database write them out. An ordinal never
    /// changes, so that every case is in one of the halves, whatever is written meanwhile.
    All([&'a Client; 2]),
}

/// Reads all cases that the columns lack of a version, which is read before; `progress` learns how many there are so far.
///
/// A new version is made and the old one left as it is, so that whoever gives up in the middle leaves nothing half-done.
pub async fn read_missing(
    source: Source<'_>,
    columns: &Columns,
    dataset: &Dataset,
    limit_bytes: u64,
    mut progress: impl FnMut(usize) + Send,
) -> Result<Columns, ReadError> {
    let mut columns = columns.clone();
    let (loaded, last_ordinal) = (columns.dataset.version, columns.last_ordinal);
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
    let mut case = CodedCase { codes: vec![0; SLOTS.all.len()], ..CodedCase::default() };
    while let Some(row) = rows.try_next().await? {
        read_case(&row, &mut columns.dictionaries, &mut case)?;
        columns.put(&case);
        read += 1;
        if read % 100_000 == 0 {
            progress(read);
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

/// Columns that every case has, before those of the slots.
const FIXED: &[(&str, Type)] =
    &[("ordinal", Type::INT8), ("uuid_send(id)", Type::BYTEA), ("retired_at is null", Type::BOOL)];

async fn copy_out(client: &Client, condition: &str) -> Result<Pin<Box<BinaryCopyOutStream>>, ReadError> {
    let fixed = FIXED.iter().map(|(expression, sql_type)| (*expression, sql_type.clone()));
    let of_slots = SLOTS.all.iter().filter_map(|slot| slot.expression.as_ref());
    let of_slots = of_slots.map(|(expression, sql_type)| (expression.as_str(), sql_type.clone()));
    let (expressions, types): (Vec<&str>, Vec<Type>) = fixed.chain(of_slots).unzip();
    let copy = format!(
        "copy (select {} from offer_cases where {condition}) to stdout (format binary)",
        expressions.join(", ")
    );
    Ok(Box::pin(BinaryCopyOutStream::new(client.copy_out(&copy).await?, &types)))
}

/// Reads a row that came into the codes of a case.
fn read_case(
    row: &BinaryCopyOutRow,
    dictionaries: &mut Arc<Dictionaries>,
    case: &mut CodedCase,
) -> Result<(), ReadError> {
    case.ordinal = u32::try_from(row.try_get::<i64>(0)?).map_err(|_| ReadError::TooMany("ordinal"))?;
    let id: &[u8] = row.try_get(1)?;
    case.id_start = id.first_chunk().copied().map_or(0, u64::from_be_bytes);
    case.is_in_use = row.try_get(2)?;
    let mut index = FIXED.len();
    for (number, slot) in SLOTS.all.iter().enumerate() {
        case.codes[number] = code(slot, number, (row, index), &case.codes, dictionaries)?;
        index += usize::from(slot.expression.is_some());
    }
    Ok(())
}

/// The code of what a row has for a slot; the dictionaries are copied only where they lack its value.
fn code(
    slot: &Slot,
    number: usize,
    (row, index): (&BinaryCopyOutRow, usize),
    before: &[u32],
    dictionaries: &mut Arc<Dictionaries>,
) -> Result<u32, ReadError> {
    let positive = |number: i64| u32::try_from(number).map_err(|_| ReadError::TooMany(slot.field.name()));
    Ok(match slot.coding {
        Coding::Entries(entity) => {
            let Some(id) = row.try_get::<Option<i32>>(index)? else { return Ok(0) };
            let known = dictionaries.entries(entity).code(&id);
            known.unwrap_or_else(|| Arc::make_mut(dictionaries).entries_mut(entity).add(id))
        }
        Coding::Texts => {
            let text = row.try_get::<Option<&str>>(index)?.filter(|text| !text.is_empty());
            let Some(text) = text else { return Ok(0) };
            let known = dictionaries.texts(number).code(text);
            known.unwrap_or_else(|| Arc::make_mut(dictionaries).add_text(number, text))
        }
        Coding::Members(set) => {
            let member = row.try_get::<Option<&str>>(index)?.and_then(|label| set.position(label));
            member.map_or(0, |member| u32::try_from(member + 1).unwrap_or(u32::MAX))
        }
        Coding::Numbers(least) => match row.try_get::<Option<i32>>(index)? {
            Some(number) => positive(i64::from(number) - i64::from(least) + 1)?,
            None => 0,
        },
        Coding::Days => row.try_get::<Option<i32>>(index)?.map_or(Ok(0), |days| positive(days.into()))?,
        Coding::Sums | Coding::Seconds => row.try_get::<Option<i64>>(index)?.map_or(Ok(0), positive)?,
        Coding::Flags => 1 + u32::from(row.try_get::<bool>(index)?),
        Coding::Periods { is_month, date, precision } => {
            let Some(day) = date_of(before[date]) else { return Ok(0) };
            if is_month && is_by(DatePrecision::Year, before[precision]) {
                return Ok(0);
            }
            let period = if is_month { month_of(day) } else { day.year() };
            let known = dictionaries.periods(number).code(&period);
            known.unwrap_or_else(|| Arc::make_mut(dictionaries).add_period(number, period))
        }
    })
}
