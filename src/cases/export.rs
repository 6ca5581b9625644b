//! Every case that a reader asks for, as a stream of bytes.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::TryStreamExt;
use tokio::sync::mpsc::Sender;

use super::fields::{FIELDS, Fields, INCLUDE};
use super::filter::CaseFilter;
use super::filter_sql::FilterCondition;
use super::format::Format;
use super::json::push_case;
use super::keyset::InOrder;
use super::parameters::FilterParameters;
use super::row::{CaseColumns, CaseRow};
use super::sort::{SORT, Sort};
use super::table;
use super::workbook::{CaseWorkbook, WorkbookError};
use crate::catalog::Catalog;
use crate::database::schema::offer_cases;
use crate::database::{DatabaseError, LongLease};
use crate::model::case::Field;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader, ParameterTable, parameter_tables};

/// The parameter that leaves out the byte order mark.
pub const BOM: Parameter = Parameter {
    name: "bom",
    description: "Whether the file begins with a byte order mark, without which Excel takes Chinese for something else; \
        `false` is for programs that do not know it.",
    kind: Kind::Flag { default: Some(true) },
    example: "false",
};

/// The parameters of every export, beside those of the filter.
const OF_EXPORTS: [Parameter; 3] = [SORT, FIELDS, INCLUDE];
/// The same with [`BOM`].
const OF_CSV: [Parameter; 4] = [SORT, FIELDS, INCLUDE, BOM];

parameter_tables! {
    /// The parameters of an export, beside those of the filter.
    ExportParameters = &OF_EXPORTS;
    /// The parameters of an export as CSV, beside those of the filter.
    CsvParameters = &OF_CSV;
}

/// Bytes that are sent together.
const CHUNK_BYTES: usize = 64 * 1024;

/// Which cases a reader asks for, all of them.
#[derive(Debug)]
pub struct ExportQuery {
    filter: CaseFilter,
    sort: Sort,
    fields: Fields,
    /// The form of the file.
    pub format: Format,
    with_bom: bool,
}

impl ExportQuery {
    /// Reads the query string of an export in this form.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, format: Format, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let is_csv = format == Format::Csv;
        let of_format = if is_csv { CsvParameters::PARAMETERS } else { ExportParameters::PARAMETERS };
        let mut reader = ParameterReader::new(query_string, &[FilterParameters::PARAMETERS, of_format]);
        let filter = CaseFilter::parse(&mut reader, catalog);
        let sort = Sort::parse(&mut reader);
        let fields = Fields::parse(&mut reader);
        let with_bom = is_csv && reader.flag(BOM.name) == Some(true);
        reader.finish()?;
        // The members of an object have no order that means anything.
        let fields = if format == Format::Ndjson { fields.in_order() } else { fields };
        Ok(Self { filter, sort, fields, format, with_bom })
    }
}

