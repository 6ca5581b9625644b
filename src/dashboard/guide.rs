//! `/guide`: tracks, stages, criteria and interview checks as a page to read, each with the cases that it bears on.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::layout::{self, Content, Section};
use super::values::{cases_link, own};
use super::visit::Visit;
use super::words;
use crate::catalog::guide::{self, GuideEntry, GuideKind};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::field::{FILTER, Kind, Label};
use crate::parameters::Language;

/// The page.
pub(super) async fn page(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    let mut snapshot = visit.snapshot(&state).await?;
    visit.reader(&[]).finish()?;
    let is_english = visit.language == Language::English;
    let entries = snapshot.run(async |connection, catalog| guide::read(connection, catalog, is_english).await).await?;
    let content = Content {
        title: visit.t(words::GUIDE_TITLE).to_owned(),
        description: visit.t(words::GUIDE_LEAD).to_owned(),
        section: Section::Guide,
        head: html! {},
        main: shown(&visit, &entries),
    };
    Ok(visit.answer(&snapshot, layout::page(&visit, &content)))
}

/// The kinds of entries that there are, in their order, each with its entries.
fn by_kind(entries: &[GuideEntry]) -> impl Iterator<Item = (GuideKind, Label, Vec<&GuideEntry>)> {
    let of_kind = |kind: GuideKind| entries.iter().filter(move |entry| entry.kind == kind).collect::<Vec<_>>();
    let label = |kind: GuideKind| GuideKind::SET.members[kind.index()].label;
    GuideKind::ALL.iter().map(move |kind| (*kind, label(*kind), of_kind(*kind))).filter(|(_, _, own)| !own.is_empty())
}

fn shown(visit: &Visit, entries: &[GuideEntry]) -> Markup {
    html! {
        div.narrow {
            h1 { (visit.t(words::GUIDE_TITLE)) }
            p.lead { (visit.t(words::GUIDE_LEAD)) }
            nav.contents aria-label=(visit.t(words::CONTENTS)) { ul {
                @for (kind, label, _) in by_kind(entries) { li { a href=(format!("#{}", kind.slug())) { (visit.t(label)) } } }
            } }
            @for (kind, label, own_entries) in by_kind(entries) {
                section aria-labelledby=(kind.slug()) {
                    h2 id=(kind.slug()) { (visit.t(label)) }
                    @for entry in own_entries { (shown_entry(visit, entry)) }
                }
            }
        }
    }
}

fn shown_entry(visit: &Visit, entry: &GuideEntry) -> Markup {
    html! {
        article.card id=(format!("{}-{}", entry.kind.slug(), entry.slug)) {
            h3 { (own(&entry.title)) }
            p { (own(&entry.description)) }
            @if let Some(advice) = &entry.advice { p { b { (visit.t(words::WHAT_TO_DO)) ": " } (own(advice)) } }
            p.note { (cases(visit, entry)) }
        }
    }
}

/// The cases that an entry bears on: those that are just what it is about, else those of where it comes from.
fn cases(visit: &Visit, entry: &GuideEntry) -> Markup {
    let is_about = |field: &Field| {
        let Kind::Closed(set) = field.kind() else { return false };
        field.name().ends_with(entry.kind.slug()) && set.position(&entry.slug).is_some()
    };
    let field = Field::that_can(FILTER).find(is_about);
    let of_field = field.and_then(|field| cases_link(visit, field, &entry.slug));
    let source = entry.source.as_ref();
    let of_source =
        source.and_then(|source| Some((visit.name(source), cases_link(visit, Field::Source, &source.slug)?)));
    html! {
        @if let Some(href) = of_field { a href=(href) { (visit.t(words::CASES_OF_TRACK)) } " · " }
        @if let Some((title, href)) = of_source { (own(title)) " · " a href=(href) { (visit.t(words::CASES_OF_SOURCE)) } }
    }
}
