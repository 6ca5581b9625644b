//! Pages of cases in an order.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use utoipa::openapi::schema::{AnyOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::OfferCase;
use super::counts::{Relaxation, ToCount};
use super::cursor::{CURSOR, Cursor};
use super::export::{BOM, ExportQuery};
use super::fields::{FIELDS, Fields, ThinOfferCase};
use super::filter::CaseFilter;
use super::filter_sql::FilterCondition;
use super::format::{FORMAT, Format};
use super::keyset::{After, FirstRows, InOrder, SortValues};
use super::one::{self, INCLUDE, Include};
use super::parameters::FilterParameters;
use super::row::{CaseColumns, CaseRow};
use super::sort::{SORT, Sort};
use crate::catalog::Catalog;
use crate::database::dataset::{CurrentDataset, Dataset};
use crate::database::schema::offer_cases;
use crate::parameters::{Kind, Mistake, Parameter, ParameterReader, ParameterTable};

/// The parameter that says how long a page is.
pub const LIMIT: Parameter = Parameter {
    name: "limit",
    description: "The most items that a page has.",
    kind: Kind::Integer { min: 1, max: 200, default: 20 },
    example: "20",
};

const COUNT: Parameter = Parameter {
    name: "count",
    description: "`exact` adds `total`, the number of all cases that fit; it costs more than the page itself.",
    kind: Kind::OneOf { allowed: &["exact"], default: None },
    example: "exact",
};

/// The parameters of a list, beside those of the filter.
#[derive(Debug)]
pub struct ListParameters;

impl ParameterTable for ListParameters {
    const PARAMETERS: &'static [Parameter] = &[SORT, LIMIT, CURSOR, COUNT, FIELDS, INCLUDE, FORMAT, BOM];
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

/// One page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePage<'a> {
    /// The cases, in order.
    pub items: Vec<OfferCase<'a>>,
    /// What to give as `cursor` for the next page; null = this was the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// The number of all cases that fit; only with `count=exact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<i64>,
    /// Which single parameter to drop, and what that gives; only where no case fits and dropping one would help.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hint: Option<Relaxation>,
}

impl<'a> CasePage<'a> {
    /// The same page with only some fields of its cases.
    pub fn thin(self, fields: &Fields) -> ThinCasePage<'a> {
        let Self { items, next_cursor, total, hint } = self;
        ThinCasePage { items: items.into_iter().map(|case| fields.thin(case)).collect(), next_cursor, total, hint }
    }
}

/// One page of cases of which only some fields were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThinCasePage<'a> {
    /// The cases, in order.
    pub items: Vec<ThinOfferCase<'a>>,
    /// What to give as `cursor` for the next page; null = this was the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// The number of all cases that fit; only with `count=exact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<i64>,
    /// Which single parameter to drop, and what that gives; only where no case fits and dropping one would help.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hint: Option<Relaxation>,
}

/// A page of cases, whole or with only some fields.
#[derive(Debug)]
pub struct PageOfCases;

impl PartialSchema for PageOfCases {
    fn schema() -> RefOr<Schema> {
        let page = |name: &str| Ref::from_schema_name(name);
        AnyOfBuilder::new()
            .item(page(&CasePage::name()))
            .item(page(&ThinCasePage::name()))
            .description(Some("A page of cases; with `fields` these have only some fields."))
            .into()
    }
}

impl ToSchema for PageOfCases {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((CasePage::name().into_owned(), CasePage::schema()));
        schemas.push((ThinCasePage::name().into_owned(), ThinCasePage::schema()));
        CasePage::schemas(schemas);
        ThinCasePage::schemas(schemas);
    }
}

/// Which page of which cases a reader asks for.
#[derive(Debug)]
pub struct ListQuery {
    filter: CaseFilter,
    sort: Sort,
    include: Include,
    /// Which fields; `None` = all.
    pub fields: Option<Fields>,
    limit: u32,
    after: Option<Cursor>,
    count_exactly: bool,
}

/// Which cases a reader asks for, and in which form.
#[derive(Debug)]
pub enum CaseQuery {
    /// A page of them.
    Page(ListQuery),
    /// All of them.
    Export(ExportQuery),
}

