//! A value as plain text: as it stands in a cell, and between the quotes of JSON.

use std::io::Write;

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};
use uuid::Uuid;

use super::binary;
use crate::model::field::Kind;

/// Writes a value of one word or number; `None` where it has no such form.
pub(super) fn push(out: &mut Vec<u8>, kind: Kind, bytes: &[u8]) -> Option<()> {
    match kind {
        Kind::Id => {
            let id = Uuid::from_slice(bytes).ok()?;
            out.extend_from_slice(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
        }
        // Writing into memory does not fail.
        Kind::Number { .. } => serde_json::to_writer(out, &binary::integer(bytes)?).ok()?,
        Kind::Amount { .. } => push_hundredths(out, binary::hundredths(bytes)?),
        Kind::Date { .. } => push_date(out, binary::date(bytes)?),
        Kind::Time => push_time(out, binary::time(bytes)?),
        Kind::Flag => out.extend_from_slice(if bytes == [1] { b"true" } else { b"false" }),
        // Of a member of a closed set the database sends the slug.
        _ => out.extend_from_slice(bytes),
    }
    Some(())
}

/// A figure without zeros at its end.
fn push_hundredths(out: &mut Vec<u8>, figure: i64) {
    if figure < 0 {
        out.push(b'-');
    }
    let figure = figure.unsigned_abs();
    let _ = serde_json::to_writer(&mut *out, &(figure / 100));
    match figure % 100 {
        0 => {}
        tenths if tenths % 10 == 0 => out.extend_from_slice(&[b'.', digit(tenths / 10)]),
        both => out.extend_from_slice(&[b'.', digit(both / 10), digit(both)]),
    }
}

/// A date by RFC 3339. A page has sixty dates and times, of which chrono's formatter makes four times the work.
fn push_date(out: &mut Vec<u8>, date: NaiveDate) {
    let Some(year) = u32::try_from(date.year()).ok().filter(|year| *year <= 9999) else {
        let _ = write!(out, "{date}");
        return;
    };
    push_digits::<4>(out, year);
    for part in [date.month(), date.day()] {
        out.push(b'-');
        push_digits::<2>(out, part);
    }
}

/// A time by RFC 3339, in UTC; what the database has is precise to the microsecond.
fn push_time(out: &mut Vec<u8>, time: DateTime<Utc>) {
    if !(0..=9999).contains(&time.year()) {
        out.extend_from_slice(time.to_rfc3339_opts(SecondsFormat::AutoSi, true).as_bytes());
        return;
    }
    push_date(out, time.date_naive());
    for (sign, part) in [(b'T', time.hour()), (b':', time.minute()), (b':', time.second())] {
        out.push(sign);
        push_digits::<2>(out, part);
    }
    let microseconds = time.nanosecond() / 1_000;
    if microseconds > 0 {
        out.push(b'.');
        match microseconds % 1_000 {
            0 => push_digits::<3>(out, microseconds / 1_000),
            _ => push_digits::<6>(out, microseconds),
        }
    }
    out.push(b'Z');
}

fn push_digits<const COUNT: usize>(out: &mut Vec<u8>, mut number: u32) {
    let mut digits = [b'0'; COUNT];
    for one in digits.iter_mut().rev() {
        *one = digit(number.into());
        number /= 10;
    }
    out.extend_from_slice(&digits);
}

/// The last digit of a number.
fn digit(number: u64) -> u8 {
    b"0123456789"[(number % 10) as usize]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn written(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn times_and_dates_are_written_as_chrono_writes_them() {
        for text in [
            "2026-11-24T06:07:58.375935Z",
            "2026-11-24T06:07:58.375Z",
            "2026-11-24T06:07:58.000001Z",
            "2026-11-24T06:07:58.370Z",
            "2026-11-24T06:07:58Z",
            "1999-01-02T23:59:59.999999Z",
            "0001-01-01T00:00:00Z",
            "-0044-03-15T00:00:00Z",
            "+12026-11-24T06:07:58Z",
        ] {
            let time: DateTime<Utc> = text.parse().unwrap();
            let ours = written(|out| push_time(out, time));
            assert_eq!(ours, time.to_rfc3339_opts(SecondsFormat::AutoSi, true));
            assert_eq!(written(|out| push_date(out, time.date_naive())), time.date_naive().to_string());
        }
    }

    #[test]
    fn figures_have_no_zeros_at_their_end() {
        for (figure, expected) in
            [(0, "0"), (1_300, "13"), (1_350, "13.5"), (1_571, "15.71"), (-5, "-0.05"), (1, "0.01")]
        {
            assert_eq!(written(|out| push_hundredths(out, figure)), expected);
        }
    }
}
