//! Reference data: for each entity the list of its entries, and one of them, by the table of
//! [entities](crate::model::entity).
//!
//! [`query`] is which entries a reader asks for, [`answer`] how they are answered, [`documentation`] what the
//! specification says of both.

mod answer;
mod documentation;
mod query;

use std::sync::Arc;

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, guard, web};

use super::snapshot::AppState;
use crate::catalog::{Entity, Entry};
use crate::http::error::ApiError;
use crate::model::entity::Listing;
use crate::parameters::ParameterReader;
use answer::Context;
use query::{EntryPage, EntryQuery, find};

/// The routes of an entity, with their documentation.
#[derive(Debug, Clone, Copy)]
pub struct Resource(pub Entity);

impl HttpServiceFactory for Resource {
    fn register(self, config: &mut AppService) {
        let Self(entity) = self;
        let path = format!("/{}", entity.definition().path_segment());
        let list_entries = move |request: HttpRequest, state: Data<AppState>| list(entity, request, state);
        let get_entry = move |request: HttpRequest, state: Data<AppState>, slug: Path<String>| {
            get(entity, request, state, slug.into_inner())
        };
        web::resource(path.as_str()).guard(guard::Get()).to(list_entries).register(config);
        web::resource(format!("{path}/{{slug}}")).guard(guard::Get()).to(get_entry).register(config);
    }
}

async fn list(entity: Entity, request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    let catalog = Arc::clone(&view.catalog);
    let directory = catalog.directory(entity);
    let listing = entity.definition().listing;
    let page = if listing == Listing::Pages {
        EntryQuery::parse(entity, request.query_string(), &catalog)?.find(directory)
    } else {
        no_parameters(request.query_string())?;
        let is_root = |entry: &&Entry| listing == Listing::Whole || entry.parent_id().is_none();
        EntryPage::whole(directory.entries().iter().filter(is_root))
    };
    let context = Context::read(&state, &mut view, entity, &page.entries).await?;
    Ok(view.answer(&page.answer(|entry| context.answer(entry))))
}

async fn get(
    entity: Entity,
    request: HttpRequest,
    state: Data<AppState>,
    slug: String,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    no_parameters(request.query_string())?;
    let catalog = Arc::clone(&view.catalog);
    let entry = find(catalog.directory(entity), &entity.definition().singular(), &slug)?;
    let context = Context::read(&state, &mut view, entity, &[entry]).await?;
    Ok(view.answer(&context.answer(entry)))
}

/// Refuses all parameters, for an operation that takes none.
pub fn no_parameters(query_string: &str) -> Result<(), ApiError> {
    Ok(ParameterReader::new(query_string, &[]).finish()?)
}