impl ListQuery {
    /// What has to be counted for a page; nothing for most.
    pub fn to_count(&self, page: &CasePage) -> ToCount {
        let hint = page.items.is_empty() && self.after.is_none();
        let relaxed = if hint { self.filter.relaxed().collect() } else { Vec::new() };
        ToCount { total: self.count_exactly.then(|| self.filter.clone()), relaxed }
    }

    /// Whether the number of all cases is asked for.
    pub fn counts_exactly(&self) -> bool {
        self.count_exactly
    }

    /// Whether an index gives the page in its order and nothing else is read, so that it takes next to no time.
    pub fn is_short(&self) -> bool {
        !self.count_exactly
            && !self.include.needs_more_than_the_row()
            && self.sort.is_usual()
            && self.filter.is_indexed()
    }
}

impl CaseQuery {
    /// Reads a query string; `accepted` is the form where the query string does not say.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, accepted: Format, catalog: &Catalog) -> Result<Self, Vec<Mistake>> {
        let mut reader =
            ParameterReader::new(query_string, &[FilterParameters::PARAMETERS, ListParameters::PARAMETERS]);
        let format = Format::parse(&mut reader).unwrap_or(accepted);
        if format != Format::Json {
            reader.refuse(&[LIMIT.name, CURSOR.name, COUNT.name], "is for pages: this format gives every case");
        }
        let filter = CaseFilter::parse(&mut reader, catalog);
        let sort = Sort::parse(&mut reader);
        let include = Include::parse(&mut reader);
        let fields = Fields::parse(&mut reader);
        let limit = reader.integer(LIMIT.name);
        let count_exactly = reader.one_of(COUNT.name).is_some();
        let with_bom = reader.flag(BOM.name) == Some(true);
        if with_bom && format != Format::Csv {
            reader.wrong(Mistake::new(BOM.name, "is for format=csv"));
        }
        let after = reader
            .text(CURSOR.name)
            .and_then(|text| Cursor::decode(&text, &sort).map_err(|mistake| reader.wrong(mistake)).ok());
        reader.finish()?;
        Ok(match format {
            Format::Json => Self::Page(ListQuery { filter, sort, include, fields, limit, after, count_exactly }),
            format => Self::Export(ExportQuery { filter, sort, include, fields, format, with_bom }),
        })
    }
}

/// The rows of a page, and at least one more where there is a next page.
#[derive(Debug)]
pub struct PageRows {
    rows: Vec<(CaseRow, Option<Vec<String>>, Dataset)>,
}

impl PageRows {
    /// Reads them.
    pub async fn read(mut connection: &AsyncPgConnection, query: &ListQuery) -> QueryResult<Self> {
        let rows = offer_cases::table
            .select((CaseColumns, SortValues(&query.sort), CurrentDataset))
            .filter(FilterCondition(&query.filter))
            .filter(After(&query.sort, query.after.as_ref()))
            .order(InOrder(&query.sort));
        // One more than asked for tells whether there is a next page.
        let rows = FirstRows(rows, query.limit + 1).load(&mut connection).await?;
        Ok(Self { rows })
    }

    /// The version of the data that they are of; `None` where there is no row to bring it.
    pub fn dataset(&self) -> Option<&Dataset> {
        self.rows.last().map(|(.., dataset)| dataset)
    }
}

/// Reads one page.
pub async fn list<'a>(
    connection: &mut AsyncPgConnection,
    catalog: &'a Catalog,
    query: &ListQuery,
) -> QueryResult<CasePage<'a>> {
    let mut page = page_of(PageRows::read(connection, query).await?, catalog, query);
    one::add_included(connection, &mut page.items, query.include).await?;
    Ok(page)
}

/// Makes a page of its rows.
pub fn page_of<'a>(PageRows { mut rows }: PageRows, catalog: &'a Catalog, query: &ListQuery) -> CasePage<'a> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = match rows.last() {
        Some((last, values, _)) if more => {
            let values = values.clone().unwrap_or_else(|| Sort::usual_values(last));
            Some(Cursor::new(&query.sort, values, last.id).encode())
        }
        _ => None,
    };
    let items = rows.into_iter().map(|(row, ..)| OfferCase::from_row(row, catalog, query.include.source)).collect();
    CasePage { items, next_cursor, total: None, hint: None }
}
