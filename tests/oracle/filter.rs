//! Which cases fit a filter. Values are slugs, as tests write them: what else things are called is for other tests.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};
use regex::Regex;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use super::{Oracle, given, pay};

/// Whether a case fits.
type Test<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

impl Oracle {
    /// The cases in use that fit all parameters.
    pub fn chosen(&self, filter: &[(String, String)]) -> Vec<&Value> {
        let is_exact = given(filter, "major_exact") == Some("true");
        let tests: Vec<Test> = filter.iter().map(|(name, written)| self.test(name, written, is_exact)).collect();
        self.cases.iter().filter(|case| tests.iter().all(|test| test(case))).collect()
    }

    fn test<'a>(&'a self, name: &'a str, written: &'a str, is_exact: bool) -> Test<'a> {
        match name {
            // Says what `major` means.
            "major_exact" => Box::new(|_| true),
            "has_conflict" => Box::new(move |case| (case["conflicts"] != json!([])).to_string() == written),
            "q" => {
                let words: Vec<Word> = folded(written).split(' ').map(Word::new).collect();
                Box::new(move |case| words.iter().all(|word| self.has_word(case, word)))
            }
            "major" => Box::new(move |case| {
                let mut majors = case["major"].as_str().map_or(vec!["unknown".into()], |it| self.catalog.upwards(it));
                majors.truncate(if is_exact { 1 } else { majors.len() });
                choice(written, |major| majors.iter().any(|own| own == major))
            }),
            "offered_on" => {
                Box::new(|case| ranges(written, case["offered_on"].as_str().map(|date| period_of(date, case)), period))
            }
            "offered_year" | "offered_month" => Box::new(move |case| {
                let [own] = self.values(case, name).into_iter().collect::<Vec<_>>().try_into().unwrap();
                let same = |text: &str| (text.to_owned(), text.to_owned());
                // As texts they are in order.
                ranges(written, own.map(|own: String| (own.clone(), own)), same)
            }),
            "updated_at" => Box::new(|case| {
                let own = case["updated_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap().timestamp();
                ranges(written, Some((own, own)), second)
            }),
            "pay_annual" => Box::new(|case| ranges(written, pay(case).map(|(_, middle)| (middle, middle)), number)),
            _ if self.cases.iter().any(|case| case[name].is_number()) => {
                Box::new(move |case| ranges(written, case[name].as_f64().map(|own| (own, own)), number))
            }
            _ => Box::new(move |case| {
                let values = self.values(case, name);
                choice(written, |word| values.contains(&(word != "unknown").then(|| word.to_owned())))
            }),
        }
    }

    /// Whether a word stands in the summary or in what the company, the role, the major or a tag is called.
    fn has_word(&self, case: &Value, word: &Word) -> bool {
        let is_called = |table: &'static str, slug: &Value| {
            let Some(slug) = slug.as_str() else { return false };
            let (names, aliases) = self.catalog.names(table, slug);
            names.iter().any(|name| word.is_in(name)) || aliases.iter().any(|alias| folded(alias) == word.text)
        };
        case["summary"].as_str().is_some_and(|summary| word.is_in(summary))
            || is_called("companies", &case["company"])
            || is_called("roles", &case["role"])
            || is_called("majors", &case["major"])
            || case["tags"].as_array().unwrap().iter().any(|tag| is_called("tags", tag))
    }
}

/// A word that is searched.
struct Word {
    text: String,
    pattern: Regex,
}

impl Word {
    fn new(text: &str) -> Self {
        // A Latin word is found from its start.
        let from = if text.starts_with(|first: char| first.is_ascii_alphanumeric()) { "(^|[^a-z0-9])" } else { "" };
        Self { text: text.to_owned(), pattern: Regex::new(&format!("{from}{}", regex::escape(text))).unwrap() }
    }

    fn is_in(&self, text: &str) -> bool {
        self.pattern.is_match(&folded(text))
    }
}

/// Whether what is written, with commas between and `!` in front of what must not be, fits what there `is`.
fn choice(written: &str, is: impl Fn(&str) -> bool) -> bool {
    let (none_of, any_of): (Vec<&str>, Vec<&str>) = written.split(',').partition(|value| value.starts_with('!'));
    (any_of.is_empty() || any_of.iter().any(|value| is(value))) && !none_of.iter().any(|value| is(&value[1..]))
}

/// The same of ranges; what is itself a range fits when all of it does.
fn ranges<T: PartialOrd>(written: &str, own: Option<(T, T)>, read: impl Fn(&str) -> (T, T)) -> bool {
    choice(written, |range| {
        let Some((first, last)) = &own else { return range == "unknown" };
        let (from, to) = range.split_once("..").unwrap_or((range, range));
        range != "unknown" && (from.is_empty() || read(from).0 <= *first) && (to.is_empty() || *last <= read(to).1)
    })
}

fn number(text: &str) -> (f64, f64) {
    let number = text.parse().unwrap();
    (number, number)
}

/// First and last day of a year, month or day.
pub fn period(text: &str) -> (NaiveDate, NaiveDate) {
    let first: NaiveDate = format!("{text}{}", &"0000-01-01"[text.len()..]).parse().unwrap();
    let months = match text.len() {
        4 => 12,
        7 => 1,
        _ => return (first, first),
    };
    (first, first + Months::new(months) - Days::new(1))
}

/// First and last second of a year, month, day or instant.
fn second(text: &str) -> (i64, i64) {
    if let Ok(instant) = text.parse::<DateTime<Utc>>() {
        return (instant.timestamp(), instant.timestamp());
    }
    let (first, last) = period(text);
    let of_day = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc().timestamp();
    (of_day(first), of_day(last) + 86_399)
}

/// First and last day that the date of a case may stand for.
fn period_of(date: &str, case: &Value) -> (NaiveDate, NaiveDate) {
    match case["offered_precision"].as_str() {
        Some("year") => period(&date[..4]),
        Some("month") => period(&date[..7]),
        _ => period(date),
    }
}

/// Text as it is searched.
fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
