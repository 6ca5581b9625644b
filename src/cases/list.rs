//! Pages of cases in an order.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use utoipa::ToSchema;

use super::counts::{Counted, ToCount};
use super::cursor::{CURSOR, Cursor};
use super::fields::{FIELDS, Fields, INCLUDE};
use super::filter::CaseFilter;
use super::filter_sql::FilterCondition;
use super::json::push_case;
use super::keyset::{After, FirstRows, InOrder, SortValues};
use super::parameters::FilterParameters;
use super::row::{CaseColumns, CaseRow};
use super::sort::{SORT, Sort, USUAL};
use crate::catalog::Catalog;
use crate::database::dataset::{CurrentDataset, Dataset};
use crate::database::schema::offer_cases;
use crate::model::case::Field;
use crate::model::field::Origin;
use crate::model::notice::Notice;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader, ParameterTable, Proposals};

/// The parameter that says how long a page is.
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most items that a page has.",
    kind: Kind::Integer { min: 1, max: 200, default: 20 },
    example: "20",
};

/// Whether all cases that fit are counted.
pub const COUNT: Parameter = Parameter {
    name: "count",
    description: "`exact` adds `total`, the number of all cases that fit; it costs more than the page itself.",
    kind: Kind::OneOf { allowed: &["exact"], default: None },
    example: "exact",
};

/// The parameters of a list, beside those of the filter.
#[derive(Debug)]
pub struct ListParameters;

impl ParameterTable for ListParameters {
    const PARAMETERS: &'static [Parameter] = &[SORT, LIMIT, CURSOR, COUNT, FIELDS, INCLUDE];
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// What to give as `cursor` for the next page; null = this was the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Which page of which cases a reader asks for.
#[derive(Debug)]
pub struct ListQuery {
    filter: CaseFilter,
    sort: Sort,
    /// The order in which it is read, from the cursor on.
    read_order: Sort,
    fields: Fields,
    limit: u32,
    after: Option<Cursor>,
    count_exactly: bool,
}

impl ListQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        Self::parse_proposing(query_string, catalog, Proposals::default())
    }

    /// The same for somebody who does not tell what is wrong, nor what may have been meant.
    pub fn parse_right(query_string: &str, catalog: &Catalog) -> Option<Self> {
        Self::parse_proposing(query_string, catalog, Proposals::none()).ok()
    }

    fn parse_proposing(
        query_string: &str,
        catalog: &Catalog,
        proposals: Proposals,
    ) -> Result<Self, Vec<ParameterError>> {
        let mut reader =
            ParameterReader::new(query_string, &[FilterParameters::PARAMETERS, ListParameters::PARAMETERS]);
        reader.proposals = proposals;
        let filter = CaseFilter::parse(&mut reader, catalog);
        let sort = Sort::parse(&mut reader);
        let fields = Fields::parse(&mut reader).in_order();
        let limit = reader.integer(LIMIT.name);
        let count_exactly = reader.one_of(COUNT.name).is_some();
        let after = reader
            .text(CURSOR.name)
            .and_then(|text| Cursor::decode(&text, &sort).map_err(|mistake| reader.wrong(mistake)).ok());
        reader.finish()?;
        let is_back = after.as_ref().is_some_and(|cursor: &Cursor| cursor.is_back);
        let read_order = if is_back { sort.reversed() } else { sort.clone() };
        Ok(Self { filter, sort, read_order, fields, limit, after, count_exactly })
    }

    /// What has to be counted for a page; nothing for most.
    pub fn to_count(&self, page: &PageRows) -> ToCount {
        let hint = page.rows.is_empty() && self.after.is_none();
        let relaxed = if hint { self.filter.relaxed().collect() } else { Vec::new() };
        ToCount { total: self.count_exactly.then(|| self.filter.clone()), relaxed }
    }

    /// Whether its cursor leads back.
    fn is_back(&self) -> bool {
        self.after.as_ref().is_some_and(|cursor| cursor.is_back)
    }

    /// Whether figures of pay are compared that may be in several currencies.
    pub(crate) fn mixes_currencies(&self) -> bool {
        let is_by_pay = self.sort.fields().any(|field| matches!(field.origin(), Origin::Middle { .. }));
        self.filter.mixes_currencies() || (is_by_pay && !self.filter.has_one_currency())
    }

    /// Whether the number of all cases is asked for.
    pub fn counts_exactly(&self) -> bool {
        self.count_exactly
    }

    /// Whether an index gives the page in its order and nothing else is read, so that it takes next to no time.
    pub fn is_short(&self) -> bool {
        !self.count_exactly && self.fields.are_short() && self.sort.is_usual() && self.filter.is_indexed()
    }
}

