//! Times and dates as JSON has them, by RFC 3339: what chrono writes, without its formatter, which a page of cases would
//! run sixty times.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde::{Serialize, Serializer};

const LONGEST: usize = "2026-11-24T06:07:58.375935Z".len();
const DATE: usize = "2026-11-24".len();

/// A time; what the database has is precise to the microsecond.
pub(super) fn time<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = [0; LONGEST];
    match write_time(time, &mut text) {
        Some(length) => serializer.serialize_str(std::str::from_utf8(&text[..length]).unwrap_or_default()),
        None => time.serialize(serializer),
    }
}

/// A date that may be unknown.
pub(super) fn date<S: Serializer>(date: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = [0; DATE];
    match date {
        Some(known) if write_date(*known, &mut text).is_some() => {
            serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
        }
        other => other.serialize(serializer),
    }
}

/// Writes a time and gives its length; `None` where it has a year or a fraction that is not usual.
fn write_time(time: &DateTime<Utc>, text: &mut [u8; LONGEST]) -> Option<usize> {
    write_date(time.date_naive(), text)?;
    for (place, sign, value) in [(10, b'T', time.hour()), (13, b':', time.minute()), (16, b':', time.second())] {
        text[place] = sign;
        digits(value, &mut text[place + 1..place + 3]);
    }
    let nanoseconds = time.nanosecond();
    let fraction = match nanoseconds {
        0 => 0,
        1_000_000_000.. => return None,
        whole if whole % 1_000_000 == 0 => 3,
        whole if whole % 1_000 == 0 => 6,
        _ => return None,
    };
    let mut length = 19;
    if fraction > 0 {
        text[length] = b'.';
        digits(nanoseconds / 10_u32.pow(9 - fraction), &mut text[20..20 + fraction as usize]);
        length = 20 + fraction as usize;
    }
    text[length] = b'Z';
    Some(length + 1)
}

fn write_date(date: NaiveDate, text: &mut [u8]) -> Option<()> {
    let year = u32::try_from(date.year()).ok().filter(|year| *year <= 9999)?;
    digits(year, &mut text[..4]);
    text[4] = b'-';
    digits(date.month(), &mut text[5..7]);
    text[7] = b'-';
    digits(date.day(), &mut text[8..10]);
    Some(())
}

/// The last decimal digits of a number, as many as there is room for.
fn digits(mut number: u32, text: &mut [u8]) {
    for place in text.iter_mut().rev() {
        *place = b"0123456789"[(number % 10) as usize];
        number /= 10;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Ours(#[serde(serialize_with = "time")] DateTime<Utc>, #[serde(serialize_with = "date")] Option<NaiveDate>);

    #[test]
    fn times_and_dates_are_written_as_chrono_writes_them() {
        for text in [
            "2026-11-24T06:07:58.375935Z",
            "2026-11-24T06:07:58.375Z",
            "2026-11-24T06:07:58.000001Z",
            "2026-11-24T06:07:58.370Z",
            "2026-11-24T06:07:58Z",
            "1999-01-02T23:59:59.999999999Z",
            "2016-12-31T23:59:60.5Z",
            "0001-01-01T00:00:00Z",
            "-0044-03-15T00:00:00Z",
            "+12026-11-24T06:07:58Z",
        ] {
            let time: DateTime<Utc> = text.parse().unwrap();
            let date = Some(time.date_naive());
            let (ours, theirs) = (serde_json::to_string(&Ours(time, date)), serde_json::to_string(&(time, date)));
            assert_eq!(ours.unwrap(), theirs.unwrap());
        }
        assert_eq!(serde_json::to_value(Ours(DateTime::UNIX_EPOCH, None)).unwrap()[1], serde_json::Value::Null);
    }
}
