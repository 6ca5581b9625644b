//! Answers that are every case, streamed.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, rt};
use futures_util::stream::{self, Stream, StreamExt};
use log::warn;
use tokio::sync::mpsc::{Receiver, channel};

use super::media_types::MediaType;
use super::snapshot::{AppState, DATASET_VERSION};
use super::validators::Validators;
use crate::cases::export::{Chunk, ExportError, ExportQuery, export};
use crate::database::DatabaseError;
use crate::http::error::ApiError;

/// Chunks that wait for the client, so that the database need not.
const CHUNKS_AHEAD: usize = 4;

/// All cases of a query. What goes wrong before the first bytes is a problem as ever; after them the answer is broken
/// off, so that no client takes a part for the whole.
pub async fn answer(
    request: &HttpRequest,
    state: &Data<AppState>,
    query: ExportQuery,
) -> Result<HttpResponse, ApiError> {
    let (mut lease, dataset, catalog) = state.open_long().await?;
    let media_type = MediaType::from(query.format);
    let (sender, mut receiver) = channel::<Chunk>(CHUNKS_AHEAD);
    rt::spawn(async move {
        let exported = tokio::select! {
            exported = export(&mut lease.connection, Arc::clone(&catalog), query, &sender) => exported,
            () = sender.closed() => Err(ExportError::ClientGone),
        };
        // Others may need the connection, while a client that does not read never takes what follows.
        drop(lease);
        if let Err(error) = exported {
            warn!("an export ended before its end: {error}");
            let _ = sender.send(Err(error)).await;
        }
    });
    let limit = state.database.query_limit();
    let first = tokio::time::timeout(limit, receiver.recv()).await.map_err(|_| DatabaseError::TimedOut(limit))?;
    let first = match first {
        Some(Ok(bytes)) => bytes,
        Some(Err(ExportError::Query(error))) => return Err(DatabaseError::of_query(error).into()),
        Some(Err(error)) => return Err(ApiError::Internal(error.to_string())),
        None => return Err(ApiError::Internal("an export ended without an answer".into())),
    };
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, media_type.content_type()));
    response.insert_header((DATASET_VERSION, HeaderValue::from(dataset.version)));
    let name = if media_type == MediaType::Csv { "offer-cases.csv" } else { "offer-cases.ndjson" };
    response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    Validators::new(request, &dataset, media_type).add_to(&mut response);
    Ok(response.streaming(body(first, receiver)))
}

fn body(first: Vec<u8>, receiver: Receiver<Chunk>) -> impl Stream<Item = Result<Bytes, ExportError>> {
    let rest = stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|chunk| (chunk, receiver)));
    stream::once(async { Ok(first) }).chain(rest).map(|chunk| chunk.map(Bytes::from))
}
