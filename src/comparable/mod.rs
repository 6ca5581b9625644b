//! Cases that are like a profile, each with the reasons.
//!
//! [`parameters`] is what may be written, [`profile`] and [`weights`] what it means; [`grades`] says what a likeness is
//! worth, [`measure`] puts these together for a profile; the engine finds the best cases, [`explanation`] says why they
//! are; [`duplicates`] tells which cases are likely the same as one.
//!
//! Points are whole numbers until they are shown: a weight in thousandths times a grade in
//! millionths. So the engine, which orders, and the explanation agree exactly.

pub mod duplicates;
pub mod explanation;
pub mod grades;
pub mod measure;
pub mod parameters;
pub mod profile;
pub mod weights;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::cases::filter::CaseFilter;
use crate::cases::one::{find_by_ordinals, parse_id};
use crate::cases::parameters::FilterParameters;
use crate::cases::row::{CaseRow, WHOLE};
use crate::catalog::Catalog;
use crate::engine::Columns;
use crate::engine::best::{self, Best};
use crate::parameters::message;
use crate::parameters::{Parameter, ParameterError, ParameterReader, ParameterTable};
use crate::statistics::notices::Notice;
use explanation::{ComparableCase, ComparedValue, Explainer};
use measure::Criterion;
use parameters::{CandidateParameters, ComparableParameters, LIMIT, ProfileParameters};
use profile::Profile;
use weights::{WEIGHTS, Weights};

/// With what cases are compared, and which.
#[derive(Debug)]
pub struct ComparableQuery {
    profile: Profile,
    criteria: Vec<Criterion>,
    /// Which cases are compared.
    pub candidates: Candidates,
    /// The ordinal of the case that the profile is of, which is not compared with itself.
    leave_out: Option<i64>,
}

/// Which cases are compared, and how many are given.
#[derive(Debug)]
pub struct Candidates {
    /// The filter.
    pub filter: CaseFilter,
    limit: u32,
}

impl ComparableQuery {
    /// What may stand in a query string that describes a profile, each table with what stands in front of its names.
    pub(crate) const TABLES: [(&'static str, &'static [Parameter]); 3] = [
        ("", ProfileParameters::PARAMETERS),
        ("", ComparableParameters::PARAMETERS),
        (CandidateParameters::PREFIX, CandidateParameters::PARAMETERS),
    ];

    /// Reads a query string that describes a profile.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let mut reader = ParameterReader::with_prefixes(query_string, &Self::TABLES);
        let profile = Profile::parse(&mut reader, catalog);
        let weights = Weights::parse(&mut reader);
        let limit = reader.integer(LIMIT.name);
        let filter = reader.under(CandidateParameters::PREFIX, |reader| CaseFilter::parse(reader, catalog));
        reader.finish()?;
        Self::new(profile, &weights, Candidates { filter, limit }, None, catalog)
    }

    fn new(
        profile: Profile,
        weights: &Weights,
        candidates: Candidates,
        leave_out: Option<i64>,
        catalog: &Catalog,
    ) -> Result<Self, Vec<ParameterError>> {
        let criteria = Criterion::all_of(&profile, weights, catalog);
        if criteria.is_empty() {
            let message = message!(
                "gives 0 to all that is known of the profile; nothing is left to compare",
                "给画像中所有已知内容的权重都是 0，没有可比较的"
            );
            return Err(vec![ParameterError::new(WEIGHTS.name, message)]);
        }
        Ok(Self { profile, criteria, candidates, leave_out })
    }
}

/// What a request asks of a comparison with a case, before the case is read.
#[derive(Debug)]
pub struct ComparableToCaseQuery {
    /// The case.
    pub id: Uuid,
    weights: Weights,
    candidates: Candidates,
}

impl ComparableToCaseQuery {
    /// Reads the id of a case and a query string.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn parse(id: &str, query_string: &str, catalog: &Catalog) -> Result<Self, Vec<ParameterError>> {
        let tables = [FilterParameters::PARAMETERS, ComparableParameters::PARAMETERS];
        let mut reader = ParameterReader::new(query_string, &tables);
        let id = parse_id(&mut reader, id);
        let weights = Weights::parse(&mut reader);
        let limit = reader.integer(LIMIT.name);
        let filter = CaseFilter::parse(&mut reader, catalog);
        reader.finish()?;
        Ok(Self { id, weights, candidates: Candidates { filter, limit } })
    }

    /// The comparison with what is known of the case, which has this ordinal.
    ///
    /// # Errors
    /// That no weight is left for it.
    pub(crate) fn with(
        self,
        case: &CaseRow,
        ordinal: i64,
        catalog: &Catalog,
    ) -> Result<ComparableQuery, Vec<ParameterError>> {
        ComparableQuery::new(Profile::of(case), &self.weights, self.candidates, Some(ordinal), catalog)
    }
}

/// The cases that are most like a profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparableCases {
    /// What was compared. What the profile does not give, or has the weight 0, is not compared.
    pub profile: Vec<ComparedValue>,
    /// The cases, the most alike first; those of equal score in the order of their ids.
    pub items: Vec<ComparableCase>,
    /// Number of cases that were compared: those of the filter.
    pub considered: u64,
    /// The version of the data.
    pub dataset_version: i64,
    /// What the reader must know.
    pub notices: Vec<Notice>,
}

/// The best candidates.
pub fn find(columns: &Columns, query: &ComparableQuery) -> Best {
    let ComparableQuery { criteria, candidates: Candidates { filter, limit }, leave_out, .. } = query;
    let leave_out = leave_out.and_then(|ordinal| u32::try_from(ordinal).ok());
    let criteria: Vec<best::ScoredField> = criteria.iter().map(|criterion| criterion.scored.clone()).collect();
    let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
    best::best(columns, &criteria, grades::FULL, filter, leave_out, limit)
}

/// Reads and explains what [`find`] has found at a version; `None` where one of the cases has changed since.
pub async fn explain_found(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    dataset_version: i64,
    query: &ComparableQuery,
    found: &Best,
) -> QueryResult<Option<ComparableCases>> {
    let points: HashMap<i64, i64> = found.cases.iter().map(|case| (i64::from(case.ordinal), case.points)).collect();
    let ordinals: Vec<i64> = points.keys().copied().collect();
    let Some(rows) = find_by_ordinals(connection, &ordinals, dataset_version, WHOLE).await? else { return Ok(None) };
    let mut cases: Vec<(i64, CaseRow)> = rows.into_iter().map(|(ordinal, row)| (points[&ordinal], row)).collect();
    cases.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.id().cmp(&right.1.id())));
    cases.truncate(usize::try_from(query.candidates.limit).unwrap_or(usize::MAX));
    let explainer = Explainer::new(&query.profile, &query.criteria, catalog);
    Ok(Some(ComparableCases {
        profile: explainer.profile(),
        items: cases.into_iter().map(|(points, case)| explainer.explain(case, points)).collect(),
        considered: found.considered,
        dataset_version,
        notices: vec![Notice::offers_only(), no_forecast()],
    }))
}

/// That likeness to those who got an offer says nothing of one's own chances.
fn no_forecast() -> Notice {
    Notice::new(
        "no_forecast",
        "得分只说明背景有多相近，不是成功的概率：与拿到 offer 的人相似，不等于会拿到 offer。",
        "The score only says how much backgrounds are alike, it does not give your chances: being like somebody who got an offer \
            does not mean getting one.",
    )
}
