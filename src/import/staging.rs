//! The staging table: rows travel to it by COPY, on a connection of their own, and stand there until they are merged.
//!
//! That connection holds the lock between imports, so that the table is one import's alone. What an import that was
//! killed has left in it goes when the next one begins.

use std::io::{self, Write};
use std::sync::LazyLock;

use bytes::Bytes;
use futures_util::{SinkExt, pin_mut};
use log::info;
use tokio::sync::mpsc::Receiver;
use tokio_postgres::Client;

use super::normalise::decimal::Hundredths;
use super::normalise::{NormalisedCase, imported};
use crate::database::{Database, DatabaseError};
use crate::model::case::Field;
use crate::model::field::{CREATES, Kind};
use crate::model::value::Value;

/// The key of the advisory lock between imports, a constant of this project.
pub(super) const IMPORT_LOCK: i64 = 0x6f66_6665_7269_6d70;

/// The fields that travel: all that an import says.
static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| imported().collect());

/// The columns in the order in which [`write()`] writes them: of a field whose entry may be new that of its name too.
static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let columns = FIELDS.iter().flat_map(|field| {
        let name = field.can(CREATES).then(|| name_column(*field));
        field.column().map(str::to_owned).into_iter().chain(name)
    });
    columns.chain([CONTENT_HASH.to_owned()]).collect::<Vec<_>>().join(", ")
});

/// The column of what a row says, whatever its number.
pub const CONTENT_HASH: &str = "content_hash";

/// The column of the names of entries that are to be made.
pub fn name_column(field: Field) -> String {
    format!("{}_name", field.name())
}

/// The staging table, for one import.
pub struct Staging {
    client: Client,
}

impl Staging {
    /// Waits until no other import runs, and empties the table.
    pub async fn open(database: &Database) -> Result<Self, DatabaseError> {
        let away = |error: tokio_postgres::Error| DatabaseError::Away(crate::database::describe(&error));
        let (client, _) = database.connect_raw().await?;
        let is_free = client.query_one("select pg_try_advisory_lock($1)", &[&IMPORT_LOCK]).await.map_err(away)?;
        if !is_free.get::<_, bool>(0) {
            info!("another import, or a change of names, is under way: waiting for its end");
            client.execute("select pg_advisory_lock($1)", &[&IMPORT_LOCK]).await.map_err(away)?;
        }
        let staging = Self { client };
        staging.empty().await.map_err(away)?;
        Ok(staging)
    }

    /// Empties the table, when no transaction looks at it.
    pub async fn empty(&self) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute("truncate staged_cases").await
    }

    /// Takes the rows of one file out before those of the next come in, in the middle of a transaction that has looked
    /// at them.
    pub async fn clear(&self) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute("delete from staged_cases").await
    }

    /// Copies rows, as [`write()`] writes them, until there are no more. The number of rows that arrived.
    ///
    /// # Errors
    /// Where the database refused. Rows that arrived before are not merged by anybody.
    pub async fn copy(&self, mut chunks: Receiver<Vec<u8>>) -> Result<u64, tokio_postgres::Error> {
        let sink = self.client.copy_in::<_, Bytes>(&format!("copy staged_cases ({}) from stdin", *COLUMNS)).await?;
        pin_mut!(sink);
        while let Some(chunk) = chunks.recv().await {
            sink.send(Bytes::from(chunk)).await?;
        }
        sink.finish().await
    }
}

/// Writes a case as a line of COPY's text format.
pub fn write(line: &mut Vec<u8>, case: &NormalisedCase) {
    let mut row = CopyLine(line);
    for field in FIELDS.iter() {
        match case.values.get(*field) {
            Some(Value::NewEntry(name)) => {
                row.literal("\\N");
                row.text(name);
                continue;
            }
            Some(value) => row.value(value),
            None => row.literal(unknown(field.kind())),
        }
        if field.can(CREATES) {
            row.literal("\\N");
        }
    }
    match case.content {
        Some(content) => row.display(content),
        None => row.literal("\\N"),
    }
    row.end();
}

/// What stands in the database where nothing is known.
fn unknown(kind: Kind) -> &'static str {
    match kind {
        Kind::Tags | Kind::Texts => "{}",
        _ => "\\N",
    }
}

/// A line under construction; each value ends in a tab, the last in a line break.
struct CopyLine<'a>(&'a mut Vec<u8>);

impl CopyLine<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Id(id) => self.display(id),
            Value::Reference(number) | Value::Number(number) => self.display(number),
            Value::Member(slug) => self.literal(slug),
            Value::Hundredths(amount) => self.display(Hundredths(*amount)),
            Value::Date(date) => self.display(date),
            Value::Text(text) | Value::NewEntry(text) => self.text(text),
            Value::Texts(texts) => self.array(texts),
            Value::Json(json) => {
                // Writing into a vector does not fail.
                let _ = serde_json::to_writer(Escaped(self.0), json);
                self.0.push(b'\t');
            }
        }
    }

    fn text(&mut self, text: &str) {
        let _ = Escaped(self.0).write_all(text.as_bytes());
        self.0.push(b'\t');
    }

    /// What has nothing in it that must be escaped.
    fn literal(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(b'\t');
    }

    /// The same, as it is written.
    fn display(&mut self, value: impl std::fmt::Display) {
        let _ = write!(self.0, "{value}\t");
    }

    /// An array literal.
    fn array(&mut self, items: &[String]) {
        self.0.push(b'{');
        for (place, item) in items.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let _ = write!(Escaped(self.0), "{comma}\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\""));
        }
        self.0.extend_from_slice(b"}\t");
    }

    fn end(self) {
        self.0.pop();
        self.0.push(b'\n');
    }
}

/// What is written into a line through this is escaped as COPY's text format wants it.
struct Escaped<'a>(&'a mut Vec<u8>);

impl Write for Escaped<'_> {
    /// In runs of bytes that stand for themselves, and JSON as it is written: 121,000 to 127,000 rows a second of an
    /// import, and 106,000 to 111,000 where each byte is pushed and JSON is made a text before.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(place) = rest.iter().position(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r')) {
            let letter = match rest[place] {
                b'\t' => b't',
                b'\n' => b'n',
                b'\r' => b'r',
                backslash => backslash,
            };
            self.0.extend_from_slice(&rest[..place]);
            self.0.extend_from_slice(&[b'\\', letter]);
            rest = &rest[place + 1..];
        }
        self.0.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_means_something_in_a_line_of_copy_is_escaped() {
        for (value, expected) in [
            (Value::Text("a\tb\r\n\\".to_owned()), "a\\tb\\r\\n\\\\\t"),
            (Value::Text(String::new()), "\t"),
            (Value::Texts(vec!["x".to_owned(), "\"\\\n".to_owned()]), "{\"x\",\"\\\\\"\\\\\\\\\\n\"}\t"),
            (Value::Texts(vec![]), "{}\t"),
            (Value::Json(json!({"公司": "a\n\"b\\"})), "{\"公司\":\"a\\\\n\\\\\"b\\\\\\\\\"}\t"),
        ] {
            let mut line = Vec::new();
            CopyLine(&mut line).value(&value);
            assert_eq!(String::from_utf8_lossy(&line), expected, "{value:?}");
        }
    }
}
