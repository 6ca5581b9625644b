//! Cities as people write them: the one that a text names, with what stands around its name.
//!
//! `北京市`, `北京-海淀`, `浙江省杭州市余杭区`, `Suzhou, Anhui` and `中国 广东深圳` name one city each. Cities and provinces are
//! those of the catalog; districts, states and what else is no city are words of `seed/import/places.csv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Catalog, Entry, Resolved};
use crate::model::entity::Entity;
use crate::text::{name_key, search_text};
use crate::word_tables;

/// What stands between cities that are listed.
const LISTING: [char; 9] = ['/', '、', ',', '，', ';', '|', '&', '+', '或'];
/// What stands between a city and a place within it.
const WITHIN: [char; 6] = ['-', '·', '(', ')', ':', '—'];
/// What a place is, behind its name.
const FORMS: [&str; 6] = ["特别行政区", "自治州", "地区", "市", "州", "盟"];
/// The longest text that is looked at, and the longest part of it between signs: no place takes more, and what a part may
/// be is tried from each of its characters.
const MAX_CHARS: usize = 200;
const MAX_PART_CHARS: usize = 40;
/// What stands before a place in a cell.
const LEADS: [&str; 5] = ["工作地点", "工作地", "地点", "base", "坐标"];

/// Words by their keys.
static WORDS: LazyLock<HashMap<String, Word>> = LazyLock::new(|| {
    let rows: Vec<Word> = word_tables::rows(include_str!("../../seed/import/places.csv"));
    rows.into_iter().map(|word| (name_key(&word.name), word)).collect()
});

/// A word for what is no city.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    name: String,
    kind: WordKind,
    /// Of a region: the slugs of the provinces or countries that it may be part of, with `|` between them.
    provinces: String,
    /// Of a state of the first of these countries: the slugs of the cities in it, with `|` between them; `-` = none that is
    /// known here, blank = any. Of a district: the slug of its city; blank = several have one of this name.
    cities: String,
}

/// What a word that is no city's name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WordKind {
    /// A place within a large city, written without what it is.
    District,
    /// A state, region or country, which may stand beside a city.
    Region,
    /// How the name of a place within a city ends.
    Ending,
    /// No place, or more than one.
    Nowhere,
}

/// Why a text names no single city.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCity {
    /// It says that there is none.
    #[error("it names no single city")]
    Nowhere,
    /// No city is known by what it says.
    #[error("no city is known by this name; write 北京")]
    Unknown,
    /// It names a city, and something beside it that is not known, or in which that city is not.
    #[error("it names {0}, and another place that is not around or within it")]
    Strange(String),
    /// It may mean one of several cities.
    #[error("may mean {}; left unknown", .0.join(", "))]
    Ambiguous(Vec<String>),
    /// It names several cities.
    #[error("it names several cities: {}", .0.join(", "))]
    Several(Vec<String>),
}

/// What a part of a text names.
#[derive(Debug, Default)]
struct Part<'a> {
    /// Cities that are called so.
    cities: Vec<&'a Entry>,
    /// The region that is named beside it.
    region: Option<Region<'a>>,
    /// Whether it is a place that says nothing more.
    is_around: bool,
    /// The city that it is a district of, where no other place is called so.
    district_of: Option<&'a Entry>,
}

/// A region that cities may lie in.
#[derive(Debug, Clone, Default)]
struct Region<'a> {
    /// The provinces or countries that it may be or be part of, by slug.
    provinces: Vec<&'a str>,
    /// The cities of the first of these that lie in it, by slug; `None` = any.
    cities: Option<Vec<&'static str>>,
}

impl<'a> Region<'a> {
    /// What lies in one of several regions; of several states none says which city is meant.
    fn any_of<'r>(regions: impl Iterator<Item = &'r Self>) -> Self
    where
        'a: 'r,
    {
        regions.fold(Self::default(), |mut all, region| {
            all.provinces.extend(&region.provinces);
            all.cities = all.cities.or_else(|| region.cities.clone());
            all
        })
    }
}

impl Part<'_> {
    fn is_unknown(&self) -> bool {
        self.cities.is_empty() && self.region.is_none() && !self.is_around
    }
}

