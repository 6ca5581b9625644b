//! `/offer-cases.csv`, `/offer-cases.ndjson` and `/offer-cases.xlsx`: every case that fits, in a file that is streamed.

use std::time::Duration;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ContentEncoding, LINK};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get};
use futures_util::stream::{self, StreamExt};
use log::warn;
use tokio::sync::mpsc::{Receiver, channel};

use super::admission::ExportPlace;
use super::answers::{FileProblems, ReadProblems};
use super::freshness::Least;
use super::links;
use super::media_types::MediaType;
use super::snapshot::{DATASET_VERSION, written_version};
use super::spool::spooled;
use super::state::AppState;
use super::validators::Validators;
use crate::cases::export::{Chunk, CsvParameters, ExportError, ExportParameters, ExportQuery, export};
use crate::cases::format::Format;
use crate::cases::parameters::FilterParameters;
use crate::cases::schema::BinaryFile;
use crate::cases::workbook::WorkbookError;
use crate::catalog::Catalog;
use crate::database::DatabaseError;
use crate::database::dataset::Dataset;
use crate::http::error::ApiError;
use crate::parameters::Documented;

/// How many times as long as the queries of other requests that of an export may take until its first case: where it is of
/// all cases they are put in order first.
const LIMITS_TO_BEGIN: u32 = 6;
/// Chunks that wait to be put onto the disk.
const CHUNKS_AHEAD: usize = 4;

/// Download offer cases as CSV
///
/// Every case that fits all parameters, streamed to the last, of one state of the data: a table for spreadsheets
/// (RFC 4180), in which a text that they would run as a formula has a `'` in front. Should it fail after its first bytes,
/// the connection is broken off.
#[utoipa::path(
    tag = "Offer cases",
    params(Documented<FilterParameters>, Documented<CsvParameters>),
    responses(
        (status = 200, description = "The table, its header first.", content_type = "text/csv",
            headers(
                ("Content-Disposition" = String, description = "That it is a file, and what to call it."),
                ("Link" = String, description = "The same in pages, with what must be known to read it (`rel=\"describedby\"`).")),
            body = String,
            example = "id,company,company_name,company_name_en\r\n\
                10bfdab1-46dd-522a-a44e-e39c3449f35e,baidu,百度,Baidu\r\n"),
        ReadProblems
    )
)]
#[get("/offer-cases.csv")]
pub async fn export_offer_cases_csv(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    export_as(Format::Csv, &request, &state).await
}

/// Download offer cases as lines of JSON
///
/// Every case that fits all parameters, streamed to the last, of one state of the data: a line each, as in the list. Should
/// it fail after its first bytes, the connection is broken off.
#[utoipa::path(
    tag = "Offer cases",
    params(Documented<FilterParameters>, Documented<ExportParameters>),
    responses(
        (status = 200, description = "The cases, a line each.", content_type = "application/x-ndjson",
            headers(
                ("Content-Disposition" = String, description = "That it is a file, and what to call it."),
                ("Link" = String, description = "The same in pages, with what must be known to read it (`rel=\"describedby\"`).")),
            body = String,
            example = "{\"id\":\"10bfdab1-46dd-522a-a44e-e39c3449f35e\"}\n"),
        ReadProblems
    )
)]
#[get("/offer-cases.ndjson")]
pub async fn export_offer_cases_ndjson(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    export_as(Format::Ndjson, &request, &state).await
}

/// Download offer cases as a workbook
///
/// Every case that fits all parameters, of one state of the data, in one sheet of an XLSX workbook: numbers, dates and
/// times (in UTC) as such, everything else as text. The answer begins when the workbook is whole.
#[utoipa::path(
    tag = "Offer cases",
    params(Documented<FilterParameters>, Documented<ExportParameters>),
    responses(
        (status = 200, description = "The workbook.",
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers(
                ("Content-Disposition" = String, description = "That it is a file, and what to call it."),
                ("Link" = String, description = "The same in pages, with what must be known to read it (`rel=\"describedby\"`).")),
            body = BinaryFile),
        FileProblems
    )
)]
#[get("/offer-cases.xlsx")]
pub async fn export_offer_cases_xlsx(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    export_as(Format::Xlsx, &request, &state).await
}

