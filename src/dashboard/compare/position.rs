//! Where an offer of one's own stands among the cases of people like oneself: in words, and in their histogram.

use maud::{Markup, PreEscaped, html};

use crate::catalog::Catalog;
use crate::charts::inline::{Inline, inline};
use crate::charts::parameters::{ChartKind, ChartQuery};
use crate::dashboard::address::Address;
use crate::dashboard::explore::facets::hidden;
use crate::dashboard::explore::numbers::percent;
use crate::dashboard::explore::query::in_figures;
use crate::dashboard::explore::spread;
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::http::error::ApiError;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::http::stats::{position, statistics};
use crate::parameters::{API_PREFIX, Kind, Parameter, ParameterError, message, parameter_tables};
use crate::statistics::answer::Statistics;
use crate::statistics::parameters::MAX_PAY;
use crate::statistics::position::{Part, PayPosition, PositionQuery};
use crate::text::grouped;

/// The pay of an offer of one's own.
pub(super) const YOUR_PAY: Parameter = Parameter {
    name: "your_pay",
    description: "The annual pay of an offer of one's own, of which is told where it stands.",
    kind: Kind::Figure { max: MAX_PAY },
    example: "300000",
};

parameter_tables! {
    /// What the page is asked beside a profile.
    PositionParameters = &[YOUR_PAY];
}

/// The address that a form means, with pay in figures; `None` where it is as it should be.
pub(super) fn canonical(address: &Address) -> Option<Address> {
    let written = address.get(YOUR_PAY.name)?;
    let figures = in_figures(spread::field()?, written.trim());
    (figures != written).then(|| address.with(YOUR_PAY.name, &figures))
}

/// Where an offer stands.
pub(super) struct Position {
    found: PayPosition,
    query: ChartQuery,
    histogram: Statistics,
    /// The call that tells it.
    call: Address,
}

/// Where the offer that a page asks about stands among the cases of a filter; `None` where it asks about none.
///
/// # Errors
/// What is wrong with the figure.
pub(super) async fn read(
    visit: &Visit,
    state: &AppState,
    snapshot: &mut Snapshot,
    filter: &Address,
) -> Result<Option<Position>, ApiError> {
    let Some(pay) = visit.address.get(YOUR_PAY.name) else { return Ok(None) };
    let call = filter.at(&format!("{API_PREFIX}/stats/position")).with("pay_annual", &pay);
    let (question, query) = questions(visit, &snapshot.catalog, (&call, filter), &pay)?;
    let found = position(state, snapshot, question).await?;
    let histogram = statistics(state, snapshot, query.statistics.clone()).await?;
    Ok(Some(Position { found, query, histogram, call }))
}

fn questions(
    visit: &Visit,
    catalog: &Catalog,
    (call, filter): (&Address, &Address),
    pay: &str,
) -> Result<(PositionQuery, ChartQuery), Vec<ParameterError>> {
    let question = PositionQuery::parse(&call.query(), catalog)?;
    let mut query = ChartQuery::parse(ChartKind::Histogram, &filter.with("pay", pay).query(), catalog, visit.language)?;
    // The page says who they are.
    query.filter.clear();
    Ok((question, query))
}

/// The question for an offer, and where it stands; `cases` is the page of the cases that it is compared with.
pub(super) fn shown(visit: &Visit, cases: &Address, position: Option<&Position>) -> Markup {
    html! {
        section.position #position aria-labelledby="your-offer" {
            h3 #your-offer { (visit.t(words::YOUR_OFFER)) }
            form.inline method="get" action={ (visit.address.path()) "#position" } {
                (hidden(&visit.address, &[YOUR_PAY.name]))
                label for="your-pay" { (visit.t(words::YOUR_PAY)) }
                div.inline {
                    input #your-pay name=(YOUR_PAY.name) value=[visit.address.get(YOUR_PAY.name)] inputmode="decimal" maxlength="30"
                        aria-describedby="your-pay-hint";
                    button type="submit" { (visit.t(words::SHOW)) }
                }
                p.note #your-pay-hint { (visit.t(words::YOUR_PAY_HINT)) }
            }
            @if let Some(position) = position { (position.shown(visit, cases)) }
        }
    }
}

impl Position {
    fn shown(&self, visit: &Visit, cases: &Address) -> Markup {
        let PayPosition { below, at, above, notices, .. } = &self.found;
        let link = |values: &[(&str, String)]| {
            values.iter().fold(cases.clone(), |cases, (name, value)| cases.without(&[name]).and(name, value)).href()
        };
        let page = Inline { id: "position-chart", link: &link, with_heading: false, opens_beside: false };
        let refused = notices.iter().filter(|notice| ["too_few_for_position", "suppressed"].contains(&notice.code));
        html! {
            @if let (Some(below), Some(at), Some(above)) = (below, at, above) {
                p.standing { (self.in_words(visit, [below, at, above])) }
                div.scroll-chart { (PreEscaped(inline(&self.query, &self.histogram, &page))) }
            } @else {
                @for notice in refused { p.note { (own(visit.language.of(&notice.message, &notice.message_en))) } }
            }
            p.note { (visit.t(words::OF_THEIR_NUMBERS)) ": " a href=(self.call.href()) { "JSON" } }
        }
    }

    fn in_words(&self, visit: &Visit, [below, at, above]: [&Part; 3]) -> String {
        let share = |part: &Part| percent(part.share.value);
        let (less, more, same) = (share(below), share(above), share(at));
        let (low, high) = (percent(below.share.low), percent(below.share.high));
        let n = grouped(self.found.pay.n.unwrap_or_default());
        let currency = self.found.pay.currency.as_deref().unwrap_or_default();
        visit.say(&message!(
            "Of {n} such cases with pay in {currency}, {less} are paid less than you (margin of error: {low} to {high}), {same} the \
             same and {more} more.",
            "{n} 条有 {currency} 薪资的这类案例中，{less} 的薪资比你低（误差范围 {low} 至 {high}），{same} 相同，{more} 比你高。"
        ))
    }
}
