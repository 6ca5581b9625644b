//! Reference data: for each entity the list of its entries, and one of them, by the table of
//! [entities](crate::model::entity).
//!
//! [`query`] is which entries a reader asks for, [`answer`] how they are answered, [`documentation`] what the
//! specification says of both.

pub(crate) mod answer;
mod documentation;
mod query;

use std::sync::Arc;

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, guard, web};
use diesel_async::AsyncPgConnection;

use super::snapshot::Snapshot;
use super::state::AppState;
use crate::cases::list::Page;
use crate::catalog::{Catalog, Directory, Entity, Entry, Resolved};
use crate::http::error::ApiError;
use crate::import::seed::curation;
use crate::model::entity::Listing;
use crate::parameters::API_PREFIX;
use crate::parameters::ParameterReader;
use crate::parameters::message;
use answer::Context;
use query::EntryQuery;

/// The routes of an entity, with their documentation.
#[derive(Debug, Clone, Copy)]
pub struct Resource(pub Entity);

impl HttpServiceFactory for Resource {
    fn register(self, config: &mut AppService) {
        let Self(entity) = self;
        let path = format!("/{}", entity.path_segment());
        let list = move |request, state| list(entity, request, state);
        let get = move |request, state, slug| get(entity, request, state, slug);
        web::resource(path.as_str()).guard(guard::Get()).to(list).register(config);
        web::resource(format!("{path}/{{slug}}")).guard(guard::Get()).to(get).register(config);
    }
}

async fn list(entity: Entity, request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot(&request).await?;
    let catalog = Arc::clone(&snapshot.catalog);
    let entries = catalog.directory(entity).entries().iter();
    let page = match entity.definition().listing {
        Listing::Pages => EntryQuery::parse(entity, request.query_string(), &catalog)?.find(catalog.directory(entity)),
        listing => {
            no_parameters(request.query_string())?;
            let listed = entries.filter(|entry| listing == Listing::Whole || entry.parent_id().is_none());
            Page { items: listed.collect(), next_cursor: None }
        }
    };
    let context = Context::read(&state, &mut snapshot, entity, &page.items).await?;
    let items = page.items.into_iter().map(|entry| context.answer(entry)).collect();
    Ok(snapshot.answer(&Page { items, next_cursor: page.next_cursor }))
}

async fn get(
    entity: Entity,
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot(&request).await?;
    no_parameters(request.query_string())?;
    let catalog = Arc::clone(&snapshot.catalog);
    let directory = catalog.directory(entity);
    let Some(entry) = directory.by_slug(&slug) else {
        let became = became(&mut snapshot, entity, &slug).await?.ok_or_else(|| not_found(directory, entity, &slug))?;
        let address = format!("{API_PREFIX}/{}/{became}", entity.path_segment());
        let mut response = HttpResponse::PermanentRedirect();
        // The name may be that of an entry again.
        return Ok(response.insert_header((LOCATION, address)).insert_header((CACHE_CONTROL, "no-cache")).finish());
    };
    let context = Context::read(&state, &mut snapshot, entity, &[entry]).await?;
    Ok(snapshot.answer(&context.answer(entry)))
}

/// The slug of the entry that an entry of this slug has become.
pub(crate) async fn became(snapshot: &mut Snapshot, entity: Entity, slug: &str) -> Result<Option<String>, ApiError> {
    let read = async |connection: &mut AsyncPgConnection, catalog: &Catalog| {
        curation::became(connection, catalog.directory(entity), entity, slug).await
    };
    snapshot.run(read).await
}

/// That no entry has this slug.
pub(crate) fn not_found(directory: &Directory, entity: Entity, slug: &str) -> ApiError {
    let (called, called_zh) = (entity.singular(), entity.label().zh);
    ApiError::NotFound {
        detail: message!("There is no {called} with the slug `{slug}`.", "没有代号为 `{slug}` 的{called_zh}。"),
        did_you_mean: meant(directory, slug).map(|entry| entry.slug().to_owned()),
    }
}

/// The entry that a name in the place of a slug may have meant.
fn meant<'a>(directory: &'a Directory, name: &str) -> Option<&'a Entry> {
    match directory.resolve(name) {
        Resolved::Found { entry, .. } => Some(entry),
        Resolved::Ambiguous { entries, .. } => entries.first().copied(),
        Resolved::Unknown => directory.nearest(name),
    }
}

/// Refuses all parameters, for an operation that takes none.
pub fn no_parameters(query_string: &str) -> Result<(), ApiError> {
    Ok(ParameterReader::new(query_string, &[]).finish()?)
}
