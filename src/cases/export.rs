//! Every case that a reader asks for, as a stream of bytes.

use std::sync::Arc;
use std::time::Duration;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::TryStreamExt;
use tokio::sync::mpsc::Sender;

use super::OfferCase;
use super::fields::Fields;
use super::filter::CaseFilter;
use super::filter_sql::FilterCondition;
use super::format::Format;
use super::keyset::InOrder;
use super::one::{Include, Revision};
use super::row::CaseRow;
use super::sort::Sort;
use crate::catalog::Catalog;
use crate::database::schema::offer_cases;
use crate::parameters::{Kind, Parameter};

/// The parameter that asks for a byte order mark.
pub const BOM: Parameter = Parameter {
    name: "bom",
    description: "Whether CSV begins with a byte order mark, without which Excel takes Chinese for something else.",
    kind: Kind::Flag { default: Some(false) },
    example: "false",
};

/// Bytes that are sent together.
const CHUNK_BYTES: usize = 64 * 1024;
/// How long a client may take for a chunk before it is given up.
const CLIENT_LIMIT: Duration = Duration::from_secs(30);

/// Earlier states as they stand in a case.
const REVISIONS: &str = "(select coalesce(jsonb_agg(jsonb_build_object('revision', revisions.revision, \
    'replaced_at', revisions.replaced_at, 'replaced_by_import', revisions.replaced_by_import_id, \
    'earlier', revisions.earlier) order by revisions.revision desc), '[]') \
    from offer_case_revisions revisions where revisions.case_id = offer_cases.id)";

/// Which cases a reader asks for, all of them.
#[derive(Debug)]
pub struct ExportQuery {
    pub(super) filter: CaseFilter,
    pub(super) sort: Sort,
    pub(super) include: Include,
    pub(super) fields: Option<Fields>,
    /// CSV or NDJSON.
    pub format: Format,
    pub(super) with_bom: bool,
}

/// Why an export ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    /// The client went away, or took too long.
    #[error("the client took no more")]
    ClientGone,
    /// A case could not be written.
    #[error("a case could not be written: {0}")]
    Write(String),
}

/// Some bytes of an export, or why it ends before its end.
pub type Chunk = Result<Vec<u8>, ExportError>;

/// Sends all cases of a query, row by row as the database gives them: memory does not grow with their number.
///
/// # Errors
/// Where it did not come to the end; the receiver must not take what it has for the whole then.
pub async fn export(
    connection: &mut AsyncPgConnection,
    catalog: Arc<Catalog>,
    query: ExportQuery,
    to: &Sender<Chunk>,
) -> Result<(), ExportError> {
    let on_request = |wanted: bool, expression: &str| if wanted { expression.to_owned() } else { "null::jsonb".into() };
    let rows = offer_cases::table
        .select((
            CaseRow::as_select(),
            sql::<Nullable<Jsonb>>(&on_request(query.include.raw, "offer_cases.raw")),
            sql::<Nullable<Jsonb>>(&on_request(query.include.revisions, REVISIONS)),
        ))
        .filter(FilterCondition(&query.filter))
        .order(InOrder(&query.sort))
        .load_stream::<(CaseRow, Option<serde_json::Value>, Option<serde_json::Value>)>(connection)
        .await?;
    futures_util::pin_mut!(rows);
    let mut writer = CaseWriter::new(&query);
    while let Some((row, raw, revisions)) = rows.try_next().await? {
        let mut case = OfferCase::from_row(row, &catalog, query.include.source);
        case.raw = raw;
        case.revisions = revisions.and_then(|revisions| serde_json::from_value::<Vec<Revision>>(revisions).ok());
        writer.write(case)?;
        if writer.bytes.len() >= CHUNK_BYTES {
            send(to, writer.take()).await?;
        }
    }
    // The header at least: that there is no case is an answer.
    send(to, writer.take()).await
}

async fn send(to: &Sender<Chunk>, bytes: Vec<u8>) -> Result<(), ExportError> {
    to.send_timeout(Ok(bytes), CLIENT_LIMIT).await.map_err(|_| ExportError::ClientGone)
}

/// Writes cases in a format.
struct CaseWriter {
    bytes: Vec<u8>,
    format: Format,
    /// What stands in a table; thinned where `is_thin`.
    fields: Fields,
    is_thin: bool,
}

impl CaseWriter {
    fn new(query: &ExportQuery) -> Self {
        let fields = Fields::with(query.fields.clone(), query.include);
        let mut writer = Self { bytes: Vec::new(), format: query.format, fields, is_thin: query.fields.is_some() };
        if query.with_bom {
            writer.bytes.extend_from_slice("\u{feff}".as_bytes());
        }
        if query.format == Format::Csv {
            let columns = writer.fields.columns();
            writer.write_record(&columns);
        }
        writer
    }

    fn write(&mut self, case: OfferCase) -> Result<(), ExportError> {
        if self.format == Format::Csv {
            let cells = self.fields.cells(&case);
            self.write_record(&cells);
            return Ok(());
        }
        let written = if self.is_thin {
            serde_json::to_writer(&mut self.bytes, &self.fields.thin(case))
        } else {
            serde_json::to_writer(&mut self.bytes, &case)
        };
        self.bytes.push(b'\n');
        written.map_err(|error| ExportError::Write(error.to_string()))
    }

    /// A record of RFC 4180, which ends in CR LF.
    fn write_record(&mut self, cells: &[String]) {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(std::mem::take(&mut self.bytes));
        // Writing into memory does not fail.
        let _ = writer.write_record(cells);
        self.bytes = writer.into_inner().unwrap_or_default();
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}
