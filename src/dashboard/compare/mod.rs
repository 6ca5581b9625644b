//! `/compare`: the cases most like a profile, and where people like that got offers.
//!
//! [`form`] asks for the profile, [`results`] shows the cases with what is alike and what is not, [`offers`] where people
//! like that went, and what they were paid, [`position`] where an offer of one's own stands among these.

pub(super) mod form;
mod offers;
mod position;
pub(super) mod results;

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::address::Address;
use super::explore::calls::{self, TakeAway};
use super::explore::query::canonical;
use super::layout::{self, Content, Section};
use super::notices;
use super::visit::{Visit, see_other};
use super::words;
use crate::comparable::ComparableQuery;
use crate::http::comparable_cases::find;
use crate::http::error::ApiError;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::parameters::{API_PREFIX, ParameterTable};
use position::{PositionParameters, YOUR_PAY};

/// What a mistake is called that is none of a parameter: that no profile is given.
const NO_PROFILE: &str = "profile";

/// The page.
pub(super) async fn page(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let visit = Visit::of(&request);
    if let Some(meant) = canonical(&visit.address).or_else(|| position::canonical(&visit.address)) {
        return Ok(see_other(&meant));
    }
    let mut snapshot = visit.snapshot(&state).await?;
    let tables = [&ComparableQuery::TABLES[..], &[("", PositionParameters::PARAMETERS)]].concat();
    let mut reader = visit.prefixed_reader(&tables);
    reader.figure(YOUR_PAY.name);
    reader.leave_rest();
    reader.finish()?;
    let catalog = Arc::clone(&snapshot.catalog);
    match ComparableQuery::parse(&profile_of(&visit).query(), &catalog) {
        Ok(query) => {
            let main = compared(&visit, &state, &mut snapshot, query).await?;
            Ok(visit.answer(&snapshot, whole(&visit, main)))
        }
        Err(mut mistakes) => {
            mistakes.retain(|mistake| mistake.parameter != NO_PROFILE);
            if !mistakes.is_empty() && !visit.is_for_people() {
                return Err(mistakes.into());
            }
            let form = html! {
                h1 { (visit.t(words::COMPARE_TITLE)) }
                p.lead { (visit.t(words::COMPARE_LEAD)) }
                (form::shown(&visit, &catalog, &mistakes))
            };
            let page = whole(&visit, form);
            Ok(if mistakes.is_empty() { visit.answer(&snapshot, page) } else { visit.refused(page) })
        }
    }
}

/// The parameters of the profile.
fn profile_of(visit: &Visit) -> Address {
    visit.asked().without(&[YOUR_PAY.name])
}

fn whole(visit: &Visit, main: Markup) -> Markup {
    let content = Content {
        title: visit.t(words::COMPARE_TITLE).to_owned(),
        description: visit.t(words::COMPARE_LEAD).to_owned(),
        section: Section::Compare,
        head: html! {},
        main,
    };
    layout::page(visit, &content)
}

/// What is most like a profile, beside where people like that went.
async fn compared(
    visit: &Visit,
    state: &AppState,
    snapshot: &mut Snapshot,
    query: ComparableQuery,
) -> Result<Markup, ApiError> {
    let catalog = Arc::clone(&snapshot.catalog);
    let found = find(state, snapshot, &catalog, query).await?;
    let offers = offers::read(visit, state, snapshot, &found.profile).await?;
    let catalog = &snapshot.catalog;
    let call = profile_of(visit).at(&format!("{API_PREFIX}/comparable-cases"));
    Ok(html! {
        div.compare {
            div.head {
                h1 { (visit.t(words::COMPARE_TITLE)) }
                (results::profile(visit, catalog, &found))
                details.profile-again { summary { (visit.t(words::CHANGE_PROFILE)) } (form::shown(visit, catalog, &[])) }
                a.to-results href="#results" { (visit.t(words::MOST_SIMILAR)) }
            }
            (offers.shown(visit))
            section.results #results tabindex="-1" aria-labelledby="most-similar" {
                h2 #most-similar { (visit.t(words::MOST_SIMILAR)) }
                (results::shown(visit, catalog, &found))
                (notices::told(visit, &found.notices, None))
                (calls::shown(visit, &TakeAway { files: vec![("JSON", call.clone())], call }))
            }
        }
    })
}