/// The rows of a page, and at least one more where there is a next page.
#[derive(Debug)]
pub struct PageRows {
    rows: Vec<(Dataset, Option<Vec<String>>, CaseRow)>,
}

/// The cases of a page in the order that was asked for, with the cursors to the pages beside it.
#[derive(Debug)]
pub(crate) struct ListedCases {
    /// The cases.
    pub(crate) rows: Vec<CaseRow>,
    /// What to give as `cursor` for the next page; `None` = this was the last.
    pub(crate) next_cursor: Option<String>,
    /// What to give as `cursor` for the page before; `None` = this is the first.
    pub(crate) prev_cursor: Option<String>,
}

/// A page that is written.
#[derive(Debug)]
pub struct WrittenPage {
    /// As JSON.
    pub json: Vec<u8>,
    /// What to give as `cursor` for the next page; `None` = this was the last.
    pub next_cursor: Option<String>,
    /// What to give as `cursor` for the page before; `None` = this is the first.
    pub prev_cursor: Option<String>,
}

/// How long a field is as JSON with its name, and a little more.
const FIELD_BYTES: usize = 50;

impl PageRows {
    /// Reads them.
    pub async fn read(mut connection: &AsyncPgConnection, query: &ListQuery) -> QueryResult<Self> {
        // A cursor is made of the id and, in the usual order, of what this is by.
        let fields = query.fields.with([Field::Id, USUAL]);
        let rows = offer_cases::table
            .select((CurrentDataset, SortValues(&query.sort), CaseColumns(&fields)))
            .filter(FilterCondition(&query.filter))
            .filter(After(&query.read_order, query.after.as_ref()))
            .order(InOrder(&query.read_order));
        // One more than asked for tells whether there is a next page.
        let rows = FirstRows(rows, query.limit + 1).load(&mut connection).await?;
        Ok(Self { rows })
    }

    /// The version of the data that they are of; `None` where there is no row to bring it.
    pub fn dataset(&self) -> Option<&Dataset> {
        self.rows.last().map(|(dataset, ..)| dataset)
    }

    /// The page without the row behind it.
    pub(crate) fn listed(self, query: &ListQuery) -> ListedCases {
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let (has_more, is_back) = (self.rows.len() > limit, query.is_back());
        let mut items = self.rows;
        items.truncate(limit);
        if is_back {
            items.reverse();
        }
        let cursor = |(_, values, row): &(Dataset, Option<Vec<String>>, CaseRow), is_back| {
            let values = values.clone().unwrap_or_else(|| Sort::usual_values(row));
            Cursor::new(&query.sort, values, row.id(), is_back).encode()
        };
        // From where the cursor led back, there is what it stood at; from where it led on, what it stood behind.
        let next_cursor = items.last().filter(|_| has_more || is_back).map(|last| cursor(last, false));
        let has_before = if is_back { has_more } else { query.after.is_some() };
        let prev_cursor = items.as_slice().first().filter(|_| has_before).map(|first| cursor(first, true));
        ListedCases { rows: items.into_iter().map(|(_, _, row)| row).collect(), next_cursor, prev_cursor }
    }

    /// Writes the page.
    pub fn write(self, catalog: &Catalog, query: &ListQuery, counted: Counted) -> WrittenPage {
        let ListedCases { rows, next_cursor, prev_cursor } = self.listed(query);
        let fields = query.fields.as_slice();
        let mut json = Vec::with_capacity(128 + rows.len() * fields.len() * FIELD_BYTES);
        json.extend_from_slice(b"{\"items\":[");
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                json.push(b',');
            }
            push_case(&mut json, fields, row, catalog);
        }
        json.push(b']');
        push_member(&mut json, "next_cursor", &next_cursor);
        push_member(&mut json, "prev_cursor", &prev_cursor);
        if let Some(total) = counted.total {
            push_member(&mut json, "total", &total);
        }
        if let Some(hint) = counted.hint {
            push_member(&mut json, "hint", &hint);
        }
        let mut notices = vec![Notice::offers_only()];
        notices.extend(query.mixes_currencies().then(Notice::mixed_currencies));
        push_member(&mut json, "notices", &notices);
        json.push(b'}');
        WrittenPage { json, next_cursor, prev_cursor }
    }
}

/// Writes a member of an object that is not the first.
fn push_member(json: &mut Vec<u8>, name: &str, value: &impl Serialize) {
    json.extend_from_slice(format!(",\"{name}\":").as_bytes());
    // Writing into memory does not fail.
    let _ = serde_json::to_writer(json, value);
}
