//! `/data/imports/{id}`: what an import did, and what there is to know of it.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::super::layout::{self, Content, Section};
use super::super::values::own;
use super::super::visit::Visit;
use super::super::words;
use crate::http::error::ApiError;
use crate::http::imports::find_import;
use crate::http::state::AppState;
use crate::import::journal::ImportWithReport;
use crate::import::report::{Findings, MAX_REPORTED, Remark};
use crate::model::field::Label;
use crate::parameters::message;
use crate::text::grouped;

/// How many names of a list are told.
const MAX_NAMES: usize = 200;

/// The page.
pub(in crate::dashboard) async fn page(
    request: HttpRequest,
    state: Data<AppState>,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    let mut snapshot = visit.snapshot(&state).await?;
    visit.reader(&[]).finish()?;
    let import = find_import(&mut snapshot, &id).await?;
    let number = import.summary.id;
    let content = Content {
        title: visit.say(&message!("Import {number}", "导入 {number}")),
        description: visit.t(words::REPORT_TITLE).to_owned(),
        section: Section::Data,
        head: html! {},
        main: shown(&visit, &import),
    };
    Ok(visit.answer(&snapshot, layout::page(&visit, &content)))
}

fn shown(visit: &Visit, ImportWithReport { summary, report }: &ImportWithReport) -> Markup {
    let numbers = [
        (words::ROWS_READ, summary.rows_read),
        (words::CREATED, summary.created),
        (words::UPDATED, summary.updated),
        (words::UNCHANGED, summary.unchanged),
        (words::REJECTED, summary.rejected),
        (words::RETIRED, summary.retired),
    ];
    html! {
        p { a href=(visit.link("/data")) { "← " (visit.t(words::BACK_TO_DATA)) } }
        h1 { (visit.t(words::REPORT_TITLE)) " " (summary.id) ": " (own(&summary.file_name)) }
        p.lead { (own(visit.name(&summary.source))) " · " time datetime=(summary.finished_at.to_rfc3339()) { (summary.finished_at.format("%Y-%m-%d %H:%M")) } }
        dl.strip { @for (label, number) in numbers { div { dt { (visit.t(label)) } dd { (grouped(u64::try_from(number).unwrap_or_default())) } } } }
        (findings(visit, report))
        p.note { "SHA-256 " code { (summary.sha256) } }
    }
}

fn findings(visit: &Visit, report: &Findings) -> Markup {
    let in_language = |zh, en| visit.language.of(zh, en);
    let warnings: &Vec<String> = in_language(&report.warnings_zh, &report.warnings);
    let notes: &Vec<String> = in_language(&report.notes_zh, &report.notes);
    let names = [&report.new_companies, &report.new_roles, &report.new_cities].map(Vec::as_slice).concat();
    let is_empty = [warnings, notes, &names, &report.untaken_columns].iter().all(|list| list.is_empty())
        && report.rejections.is_empty()
        && report.remarks.is_empty();
    html! {
        @if is_empty { p { (visit.t(words::NOTHING_TO_REPORT)) } }
        (list(visit, words::WARNINGS, warnings))
        (remarks(visit, words::REJECTIONS, "rejections", &report.rejections))
        (remarks(visit, words::REMARKS, "remarks", &report.remarks))
        (list(visit, words::HOW_IT_WAS_READ, notes))
        (list(visit, words::UNTAKEN, &report.untaken_columns))
        (list(visit, words::NEW_NAMES, &names))
    }
}

fn list(visit: &Visit, title: Label, items: &[String]) -> Markup {
    html! {
        @if !items.is_empty() {
            h2 { (visit.t(title)) " (" (items.len()) ")" }
            ul { @for item in items.iter().take(MAX_NAMES) { li { (own(item)) } } }
            @if items.len() > MAX_NAMES { p.note { (visit.t(words::FIRST_OF)) " " (MAX_NAMES) } }
        }
    }
}

fn remarks(visit: &Visit, title: Label, id: &str, remarks: &[Remark]) -> Markup {
    html! {
        @if !remarks.is_empty() {
            h2 id=(id) { (visit.t(title)) " (" (remarks.len()) ")" }
            @if remarks.len() == MAX_REPORTED { p.note { (visit.t(words::FIRST_OF)) " " (MAX_REPORTED) } }
            div.scroll tabindex="0" role="region" aria-labelledby=(id) {
                table {
                    thead { tr { th.number scope="col" { (visit.t(words::ROW)) } th scope="col" { (visit.t(words::COLUMN)) }
                        th scope="col" { (visit.t(words::CELL)) } th scope="col" { (visit.t(words::WHAT_IT_SAYS)) } } }
                    tbody { @for remark in remarks {
                        tr { td.number { (remark.row) } td { (own(&remark.column)) } td { (own(&remark.cell)) }
                            td { (own(remark.message_of(visit.language))) } }
                    } }
                }
            }
        }
    }
}