/// The one city that a text names.
///
/// # Errors
/// Where it names none or several, or something beside the city that is not known.
pub fn city_in<'a>(text: &str, catalog: &'a Catalog) -> Result<&'a Entry, NoCity> {
    let text = search_text(text);
    if text.chars().count() > MAX_CHARS {
        return Err(NoCity::Unknown);
    }
    if WORDS.iter().any(|(key, word)| word.kind == WordKind::Nowhere && text.contains(key.as_str())) {
        return Err(NoCity::Nowhere);
    }
    let text = LEADS.iter().fold(text.as_str(), |text, lead| {
        text.strip_prefix(lead).map_or(text, |rest| rest.trim_start_matches([' ', ':', '在']))
    });
    let cities = Cities(catalog);
    if let [only] = cities.called(text).as_slice() {
        return Ok(only);
    }
    let listed = text.split(LISTING).filter(|listed| !listed.trim().is_empty());
    let listed: Vec<Vec<(&str, Part<'_>)>> = listed
        .map(|listed| listed.split(WITHIN).map(str::trim).filter(|part| !part.is_empty()))
        .map(|parts| parts.map(|part| (part, cities.part(part))).collect())
        .collect();
    cities.one_of(&listed)
}

/// The countries that a text names, or names places of, by ISO 3166-1 alpha-2: none of them where it says that it may be
/// anywhere, and `None` where nothing in it is known.
pub fn countries_in(text: &str, catalog: &Catalog) -> Option<Vec<String>> {
    let text = search_text(text);
    if text.chars().count() > MAX_CHARS {
        return None;
    }
    let cities = Cities(catalog);
    let provinces = catalog.directory(Entity::Province);
    let country = |slug: &str| provinces.by_slug(slug).and_then(|province| province.text("country")).map(str::to_owned);
    let mut countries: Vec<String> = Vec::new();
    let nowhere = WORDS.iter().filter(|(key, word)| word.kind == WordKind::Nowhere && text.contains(key.as_str()));
    let mut is_known = false;
    for (_, word) in nowhere {
        is_known = true;
        countries.extend(word.provinces.split('|').filter_map(country));
    }
    let parts = text.split(LISTING).flat_map(|listed| listed.split(WITHIN)).map(str::trim);
    for text in parts.filter(|part| !part.is_empty()) {
        let part = cities.part(text);
        let named: Vec<String> = match part.cities.as_slice() {
            [] if MAINLAND.contains(&name_key(text).as_str()) => vec!["CN".to_owned()],
            [] => part.region.iter().flat_map(|region| &region.provinces).filter_map(|slug| country(slug)).collect(),
            found => found.iter().filter_map(|city| country(cities.province_of(city)?)).collect(),
        };
        is_known |= !named.is_empty();
        countries.extend(named);
    }
    countries.sort_unstable();
    countries.dedup();
    is_known.then_some(countries)
}

/// The mainland as it is called beside cities.
const MAINLAND: [&str; 5] = ["中国", "中国大陆", "大陆", "china", "prc"];

/// The cities and provinces of a catalog.
#[derive(Clone, Copy)]
struct Cities<'a>(&'a Catalog);

