//! Reads the city of a post.

use super::Reading;
use super::cities::{Place, city, key, place, words};
use super::text::{folded, said};

/// Longest unknown name that is taken for a city, in characters.
const MAX_NAME_CHARS: usize = 20;
/// What stands between cities that are listed.
const LISTING: [char; 8] = ['/', '、', ',', ';', '|', '&', '+', '或'];
/// What stands between a city and a place within it.
const WITHIN: [char; 6] = ['-', '·', '(', ')', ':', '—'];

/// What a part of a cell names.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    City(&'static str),
    /// A province, a country, a district.
    Around,
    Unknown,
}

/// Reads a cell: the Chinese short name of the one city that it names.
///
/// # Errors
/// Where it names none or several, or one that is not known and not written with 市.
pub fn read(cell: &str) -> Reading<String> {
    let Some(text) = said(folded(cell)) else { return Ok(None) };
    if words(Place::Nowhere).any(|word| text.contains(word)) {
        return Err("it names no single city".to_owned());
    }
    let text = ["工作地点", "工作地", "地点", "base", "坐标"].iter().fold(text.as_str(), |text, word| {
        text.strip_prefix(word).map_or(text, |rest| rest.trim_start_matches([' ', ':', '在']))
    });
    let (mut cities, mut strange) = (Vec::new(), false);
    for listed in text.split(LISTING) {
        let mut place = Part::Unknown;
        for part in listed.split(WITHIN).filter(|part| !part.trim().is_empty()) {
            match resolve(part.trim()) {
                Part::City(city) => {
                    cities.push(city);
                    place = Part::City(city);
                }
                Part::Around if place == Part::Unknown => place = Part::Around,
                // An unknown name behind a city is a place within it.
                Part::Around | Part::Unknown => {}
            }
        }
        strange |= place == Part::Unknown && !listed.trim().is_empty();
    }
    cities.dedup();
    match cities.as_slice() {
        [only] if !strange => Ok(Some((*only).to_owned())),
        [] => unknown_city(text).map(Some).ok_or_else(|| "no city is known by this name; write 北京".to_owned()),
        [_] => Err("it names another place that is not known".to_owned()),
        several => Err(format!("it names several cities: {}", several.join(", "))),
    }
}

fn resolve(part: &str) -> Part {
    let name = key(part);
    if let Some(city) = city(name.strip_suffix('市').unwrap_or(&name)).or_else(|| city(&name)) {
        return Part::City(city);
    }
    let is_region = |name: &str| {
        let short = name.strip_suffix('省').or_else(|| name.strip_suffix("自治区")).unwrap_or(name);
        place(short) == Some(Place::Region)
    };
    if is_region(&name) {
        return Part::Around;
    }
    // Names run together: 广东深圳, 杭州市余杭区, 浙江省杭州市余杭区; with a space: 北京 海淀.
    for (index, _) in name.char_indices().skip(1) {
        let (front, rest) = name.split_at(index);
        if is_region(front)
            && !front.is_ascii()
            && let Part::City(city) = resolve(rest)
        {
            return Part::City(city);
        }
    }
    if let Some(city) = city_in_front(&name, part) {
        return Part::City(city);
    }
    if is_district(&name) { Part::Around } else { Part::Unknown }
}

/// The city in front of a district, or before a space.
fn city_in_front(name: &str, part: &str) -> Option<&'static str> {
    if let Some((front, rest)) = part.split_once(' ')
        && let Some(city) = city(key(front).trim_end_matches('市'))
    {
        // A second city is none within the first.
        return (!matches!(resolve(rest), Part::City(_)) && !rest.is_ascii()).then_some(city);
    }
    let longest = (0..name.len()).rev().filter(|index| name.is_char_boundary(*index));
    let (city, rest) = longest.filter_map(|index| Some((city(&name[..index])?, &name[index..]))).next()?;
    ((is_district(name) && !rest.is_ascii()) || place(rest) == Some(Place::District)).then_some(city)
}

/// Whether a name ends as that of a place within a city.
fn is_district(name: &str) -> bool {
    words(Place::Ending).any(|ending| name.ends_with(ending))
}

/// A city that the table does not have, if it says that it is one.
fn unknown_city(text: &str) -> Option<String> {
    let name = text.strip_suffix('市')?;
    let is_name = name.chars().count() >= 2
        && name.chars().count() < MAX_NAME_CHARS
        && name.chars().all(|character| character.is_alphabetic() && !character.is_ascii())
        && !name.contains(['省', '市', '区', '某', '各', '等']);
    is_name.then(|| name.to_owned())
}
