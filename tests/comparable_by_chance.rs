//! What holds of comparisons whatever the cases are, tried on cases made by chance from fixed seeds;
//! scores are worked out a second time from the cases as they are listed and the seed's files.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp};

const MAJORS: &[&str] = &[
    "psychology",
    "applied-psychology",
    "psychology-class",
    "science",
    "data-science",
    "computer-science",
    "software-engineering",
    "engineering",
    "electronic-information",
    "finance",
    "liberal-arts",
    "technical-background",
];
const COMPANIES: &[&str] =
    &["baidu", "iqiyi", "xiaodu", "tencent", "alibaba", "lazada", "google", "icbc", "58", "aishi"];
const ROLES: &[&str] = &["llm-product", "product-manager", "java-engineer", "sales", "teacher"];
const TIERS: &[&str] = &[
    "985",
    "211",
    "double_first_class",
    "first_tier",
    "second_tier",
    "vocational",
    "hong_kong",
    "macau_taiwan",
    "overseas",
    "other",
];
const DEGREES: &[&str] = &["associate", "bachelor", "master", "doctor"];
const TRACKS: &[&str] = &["platform", "application"];
const CITIES: &[&str] = &["北京", "上海", "杭州"];
const TAGS: &[&str] = &["career-switch", "non-cs-bachelor", "non-typical-background", "unicorn"];
/// Dimensions with their weights where nothing else is said.
const DIMENSIONS: &[(&str, u64)] = &[
    ("major", 3),
    ("highest_degree", 2),
    ("school_tier", 2),
    ("bachelor_tier", 1),
    ("company", 1),
    ("role", 2),
    ("role_track", 1),
    ("city", 1),
    ("tags", 1),
    ("offered_on", 1),
];

fn any<'a>(random: &mut StdRng, values: &[&'a str]) -> &'a str {
    values.choose(random).unwrap()
}

/// A case of which each thing is known or not.
fn random_case(random: &mut StdRng, key: &str) -> CaseBuilder {
    let mut case = CaseBuilder::new(key, any(random, COMPANIES)).with_role(any(random, ROLES));
    let knows = |random: &mut StdRng| random.random_bool(0.7);
    let id_of = |table: &str, slug: &str| format!("(select id from {table} where slug = '{slug}')");
    if knows(random) {
        case = case.with("major_id", id_of("majors", any(random, MAJORS)));
    }
    if knows(random) {
        let degree = random.random_range(0..DEGREES.len());
        case = case.with("highest_degree", format!("'{}'", DEGREES[degree]));
        for (least, column) in [(1, "bachelor_tier"), (2, "master_tier"), (3, "doctor_tier")] {
            if degree >= least && knows(random) {
                case = case.with(column, id_of("school_tiers", any(random, TIERS)));
            }
        }
    }
    if knows(random) {
        case = case.with("role_track", format!("'{}'", any(random, TRACKS)));
    }
    if knows(random) {
        case = case.with("city", format!("'{}'", any(random, CITIES)));
    }
    let tags: BTreeSet<&str> = (0..random.random_range(0..4)).map(|_| any(random, TAGS)).collect();
    case = case.with("tags", format!("'{{{}}}'", tags.into_iter().collect::<Vec<_>>().join(",")));
    if knows(random) {
        let (year, month, day) =
            (random.random_range(2020..2027), random.random_range(1..13), random.random_range(1..29));
        let (date, precision) = match random.random_range(0..3) {
            0 => (format!("{year}-01-01"), "year"),
            1 => (format!("{year}-{month:02}-01"), "month"),
            _ => (format!("{year}-{month:02}-{day:02}"), "day"),
        };
        case = case.with("offered_on", format!("'{date}'")).with("offered_precision", format!("'{precision}'"));
    }
    case
}

/// An application with cases made by chance beside those of the seed, and these cases.
async fn app_with_random_cases(seed: u64, count: usize) -> (TestApp, StdRng, Vec<Value>) {
    let mut random = StdRng::seed_from_u64(seed);
    let app = TestApp::seeded().await;
    for number in 0..count {
        random_case(&mut random, &format!("random-{number}")).store(&app.database).await;
    }
    let cases = app.get("/api/v1/offer-cases", &[("limit", "200")]).await.items();
    (app, random, cases)
}

