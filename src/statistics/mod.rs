//! Statistics over a choice of cases: counts and shares, with what they cannot tell.
//!
//! [`dimension`] is what cases are grouped by, [`facets`] are the values of every dimension,
//! [`count`] asks the database, [`wilson`] is the
//! interval of a share, [`suppression`] keeps back groups that are too small.

pub mod count;
pub mod dimension;
pub mod facets;
pub mod suppression;
pub mod wilson;

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::cases::filter::CaseFilter;
use crate::cases::parameters::FilterParameters;
use crate::catalog::{Catalog, SourceKind};
use crate::parameters::{Kind, Mistake, Parameter, ParameterReader, ParameterTable};
use count::Counts;
pub use dimension::Dimension;
use dimension::GroupName;
use suppression::CountedGroup;

/// The parameters of statistics, beside those of the filter.
#[derive(Debug)]
pub struct StatisticsParameters;

impl ParameterTable for StatisticsParameters {
    const PARAMETERS: &'static [Parameter] = &[Parameter {
        name: "group_by",
        description: "The dimension to group by.",
        kind: Kind::RequiredOneOf { allowed: Dimension::NAMES },
        example: "company",
    }];
}

/// Which statistics a reader asks for.
#[derive(Debug)]
pub struct StatisticsQuery {
    group_by: Dimension,
    filter: CaseFilter,
}

impl StatisticsQuery {
    /// Reads a query string.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(query_string: &str, catalog: &Catalog) -> Result<Self, Vec<Mistake>> {
        let tables = [StatisticsParameters::PARAMETERS, FilterParameters::PARAMETERS];
        let mut reader = ParameterReader::new(query_string, &tables);
        let filter = CaseFilter::parse(&mut reader, catalog);
        let group_by = reader.required_one_of("group_by").and_then(Dimension::named);
        reader.finish()?;
        // Without a mistake there is a dimension.
        Ok(Self { group_by: group_by.unwrap_or(Dimension::Company), filter })
    }
}

/// A share with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"value": 0.214_286, "denominator": 14, "low": 0.075_714, "high": 0.475_892}))]
pub struct Share {
    /// The share, from 0 to 1.
    pub value: f64,
    /// What it is a share of: all cases of the filter.
    pub denominator: u64,
    /// Lower end of its 95 % Wilson interval.
    pub low: f64,
    /// Upper end of its 95 % Wilson interval.
    pub high: f64,
}

impl Share {
    /// `count` of `denominator`, rounded to six decimals; `None` where there is nothing to share.
    fn of(count: u64, denominator: u64) -> Option<Self> {
        let (low, high) = wilson::wilson_interval(count, denominator)?;
        let round = |value: f64| (value * 1e6).round() / 1e6;
        // Counts of cases are far below 2^52.
        #[allow(clippy::cast_precision_loss)]
        let value = count as f64 / denominator as f64;
        Some(Self { value: round(value), denominator, low: round(low), high: round(high) })
    }
}

/// One group of cases.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "value": "baidu",
    "name": "百度",
    "name_en": "Baidu",
    "count": 3,
    "share": {"value": 0.214_286, "denominator": 14, "low": 0.075_714, "high": 0.475_892},
}))]
pub struct Group {
    /// What a filter takes for it; null = the cases for which it is unknown (`unknown` in a filter).
    #[schema(required)]
    pub value: Option<String>,
    /// Chinese name.
    pub name: String,
    /// English name; null = unknown.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Number of cases.
    pub count: u64,
    /// Share of all cases of the filter. Groups of `tag` overlap, so that their shares may add up to more than 1.
    pub share: Share,
}

/// Groups that have fewer cases of a source than it asks for, taken together. Where that is just one, another one is
/// added, so that it cannot be worked out.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Suppressed {
    /// Number of groups.
    pub groups: usize,
    /// Number of cases in them.
    pub count: u64,
    /// Share of all cases of the filter.
    pub share: Share,
}

impl Suppressed {
    fn of(groups: &[CountedGroup], total: u64) -> Option<Self> {
        let count = groups.iter().map(CountedGroup::count).sum();
        let share = Share::of(count, total)?;
        (!groups.is_empty()).then_some(Self { groups: groups.len(), count, share })
    }
}

/// Something that a reader must know to read an answer rightly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "offers_only",
    "message": "只收录了拿到的 offer，没有收录失败的求职，因此不能由此得出成功率。",
    "message_en": "Only offers are stored, no failures: no success rate can be read from this.",
}))]
pub struct Notice {
    /// Stable code.
    pub code: String,
    /// In Chinese.
    pub message: String,
    /// In English.
    pub message_en: String,
}

