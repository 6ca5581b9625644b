//! The filter's parameters: what may be written, and what it means.

use super::closed_sets::Degree;
use super::filter::{CaseFilter, Choice, SearchWord};
use crate::catalog::directory::{Directory, Entry, Resolution};
use crate::catalog::name::name_key;
use crate::catalog::{Catalog, FoundBy};
use crate::database::closed_set::ClosedSet;
use crate::parameters::{Kind, Mistake, Parameter, ParameterReader, ParameterTable, Wanted};

/// The word for a value that is not known.
pub const UNKNOWN: &str = "unknown";
/// Longest search text, in characters.
const LONGEST_SEARCH: usize = 100;
/// Reference data with at most this many entries is told whole in an error.
const TOLD_WHOLE: usize = 40;

/// The parameters that choose cases, the same wherever cases are chosen.
#[derive(Debug)]
pub struct FilterParameters;

const ANY: Kind = Kind::Choice { allowed: &[] };

impl ParameterTable for FilterParameters {
    const PARAMETERS: &'static [Parameter] = &[
        Parameter {
            name: "company",
            description: "Who made the offer: slug, Chinese or English name, or any alias (`B站` is `bilibili`). \
                Comma = or, `!` in front = not, `unknown` = no value; so for every dimension.",
            kind: ANY,
            example: "B站,baidu",
        },
        Parameter { name: "role", description: "The post: slug, name or alias.", kind: ANY, example: "llm-product" },
        Parameter {
            name: "major",
            description: "What the person studied: slug, name or alias, with everything under it \
                (`工科` includes `计算机`) unless `major_exact` is true.",
            kind: ANY,
            example: "工科",
        },
        Parameter {
            name: "major_exact",
            description: "Whether `major` means just what it names, without what stands under it.",
            kind: Kind::Flag,
            example: "false",
        },
        Parameter {
            name: "school_tier",
            description: "Tier of the school of the highest degree: slug, name or alias \
                (`985`, `211`, `double_first_class`, `first_tier`, `second_tier`, `vocational`, `hong_kong`, \
                `macau_taiwan`, `overseas`, `other`). Tiers are labels as given: `211` does not include `985`.",
            kind: ANY,
            example: "985,211",
        },
        Parameter {
            name: "bachelor_tier",
            description: "Tier of the bachelor's school, as for `school_tier`.",
            kind: ANY,
            example: "211",
        },
        Parameter {
            name: "master_tier",
            description: "Tier of the master's school, as for `school_tier`.",
            kind: ANY,
            example: "overseas",
        },
        Parameter {
            name: "highest_degree",
            description: "Highest degree.",
            kind: Kind::Choice { allowed: Degree::SLUGS },
            example: "master",
        },
        Parameter {
            name: "tag",
            description: "Tags, of which a case may have several: slug or name. `unknown` = no tag.",
            kind: ANY,
            example: "career-switch",
        },
        Parameter {
            name: "source",
            description: "Where the case comes from: slug.",
            kind: ANY,
            example: "llm-product-article",
        },
        Parameter {
            name: "q",
            description: "Words that must each occur in company, role, major, a tag (in slug or name, or as an alias) or \
                the summary. Chinese of one character and more; a Latin word is found from its start. Wildcards mean \
                themselves. At most 100 characters.",
            kind: Kind::Text,
            example: "转产品",
        },
    ];
}

impl CaseFilter {
    /// Takes the filter's parameters out of a request; mistakes stay with the reader.
    pub fn parse(reader: &mut ParameterReader, catalog: &Catalog) -> Self {
        let major_exact = reader.flag("major_exact");
        let mut major = named(reader, "major", "major", "/api/v1/majors", &catalog.majors);
        if !major_exact {
            for values in [&mut major.any_of, &mut major.none_of] {
                let with_descendants = values.known.iter().flat_map(|id| catalog.major_with_descendants(*id));
                values.known = with_descendants.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
            }
        }
        let tiers = &catalog.school_tiers;
        let mut tier = |name| named(reader, name, "school tier", "/api/v1/school-tiers", tiers);
        let (school_tier, bachelor_tier, master_tier) =
            (tier("school_tier"), tier("bachelor_tier"), tier("master_tier"));
        let tag = named(reader, "tag", "tag", "/api/v1/tags", &catalog.tags);
        Self {
            company: named(reader, "company", "company", "/api/v1/companies", &catalog.companies),
            role: named(reader, "role", "role", "/api/v1/roles", &catalog.roles),
            major,
            school_tier,
            bachelor_tier,
            master_tier,
            highest_degree: closed(reader, "highest_degree"),
            tag: tag.map(|id| catalog.tags.get(id).map(|tag| tag.slug.clone()).unwrap_or_default()),
            source: named(reader, "source", "source", "/api/v1/sources", &catalog.sources),
            words: search_words(reader, catalog),
        }
    }
}

