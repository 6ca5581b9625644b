//! Rows of the database as codes of columns.

use std::sync::Arc;

use chrono::Datelike;
use tokio_postgres::binary_copy::BinaryCopyOutRow;
use tokio_postgres::types::Type;

use super::chunk::CodedCase;
use super::days::{date_of, is_by};
use super::dictionary::Dictionaries;
use super::read::ReadError;
use super::slots::{Coding, SLOTS, Slot};
use crate::cases::ranges::month_of;
use crate::model::closed_sets::DatePrecision;

/// Columns that every case has, before its number in the sum of rows and those of the slots.
pub(super) const FIXED: &[(&str, Type)] =
    &[("ordinal", Type::INT8), ("uuid_send(id)", Type::BYTEA), ("retired_at is null", Type::BOOL)];

/// Reads a row that came into the codes of a case, and gives its number in the sum of rows. Of one that is retired no
/// value is read: it is in no answer.
pub(super) fn read_case(
    row: &BinaryCopyOutRow,
    dictionaries: &mut Arc<Dictionaries>,
    case: &mut CodedCase,
) -> Result<i64, ReadError> {
    case.ordinal = u32::try_from(row.try_get::<i64>(0)?).map_err(|_| ReadError::TooMany("ordinal"))?;
    let id: &[u8] = row.try_get(1)?;
    case.id_start = id.first_chunk().copied().map_or(0, u64::from_be_bytes);
    case.is_in_use = row.try_get(2)?;
    if !case.is_in_use {
        case.codes.fill(0);
        return Ok(row.try_get(FIXED.len())?);
    }
    let mut index = FIXED.len() + 1;
    for (number, slot) in SLOTS.all.iter().enumerate() {
        case.codes[number] = code(slot, number, (row, index), &case.codes, dictionaries)?;
        index += usize::from(slot.expression.is_some());
    }
    Ok(row.try_get(FIXED.len())?)
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
