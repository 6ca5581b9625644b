//! `/data`: where the data come from, how much of each field is known, what imports did; how to take all of it away.
//!
//! [`coverage`] counts what is known, [`import`] is the page of one import.

pub(super) mod coverage;
pub(super) mod import;

use std::collections::HashMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::explore::numbers::percent;
use super::layout::{self, Content, Section};
use super::source::facts;
use super::values::{cases_link, own};
use super::visit::Visit;
use super::words;
use crate::cases::cursor::CURSOR;
use crate::cases::filter::CaseFilter;
use crate::cases::list::Page;
use crate::cases::parse::UNKNOWN;
use crate::catalog::Entry;
use crate::database::dataset::Dataset;
use crate::engine::count::{PayOf, Question, count};
use crate::engine::tally::GroupValue;
use crate::http::error::ApiError;
use crate::http::imports::before_of;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::import::journal::{self, ImportSummary, LastImport};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::model::field::FILTER;
use crate::parameters::{API_PREFIX, Parameter};
use crate::text::grouped;
use coverage::{Coverage, CoverageCache};

/// How many imports a page has.
const IMPORTS: u32 = 20;

/// The page.
pub(super) async fn page(
    request: HttpRequest,
    state: Data<AppState>,
    cache: Data<CoverageCache>,
) -> Result<HttpResponse, ApiError> {
    const PARAMETERS: &[Parameter] = &[CURSOR];
    let visit = Visit::of(&request);
    let mut snapshot = visit.snapshot(&state).await?;
    let mut reader = visit.reader(&[PARAMETERS]);
    let before = before_of(&mut reader);
    reader.finish()?;
    let imports = snapshot
        .run(async |connection, catalog| {
            journal::list(connection, catalog, &catalog.closed_sources(), before, i64::from(IMPORTS) + 1).await
        })
        .await?;
    let last = snapshot
        .run(async |connection, catalog| journal::last_imports(connection, &catalog.closed_sources()).await)
        .await?;
    let counts = counts(&snapshot).await?;
    let coverage = cache.get(&mut snapshot).await?;
    let main = Shown { visit: &visit, snapshot: &snapshot, last: &last, counts: &counts }
        .page(&coverage, &Page::first(imports, IMPORTS, |last| last.id.to_string()));
    let content = Content {
        title: visit.t(words::DATA_TITLE).to_owned(),
        description: visit.t(words::DATA_LEAD).to_owned(),
        section: Section::Data,
        head: html! {},
        main,
    };
    Ok(visit.answer(&snapshot, layout::page(&visit, &content)))
}

/// Numbers of cases by source.
async fn counts(snapshot: &Snapshot) -> Result<HashMap<i32, u64>, ApiError> {
    let filter = CaseFilter::default();
    let counted = snapshot.in_memory(move |columns, catalog| {
        let question = Question { first: Field::Source, second: None, pay: PayOf::Nobody, filter: &filter };
        count(columns, catalog, question)
    });
    let of_source = |key: Option<GroupValue>| match key {
        Some(GroupValue::Reference(id)) => Some(id),
        _ => None,
    };
    Ok(counted
        .await??
        .rows
        .into_iter()
        .filter_map(|group| Some((of_source(group.key)?, group.tally.count())))
        .collect())
}

/// What the page is made of.
struct Shown<'a> {
    visit: &'a Visit,
    snapshot: &'a Snapshot,
    last: &'a HashMap<i32, LastImport>,
    counts: &'a HashMap<i32, u64>,
}

impl Shown<'_> {
    fn page(&self, coverage: &Coverage, imports: &Page<ImportSummary>) -> Markup {
        let visit = self.visit;
        let sources = self.snapshot.catalog.directory(Entity::Source).entries();
        html! {
            h1 { (visit.t(words::DATA_TITLE)) }
            p.lead { (visit.t(words::DATA_LEAD)) }
            h2 #sources { (visit.t(words::SOURCES_TITLE)) }
            ul.cases { @for source in sources { li { (self.source(source)) } } }
            h2 #coverage { (visit.t(words::COVERAGE_TITLE)) }
            (shown_coverage(visit, coverage))
            h2 #imports { (visit.t(words::IMPORTS_TITLE)) }
            (shown_imports(visit, imports))
            h2 #cite { (visit.t(words::CITE_TITLE)) }
            (cite(visit, &self.snapshot.dataset))
        }
    }

    fn source(&self, source: &Entry) -> Markup {
        let visit = self.visit;
        let kind = source.source_kind().map(|kind| crate::catalog::SourceKind::SET.members[kind.index()].label);
        let count = self.counts.get(&source.id()).copied().unwrap_or_default();
        html! {
            article.card id=(source.slug()) {
                h3 { (own(visit.name(source.reference()))) }
                p { @if let Some(kind) = kind { (visit.t(kind)) " · " }
                    @if let Some(href) = cases_link(visit, Field::Source, source.slug()) { a href=(href) { (grouped(count)) " " (visit.cases(count)) } } }
                dl {
                    (facts(visit, source))
                    @if let Some(last) = self.last.get(&source.id()) {
                        div { dt { (visit.t(words::LAST_IMPORT)) }
                            dd { a href=(visit.link(&format!("/data/imports/{}", last.id))) { (own(&last.file_name)) } " "
                                time { (last.finished_at.format("%Y-%m-%d")) } } }
                    }
                }
            }
        }
    }
}

