//! An offer case as the database sends it: the selected columns in binary, not read until they are written or asked for.

use std::sync::LazyLock;

use diesel::QueryResult;
use diesel::deserialize::{self, QueryableByName};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::row::{Field as _, NamedRow, Row};
use diesel::sql_types::Untyped;
use uuid::Uuid;

use super::binary;
use super::filter_sql::expression;
use super::plain;
use super::revisions::{self, Revision};
use crate::catalog::Catalog;
use crate::database::schema::offer_cases;
use crate::model::case::{Field, count, select};
use crate::model::field::{Kind, Origin, SHOWN};
use crate::model::value::Value;

/// The fields that stand in every case.
pub(crate) const WHOLE: &[Field] = &select::<{ count(SHOWN) }>(SHOWN);

/// Earlier states, the latest first, with their members in the order of [`Revision`].
const REVISIONS: &str = "(select coalesce(json_agg(json_build_object('revision', revisions.revision, 'replaced_at', \
    to_char(revisions.replaced_at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), 'replaced_by_import', \
    revisions.replaced_by_import_id, 'earlier', revisions.earlier) order by revisions.revision desc), '[]') \
    from offer_case_revisions revisions where revisions.case_id = offer_cases.id)";

/// The values of the selected fields of a case.
#[derive(Debug, Clone)]
pub(crate) struct CaseRow {
    /// All of them, one behind the other.
    bytes: Vec<u8>,
    /// From where to where in `bytes` the value of each field stands; `None` = unknown, or not selected.
    values: Box<[Option<(u32, u32)>; Field::COUNT]>,
}

impl CaseRow {
    /// The value of a field as it came; `None` = unknown, or not selected.
    pub(super) fn bytes(&self, field: Field) -> Option<&[u8]> {
        let (from, to) = self.values[field as usize]?;
        self.bytes.get(from as usize..to as usize)
    }

    /// The value of a field as it stands in a table of plain text; `None` = unknown, not selected, or of a kind that has no
    /// such form.
    pub(crate) fn plain(&self, field: Field) -> Option<String> {
        let mut text = Vec::new();
        plain::push(&mut text, field.kind(), self.bytes(field)?)?;
        String::from_utf8(text).ok()
    }

    /// Earlier states, the latest first; none where they are not selected.
    pub(crate) fn revisions<'a>(&self, catalog: &'a Catalog) -> Vec<Revision<'a>> {
        let stored = self.bytes(Field::Revisions).map(binary::json);
        stored.and_then(|json| revisions::read(json, catalog).ok()).unwrap_or_default()
    }

    /// The id, which must be selected.
    pub(crate) fn id(&self) -> Uuid {
        self.bytes(Field::Id).and_then(|bytes| Uuid::from_slice(bytes).ok()).unwrap_or_default()
    }

    /// The value of a field; `None` = unknown, or not selected. Of times, labels and revisions there are no values.
    pub(crate) fn value(&self, field: Field) -> Option<Value> {
        let bytes = self.bytes(field)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let number = || i32::try_from(binary::integer(bytes)?).ok();
        Some(match field.kind() {
            Kind::Id => Value::Id(Uuid::from_slice(bytes).ok()?),
            Kind::Reference(_) => Value::Reference(number()?),
            Kind::Closed(set) => Value::Member(set.slugs[set.position(std::str::from_utf8(bytes).ok()?)?]),
            Kind::Number { .. } => Value::Number(number()?),
            Kind::Amount { .. } => Value::Hundredths(binary::hundredths(bytes)?),
            Kind::Date { .. } => Value::Date(binary::date(bytes)?),
            Kind::Currency { .. } | Kind::Text => Value::Text(text(bytes)),
            Kind::Texts | Kind::Tags => Value::Texts(binary::texts(bytes).map(text).collect()),
            Kind::Raw => Value::Json(serde_json::from_slice(binary::json(bytes)).ok()?),
            Kind::Period { .. } | Kind::Flag | Kind::Time | Kind::Revisions | Kind::Labels => return None,
        })
    }
}

impl QueryableByName<Pg> for CaseRow {
    /// Takes the columns that [`CaseColumns`] has called by the numbers of their fields.
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let mut case = Self { bytes: Vec::with_capacity(1024), values: Box::new([None; Field::COUNT]) };
        for index in 0..row.field_count() {
            let column = Row::get(row, index).ok_or(diesel::result::UnexpectedEndOfRow)?;
            let number: Option<usize> = column.field_name().and_then(|name| name.parse().ok());
            let (Some(number), Some(value)) = (number, column.value()) else { continue };
            let from = u32::try_from(case.bytes.len())?;
            case.bytes.extend_from_slice(value.as_bytes());
            *case.values.get_mut(number).ok_or("a column of no field")? =
                Some((from, u32::try_from(case.bytes.len())?));
        }
        Ok(case)
    }
}

/// The columns of fields, from which a [`CaseRow`] is made; they stand behind all other columns of a query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaseColumns<'a>(pub &'a [Field]);

impl Expression for CaseColumns<'_> {
    type SqlType = Untyped;
}
impl AppearsOnTable<offer_cases::table> for CaseColumns<'_> {}
impl SelectableExpression<offer_cases::table> for CaseColumns<'_> {}
impl ValidGrouping<()> for CaseColumns<'_> {
    type IsAggregate = is_aggregate::Never;
}
impl QueryId for CaseColumns<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for CaseColumns<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        static COLUMNS: LazyLock<Vec<String>> =
            LazyLock::new(|| Field::ALL.iter().map(|field| column(*field)).collect());
        for (index, field) in self.0.iter().enumerate() {
            out.push_sql(if index == 0 { "" } else { ", " });
            out.push_sql(&COLUMNS[*field as usize]);
        }
        Ok(())
    }
}

/// The column of a field, called by the number of the field; null for a field that has none.
fn column(field: Field) -> String {
    let expression = match (field.origin(), field.kind()) {
        (Origin::Column(_), _) => expression(field),
        (_, Kind::Revisions) => REVISIONS.to_owned(),
        _ => "null".to_owned(),
    };
    format!("{expression} \"{}\"", field as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::ON_REQUEST;

    #[test]
    fn every_field_of_an_answer_has_a_column() {
        let has_own = |field: &Field| !matches!(field.kind(), Kind::Labels);
        for field in Field::that_can(SHOWN).chain(Field::that_can(ON_REQUEST)).filter(has_own) {
            assert!(!column(field).starts_with("null"), "{}", field.name());
        }
    }
}
