//! What holds of comparisons whatever the cases are, tried on cases made by chance from fixed seeds;
//! scores are worked out a second time by the oracle.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::harness::questions::pairs;
use crate::harness::{CaseBuilder, Specified, TestApp};
use crate::oracle::{Oracle, assert_known, profile_of};

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
    "ordinary",
    "second_tier",
    "vocational",
    "sino_foreign",
    "hong_kong",
    "macau_taiwan",
    "overseas",
    "other",
];
const DEGREES: &[&str] = &["associate", "bachelor", "master", "doctor"];
const TRACKS: &[&str] = &["platform", "application"];
const CITIES: &[&str] = &["北京", "上海", "杭州"];
const TAGS: &[&str] = &["career-switch", "non-cs-bachelor", "non-typical-background", "unicorn"];
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
        case = case.with_city(any(random, CITIES));
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

async fn most_like(app: &TestApp, profile: &[(String, String)], limit: &str) -> (String, Vec<Value>) {
    let mut parameters = pairs(profile);
    parameters.push(("limit", limit));
    let answer = app.get("/api/v1/comparable-cases", &parameters).await;
    (answer.text.clone(), answer.items())
}

fn id(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_and_order_are_as_worked_out_a_second_time() {
    let (app, mut random, cases) = app_with_random_cases(1, 90).await;
    let compared = Specified::by(&app).await.compared();
    let oracle = Oracle::read(&app).await;
    for _ in 0..40 {
        // A profile of parts of several cases.
        let mut profile: Vec<(String, String)> = Vec::new();
        for dimension in &compared {
            let known = profile_of(cases.choose(&mut random).unwrap(), &compared);
            profile.extend(known.into_iter().filter(|(name, _)| name == dimension && random.random_bool(0.6)));
        }
        if profile.is_empty() {
            continue;
        }
        profile.push(("limit".into(), "50".into()));
        let answer = app.get("/api/v1/comparable-cases", &pairs(&profile)).await.ok();
        assert_known(&answer, &oracle.comparable(&profile), format_args!("{profile:?}"));
        for item in answer["items"].as_array().unwrap() {
            let matches = item["matches"].as_array().unwrap();
            let added: f64 = matches.iter().map(|one| one["contribution"].as_f64().unwrap()).sum();
            assert!((added - item["score"].as_f64().unwrap()).abs() < 1e-9, "{profile:?}: {added}, {item}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_its_own_best_match_and_is_left_out_of_those_like_it() {
    let (app, _, cases) = app_with_random_cases(2, 50).await;
    let compared = Specified::by(&app).await.compared();
    for case in &cases {
        let (_, items) = most_like(&app, &profile_of(case, &compared), "50").await;
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
    let compared = Specified::by(&app).await.compared();
    for _ in 0..20 {
        let profile = profile_of(cases.choose(&mut random).unwrap(), &compared);
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
    ("city", "city_id = yours.city_id"),
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
    let compared = Specified::by(&app).await.compared();
    let mut raised = 0;
    for _ in 0..120 {
        let (yours, theirs) = (cases.choose(&mut random).unwrap(), cases.choose(&mut random).unwrap());
        let (dimension, change) = AGREEMENTS.choose(&mut random).unwrap();
        // Read again: cases have changed on the way.
        let yours = app.get_raw(&format!("/api/v1/offer-cases/{}", id(yours))).await.ok();
        let mut profile = profile_of(&yours, &compared);
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
async fn score_of(app: &TestApp, profile: &[(String, String)], wanted: &str) -> f64 {
    let (_, items) = most_like(app, profile, "50").await;
    let item = items.iter().find(|item| item["case"]["id"] == wanted);
    item.and_then(|item| item["score"].as_f64()).unwrap_or_else(|| panic!("{wanted} is not among the first 50"))
}
