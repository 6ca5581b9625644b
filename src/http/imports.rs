//! `/imports`: what was imported, and what there is to know about it.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::{OneProblems, ReadProblems};
use super::reference::no_parameters;
use super::snapshot::Snapshot;
use super::state::AppState;
use crate::cases::cursor::take_cursor;
use crate::cases::list::{LIMIT, Page};
use crate::http::error::ApiError;
use crate::import::journal::{self, ImportSummary, ImportWithReport};
use crate::parameters::message;
use crate::parameters::{
    Documented, Kind, Parameter, ParameterError, ParameterReader, ParameterTable, parameter_tables,
};

const CURSOR: Parameter = Parameter {
    name: "cursor",
    description: "Where to go on: `next_cursor` of the page before, unchanged.",
    kind: Kind::Text,
    example: "MQ",
};

parameter_tables! {
    /// The parameters of the list of imports.
    ImportParameters = &[LIMIT, CURSOR];
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
    let before = before_of(&mut reader);
    reader.finish()?;
    let length = i64::from(limit) + 1;
    let read = snapshot.run(async |connection, catalog| {
        journal::list(connection, catalog, &catalog.closed_sources(), before, length).await
    });
    let page = Page::first(read.await?, limit, |last| last.id.to_string());
    Ok(snapshot.answer(&page))
}

/// The number before which imports are listed.
pub(crate) fn before_of(reader: &mut ParameterReader) -> Option<i64> {
    take_cursor(reader, |text| text.parse().ok())
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
    let import = find_import(&mut snapshot, &id).await?;
    Ok(snapshot.answer(&import))
}

/// The import with the number that a path gives.
///
/// # Errors
/// Where that is no number, or there is no such import.
pub(crate) async fn find_import(snapshot: &mut Snapshot, id: &str) -> Result<ImportWithReport, ApiError> {
    let Ok(number) = id.parse::<i64>() else {
        return Err(vec![ParameterError::new(
            "id",
            message!("`{id}` is not the number of an import", "`{id}` 不是导入的编号"),
        )]
        .into());
    };
    let found = snapshot
        .run(async |connection, catalog| journal::find(connection, catalog, &catalog.closed_sources(), number).await)
        .await?;
    found.ok_or_else(|| ApiError::NotFound {
        detail: message!("There is no import {number}.", "没有编号为 {number} 的导入。"),
        did_you_mean: None,
    })
}
