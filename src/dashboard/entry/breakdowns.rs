//! How the cases of an entry divide, by what cases are compared by; and what was paid.

use maud::{Markup, html};

use crate::dashboard::address::Address;
use crate::dashboard::counted::{groups, pay};
use crate::dashboard::notices;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::http::error::ApiError;
use crate::http::snapshot::Snapshot;
use crate::http::state::AppState;
use crate::http::stats::statistics;
use crate::model::case::Field;
use crate::model::entity::{AttributeKind, Entity};
use crate::model::field::{GROUP, Kind, Origin};
use crate::statistics::answer::Statistics;
use crate::statistics::parameters::{GROUP_BY, StatisticsQuery};

/// How many values of a dimension are shown.
const VALUES: &str = "6";

/// The cases of an entry, divided by several dimensions.
pub(super) struct Breakdowns(Vec<Statistics>);

/// By what the cases of an entry are divided: by what cases are compared by, or by parts of it; not by the entity itself, nor by
/// what is known of an entry anyway.
fn dimensions(entity: Entity) -> Vec<Field> {
    let rank = |field: Field| field.definition().compare.map(|comparison| comparison.rank);
    let place = move |field: Field| match field.origin() {
        Origin::EachOf(whole) => rank(whole),
        Origin::PeriodOf(date) if matches!(field.kind(), Kind::Period { is_month: false }) => rank(date),
        _ => rank(field),
    };
    let of_entry = |field: Field| match field.kind() {
        Kind::Reference(other) => {
            let attributes = entity.table().attributes.iter();
            other == entity || attributes.filter_map(|attribute| attribute.refers_to()).any(|known| known == other)
        }
        Kind::Closed(set) => entity
            .table()
            .attributes
            .iter()
            .any(|attribute| matches!(attribute.kind, AttributeKind::Member(own) if own.name == set.name)),
        _ => false,
    };
    let fields = Field::that_can(GROUP).filter(|field| !of_entry(*field));
    let mut placed: Vec<(u8, Field)> = fields.filter_map(|field| Some((place(field)?, field))).collect();
    placed.sort_unstable();
    placed.into_iter().map(|(_, field)| field).collect()
}

impl Breakdowns {
    /// Of the cases that fit `asked`.
    pub(super) async fn read(
        state: &AppState,
        snapshot: &mut Snapshot,
        entity: Entity,
        asked: &Address,
    ) -> Result<Self, ApiError> {
        let mut found = Vec::new();
        for dimension in dimensions(entity) {
            let call = asked.with(GROUP_BY.name, dimension.name()).with("metrics", "count,share,pay");
            // What has an order is told to its end.
            let call = if dimension.is_ordered() { call } else { call.with("limit", VALUES) };
            let query = StatisticsQuery::parse(&call.query(), &snapshot.catalog)?;
            found.push(statistics(state, snapshot, query).await?);
        }
        Ok(Self(found))
    }

    /// Pay, then the tables that say anything; `cases` is the page of all of the cases.
    pub(super) fn shown(&self, visit: &Visit, cases: &Address) -> Markup {
        let says_something = |statistics: &&Statistics| {
            statistics.groups.iter().any(|group| group.keys.iter().any(|key| !key.is_unknown()))
        };
        let Some(first) = self.0.first() else { return html! {} };
        html! {
            section.breakdowns aria-labelledby="breakdowns" {
                h2 { (visit.t(words::PAID)) }
                (pay(visit, cases, first))
                h2 #breakdowns { (visit.t(words::BREAKDOWNS)) }
                div.tables { @for statistics in self.0.iter().filter(says_something) { (groups(visit, cases, statistics)) } }
                (notices::told(visit, &first.notices, None))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_divided_by_what_is_not_known_of_the_entry_anyway() {
        let names = |entity| dimensions(entity).into_iter().map(Field::name).collect::<Vec<_>>();
        let of_company = names(Entity::Company);
        for name in ["role", "major", "highest_degree", "school_tier", "city", "offered_year", "tag"] {
            assert!(of_company.contains(&name), "{name}: {of_company:?}");
        }
        assert!(!of_company.contains(&"company") && !of_company.contains(&"offered_month"), "{of_company:?}");
        let of_school = names(Entity::School);
        assert!(!of_school.contains(&"school_tier") && of_school.contains(&"company"), "{of_school:?}");
        assert!(!names(Entity::Role).contains(&"role"));
    }
}
