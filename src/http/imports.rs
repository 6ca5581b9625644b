//! `/imports`: what was imported, and what there is to know about it.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::answers::{OneProblems, ReadProblems};
use super::reference::no_parameters;
use super::snapshot::AppState;
use crate::cases::list::{LIMIT, Page};
use crate::http::error::ApiError;
use crate::import::journal::{self, ImportSummary, ImportWithReport};
use crate::parameters::{Documented, Kind, Parameter, ParameterError, ParameterReader, ParameterTable};

const CURSOR: Parameter = Parameter {
    name: "cursor",
    description: "Where to go on: `next_cursor` of the page before, unchanged.",
    kind: Kind::Text,
    example: "MQ",
};

/// The parameters of the list of imports.
#[derive(Debug)]
pub struct ImportParameters;

impl ParameterTable for ImportParameters {
    const PARAMETERS: &'static [Parameter] = &[LIMIT, CURSOR];
}

/// List imports
///
/// The imports that were committed, the latest first. An import that changes nothing leaves no trace.
#[utoipa::path(
    tag = "Imports",
    params(Documented<ImportParameters>),
    responses((status = 200, description = "One page of imports.", body = Page<ImportSummary>), ReadProblems)
)]
#[get("/imports")]
pub async fn list_imports(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot(&request).await?;
    let mut reader = ParameterReader::new(request.query_string(), &[ImportParameters::PARAMETERS]);
    let limit = reader.integer(LIMIT.name);
    let before = reader.text(CURSOR.name).and_then(|cursor| {
        let before = decode_cursor(&cursor);
        if before.is_none() {
            let message = "is not a cursor of this list; take `next_cursor` unchanged";
            reader.wrong(ParameterError::new(CURSOR.name, message));
        }
        before
    });
    reader.finish()?;
    let (limit, length) = (usize::try_from(limit).unwrap_or(usize::MAX), i64::from(limit));
    // One more than asked for tells whether there is a next page.
    let read = snapshot.run(async |connection, catalog| journal::list(connection, catalog, before, length + 1).await);
    let mut items = read.await?;
    let more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| more);
    let next_cursor = last.map(|last| URL_SAFE_NO_PAD.encode(last.id.to_string()));
    Ok(snapshot.answer(&Page { items, next_cursor }))
}

fn decode_cursor(cursor: &str) -> Option<i64> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?.parse().ok()
}

/// Get one import
///
/// An import by its number, with its report: rejected rows, remarks, new names, how much of each field is known.
#[utoipa::path(
    tag = "Imports",
    params(("id" = i64, Path, description = "The number of the import.", example = 1)),
    responses((status = 200, description = "The import.", body = ImportWithReport), OneProblems)
)]
#[get("/imports/{id}")]
pub async fn get_import(
    request: HttpRequest,
    state: Data<AppState>,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot(&request).await?;
    no_parameters(request.query_string())?;
    let Ok(number) = id.parse::<i64>() else {
        return Err(vec![ParameterError::new("id", format!("`{id}` is not the number of an import"))].into());
    };
    let found = snapshot.run(async |connection, catalog| journal::find(connection, catalog, number).await).await?;
    match found {
        Some(import) => Ok(snapshot.answer(&import)),
        None => Err(ApiError::NotFound { detail: format!("There is no import {number}."), did_you_mean: None }),
    }
}
