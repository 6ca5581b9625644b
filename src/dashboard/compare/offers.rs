//! Where people like a profile got offers, and what they were paid: the cases that the profile chooses as a filter.

use maud::{Markup, html};

use super::position::{self, Position};
use crate::cases::filter::CaseFilter;
use crate::catalog::Catalog;
use crate::catalog::reference::Names;
use crate::comparable::explanation::ComparedValue;
use crate::dashboard::address::Address;
use crate::dashboard::counted::{groups, pay};
use crate::dashboard::notices::{in_sight, limits, made_up};
use crate::dashboard::values::own;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::engine::selection::total;
use crate::http::error::ApiError;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::http::stats::statistics;
use crate::model::case::Field;
use crate::model::field::{FILTER, Kind};
use crate::model::notice::Notice;
use crate::parameters::{API_PREFIX, ParameterError, message};
use crate::statistics::answer::Statistics;
use crate::statistics::parameters::{GROUP_BY, StatisticsQuery};
use crate::text::grouped;

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
    asked: Vec<Asked>,
    /// What the profile says of a person and is not asked of the cases, so that there are enough.
    dropped: Vec<Field>,
    statistics: Statistics,
    /// Where an offer of one's own stands among them.
    position: Option<Position>,
}

/// A value that is asked of cases.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    field: Field,
    slug: String,
    /// What it is called, where it is not what the profile says but stands above that.
    above: Option<Names>,
    /// Whether something stands under it, which is chosen with it.
    has_narrower: bool,
}

impl Asked {
    /// What stands above it in the tree of its field; the same where nothing does.
    fn widened(&self, catalog: &Catalog) -> Self {
        let Kind::Reference(entity) = self.field.kind() else { return self.clone() };
        let directory = catalog.directory(entity);
        let above = directory.by_slug(&self.slug).filter(|_| self.field.is_tree());
        let above = above.and_then(|entry| directory.get(entry.parent_id()?));
        above.map_or_else(
            || self.clone(),
            |entry| {
                let names = Names::clone(entry.reference());
                Self { field: self.field, slug: names.slug.clone(), above: Some(names), has_narrower: true }
            },
        )
    }
}

/// Whether something stands under a value in the tree of its field.
fn has_narrower(catalog: &Catalog, field: Field, slug: &str) -> bool {
    let Kind::Reference(entity) = field.kind() else { return false };
    let directory = catalog.directory(entity);
    field.is_tree() && directory.by_slug(slug).is_some_and(|entry| directory.children(entry.id()).next().is_some())
}

/// Whether cases are chosen by what a profile says of a field. By a date they are not: few are of that very day.
fn is_asked(field: Field) -> bool {
    field.can(FILTER) && !TOLD.contains(&field) && !matches!(field.kind(), Kind::Date { .. })
}

/// What is asked of cases one after the other until there are enough: all that a profile says; then with what stands above its
/// values in their tree (a major's class); then without the last, and so on; at the end only the first, and what is above that.
fn less_and_less(asked: &[Asked], catalog: &Catalog) -> Vec<Vec<Asked>> {
    let widened = |asked: &[Asked]| asked.iter().map(|one| one.widened(catalog)).collect::<Vec<_>>();
    let prefixes = (asked.len().min(1)..=asked.len()).rev().map(|count| &asked[..count]);
    let mut all: Vec<Vec<Asked>> = prefixes.flat_map(|prefix| [prefix.to_vec(), widened(prefix)]).collect();
    all.extend(all.last().map(|last| widened(last)));
    all.dedup();
    all
}

/// What became of people like a profile: of those cases that are as much like it as leaves enough of them.
pub(super) async fn read(
    visit: &Visit,
    state: &AppState,
    snapshot: &mut Snapshot,
    profile: &[ComparedValue],
) -> Result<Offers, ApiError> {
    let asked = profile.iter().filter_map(|value| {
        let field = Field::named(value.dimension).filter(|field| is_asked(*field))?;
        let slug = value.values.first()?.slug.clone();
        let has_narrower = has_narrower(&snapshot.catalog, field, &slug);
        Some(Asked { field, slug, above: None, has_narrower })
    });
    let asked: Vec<Asked> = asked.collect();
    let mut ways = less_and_less(&asked, &snapshot.catalog);
    let queries = ways.iter().map(|asked| StatisticsQuery::parse(&call(asked).query(), &snapshot.catalog));
    let queries: Vec<StatisticsQuery> = queries.collect::<Result<_, Vec<ParameterError>>>()?;
    let filters: Vec<CaseFilter> = queries.iter().map(|query| query.filter.clone()).collect();
    let last = filters.len() - 1;
    let chosen = snapshot.in_memory(move |columns, _| {
        filters.iter().position(|filter| total(columns, filter) >= ENOUGH).unwrap_or(last)
    });
    let chosen = chosen.await?;
    let kept = ways.swap_remove(chosen);
    Ok(Offers {
        cases: with_values(visit.address.elsewhere("/explore"), &kept),
        call: call(&kept),
        dropped: asked[kept.len()..].iter().map(|asked| asked.field).collect(),
        position: position::read(visit, state, snapshot, &with_values(Address::parse("", ""), &kept)).await?,
        asked: kept,
        statistics: statistics(state, snapshot, queries[chosen].clone()).await?,
    })
}