impl Notice {
    /// That failures are missing, which holds for all answers that invite a conclusion.
    pub(crate) fn offers_only() -> Self {
        Self {
            code: "offers_only".into(),
            message: "只收录了拿到的 offer，没有收录失败的求职，因此不能由此得出成功率。".into(),
            message_en: "Only offers are stored, no failures: no success rate can be read from this.".into(),
        }
    }
}

/// Counts and shares of groups of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    /// The dimension that the groups are of.
    #[schema(value_type = String, example = "company")]
    pub group_by: &'static str,
    /// All cases of the filter; the denominator of every share.
    pub total: u64,
    /// The groups, the largest first; those of equal size in the order of `value`, the unknown last.
    pub groups: Vec<Group>,
    /// Groups that are too small to be shown, as one; null = none is.
    #[schema(required)]
    pub suppressed: Option<Suppressed>,
    /// The version of the data.
    pub dataset_version: i64,
    /// What the reader must know.
    pub notices: Vec<Notice>,
}

/// Works out the statistics that were asked for.
pub async fn compute(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    dataset_version: i64,
    query: &StatisticsQuery,
) -> QueryResult<Statistics> {
    let Counts { total, groups, sources } = count::count(connection, query.group_by, &query.filter).await?;
    let divided = suppression::divide(groups, catalog);
    let suppressed = Suppressed::of(&divided.suppressed, total);
    let mut groups: Vec<Group> = divided
        .shown
        .into_iter()
        .filter_map(|group| {
            let count = group.count();
            let name = group.key.map(|key| query.group_by.name_group(catalog, &key));
            Share::of(count, total).map(|share| Group::new(query.group_by, name, count, share))
        })
        .collect();
    groups.sort_by(|left, right| in_order((&left.value, left.count), (&right.value, right.count)));
    let group_by = query.group_by.name();
    Ok(Statistics { group_by, total, groups, suppressed, dataset_version, notices: notices(catalog, total, &sources) })
}

/// The order of groups: the largest first, those of equal size by value, the unknown last.
fn in_order(left: (&Option<String>, u64), right: (&Option<String>, u64)) -> std::cmp::Ordering {
    right.1.cmp(&left.1).then(left.0.is_none().cmp(&right.0.is_none())).then(left.0.cmp(right.0))
}

impl Group {
    fn new(dimension: Dimension, name: Option<GroupName>, count: u64, share: Share) -> Self {
        match name {
            Some(GroupName { value, name, name_en }) => Self { value: Some(value), name, name_en, count, share },
            None => {
                let (name, name_en) = dimension.names_of_unknown();
                Self { value: None, name: name.into(), name_en: Some(name_en.into()), count, share }
            }
        }
    }
}

/// What the reader of statistics must know of the data behind them.
fn notices(catalog: &Catalog, total: u64, sources: &[(i32, u64)]) -> Vec<Notice> {
    let mut notices = vec![Notice::offers_only()];
    let mut sources = sources.to_vec();
    sources.sort_by_key(|(id, cases)| (std::cmp::Reverse(*cases), *id));
    for (id, cases) in sources {
        let Some(source) = catalog.sources.get(id) else { continue };
        let title_en = source.title_en.as_deref().unwrap_or(&source.title);
        let (bias, bias_en) = bias_of(source.kind);
        let note = source.note.as_deref().unwrap_or_default();
        let note_en = source.note_en.as_deref().unwrap_or_default();
        notices.push(Notice {
            code: "source".into(),
            message: format!("{total} 条中有 {cases} 条来自《{}》。{bias}{note}", source.title),
            message_en: format!("{cases} of {total} cases are from “{title_en}”. {bias_en} {note_en}").trim().into(),
        });
    }
    notices
}

/// What the kind of a source does to the cases in it.
fn bias_of(kind: SourceKind) -> (&'static str, &'static str) {
    match kind {
        SourceKind::CoachingAd => (
            "来源是辅导机构的广告，只挑选成功案例。",
            "It is a coaching provider's advertisement, which picks successes.",
        ),
        SourceKind::Survey => {
            ("来源是问卷，只包含愿意作答的人。", "It is a survey: only those who answered are in it.")
        }
        SourceKind::Crowd => ("来源是众人自行填报，未经核实。", "It is reported by many people, without check."),
        SourceKind::OwnRecords => (
            "来源是机构自有记录，只包含该机构的人。",
            "It is an institution's own records: only its own people are in it.",
        ),
        SourceKind::Synthetic => {
            ("数据是合成的，不代表任何真实情况。", "It is synthetic, and says nothing of the world.")
        }
    }
}
