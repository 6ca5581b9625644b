//! A profile: what cases are compared with, and what a case is when it is compared.

use chrono::NaiveDate;

use super::dimension::ComparedDimension;
use super::parameters::ProfileParameters;
use crate::cases::Reference;
use crate::cases::parse::{UNKNOWN, find_closed, find_named, is_unknown};
use crate::cases::ranges::parse_date;
use crate::cases::row::CaseRow;
use crate::catalog::directory::Directory;
use crate::catalog::reference::Names;
use crate::catalog::{Catalog, SchoolTier};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{DatePrecision, Degree, RoleTrack};
use crate::model::value::Value;
use crate::parameters::{Mistake, ParameterReader, ParameterTable};

/// What is known of a person and an offer. `None` and no tags: nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Major, by id.
    pub major: Option<i32>,
    /// Highest degree.
    pub highest_degree: Option<Degree>,
    /// Tier of the school of the highest degree, by id.
    pub school_tier: Option<i16>,
    /// Tier of the bachelor's school, by id.
    pub bachelor_tier: Option<i16>,
    /// Company, by id.
    pub company: Option<i32>,
    /// Role, by id.
    pub role: Option<i32>,
    /// Platform or application side.
    pub role_track: Option<RoleTrack>,
    /// City of the post.
    pub city: Option<String>,
    /// Tags, by slug, each once.
    pub tags: Vec<String>,
    /// Date of the offer, what is not known of it being 1, and how much of it is known.
    pub offered_on: Option<(NaiveDate, DatePrecision)>,
}

impl Profile {
    /// Takes a profile out of a request; mistakes stay with the reader.
    pub fn parse(reader: &mut ParameterReader, catalog: &Catalog) -> Self {
        if ProfileParameters::PARAMETERS.iter().all(|parameter| reader.is_missing(parameter.name)) {
            let names = ComparedDimension::NAMES;
            let message = format!("nothing to compare with: give at least one of `{}`", names.join("`, `"));
            reader.wrong(Mistake::new("profile", message).allowing("", names.iter().copied()));
        }
        let tier = |reader: &mut ParameterReader, parameter| {
            let find = |text: &str| find_tier(parameter, &catalog.school_tiers, text);
            one(reader, parameter, find)
        };
        Self {
            major: one(reader, "major", |text| find_named("major", "major", "/api/v1/majors", &catalog.majors, text)),
            highest_degree: one(reader, "highest_degree", |text| find_closed("highest_degree", text)),
            school_tier: tier(reader, "school_tier"),
            bachelor_tier: tier(reader, "bachelor_tier"),
            company: one(reader, "company", |text| {
                find_named("company", "company", "/api/v1/companies", &catalog.companies, text)
            }),
            role: one(reader, "role", |text| find_named("role", "role", "/api/v1/roles", &catalog.roles, text)),
            role_track: one(reader, "role_track", |text| find_closed("role_track", text)),
            city: one(reader, "city", |text| Ok(text.to_owned())),
            tags: tags(reader, catalog),
            offered_on: one(reader, "offered_on", |text| parse_date("offered_on", text)),
        }
    }

    /// What is known of a case.
    pub(super) fn of(case: &CaseRow) -> Self {
        let number = |field| match case.value(field) {
            Some(Value::Reference(number)) => Some(number),
            _ => None,
        };
        let tier = |field| number(field).and_then(|number| i16::try_from(number).ok());
        let date = match case.value(Field::OfferedOn) {
            Some(Value::Date(date)) => Some(date),
            _ => None,
        };
        Self {
            major: number(Field::Major),
            highest_degree: member(case, Field::HighestDegree),
            school_tier: tier(Field::SchoolTier),
            bachelor_tier: tier(Field::BachelorTier),
            company: number(Field::Company),
            role: number(Field::Role),
            role_track: member(case, Field::RoleTrack),
            city: match case.value(Field::City) {
                Some(Value::Text(city)) => Some(city),
                _ => None,
            },
            tags: match case.value(Field::Tags) {
                Some(Value::Texts(tags)) => each_once(tags),
                _ => Vec::new(),
            },
            offered_on: date.zip(member(case, Field::OfferedPrecision)),
        }
    }

