//! What the words of a search may mean: values of fields as conditions in their place, and, where nothing is found, what is called
//! nearly so.

use maud::{Markup, html};

use super::query::filter_of;
use crate::cases::cursor::CURSOR;
use crate::cases::filter::SEARCH;
use crate::catalog::Catalog;
use crate::catalog::reference::Names;
use crate::dashboard::address::Address;
use crate::dashboard::meant::meaning;
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::engine::selection::total;
use crate::http::error::ApiError;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::model::case::Field;
use crate::model::entity::Listing;
use crate::model::field::{FILTER, Kind};
use crate::statistics::facets::FacetsQuery;

/// The most fields among whose names near ones are looked for: each takes longer than all else of a page.
const MAX_NEAR_SEARCHES: usize = 3;
/// The most names that are proposed.
const MAX_NEAR: usize = 4;

/// What is proposed in the place of a search; nothing where nobody searches.
pub(super) struct Proposed {
    /// What its words name, with how many cases have that.
    pub(super) meant: Markup,
    /// What is called nearly so.
    pub(super) near: Markup,
}

impl Proposed {
    /// For the search of an address, by which so many cases are found.
    ///
    /// # Errors
    /// Where the database or the cases in memory have no answer.
    pub(super) async fn of(
        visit: &Visit,
        state: &AppState,
        snapshot: &mut Snapshot,
        found: u64,
    ) -> Result<Self, ApiError> {
        let Some(words) = visit.address.get(SEARCH) else { return Ok(Self { meant: html! {}, near: html! {} }) };
        let meant = meant(visit, state, snapshot, &words).await?;
        let near = if found == 0 {
            near(visit, snapshot, words).await?
        } else {
            html! {}
        };
        Ok(Self { meant, near })
    }
}

/// The address without its search, at the first page.
fn without_search(visit: &Visit) -> Address {
    visit.address.without(&[SEARCH, CURSOR.name])
}

/// What the words name; nothing where no case has all of it.
async fn meant(visit: &Visit, state: &AppState, snapshot: &mut Snapshot, words: &str) -> Result<Markup, ApiError> {
    let meaning = meaning(&snapshot.catalog, &Field::ranked(FILTER), words);
    if meaning.is_empty() {
        return Ok(html! {});
    }
    let address = without_search(visit);
    let address = if meaning.rest().is_empty() { address } else { address.with(SEARCH, meaning.rest()) };
    let address = meaning.put_into(address, true);
    let mut filter = FacetsQuery::parse(&filter_of(&address).query(), &snapshot.catalog)?.filter;
    snapshot.find_words(state, [&mut filter]).await?;
    let cases = snapshot.in_memory(move |columns, _| total(columns, &filter)).await?;
    Ok(html! { @if cases > 0 { (meaning.shown(visit, &address, Some(cases))) } })
}

/// What is called nearly so, looked for beside the threads that serve requests.
async fn near(visit: &Visit, snapshot: &Snapshot, words: String) -> Result<Markup, ApiError> {
    let near: Vec<(Field, Names)> = snapshot.in_memory(move |_, catalog| called_nearly(catalog, &words)).await?;
    Ok(html! {
        @if !near.is_empty() {
            p.near { (visit.t(words::DID_YOU_MEAN)) ": "
                @for (index, (field, names)) in near.iter().enumerate() {
                    @if index > 0 { ", " }
                    a href=(without_search(visit).and(field.name(), &names.slug).href()) rel="nofollow" {
                        (visit.t(field.label())) " " (own(visit.name(names))) }
                } }
        }
    })
}

fn called_nearly(catalog: &Catalog, words: &str) -> Vec<(Field, Names)> {
    let many = |field: &Field| matches!(field.kind(), Kind::Reference(entity) if entity.definition().listing != Listing::Whole);
    let fields = Field::compared().map(|(field, _)| field).filter(|field| field.can(FILTER) && many(field));
    let named = |field: Field| {
        let Kind::Reference(entity) = field.kind() else { return Vec::new() };
        let near = catalog.directory(entity).nearly(words).into_iter();
        near.map(|entry| (field, Names::clone(entry.reference()))).collect::<Vec<_>>()
    };
    fields.take(MAX_NEAR_SEARCHES).flat_map(named).take(MAX_NEAR).collect()
}