impl<'a> Cities<'a> {
    /// The one city that stands in the parts of what is listed.
    fn one_of(self, listed: &[Vec<(&str, Part<'a>)>]) -> Result<&'a Entry, NoCity> {
        let region = Region::any_of(listed.iter().flatten().filter_map(|(_, part)| part.region.as_ref()));
        let mut cities: Vec<&Entry> = Vec::new();
        let mut is_strange = false;
        for parts in listed {
            let mut is_known = false;
            for (text, part) in parts {
                let found = self.in_region_of(text, &part.cities, &region);
                // An unknown name behind a city is a place within it.
                is_known |= !part.is_unknown() || !found.is_empty();
                match found.as_slice() {
                    [] if part.cities.is_empty() => {}
                    [] => return Err(NoCity::Strange(part.cities[0].name().to_owned())),
                    [only] if cities.iter().any(|city| city.id() == only.id()) => {}
                    [only] => cities.push(only),
                    several => {
                        return Err(NoCity::Ambiguous(several.iter().map(|city| city.slug().to_owned()).collect()));
                    }
                }
            }
            is_strange |= !is_known;
        }
        if cities.is_empty() && !is_strange {
            cities = self.around(listed, &region);
        }
        match cities.as_slice() {
            [] => Err(NoCity::Unknown),
            [only] if is_strange => Err(NoCity::Strange(only.name().to_owned())),
            [only] => Ok(only),
            several => Err(NoCity::Several(several.iter().map(|city| city.name().to_owned()).collect())),
        }
    }

    /// The cities whose districts are named, where no city is.
    fn around(self, listed: &[Vec<(&str, Part<'a>)>], region: &Region<'_>) -> Vec<&'a Entry> {
        let mut cities: Vec<&Entry> = listed.iter().flatten().filter_map(|(_, part)| part.district_of).collect();
        cities.sort_unstable_by_key(|city| city.id());
        cities.dedup_by_key(|city| city.id());
        let is_here = |city: &&Entry| !self.in_region_of("", &[city], region).is_empty();
        if cities.iter().all(is_here) { cities } else { Vec::new() }
    }

    /// The city that a place within one says by its name: 海淀, 海淀区, 海淀区中关村大街.
    fn city_of_district(self, name: &str) -> Option<&'a Entry> {
        let called = |name: &str| WORDS.get(name).filter(|word| word.kind == WordKind::District);
        let short = |name: &str| ["新区", "区"].iter().find_map(|form| called(name.strip_suffix(form)?));
        let front = || name.find('区').map(|at| &name[..at + '区'.len_utf8()]);
        let word = called(name).or_else(|| short(name)).or_else(|| called(front()?).or_else(|| short(front()?)))?;
        self.0.directory(Entity::City).by_slug(&word.cities)
    }

    /// The cities of those called `text` that lie in a region, where one is named; else one that is told apart by its
    /// province: `Suzhou (Anhui)`.
    fn in_region_of(self, text: &str, cities: &[&'a Entry], region: &Region<'_>) -> Vec<&'a Entry> {
        let Region { provinces, cities: of_state } = region;
        if provinces.is_empty() {
            return cities.to_vec();
        }
        let is_of_state = |city: &&Entry| {
            let is_in = |slugs: &Vec<&str>| slugs.contains(&city.slug());
            of_state.as_ref().is_none_or(is_in) || self.province_of(city) != provinces.first().copied()
        };
        let here: Vec<&Entry> = cities
            .iter()
            .copied()
            .filter(|city| self.province_of(city).is_none_or(|it| provinces.contains(&it)))
            .filter(is_of_state)
            .collect();
        if !here.is_empty() {
            return here;
        }
        let names = provinces.iter().filter_map(|slug| self.0.directory(Entity::Province).by_slug(slug)?.name_en());
        names.flat_map(|province| self.called(&format!("{text} ({province})"))).filter(is_of_state).collect()
    }

    fn province_of(self, city: &Entry) -> Option<&'a str> {
        self.0.directory(Entity::Province).get(city.integer("province")?).map(Entry::slug)
    }

    /// Cities that are called just so.
    fn called(self, name: &str) -> Vec<&'a Entry> {
        let directory = self.0.directory(Entity::City);
        // Each beginning of a text is asked for: what nothing is called is not looked for in other spellings.
        match directory.called(name).next().and_then(|_| directory.known(name)) {
            Some(Resolved::Found { entry, .. }) => vec![entry],
            Some(Resolved::Ambiguous { entries, .. }) => entries,
            Some(Resolved::Unknown) | None => Vec::new(),
        }
    }

    /// Cities of this name, with or without what they are behind it.
    fn cities(self, name: &str) -> Vec<&'a Entry> {
        let found = self.called(name);
        if !found.is_empty() {
            return found;
        }
        let short = FORMS.iter().find_map(|form| name.strip_suffix(form)).filter(|short| !short.is_empty());
        let found = short.map(|short| self.called(short)).unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
        if name.ends_with("自治州") {
            // 凉山彝族自治州.
            let ends = name.char_indices().map(|(index, _)| index).filter(|index| *index > 3).collect::<Vec<_>>();
            let fronts = ends.iter().rev().map(|end| self.called(&name[..*end]));
            return fronts.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
        }
        // Taizhou: names that are told apart by what stands in brackets.
        if name.is_ascii() { self.0.directory(Entity::City).told_apart(name).collect() } else { Vec::new() }
    }