fn with_values(address: Address, asked: &[Asked]) -> Address {
    asked.iter().fold(address, |address, Asked { field, slug, .. }| address.and(field.name(), slug))
}

/// The call that tells of the cases that have these values.
fn call(asked: &[Asked]) -> Address {
    let call = Address::parse(&format!("{API_PREFIX}/stats"), "").with(GROUP_BY.name, Field::Company.name());
    with_values(call.with("metrics", "count,share,pay").with("limit", COMPANIES), asked)
}

impl Offers {
    pub(super) fn shown(&self, visit: &Visit) -> Markup {
        let (statistics, no_rate) = (&self.statistics, Notice::offers_only());
        html! {
            aside.offers #offers aria-labelledby="where-they-went" {
                h2 #where-they-went { (visit.t(words::WHERE_THEY_WENT)) }
                (self.counted(visit))
                @if statistics.total > 0 {
                    (made_up(visit, &statistics.notices))
                    (groups(visit, &self.cases, statistics))
                    p.note { (own(visit.language.of(&no_rate.message, &no_rate.message_en))) }
                    h3 { (visit.t(words::PAID)) }
                    (pay(visit, &self.cases, statistics))
                    (in_sight(visit, &statistics.notices, &["mixed_years"], None))
                    (position::shown(visit, &self.cases, self.position.as_ref()))
                    (limits(visit, &statistics.notices, None, &[no_rate.code, "mixed_years", "unlike_groups"]))
                    p.note { (visit.t(words::OF_THEIR_NUMBERS)) ": " a href=(self.call.href()) { "JSON" } " · "
                        a href=(self.call.at(&format!("{}.csv", self.call.path())).href()) download { "CSV" } }
                }
            }
        }
    }

    /// Which cases are counted, and what was dropped so that there are enough.
    fn counted(&self, visit: &Visit) -> Markup {
        let names = |fields: Vec<Field>| {
            let labels = fields.into_iter().map(|field| visit.t(field.label()));
            labels.collect::<Vec<_>>().join(visit.language.of("、", ", "))
        };
        let same: Vec<String> = self
            .asked
            .iter()
            .filter(|asked| asked.above.is_none())
            .map(|asked| {
                let label = visit.t(asked.field.label());
                let narrower = visit.language.of("（含其下各项）", " (or a narrower one)");
                format!("{label}{}", if asked.has_narrower { narrower } else { "" })
            })
            .collect();
        let same = same.join(visit.language.of("、", ", "));
        let dropped = names(self.dropped.clone());
        let above = self.asked.iter().filter_map(|asked| Some((asked.field.label(), asked.above.as_ref()?)));
        let cases = html! { a href=(self.cases.href()) { data value=(self.statistics.total) { (grouped(self.statistics.total)) } " " (visit.cases(self.statistics.total)) } };
        html! {
            @if self.statistics.total == 0 {
                p { (visit.t(words::NOBODY_IS_SO)) }
            } @else if self.asked.is_empty() {
                p { (visit.say(&message!("All", "全部"))) " " (cases) }
            } @else if same.is_empty() {
                p { (cases) }
            } @else {
                p { (cases) " " (visit.say(&message!("with the same: {same}.", "{same}与你相同。"))) }
            }
            @for (label, above) in above {
                @let (zh, en, name_zh, name_en) = (label.zh, label.en, &above.name, &above.name_en);
                p.note.widened { (visit.say(&message!(
                    "{en}: all of {name_en}, since fewer than {ENOUGH} cases have just yours.",
                    "{zh}放宽到“{name_zh}”：与你完全相同的不足 {ENOUGH} 条。"
                ))) }
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