/// What is known of a case, as the parameters of a profile.
fn profile_of(case: &Value) -> Vec<(&'static str, String)> {
    let mut profile = Vec::new();
    for (dimension, _) in DIMENSIONS {
        let value = &case[*dimension];
        let text = match *dimension {
            "tags" => value.as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect::<Vec<_>>().join(","),
            "offered_on" => {
                let shown = match case["offered_precision"].as_str() {
                    Some("year") => 4,
                    Some("month") => 7,
                    _ => 10,
                };
                value.as_str().map(|date| date[..shown].to_owned()).unwrap_or_default()
            }
            _ => value.get("slug").unwrap_or(value).as_str().unwrap_or_default().to_owned(),
        };
        if !text.is_empty() {
            profile.push((*dimension, text));
        }
    }
    profile
}

async fn most_like(app: &TestApp, profile: &[(&str, String)], limit: &str) -> (String, Vec<Value>) {
    let mut parameters: Vec<(&str, &str)> = profile.iter().map(|(name, value)| (*name, value.as_str())).collect();
    parameters.push(("limit", limit));
    let answer = app.get("/api/v1/comparable-cases", &parameters).await;
    (answer.text.clone(), answer.items())
}

fn id(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

/// Reference data as it stands in the seed's files, read by nothing that the service reads it by.
struct Reference {
    /// By slug: level and parent.
    majors: BTreeMap<String, (String, String)>,
    /// By slug: kind and parent.
    companies: BTreeMap<String, (String, String)>,
    /// By slug: family.
    families: BTreeMap<String, String>,
}

impl Reference {
    fn read() -> Self {
        let file = |name: &str| -> Vec<csv::StringRecord> {
            let path = format!("{}/seed/{name}.csv", env!("CARGO_MANIFEST_DIR"));
            csv::Reader::from_path(path).unwrap().into_records().map(Result::unwrap).collect()
        };
        let text = |row: &csv::StringRecord, column: usize| row[column].to_owned();
        Self {
            majors: file("majors").iter().map(|row| (text(row, 0), (text(row, 2), text(row, 3)))).collect(),
            companies: file("companies").iter().map(|row| (text(row, 0), (text(row, 3), text(row, 4)))).collect(),
            families: file("roles").iter().map(|row| (text(row, 0), text(row, 3))).collect(),
        }
    }

    /// What stands at a level above a major, or is it.
    fn above(&self, major: &str, level: &str) -> Option<&str> {
        let (slug, (found, parent)) = self.majors.get_key_value(major)?;
        if found == level { Some(slug) } else { self.above(parent, level) }
    }

    /// Millionths of likeness in a dimension; `yours` as in a profile.
    fn grade(&self, dimension: &str, yours: &str, case: &Value) -> u64 {
        let value = &case[dimension];
        let theirs = value.get("slug").unwrap_or(value).as_str();
        if dimension == "tags" {
            let theirs = value.as_array().unwrap();
            let yours: Vec<&str> = yours.split(',').collect();
            let common = yours.iter().filter(|tag| theirs.contains(&json!(tag))).count();
            return common as u64 * 1_000_000 / yours.len() as u64;
        }
        let Some(theirs) = theirs else { return 0 };
        let steps = |ladder: &[&str]| {
            let place = |value| ladder.iter().position(|step| *step == value);
            place(yours).zip(place(theirs)).map(|(yours, theirs)| yours.abs_diff(theirs))
        };
        match dimension {
            _ if dimension != "offered_on" && yours == theirs => 1_000_000,
            "major" => self.grade_of_majors(yours, theirs),
            "highest_degree" if steps(DEGREES) == Some(1) => 500_000,
            "school_tier" | "bachelor_tier" => match steps(&TIERS[..6]) {
                Some(steps @ 1..=3) => 1_000_000 - 250_000 * steps as u64,
                _ => 0,
            },
            "company" => self.grade_of_companies(yours, theirs),
            "role" if self.families[yours] == self.families[theirs] && self.families[yours] != "other" => 500_000,
            "offered_on" => grade_of_dates(yours, theirs),
            _ => 0,
        }
    }

    fn grade_of_majors(&self, yours: &str, theirs: &str) -> u64 {
        let both = |level| self.above(yours, level).is_some_and(|above| self.above(theirs, level) == Some(above));
        if both("class") {
            600_000
        } else if both("discipline") {
            300_000
        } else {
            0
        }
    }

    fn grade_of_companies(&self, yours: &str, theirs: &str) -> u64 {
        let ((kind, parent), (their_kind, their_parent)) = (&self.companies[yours], &self.companies[theirs]);
        if parent == theirs || their_parent == yours || (!parent.is_empty() && parent == their_parent) {
            700_000
        } else if kind == their_kind && !kind.is_empty() && kind != "other" {
            400_000
        } else {
            0
        }
    }
}

fn grade_of_dates(yours: &str, theirs: &str) -> u64 {
    let first_day = format!("{yours}{}", &"0000-01-01"[yours.len()..]);
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    match (day(&first_day) - day(theirs)).num_days().abs() {
        0..=90 => 1_000_000,
        91..=365 => 750_000,
        366..=730 => 500_000,
        731..=1461 => 250_000,
        _ => 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_and_order_are_as_worked_out_a_second_time() {
    let reference = Reference::read();
    let (app, mut random, cases) = app_with_random_cases(1, 90).await;
    for _ in 0..40 {
        // A profile of parts of several cases.
        let mut profile: Vec<(&str, String)> = Vec::new();
        for (dimension, _) in DIMENSIONS {
            let known = profile_of(cases.choose(&mut random).unwrap());
            profile.extend(known.into_iter().filter(|(name, _)| name == dimension && random.random_bool(0.6)));
        }
        if profile.is_empty() {
            continue;
        }
        let weight_of = |name: &str| DIMENSIONS.iter().find(|(other, _)| *other == name).unwrap().1;
        let all: u64 = profile.iter().map(|(name, _)| weight_of(name) * 1_000_000).sum();
        let points_of = |case: &Value| -> u64 {
            profile.iter().map(|(name, yours)| weight_of(name) * reference.grade(name, yours, case)).sum()
        };
        let mut expected: Vec<(u64, &str)> = cases.iter().map(|case| (points_of(case), id(case))).collect();
        expected.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
        let (_, items) = most_like(&app, &profile, "50").await;
        assert_eq!(items.len(), 50);
        for ((points, expected), item) in expected.into_iter().zip(&items) {
            assert_eq!(id(&item["case"]), expected, "{profile:?}: {item}");
            let score = points as f64 / all as f64;
            assert!((item["score"].as_f64().unwrap() - score).abs() < 1e-9, "{profile:?}: {score}, {item}");
            let matches = item["matches"].as_array().unwrap();
            let added: f64 = matches.iter().map(|one| one["contribution"].as_f64().unwrap()).sum();
            assert!((added - score).abs() < 1e-9, "{profile:?}: {added}, {item}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_its_own_best_match_and_is_left_out_of_those_like_it() {
    let (app, _, cases) = app_with_random_cases(2, 50).await;
    for case in &cases {
        let (_, items) = most_like(&app, &profile_of(case), "50").await;
        let best: Vec<&Value> = items.iter().take_while(|item| item["score"] == 1.0).collect();
        assert!(best.iter().any(|item| item["case"] == *case), "{case} is not among {best:?}");
        assert!(best.is_sorted_by_key(|item| id(&item["case"])), "{best:?}");
        let path = format!("/api/v1/offer-cases/{}/comparable", id(case));
        let others = app.get(&path, &[("limit", "49")]).await.items();
        let expected: Vec<&Value> = items.iter().filter(|item| item["case"] != *case).collect();
        assert_eq!(others.iter().collect::<Vec<_>>(), expected, "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_has_the_same_answer_best_first_then_by_id() {
    let (app, mut random, cases) = app_with_random_cases(3, 40).await;
    for _ in 0..20 {
        let profile = profile_of(cases.choose(&mut random).unwrap());
        let (text, items) = most_like(&app, &profile, "50").await;
        assert_eq!(most_like(&app, &profile, "50").await.0, text);
        let in_order = items.is_sorted_by(|left, right| {
            let (before, after) = (left["score"].as_f64().unwrap(), right["score"].as_f64().unwrap());
            before > after || (before == after && id(&left["case"]) < id(&right["case"]))
        });
        assert!(in_order, "{profile:?}");
        let (_, fewer) = most_like(&app, &profile, "7").await;
        assert_eq!(fewer, items[..7], "a smaller limit gives the first of them");
    }
}

/// What makes a case agree better with another in one thing: dimension, and SQL of the change.
const AGREEMENTS: &[(&str, &str)] = &[
    ("major", "major_id = yours.major_id"),
    // One step up the tree.
    ("major", "major_id = coalesce((select parent_id from majors where id = yours.major_id), yours.major_id)"),
    (
        "highest_degree",
        "highest_degree = yours.highest_degree, bachelor_tier = null, master_tier = null, doctor_tier = null",
    ),
    ("company", "company_id = yours.company_id"),
    ("role", "role_id = yours.role_id"),
    ("role_track", "role_track = yours.role_track"),
    ("city", "city = yours.city"),
    (
        "tags",
        "tags = case when yours.tags[1] = any(theirs.tags) then theirs.tags else theirs.tags || yours.tags[1:1] end",
    ),
    // Half way nearer.
    (
        "offered_on",
        "offered_on = coalesce(yours.offered_on + (theirs.offered_on - yours.offered_on) / 2, yours.offered_on), \
            offered_precision = case when yours.offered_on is not null then 'day'::date_precision end",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn more_agreement_never_lowers_a_score() {
    let (app, mut random, cases) = app_with_random_cases(4, 36).await;
    let mut raised = 0;
    for _ in 0..120 {
        let (yours, theirs) = (cases.choose(&mut random).unwrap(), cases.choose(&mut random).unwrap());
        let (dimension, change) = AGREEMENTS.choose(&mut random).unwrap();
        // Read again: cases have changed on the way.
        let yours = app.get_raw(&format!("/api/v1/offer-cases/{}", id(yours))).await.ok();
        let mut profile = profile_of(&yours);
        if *dimension == "highest_degree" {
            // Tiers hang on the degree, and would change with it.
            profile.retain(|(name, _)| !name.ends_with("_tier"));
        }
        if yours["id"] == theirs["id"] || !profile.iter().any(|(name, _)| name == dimension) {
            continue;
        }
        let before = score_of(&app, &profile, id(theirs)).await;
        let is_better = match *dimension {
            // The class or discipline above your major is better than nothing, but not than what is as near.
            "major" if change.contains("parent_id") => "theirs.major_id is null and",
            _ => "",
        };
        let sql = format!(
            "update offer_cases theirs set {change} from offer_cases yours \
             where {is_better} yours.id = '{}' and theirs.id = '{}'",
            id(&yours),
            id(theirs)
        );
        app.database.execute(&sql).await;
        let after = score_of(&app, &profile, id(theirs)).await;
        assert!(after >= before, "{before} fell to {after}: {sql}, {profile:?}");
        raised += usize::from(after > before);
    }
    assert!(raised > 30, "only {raised} changes raised a score");
}

/// The score of one case; all cases together are as many as an answer can have.
async fn score_of(app: &TestApp, profile: &[(&str, String)], wanted: &str) -> f64 {
    let (_, items) = most_like(app, profile, "50").await;
    let item = items.iter().find(|item| item["case"]["id"] == wanted);
    item.and_then(|item| item["score"].as_f64()).unwrap_or_else(|| panic!("{wanted} is not among the first 50"))
}
