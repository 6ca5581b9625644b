//! `/companies/{slug}`, `/majors/{slug}`, `/roles/{slug}`, `/schools/{slug}`: an entry of reference data with its names, its
//! place among others, its cases, and how these divide.
//!
//! [`known`] is what is known of the entry, [`breakdowns`] how its cases divide.

mod breakdowns;
mod known;

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::address::Address;
use super::at;
use super::explore::calls::{self, TakeAway};
use super::explore::cases::cards;
use super::explore::query::MORE;
use super::layout::{self, Content, Section};
use super::values::{has_pages, own};
use super::visit::{Visit, see_other};
use super::words;
use crate::cases::list::{ListQuery, PageRows};
use crate::cases::row::CaseRow;
use crate::catalog::{Catalog, Entry, Resolved};
use crate::http::error::ApiError;
use crate::http::reference::answer::Context;
use crate::http::reference::{became, not_found};
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::parameters::{API_PREFIX, message};
use crate::text::grouped;
use breakdowns::Breakdowns;

/// How many of the latest cases are shown.
const LATEST: &str = "5";

/// Adds a page for each entity whose entries have pages.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    for entity in Entity::ALL.iter().copied().filter(|entity| has_pages(*entity)) {
        let page = move |request, state, slug| page(entity, request, state, slug);
        let all = move |request: HttpRequest| std::future::ready(all(entity, &request));
        config
            .service(at(&format!("/{}", entity.path_segment())).route(web::get().to(all)))
            .service(at(&format!("/{}/{{slug}}", entity.path_segment())).route(web::get().to(page)));
    }
}

/// Leads to all entries that have cases, which stand among the filters of these.
fn all(entity: Entity, request: &HttpRequest) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(request);
    visit.reader(&[]).finish()?;
    let address = visit.address.elsewhere("/explore").with(MORE.name, entity.slug());
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, format!("{}#facet-{}", address.href(), entity.slug())))
        .finish())
}

async fn page(
    entity: Entity,
    request: HttpRequest,
    state: Data<AppState>,
    slug: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    let mut snapshot = visit.snapshot(&state).await?;
    visit.reader(&[]).finish()?;
    let catalog = Arc::clone(&snapshot.catalog);
    let Some(entry) = catalog.directory(entity).by_slug(&slug) else {
        return elsewhere(&visit, &mut snapshot, entity, &slug).await;
    };
    let shown = Shown::read(&visit, &state, &mut snapshot, &catalog, entry).await?;
    let content = Content {
        title: visit.name(entry.reference()).to_owned(),
        description: shown.described(),
        section: Section::None,
        head: html! {},
        main: shown.main(),
    };
    Ok(visit.answer(&snapshot, layout::page(&visit, &content)))
}

/// Leads to the entry that a name in the place of a slug means.
async fn elsewhere(
    visit: &Visit,
    snapshot: &mut Snapshot,
    entity: Entity,
    name: &str,
) -> Result<HttpResponse, ApiError> {
    let at = |slug: &str| visit.address.elsewhere(&format!("/{}/{slug}", entity.path_segment()));
    if let Some(slug) = became(snapshot, entity, name).await? {
        let mut response = HttpResponse::PermanentRedirect();
        let response = response.insert_header((LOCATION, at(&slug).href()));
        return Ok(response.insert_header((CACHE_CONTROL, "no-cache")).finish());
    }
    match snapshot.catalog.resolve(entity, name) {
        Resolved::Found { entry, .. } => Ok(see_other(&at(entry.slug()))),
        _ => Err(not_found(snapshot.catalog.directory(entity), entity, name)),
    }
}

/// What a page is made of.
struct Shown<'a> {
    visit: &'a Visit,
    catalog: &'a Catalog,
    entry: &'a Entry,
    counts: Context,
    latest: Vec<CaseRow>,
    breakdowns: Breakdowns,
}

impl<'a> Shown<'a> {
    async fn read(
        visit: &'a Visit,
        state: &AppState,
        snapshot: &mut Snapshot,
        catalog: &'a Catalog,
        entry: &'a Entry,
    ) -> Result<Self, ApiError> {
        let directory = catalog.directory(entry.entity());
        let around: Vec<&Entry> = std::iter::once(entry).chain(directory.children(entry.id())).collect();
        let counts = Context::read(state, snapshot, entry.entity(), &around).await?;
        let asked = Address::parse("", "").and(entry.entity().slug(), entry.slug());
        let query = ListQuery::parse(&asked.with("limit", LATEST).query(), catalog)?;
        let rows = snapshot.run(async |connection, _| PageRows::read(connection, &query).await).await?;
        let breakdowns = Breakdowns::read(state, snapshot, entry.entity(), &asked).await?;
        Ok(Self { visit, catalog, entry, counts, latest: rows.listed(&query).rows, breakdowns })
    }

    /// All cases of the entry.
    fn cases(&self) -> Address {
        self.visit.address.elsewhere("/explore").and(self.entry.entity().slug(), self.entry.slug())
    }

    /// The number of its cases: of a tree with those of what stands under it.
    fn count(&self, entry: &Entry) -> u64 {
        match entry.entity().is_tree() {
            true => self.counts.case_count_with_descendants(entry),
            false => self.counts.case_count(entry),
        }
    }

    fn described(&self) -> String {
        let name = self.visit.name(self.entry.reference());
        let count = self.count(self.entry);
        let (cases, count) = (self.visit.cases(count), grouped(count));
        self.visit.say(&message!("{name}: {count} {cases}", "{name}：{count} {cases}"))
    }

    fn main(&self) -> Markup {
        let (visit, entry) = (self.visit, self.entry);
        let call = Address::parse(&format!("{API_PREFIX}/{}/{}", entry.entity().path_segment(), entry.slug()), "");
        html! {
            div.entry {
                div.head {
                    (self.way())
                    h1 { (own(visit.name(entry.reference()))) }
                    (self.counted())
                }
                div.main {
                    @if self.count(entry) > 0 { (self.breakdowns.shown(visit, &self.cases())) }
                    (self.latest())
                }
                aside.about { (self.known()) (self.under()) }
                (calls::shown(visit, &TakeAway { files: vec![("JSON", call.clone())], call }))
            }
        }
    }

    /// How many cases it has; of a tree also how many of just this.
    fn counted(&self) -> Markup {
        let (visit, all, own) = (self.visit, self.count(self.entry), self.counts.case_count(self.entry));
        html! {
            p.lead {
                @if all == 0 { (visit.t(words::NO_CASES_OF_IT)) } @else {
                    a href=(self.cases().href()) { data value=(all) { (grouped(all)) } " " (visit.cases(all)) }
                    @if own != all { " (" (visit.t(words::OF_JUST_THIS)) ": " (grouped(own)) ")" }
                }
            }
        }
    }

    fn latest(&self) -> Markup {
        let visit = self.visit;
        html! {
            @if !self.latest.is_empty() {
                section.latest aria-labelledby="latest" {
                    h2 #latest { (visit.t(words::LATEST_CASES)) }
                    (cards(visit, self.catalog, &self.latest))
                    p { a.button href=(self.cases().href()) { (visit.t(words::ALL_OF_ITS_CASES)) } }
                }
            }
        }
    }

    /// The field of a case that an entry of this entity stands in.
    fn field(entity: Entity) -> Option<Field> {
        Field::named(entity.slug())
    }
}