/// Why an export ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A query failed; [`export`] tells whether the database is away.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    /// The client went away, or took too long.
    #[error("the client took no more")]
    ClientGone,
    /// A case could not be written.
    #[error("a case could not be written: {0}")]
    Write(#[from] csv::Error),
    /// The workbook could not be made.
    #[error("the workbook could not be made: {0}")]
    Workbook(#[from] WorkbookError),
    /// The file of the workbook could not be read again.
    #[error("the file of the workbook could not be read: {0}")]
    File(#[from] io::Error),
}

/// Some bytes of an export, or why it ends before its end.
pub type Chunk = Result<Vec<u8>, ExportError>;

/// Sends all cases of a query, row by row as the database gives them: memory does not grow with their number. A workbook is
/// sent when it is whole.
///
/// # Errors
/// Where it did not come to the end; the receiver must not take what it has for the whole then.
pub async fn export(
    mut lease: LongLease,
    catalog: Arc<Catalog>,
    query: ExportQuery,
    to: &Sender<Chunk>,
) -> Result<(), ExportError> {
    match send_cases(&mut lease, &catalog, &query, to).await {
        Ok(None) => Ok(()),
        Ok(Some(workbook)) => {
            // Nothing more is asked of the database.
            drop(lease);
            send_file(beside(move || workbook.save()).await??, to).await
        }
        Err(ExportError::Query(error)) => Err(lease.failure(error).await.into()),
        Err(error) => Err(error),
    }
}

/// Sends all cases of a query but those of a workbook, which is given back.
async fn send_cases(
    lease: &mut LongLease,
    catalog: &Catalog,
    query: &ExportQuery,
    to: &Sender<Chunk>,
) -> Result<Option<CaseWorkbook>, ExportError> {
    let fields = query.fields.as_slice();
    let database = lease.to.clone();
    let rows = offer_cases::table
        .select(CaseColumns(fields))
        .filter(FilterCondition(&query.filter))
        .order(InOrder(&query.sort))
        .load_stream::<CaseRow>(&mut lease.connection);
    let rows = database.while_it_answers(rows).await??;
    let mut rows = Box::pin(rows);
    if query.format == Format::Xlsx {
        let mut workbook = CaseWorkbook::new(fields)?;
        while let Some(row) = database.while_it_answers(rows.try_next()).await?? {
            workbook.write(fields, &row, catalog)?;
        }
        return Ok(Some(workbook));
    }
    let mut writer = CaseWriter::new(query)?;
    while let Some(row) = database.while_it_answers(rows.try_next()).await?? {
        writer.write(fields, &row, catalog)?;
        if writer.bytes().len() >= CHUNK_BYTES {
            send(to, writer.take()).await?;
        }
    }
    // The header at least: that there is no case is an answer.
    send(to, writer.take()).await?;
    Ok(None)
}

/// Sends a file from its first byte.
async fn send_file(mut file: File, to: &Sender<Chunk>) -> Result<(), ExportError> {
    loop {
        let (rest, bytes) = beside(move || {
            let mut bytes = Vec::with_capacity(CHUNK_BYTES);
            Read::by_ref(&mut file).take(CHUNK_BYTES as u64).read_to_end(&mut bytes).map(|_| (file, bytes))
        })
        .await??;
        if bytes.is_empty() {
            return Ok(());
        }
        send(to, bytes).await?;
        file = rest;
    }
}

/// Does what takes long, or waits for a disk, beside the threads that serve requests.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)
}

async fn send(to: &Sender<Chunk>, bytes: Vec<u8>) -> Result<(), ExportError> {
    to.send(Ok(bytes)).await.map_err(|_| ExportError::ClientGone)
}

/// Cases that are written as text and not sent yet.
enum CaseWriter {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Ndjson(Vec<u8>),
}

impl CaseWriter {
    fn new(query: &ExportQuery) -> csv::Result<Self> {
        if query.format != Format::Csv {
            return Ok(Self::Ndjson(Vec::new()));
        }
        let mut table = table::begun(query.with_bom);
        table.write_record(table::columns(query.fields.as_slice()))?;
        Ok(Self::Csv(table.into()))
    }

    fn write(&mut self, fields: &[Field], row: &CaseRow, catalog: &Catalog) -> csv::Result<()> {
        match self {
            Self::Csv(table) => table::write_row(table, fields, row, catalog),
            Self::Ndjson(lines) => {
                push_case(lines, fields, row, catalog);
                lines.push(b'\n');
                Ok(())
            }
        }
    }

    /// What is written, but for a few kilobytes at the end.
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Csv(table) => table.get_ref(),
            Self::Ndjson(lines) => lines,
        }
    }

    fn take(&mut self) -> Vec<u8> {
        match self {
            // Writing into memory does not fail.
            Self::Csv(table) => std::mem::replace(&mut **table, table::begun(false)).into_inner().unwrap_or_default(),
            Self::Ndjson(lines) => std::mem::take(lines),
        }
    }
}
