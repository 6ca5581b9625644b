//! What stands in the place of a page that cannot be shown: what is wrong, what is allowed, and a way on.

use actix_web::HttpRequest;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use maud::{Markup, html};

use super::explore::facets::hidden;
use super::layout::{self, Content, Section};
use super::values::{message_text, own};
use super::visit::Visit;
use super::words;
use crate::http::error::{ErrorPage, Problem};
use crate::http::media_types::MediaType;
use crate::model::case::Field;
use crate::parameters::{InvalidParameter, LANG, Language};

/// The page of a problem.
pub(super) fn page(request: &HttpRequest, problem: &dyn Fn(Language) -> Problem) -> ErrorPage {
    let visit = Visit::of(request);
    let problem = problem(visit.language);
    let title = visit.t(if problem.status == 404 { words::NOT_FOUND } else { words::PROBLEM }).to_owned();
    let content = Content {
        main: shown(&visit, &title, &problem),
        description: problem.detail.clone(),
        title,
        section: Section::None,
        head: html! { meta name="robots" content="noindex"; },
    };
    let mut headers = visit.headers();
    headers.push((CONTENT_TYPE, HeaderValue::from_static(MediaType::Html.content_type())));
    ErrorPage { html: layout::page(&visit, &content).into_string(), headers }
}

fn shown(visit: &Visit, title: &str, problem: &Problem) -> Markup {
    html! {
        div.narrow {
            h1 { (title) }
            p.lead { (message_text(&problem.detail)) }
            @if let Some(meant) = &problem.did_you_mean {
                p { (visit.t(words::DID_YOU_MEAN)) ": " a href=(near(visit, meant)) { (own(meant)) } }
            }
            @if !problem.errors.is_empty() {
                ul.mistakes { @for mistake in &problem.errors { li { (shown_mistake(visit, mistake)) } } }
            }
            p { a.button href=(visit.link("/")) { (visit.t(words::TO_START)) } " "
                a href=(visit.link("/explore")) { (visit.t(words::EXPLORE_ALL)) } }
            p.note { (visit.t(words::REQUEST_ID)) ": " code { (problem.request_id) } }
        }
    }
}

/// The address with another last part of its path, or another path.
fn near(visit: &Visit, slug: &str) -> String {
    if slug.starts_with('/') {
        return visit.link(slug);
    }
    let folder = visit.address.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    visit.link(&format!("{folder}/{slug}"))
}

fn shown_mistake(visit: &Visit, mistake: &InvalidParameter) -> Markup {
    let InvalidParameter { parameter, message, allowed, did_you_mean } = mistake;
    let given = visit.address.get(parameter);
    // Where names of parameters are allowed, the name itself is wrong.
    let is_misnamed = allowed.iter().any(|name| name == LANG.name);
    let with = |meant: &str| match (&given, is_misnamed) {
        (None, _) => None,
        (Some(value), true) => Some(visit.address.without(&[parameter.as_str()]).with(meant, value)),
        (Some(_), false) => Some(visit.address.with(parameter, meant)),
    };
    html! {
        p { (named(visit, parameter)) ": " (message_text(message)) }
        @if let Some(meant) = did_you_mean {
            p {
                (visit.t(words::DID_YOU_MEAN)) ": "
                @if let Some(address) = with(meant) { a href=(address.href()) { (own(meant)) } } @else { code { (own(meant)) } }
            }
        }
        @if !allowed.is_empty() && !is_misnamed {
            p.note { (visit.t(words::ALLOWED)) ": "
                @for (index, value) in allowed.iter().enumerate() {
                    @if index > 0 { ", " }
                    @if let Some(address) = with(value) { a href=(address.href()) { code { (value) } } } @else { code { (value) } }
                } }
        }
        @if let Some(given) = &given {
            @if !is_misnamed { (again(visit, parameter, given)) }
            p { a href=(visit.address.without(&[parameter.as_str()]).href()) { (visit.t(words::WITHOUT_IT)) } }
        }
    }
}

/// What a parameter is called, and its name.
fn named(visit: &Visit, parameter: &str) -> Markup {
    let label = Field::named(parameter).map(|field| visit.t(field.label()));
    html! { @if let Some(label) = label { strong { (label) } " " } code { (own(parameter)) } }
}

/// What was given in an input, to be mended there, with the rest of the address as it is.
fn again(visit: &Visit, parameter: &str, given: &str) -> Markup {
    let label = Field::named(parameter).map_or(parameter, |field| visit.t(field.label()));
    html! {
        form.inline.again method="get" action=(visit.address.path()) {
            (hidden(&visit.address, &[parameter]))
            input type="text" name=(parameter) value=(given) maxlength="200" autocomplete="off" aria-label=(label) aria-invalid="true";
            button type="submit" { (visit.t(words::TRY_AGAIN)) }
        }
    }
}