fn shown_coverage(visit: &Visit, coverage: &Coverage) -> Markup {
    // Counts of cases are far below 2^52.
    #[allow(clippy::cast_precision_loss)]
    let share = |known: u64| if coverage.total == 0 { 0.0 } else { known as f64 / coverage.total as f64 };
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="coverage" {
            table {
                thead { tr { th scope="col" { (visit.t(words::FIELD)) } th.number scope="col" { (visit.t(words::KNOWN)) }
                    th.number scope="col" { (visit.t(words::SHARE)) } th scope="col" { (visit.t(words::KNOWN)) } } }
                tbody { @for (field, known) in &coverage.known {
                    tr {
                        th scope="row" { (visit.t(field.label())) }
                        td.number { @if field.can(FILTER) { a href=(known_link(visit, *field)) { (grouped(*known)) } } @else { (grouped(*known)) } }
                        td.number { (percent(share(*known))) }
                        td { meter min="0" max="1" value=(share(*known)) aria-label=(visit.t(field.label())) {} }
                    }
                } }
            }
        }
    }
}

/// The cases of which a field is known.
fn known_link(visit: &Visit, field: Field) -> String {
    visit.address.elsewhere("/explore").and_not(field.name(), UNKNOWN).href()
}

fn shown_imports(visit: &Visit, page: &Page<ImportSummary>) -> Markup {
    let numbers = [words::ROWS_READ, words::CREATED, words::UPDATED, words::UNCHANGED, words::REJECTED, words::RETIRED];
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="imports" {
            table {
                thead { tr { th scope="col" { (visit.t(words::IMPORT)) } th scope="col" { (visit.t(words::SOURCES_TITLE)) }
                    th scope="col" { (visit.t(words::WHEN)) }
                    @for label in numbers { th.number scope="col" { (visit.t(label)) } } } }
                tbody { @for import in &page.items { (shown_import(visit, import)) } }
            }
        }
        @if let Some(cursor) = &page.next_cursor {
            nav.pages aria-label=(visit.t(words::PAGES)) {
                a.button href=(format!("{}#imports", visit.address.with(CURSOR.name, cursor).href())) rel="next" { (visit.t(words::OLDER_IMPORTS)) } }
        }
    }
}

fn shown_import(visit: &Visit, import: &ImportSummary) -> Markup {
    let numbers = [import.rows_read, import.created, import.updated, import.unchanged, import.rejected, import.retired];
    html! {
        tr {
            th scope="row" {
                a href=(visit.link(&format!("/data/imports/{}", import.id))) { (import.id) " " (own(&import.file_name)) }
                @if let Some(reverted) = import.reverts { br; span.note { (visit.t(words::TAKEN_BACK)) " " (reverted) } }
            }
            td { (own(visit.name(&import.source))) }
            td { time datetime=(import.finished_at.to_rfc3339()) { (import.finished_at.format("%Y-%m-%d %H:%M")) } }
            @for number in numbers { td.number { (grouped(u64::try_from(number).unwrap_or_default())) } }
        }
    }
}

/// How to take all of it away, and to say which version it was.
fn cite(visit: &Visit, dataset: &Dataset) -> Markup {
    let files = ["csv", "ndjson", "xlsx"];
    html! {
        p { (visit.t(words::CITE_LEAD)) }
        p { @for (index, ending) in files.iter().enumerate() {
            @if index > 0 { " · " } a href=(format!("{API_PREFIX}/offer-cases.{ending}")) download { (ending.to_uppercase()) } } }
        pre tabindex="0" role="region" aria-label=(visit.t(words::CITE_TITLE)) {
            "offer-cases, " (visit.t(words::VERSION)) " " (dataset.version) ", " (dataset.changed_at.format("%Y-%m-%d")) ", " (visit.origin())
        }
    }
}