impl<T> Choice<T> {
    fn map<U>(self, mut change: impl FnMut(T) -> U) -> Choice<U> {
        let mut map = |values: super::filter::Values<T>| super::filter::Values {
            known: values.known.into_iter().map(&mut change).collect(),
            unknown: values.unknown,
        };
        Choice { any_of: map(self.any_of), none_of: map(self.none_of) }
    }
}

fn search_words(reader: &mut ParameterReader, catalog: &Catalog) -> Vec<SearchWord> {
    let Some(text) = reader.text("q") else { return Vec::new() };
    if text.chars().count() > LONGEST_SEARCH {
        reader.wrong(Mistake::new("q", format!("is longer than {LONGEST_SEARCH} characters")));
        return Vec::new();
    }
    SearchWord::parse_all(&text, catalog)
}

/// A choice of entries of a directory, by any of their names.
fn named<E: Entry>(
    reader: &mut ParameterReader,
    parameter: &'static str,
    what: &str,
    listed_at: &str,
    directory: &Directory<E>,
) -> Choice<E::Id> {
    choose(reader, parameter, |value| find_named(parameter, what, listed_at, directory, value))
}

/// The id of what a name means, or what is wrong with the name.
pub fn find_named<E: Entry>(
    parameter: &str,
    what: &str,
    listed_at: &str,
    directory: &Directory<E>,
    value: &str,
) -> Result<E::Id, Mistake> {
    match directory.resolve(value) {
        Resolution::Found { entry, by: FoundBy::Slug | FoundBy::Name | FoundBy::Alias, .. } => Ok(entry.id()),
        Resolution::Ambiguous(entries) => {
            let mut mistake = Mistake::new(parameter, format!("`{value}` may mean several; name one of them"));
            mistake.allowed = entries.iter().map(|entry| entry.slug().to_owned()).collect();
            Err(mistake)
        }
        Resolution::Unknown { near } => {
            let entries = directory.entries();
            let few = entries.len() <= TOLD_WHOLE;
            let see = if few { String::new() } else { format!("; {listed_at} lists all") };
            let mut mistake = Mistake::new(parameter, format!("no {what} is called `{value}`{see}"));
            mistake.did_you_mean = near.first().map(|entry| entry.slug().to_owned());
            if few {
                mistake.allowed = entries.iter().map(|entry| entry.slug().to_owned()).collect();
                mistake.allowed.push(UNKNOWN.to_owned());
            }
            Err(mistake)
        }
    }
}

/// A choice of members of a closed set, by slug or by name.
fn closed<T: ClosedSet>(reader: &mut ParameterReader, parameter: &'static str) -> Choice<T> {
    choose(reader, parameter, |value| {
        let key = name_key(value);
        let called_so =
            |member: &T| [member.slug(), member.name(), member.name_en()].iter().any(|name| name_key(name) == key);
        T::ALL.iter().copied().find(called_so).ok_or_else(|| {
            let allowed = T::SLUGS.iter().copied().chain([UNKNOWN]);
            Mistake::new(parameter, format!("`{value}` is not allowed")).allowing(value, allowed)
        })
    })
}

fn choose<T: PartialEq>(
    reader: &mut ParameterReader,
    parameter: &'static str,
    find: impl Fn(&str) -> Result<T, Mistake>,
) -> Choice<T> {
    let mut choice = Choice::default();
    for Wanted { negated, value } in reader.choice(parameter) {
        let values = if negated { &mut choice.none_of } else { &mut choice.any_of };
        if value == UNKNOWN {
            values.unknown = true;
            continue;
        }
        match find(&value) {
            Ok(found) if values.known.contains(&found) => {}
            Ok(found) => values.known.push(found),
            Err(mistake) => reader.wrong(mistake),
        }
    }
    choice
}
