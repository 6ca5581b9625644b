//! `/cases/{id}`: a single case: all that is known of it, each value with the cell that it comes from; its source, its earlier
//! states, and cases like it.
//!
//! [`fields`] are the values and the raw row, [`rules`] says in words how a value comes of a cell, [`changes`] are the earlier
//! states.

mod changes;
mod fields;
mod rules;

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use diesel_async::AsyncPgConnection;
use maud::{Markup, html};
use uuid::Uuid;

use super::address::Address;
use super::compare::results;
use super::explore::calls::{self, TakeAway};
use super::explore::cases::title;
use super::layout::{self, Content, Section};
use super::source::facts;
use super::values::{self, own};
use super::visit::Visit;
use super::words;
use crate::cases::one::{find_with_ordinal, parse_id};
use crate::cases::row::{CaseRow, WHOLE};
use crate::catalog::{Catalog, Entry};
use crate::comparable::duplicates::LikelyDuplicates;
use crate::comparable::{ComparableCases, ComparableToCaseQuery};
use crate::http::comparable_cases::find;
use crate::http::duplicates;
use crate::http::error::ApiError;
use crate::http::offer_cases::no_case;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::import::normalise::Derivation;
use crate::import::origins;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::model::value::Value;
use crate::parameters::API_PREFIX;

/// What is asked for beside what stands in every case.
const INCLUDED: [&str; 3] = ["source", "raw", "revisions"];
/// How many similar cases are shown.
const SIMILAR: &str = "limit=5";

/// The page.
pub(super) async fn page(
    request: HttpRequest,
    state: Data<AppState>,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    let mut snapshot = visit.snapshot(&state).await?;
    let mut reader = visit.reader(&[]);
    let id = parse_id(&mut reader, &id);
    reader.finish()?;
    let case = Case::read(&mut snapshot, id).await?;
    let similar = similar(&state, &mut snapshot, &case).await?;
    let duplicates = duplicates::of_case(&state, &mut snapshot, case.ordinal).await?;
    let catalog = Arc::clone(&snapshot.catalog);
    let shown = Shown { visit: &visit, catalog: &catalog, case: &case };
    let title = title(&visit, &catalog, &case.row);
    let content = Content {
        description: values::plain_text(&case.row, Field::Summary).unwrap_or_else(|| title.clone()),
        title,
        section: Section::None,
        head: html! {},
        main: shown.main(&duplicates, &similar),
    };
    Ok(visit.answer(&snapshot, layout::page(&visit, &content)))
}

/// A case with where its values come from.
struct Case {
    row: CaseRow,
    ordinal: i64,
    /// The row as it was read: headers and cells.
    raw: Vec<(String, String)>,
    /// What of it became which value.
    derivations: Vec<Derivation>,
}

impl Case {
    async fn read(snapshot: &mut Snapshot, id: Uuid) -> Result<Self, ApiError> {
        let included = INCLUDED.into_iter().flat_map(Field::included_as);
        let mut fields: Vec<Field> = WHOLE.iter().copied().chain(included).collect();
        fields.sort_unstable();
        let read = async |connection: &mut AsyncPgConnection, catalog: &Catalog| {
            find_with_ordinal(connection, catalog, id, &fields).await
        };
        let (ordinal, row) = snapshot.run(read).await?.ok_or_else(|| no_case(id))?;
        let raw = match row.value(Field::Raw) {
            Some(Value::Json(serde_json::Value::Object(raw))) => raw,
            _ => serde_json::Map::new(),
        };
        let text = |cell: &serde_json::Value| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
        let cells = raw.iter().map(|(header, cell)| (header.clone(), text(cell))).collect();
        let source = source_of(&row, &snapshot.catalog).cloned();
        // Beside the threads that serve requests: a row may be long.
        let derivations = snapshot.in_memory(move |_, catalog| {
            source.map(|source| origins::of_row(&raw, &source, catalog)).unwrap_or_default()
        });
        Ok(Self { ordinal, raw: cells, derivations: derivations.await?, row })
    }
}

fn source_of<'c>(row: &CaseRow, catalog: &'c Catalog) -> Option<&'c Entry> {
    match row.value(Field::Source)? {
        Value::Reference(id) => catalog.directory(Entity::Source).get(id),
        _ => None,
    }
}

