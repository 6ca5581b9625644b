//! Where people like a profile got offers, and what they were paid: the cases that the profile chooses as a filter.

use maud::{Markup, html};

use crate::cases::filter::CaseFilter;
use crate::comparison::explanation::ComparedValue;
use crate::dashboard::address::Address;
use crate::dashboard::counted::{groups, pay};
use crate::dashboard::explore::chart::notices;
use crate::dashboard::visit::{Visit, grouped};
use crate::dashboard::words;
use crate::engine::selection::total;
use crate::http::error::ApiError;
use crate::http::snapshot::{AppState, Snapshot};
use crate::http::stats::statistics;
use crate::model::case::Field;
use crate::model::field::{FILTER, Kind};
use crate::parameters::{API_PREFIX, ParameterError, message};
use crate::statistics::answer::Statistics;
use crate::statistics::parameters::{GROUP_BY, StatisticsQuery};

/// Of fewer cases little can be told: then less is asked of them.
const ENOUGH: u64 = 5;
/// What is told of the cases, and so is not asked of them.
const TOLD: [Field; 2] = [Field::Company, Field::City];
/// The most companies that are told.
const COMPANIES: &str = "10";

/// What became of people like a profile.
pub(super) struct Offers {
    /// The cases, as a page that shows them.
    cases: Address,
    /// The call that gives the numbers.
    call: Address,
    /// What the profile says and is asked of the cases.
    asked: Vec<Field>,
    /// What the profile says of a person and is not asked of the cases, so that there are enough.
    dropped: Vec<Field>,
    statistics: Statistics,
}

/// A value of a profile that is asked of cases.
type Asked<'a> = (Field, &'a str);

/// Whether cases are chosen by what a profile says of a field. By a date they are not: few are of that very day.
fn is_asked(field: Field) -> bool {
    field.can(FILTER) && !TOLD.contains(&field) && !matches!(field.kind(), Kind::Date { .. })
}

/// What became of people like a profile; of what it says, the last is dropped until there are enough cases.
pub(super) async fn read(
    visit: &Visit,
    state: &AppState,
    snapshot: &mut Snapshot,
    profile: &[ComparedValue],
) -> Result<Offers, ApiError> {
    let asked = profile.iter().filter_map(|value| {
        let field = Field::named(value.dimension).filter(|field| is_asked(*field))?;
        Some((field, value.values.first()?.slug.as_str()))
    });
    let asked: Vec<Asked<'_>> = asked.collect();
    let calls: Vec<Address> = (asked.len().min(1)..=asked.len()).rev().map(|count| call(&asked[..count])).collect();
    let queries = calls.iter().map(|call| StatisticsQuery::parse(&call.query(), &snapshot.catalog));
    let queries: Vec<StatisticsQuery> = queries.collect::<Result<_, Vec<ParameterError>>>()?;
    let filters: Vec<CaseFilter> = queries.iter().map(|query| query.filter.clone()).collect();
    let most = filters.len() - 1;
    let chosen = snapshot.in_memory(move |columns, _| {
        filters.iter().position(|filter| total(columns, filter) >= ENOUGH).unwrap_or(most)
    });
    let chosen = chosen.await?;
    let kept = asked.len() - chosen;
    let fields: Vec<Field> = asked.iter().map(|(field, _)| *field).collect();
    let cases = asked[..kept]
        .iter()
        .fold(visit.address.elsewhere("/explore"), |address, (field, slug)| address.and(field.name(), slug));
    Ok(Offers {
        cases,
        call: calls[chosen].clone(),
        asked: fields[..kept].to_vec(),
        dropped: fields[kept..].to_vec(),
        statistics: statistics(state, snapshot, queries[chosen].clone()).await?,
    })
}

/// The call that tells of the cases that have these values.
fn call(asked: &[Asked<'_>]) -> Address {
    let call = Address::parse(&format!("{API_PREFIX}/stats"), "").with(GROUP_BY.name, Field::Company.name());
    let call = call.with("metrics", "count,share,pay").with("limit", COMPANIES);
    asked.iter().fold(call, |address, (field, slug)| address.and(field.name(), slug))
}

impl Offers {
    pub(super) fn shown(&self, visit: &Visit) -> Markup {
        let statistics = &self.statistics;
        html! {
            aside.offers #offers aria-labelledby="where-they-went" {
                h2 #where-they-went { (visit.t(words::WHERE_THEY_WENT)) }
                (self.counted(visit))
                @if statistics.total > 0 {
                    (groups(visit, &self.cases, statistics))
                    h3 { (visit.t(words::PAID)) }
                    (pay(visit, &self.cases, statistics))
                    (notices(visit, &statistics.notices))
                    p.note { (visit.t(words::OF_THEIR_NUMBERS)) ": " a href=(self.call.href()) { "JSON" } " · "
                        a href=(self.call.at(&format!("{}.csv", self.call.path())).href()) download { "CSV" } }
                }
            }
        }
    }

    /// Which cases are counted, and what was dropped so that there are enough.
    fn counted(&self, visit: &Visit) -> Markup {
        let names = |fields: &[Field]| {
            let labels = fields.iter().map(|field| visit.t(field.label()));
            labels.collect::<Vec<_>>().join(visit.language.of("、", ", "))
        };
        let (asked, dropped) = (names(&self.asked), names(&self.dropped));
        let cases = html! { a href=(self.cases.href()) { data value=(self.statistics.total) { (grouped(self.statistics.total)) } " " (visit.cases(self.statistics.total)) } };
        html! {
            @if self.statistics.total == 0 {
                p { (visit.t(words::NOBODY_IS_SO)) }
            } @else if self.asked.is_empty() {
                p { (visit.say(&message!("All", "全部"))) " " (cases) }
            } @else {
                p { (cases) " " (visit.say(&message!("with the same: {asked}.", "{asked}与你相同。"))) }
            }
            @if !self.dropped.is_empty() {
                p.note.dropped { (visit.say(&message!(
                    "Not asked for, since fewer than {ENOUGH} cases fit: {dropped}.",
                    "完全符合的不足 {ENOUGH} 条，因此没有要求{dropped}相同。"
                ))) }
            }
        }
    }
}