    /// The province or region of this name; `None` where it is none.
    fn region(self, name: &str) -> Option<Region<'a>> {
        let directory = self.0.directory(Entity::Province);
        let short = || ["省", "自治区"].iter().find_map(|form| name.strip_suffix(form));
        let called = |name: &str| directory.called(name).next().map(Entry::slug);
        if let Some(slug) = called(name).or_else(|| called(short()?)) {
            return Some(Region { provinces: vec![slug], cities: None });
        }
        let word = WORDS.get(name).filter(|word| word.kind == WordKind::Region)?;
        let provinces = word.provinces.split('|').filter_map(|slug| directory.by_slug(slug)).map(Entry::slug).collect();
        let cities = (!word.cities.is_empty()).then(|| word.cities.split('|').collect());
        Some(Region { provinces, cities })
    }

    fn part(self, part: &str) -> Part<'a> {
        if part.chars().count() > MAX_PART_CHARS {
            return Part::default();
        }
        let name = name_key(part);
        let cities = self.cities(&name);
        if !cities.is_empty() {
            return Part { cities, ..Part::default() };
        }
        if let Some(region) = self.region(&name) {
            return Part { region: Some(region), is_around: true, ..Part::default() };
        }
        self.in_region(&name).or_else(|| self.in_front(&name, part)).unwrap_or_else(|| self.around_city(&name))
    }

    /// What only says where in a city it is.
    fn around_city(self, name: &str) -> Part<'a> {
        let district_of = self.city_of_district(name);
        Part { is_around: is_district(name) || district_of.is_some(), district_of, ..Part::default() }
    }

    /// Names that are run together: 广东深圳, 浙江省杭州市余杭区.
    fn in_region(self, name: &str) -> Option<Part<'a>> {
        if name.is_ascii() {
            return None;
        }
        for (index, _) in name.char_indices().skip(1) {
            let (front, rest) = name.split_at(index);
            let Some(region) = self.region(front).filter(|_| !front.is_ascii()) else { continue };
            // What follows is taken apart once: as often as it can be, the time would double with each region in front.
            let cities = [self.part(rest).cities, self.cities(&format!("{rest}市"))];
            let here = cities.iter().map(|cities| self.in_region_of(rest, cities, &region));
            if let Some(cities) = here.into_iter().find(|cities| !cities.is_empty()) {
                return Some(Part { cities, region: Some(region), ..Part::default() });
            }
        }
        None
    }

    /// The city in front of a district, or before a space: 杭州市余杭区, 北京 海淀.
    fn in_front(self, name: &str, part: &str) -> Option<Part<'a>> {
        let city = |cities: Vec<&'a Entry>| Some(Part { cities, ..Part::default() });
        if let Some((front, rest)) = part.split_once(' ') {
            let cities = self.cities(&name_key(front));
            if !cities.is_empty() {
                // A second city is none within the first.
                let is_within = self.part(rest).cities.is_empty() && !rest.is_ascii();
                return if is_within { city(cities) } else { None };
            }
        }
        let fronts = (1..name.len()).rev().filter(|index| name.is_char_boundary(*index));
        let (cities, rest) =
            fronts.map(|index| (self.cities(&name[..index]), &name[index..])).find(|it| !it.0.is_empty())?;
        let is_within = (is_district(name) && !rest.is_ascii()) || is_word(rest, WordKind::District);
        if is_within { city(cities) } else { None }
    }
}

fn is_word(key: &str, kind: WordKind) -> bool {
    WORDS.get(key).is_some_and(|word| word.kind == kind)
}

/// Whether a name is that of a place within a city, or ends as one.
fn is_district(name: &str) -> bool {
    is_word(name, WordKind::District)
        || WORDS.iter().any(|(key, word)| word.kind == WordKind::Ending && name.ends_with(key.as_str()))
}
