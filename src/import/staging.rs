//! The staging table: rows travel to it by COPY, on a connection of their own, and stand there until they are merged.
//!
//! That connection holds the lock between imports, so that the table is one import's alone. What an import that was
//! killed has left in it goes when the next one begins.

use std::fmt::Write;

use bytes::Bytes;
use futures_util::{SinkExt, pin_mut};
use tokio::sync::mpsc::Receiver;
use tokio_postgres::{Client, NoTls};

use super::normalise::{Named, NormalisedCase};
use crate::database::{Database, DatabaseError};
use crate::model::closed_set::ClosedSet;

/// The key of the advisory lock between imports, a constant of this project.
const IMPORT_LOCK: i64 = 0x6f66_6665_7269_6d70;

/// The columns in the order in which [`write()`] writes them.
const COLUMNS: &str = "id, company_id, company_name, role_id, role_name, role_track, major_id, bachelor_tier, \
    master_tier, doctor_tier, highest_degree, bachelor_school_id, school_id, offer_channel, city, offered_on, \
    offered_precision, pay_annual_min, pay_annual_max, pay_currency, pay_monthly_base, pay_months, interview_rounds, \
    preparation_days, tags, summary, conflicts, verification, raw, source_key, source_row";

/// The staging table, for one import.
pub struct Staging {
    client: Client,
}

impl Staging {
    /// Waits until no other import runs, and empties the table.
    pub async fn open(database: &Database) -> Result<Self, DatabaseError> {
        let away = |error: tokio_postgres::Error| DatabaseError::Away(crate::database::describe(&error));
        let (client, connection) = database.config().connect(NoTls).await.map_err(away)?;
        tokio::spawn(connection);
        client.execute("select pg_advisory_lock($1)", &[&IMPORT_LOCK]).await.map_err(away)?;
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
        let sink = self.client.copy_in::<_, Bytes>(&format!("copy staged_cases ({COLUMNS}) from stdin")).await?;
        pin_mut!(sink);
        while let Some(chunk) = chunks.recv().await {
            sink.send(Bytes::from(chunk)).await?;
        }
        sink.finish().await
    }
}

/// Writes a case as a line of COPY's text format.
pub fn write(line: &mut Vec<u8>, case: &NormalisedCase) {
    let fields = &case.fields;
    let mut row = Line(line);
    row.text(&fields.id.to_string());
    row.named(&case.company);
    row.named(&case.role);
    row.member(fields.role_track);
    row.display(fields.major_id);
    row.display(fields.bachelor_tier);
    row.display(fields.master_tier);
    row.display(fields.doctor_tier);
    row.member(fields.highest_degree);
    row.display(fields.bachelor_school_id);
    row.display(fields.school_id);
    row.member(fields.offer_channel);
    row.optional(fields.city.as_deref());
    row.display(fields.offered_on);
    row.member(fields.offered_precision);
    row.display(fields.pay_annual_min);
    row.display(fields.pay_annual_max);
    row.text(&fields.pay_currency);
    row.display(fields.pay_monthly_base);
    row.display(fields.pay_months);
    row.display(fields.interview_rounds);
    row.display(fields.preparation_days);
    row.array(&fields.tags);
    row.optional(fields.summary.as_deref());
    row.array(&fields.conflicts);
    row.member(Some(fields.verification));
    row.text(&fields.raw.to_string());
    row.text(&fields.source_key);
    row.display(Some(fields.source_row));
    row.end();
}

/// A line under construction; each value ends in a tab, the last in a line break.
struct Line<'a>(&'a mut Vec<u8>);

impl Line<'_> {
    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'\\' => self.0.extend_from_slice(b"\\\\"),
                b'\t' => self.0.extend_from_slice(b"\\t"),
                b'\n' => self.0.extend_from_slice(b"\\n"),
                b'\r' => self.0.extend_from_slice(b"\\r"),
                other => self.0.push(other),
            }
        }
        self.0.push(b'\t');
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.0.extend_from_slice(b"\\N\t"),
        }
    }

    fn display(&mut self, value: Option<impl std::fmt::Display>) {
        let text = value.map(|value| value.to_string());
        self.optional(text.as_deref());
    }

    fn member(&mut self, member: Option<impl ClosedSet>) {
        self.optional(member.map(ClosedSet::slug));
    }

    /// The id of a known one, or the name of a new one.
    fn named(&mut self, named: &Named) {
        match named {
            Named::Known(id) => {
                self.display(Some(id));
                self.optional(None);
            }
            Named::New(name) => {
                self.optional(None);
                self.text(name);
            }
        }
    }

    /// An array literal.
    fn array(&mut self, items: &[String]) {
        let mut literal = String::from("{");
        for (place, item) in items.iter().enumerate() {
            let escaped = item.replace('\\', "\\\\").replace('"', "\\\"");
            let comma = if place == 0 { "" } else { "," };
            // Writing into a string does not fail.
            let _ = write!(literal, "{comma}\"{escaped}\"");
        }
        literal.push('}');
        self.text(&literal);
    }

    fn end(self) {
        self.0.pop();
        self.0.push(b'\n');
    }
}