async fn export_as(format: Format, request: &HttpRequest, state: &Data<AppState>) -> Result<HttpResponse, ApiError> {
    let snapshot = state.snapshot_as(request, format.into()).await?;
    let read = move |query: &str, catalog: &Catalog| ExportQuery::parse(query, format, catalog);
    let query = snapshot.understand(request, read).await?;
    let place = request.extensions_mut().remove::<ExportPlace>();
    let least = state.least(request)?;
    // Its connection goes back to the others before the export takes one of its own.
    drop(snapshot);
    answer(request, state, (query, least), place).await
}

/// All cases of a query. What goes wrong before the first bytes is a problem as ever; after them the answer is broken
/// off, so that no client takes a part for the whole.
async fn answer(
    request: &HttpRequest,
    state: &Data<AppState>,
    (query, least): (ExportQuery, Least),
    place: Option<ExportPlace>,
) -> Result<HttpResponse, ApiError> {
    let (opening, runtime) = (state.clone(), state.runtime());
    // All of it goes on there: at its speed it would keep a thread that serves requests from all others.
    let opened = runtime.spawn(async move { opening.open_long(&least).await }).await;
    let (lease, dataset, catalog) = opened.map_err(|error| ApiError::Internal(error.to_string()))??;
    let format = query.format;
    let media_type = MediaType::from(format);
    let (sender, mut receiver) = channel::<Chunk>(CHUNKS_AHEAD);
    runtime.spawn(async move {
        let exported = tokio::select! {
            // Ended early, it gives its connection to others, while a client that does not read never takes what follows.
            exported = export(lease, catalog, query, &sender) => exported,
            () = sender.closed() => Err(ExportError::ClientGone),
        };
        if let Err(error) = exported {
            let _ = sender.send(Err(error)).await;
        }
    });
    let first = first_bytes(&mut receiver, format, state.database.query_limit()).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, media_type.content_type()));
    response.insert_header((DATASET_VERSION, written_version(&dataset)));
    response.insert_header((CONTENT_DISPOSITION, file_name("offer-cases", &dataset, format)));
    let list = request.path().trim_end_matches(format.ending()).trim_end_matches('.');
    response.append_header((LINK, links::same_as_json(request, list)));
    Validators::new(request, &dataset, media_type).add_to(&mut response);
    if format == Format::Xlsx {
        // It is compressed already.
        response.insert_header(ContentEncoding::Identity);
    }
    let (rest, work) = spooled(receiver, state.spool_room());
    runtime.spawn(async move {
        // Until all is sent.
        let _place = place;
        if let Err(error) = work.await {
            warn!("an export ended before its end: {error}");
        }
    });
    Ok(response.streaming(stream::once(async { Ok(Bytes::from(first)) }).chain(rest)))
}

/// What is sent first; of what goes wrong before, a problem.
async fn first_bytes(chunks: &mut Receiver<Chunk>, format: Format, limit: Duration) -> Result<Vec<u8>, ApiError> {
    let first = match format {
        // It is made whole before: what may take long is not the query.
        Format::Xlsx => chunks.recv().await,
        Format::Csv | Format::Ndjson => {
            let limit = LIMITS_TO_BEGIN * limit;
            tokio::time::timeout(limit, chunks.recv()).await.map_err(|_| DatabaseError::TimedOut(limit))?
        }
    };
    match first {
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(ExportError::Database(error))) => Err(error.into()),
        Some(Err(ExportError::Workbook(error @ (WorkbookError::TooMany | WorkbookError::TooLong { .. })))) => {
            Err(ApiError::DoesNotFit(error.message()))
        }
        Some(Err(error)) => Err(ApiError::Internal(error.to_string())),
        None => Err(ApiError::Internal("an export ended without an answer".into())),
    }
}

/// What a file is called: what is in it, and of which state of the data it is.
pub(super) fn file_name(what: &str, dataset: &Dataset, format: Format) -> String {
    let (day, version) = (dataset.changed_at.date_naive(), dataset.version);
    format!("attachment; filename=\"{what}-{day}-version-{version}.{}\"", format.ending())
}