    /// What is known of a dimension, as it is shown; nothing where it is unknown.
    pub fn values(&self, dimension: ComparedDimension, catalog: &Catalog) -> Vec<Reference> {
        let tier = |id| Reference::by_id(&catalog.school_tiers, id).into_owned();
        let value = match dimension {
            ComparedDimension::Major => self.major.map(|id| Reference::by_id(&catalog.majors, id).into_owned()),
            ComparedDimension::HighestDegree => self.highest_degree.map(closed),
            ComparedDimension::SchoolTier => self.school_tier.map(tier),
            ComparedDimension::BachelorTier => self.bachelor_tier.map(tier),
            ComparedDimension::Company => self.company.map(|id| Reference::by_id(&catalog.companies, id).into_owned()),
            ComparedDimension::Role => self.role.map(|id| Reference::by_id(&catalog.roles, id).into_owned()),
            ComparedDimension::RoleTrack => self.role_track.map(closed),
            ComparedDimension::City => self.city.clone().map(plain),
            ComparedDimension::Tags => return self.tags.iter().map(|slug| tag(slug, catalog)).collect(),
            ComparedDimension::OfferedOn => self.offered_on.map(|(date, precision)| plain(written(date, precision))),
        };
        value.into_iter().collect()
    }
}

fn member<T: ClosedSet>(case: &CaseRow, field: Field) -> Option<T> {
    match case.value(field) {
        Some(Value::Member(slug)) => T::from_slug(slug),
        _ => None,
    }
}

/// The one value of a parameter: a profile is what somebody is, not a choice.
fn one<T>(
    reader: &mut ParameterReader,
    parameter: &'static str,
    find: impl Fn(&str) -> Result<T, Mistake>,
) -> Option<T> {
    let text = reader.text(parameter)?;
    let text = text.trim();
    let found = if text.contains([',', '，']) {
        Err(Mistake::new(parameter, "takes one value in a profile"))
    } else {
        find_known(parameter, text, find)
    };
    found.map_err(|mistake| reader.wrong(mistake)).ok()
}

/// What a text means, unless it is a `!` or the unknown, which only a filter takes.
fn find_known<T>(parameter: &str, text: &str, find: impl Fn(&str) -> Result<T, Mistake>) -> Result<T, Mistake> {
    if text.starts_with(['!', '！']) {
        return Err(Mistake::new(parameter, "takes no `!`: a profile says what is, a filter what is not"));
    }
    if is_unknown(text) {
        return Err(Mistake::new(parameter, "takes known values; leave out what is not known"));
    }
    find(text).map_err(|mut mistake| {
        mistake.allowed.retain(|allowed| allowed != UNKNOWN);
        mistake.did_you_mean = mistake.did_you_mean.filter(|meant| meant != UNKNOWN);
        mistake
    })
}

fn find_tier(parameter: &str, tiers: &Directory<SchoolTier>, text: &str) -> Result<i16, Mistake> {
    find_named(parameter, "school tier", "/api/v1/school-tiers", tiers, text)
}

fn tags(reader: &mut ParameterReader, catalog: &Catalog) -> Vec<String> {
    let mut found = Vec::new();
    for text in reader.list("tags") {
        let find = |text: &str| find_named("tags", "tag", "/api/v1/tags", &catalog.tags, text);
        match find_known("tags", &text, find) {
            Ok(id) => found.extend(catalog.tags.get(id).map(|tag| tag.slug.clone())),
            Err(mistake) => reader.wrong(mistake),
        }
    }
    each_once(found)
}

fn each_once(tags: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for tag in tags {
        if !once.contains(&tag) {
            once.push(tag);
        }
    }
    once
}

fn closed<T: ClosedSet>(member: T) -> Reference {
    Reference::new(Names {
        slug: member.slug().to_owned(),
        name: member.name().to_owned(),
        name_en: Some(member.name_en().to_owned()),
    })
}

/// A value that is its own name.
fn plain(text: String) -> Reference {
    Reference::new(Names { slug: text.clone(), name: text, name_en: None })
}

/// A tag that the catalog does not have yet shows by its slug.
fn tag(slug: &str, catalog: &Catalog) -> Reference {
    catalog.tags.by_slug(slug).map_or_else(|| plain(slug.to_owned()), Reference::to)
}

/// A date with as much of it as is known.
fn written(date: NaiveDate, precision: DatePrecision) -> String {
    let format = match precision {
        DatePrecision::Day => "%Y-%m-%d",
        DatePrecision::Month => "%Y-%m",
        DatePrecision::Year => "%Y",
    };
    date.format(format).to_string()
}