async fn similar(state: &AppState, snapshot: &mut Snapshot, case: &Case) -> Result<ComparableCases, ApiError> {
    let catalog = Arc::clone(&snapshot.catalog);
    let query = ComparableToCaseQuery::parse(&case.row.id().to_string(), SIMILAR, &catalog)?;
    let query = query.with(&case.row, case.ordinal, &catalog)?;
    find(state, snapshot, &catalog, query).await
}

/// What a page is made of.
struct Shown<'a> {
    visit: &'a Visit,
    catalog: &'a Catalog,
    case: &'a Case,
}

impl Shown<'_> {
    fn main(&self, duplicates: &LikelyDuplicates, similar: &ComparableCases) -> Markup {
        let (visit, row) = (self.visit, &self.case.row);
        let call = Address::parse(&format!("{API_PREFIX}/offer-cases/{}", row.id()), "");
        let call = call.with("include", &[&INCLUDED[..], &["labels"]].concat().join(","));
        html! {
            div.case {
                div.head {
                    h1 { (own(&title(visit, self.catalog, row))) }
                    @if let Some(summary) = values::value(visit, self.catalog, row, Field::Summary) { p.lead { (summary) } }
                }
                div.main {
                    (self.groups())
                    (self.raw())
                    (self.changes())
                }
                aside {
                    (self.source())
                    (self.duplicates(duplicates))
                    (self.similar(similar))
                }
                (calls::shown(visit, &TakeAway { files: vec![("JSON", call.clone())], call }))
            }
        }
    }

    /// Where the case comes from, and what that does to it.
    fn source(&self) -> Markup {
        let visit = self.visit;
        let Some(source) = source_of(&self.case.row, self.catalog) else { return html! {} };
        let names = source.reference();
        let link = values::cases_link(visit, Field::Source, source.slug());
        html! {
            section.source aria-labelledby="source" {
                h2 #source { (visit.t(words::THE_SOURCE)) }
                p { @if let Some(link) = link { a href=(link) { (own(visit.name(names))) } } }
                dl { (facts(visit, source)) }
            }
        }
    }

    /// The cases that are likely the same in other words, where there are some.
    fn duplicates(&self, duplicates: &LikelyDuplicates) -> Markup {
        let visit = self.visit;
        html! {
            @if !duplicates.items.is_empty() {
                section.duplicates aria-labelledby="duplicates" {
                    h2 #duplicates { (visit.t(words::LIKELY_DUPLICATES)) }
                    @for notice in &duplicates.notices { p.hint { (own(visit.language.of(&notice.message, &notice.message_en))) } }
                    ul.plain {
                        @for item in &duplicates.items {
                            li {
                                a href=(visit.link(&format!("/cases/{}", item.row.id()))) { (own(&title(visit, self.catalog, &item.row))) }
                                @if let Some(source) = source_of(&item.row, self.catalog) { " " span.hint { (own(visit.name(source.reference()))) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn similar(&self, similar: &ComparableCases) -> Markup {
        let visit = self.visit;
        html! {
            section.similar aria-labelledby="similar" {
                h2 #similar { (visit.t(words::SIMILAR_CASES)) }
                ol.plain {
                    @for item in &similar.items {
                        li {
                            a href=(visit.link(&format!("/cases/{}", item.row.id()))) { (own(&title(visit, self.catalog, &item.row))) }
                            " " span.score { data value=(item.score) { (results::whole_percent(item.score)) } }
                            (results::bar(visit, item))
                        }
                    }
                }
                p { a.button href=(self.compared(similar).href()) { (visit.t(words::COMPARE_IT)) } }
            }
        }
    }

    /// The page that compares all cases with what is known of this one.
    fn compared(&self, similar: &ComparableCases) -> Address {
        similar.profile.iter().fold(self.visit.address.elsewhere("/compare"), |address, said| {
            said.values.iter().fold(address, |address, value| address.and(said.dimension, &value.slug))
        })
    }
}

/// Whether a field is shown in a place of its own.
fn stands_elsewhere(field: Field) -> bool {
    matches!(field.kind(), Kind::Raw | Kind::Revisions | Kind::Labels | Kind::Id)
}
