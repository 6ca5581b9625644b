//! Cases and filters that are made by chance.

use std::collections::BTreeMap;
use std::ops::Range;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::TestDatabase;

const COMPANIES: &[&str] = &["baidu", "tencent", "alibaba", "bilibili", "kingsoft", "google", "icbc", "xiaomi"];
const ROLES: &[&str] = &["llm-product", "product-manager", "java-engineer", "sales"];
const MAJORS: &[&str] =
    &["psychology", "computer-science", "software-engineering", "engineering", "finance", "liberal-arts"];
const TIERS: &[&str] = &["985", "211", "double_first_class", "hong_kong", "overseas", "other"];
const SCHOOLS: &[&str] = &["zhejiang-university", "peking-university"];
const DEGREES: &[&str] = &["associate", "bachelor", "master", "doctor"];
const CHANNELS: &[&str] = &["campus", "intern_conversion", "experienced", "internship"];
const CITIES: &[&str] = &["北京", "上海", "O'Fallon, \"MO\""];
const TAGS: &[&str] = &["career-switch", "non-cs-bachelor", "unicorn"];
const SUMMARIES: &[&str] = &["转产品成功", "=1+1, \"quoted\"\nnext", "金融 to AI", "100%_\\"];
const VERIFICATIONS: &[&str] = &["none", "self_reported", "document"];
/// An SQL literal; sometimes unknown.
fn perhaps(random: &mut StdRng, literal: String) -> String {
    if random.random_bool(0.3) { "null".into() } else { literal }
}

fn text(random: &mut StdRng, values: &[&str]) -> String {
    let value = values.choose(random).unwrap();
    perhaps(random, format!("'{}'", value.replace('\'', "''")))
}

fn reference(random: &mut StdRng, table: &str, values: &[&str]) -> String {
    let slug = values.choose(random).unwrap();
    perhaps(random, format!("(select id from {table} where slug = '{slug}')"))
}

/// A row of `offer_cases` as SQL.
fn made_case(random: &mut StdRng, number: usize) -> String {
    let of = |table: &str, slug: &str| format!("(select id from {table} where slug = '{slug}')");
    let (company, role) =
        (of("companies", COMPANIES.choose(random).unwrap()), of("roles", ROLES.choose(random).unwrap()));
    let (year, month, day) = (random.random_range(2022..2025), random.random_range(1..13), random.random_range(1..29));
    let (date, precision) = [
        (format!("'{year}-01-01'"), "'year'"),
        (format!("'{year}-{month:02}-01'"), "'month'"),
        (format!("'{year}-{month:02}-{day:02}'"), "'day'"),
        ("null".to_owned(), "null"),
    ]
    .choose(random)
    .unwrap()
    .clone();
    let min = random.random_range(5..60) * 10_000;
    let max = min + random.random_range(0..20) * 5_001;
    let (min, max) =
        if random.random_bool(0.4) { ("null".into(), "null".into()) } else { (min.to_string(), max.to_string()) };
    let currency = if random.random_bool(0.8) { "CNY" } else { "USD" };
    let tags: Vec<String> = TAGS.iter().filter(|_| random.random_bool(0.3)).map(|tag| format!("'{tag}'")).collect();
    let source = ["own-records", "llm-product-article"].choose(random).unwrap();
    let (rounds, days) = (random.random_range(1..8), random.random_range(0..60));
    let conflicts = if random.random_bool(0.1) { "array['said twice']" } else { "'{}'" };
    let degree = DEGREES.choose(random).unwrap();
    let has = |degrees: &[&str]| degrees.contains(degree);
    let (bachelor, master, doctor) =
        (has(&["bachelor", "master", "doctor"]), has(&["master", "doctor"]), has(&["doctor"]));
    let mut tier = |is_possible: bool| {
        if is_possible { reference(random, "school_tiers", TIERS) } else { "null".into() }
    };
    let tiers = [tier(bachelor), tier(master), tier(doctor)];
    let is_degree_known = tiers.iter().any(|tier| tier != "null") || random.random_bool(0.7);
    let rest = [
        reference(random, "majors", MAJORS),
        tiers.join(", "),
        reference(random, "schools", SCHOOLS),
        if is_degree_known { format!("'{degree}'::degree") } else { "null::degree".into() },
        text(random, CHANNELS) + "::offer_channel",
        text(random, CITIES),
        text(random, SUMMARIES),
        perhaps(random, rounds.to_string()),
        perhaps(random, days.to_string()),
    ]
    .join(", ");
    format!(
        "('00000000-0000-4000-8000-{number:012}', {company}, {role}, '{{}}', {}, 'made-{number}', {rest}, {date}::date, \
         {precision}::date_precision, {min}, {max}, '{currency}', array[{}]::text[], {conflicts}, '{}'::verification)",
        of("sources", source),
        tags.join(", "),
        VERIFICATIONS.choose(random).unwrap(),
    )
}

/// Stores cases that are made by chance, with these numbers.
pub async fn store_made_cases(database: &TestDatabase, random: &mut StdRng, numbers: Range<usize>) {
    database.execute(&insert_made_cases(random, numbers)).await;
}

/// The statement that stores them.
pub fn insert_made_cases(random: &mut StdRng, numbers: Range<usize>) -> String {
    let cases: Vec<String> = numbers.map(|number| made_case(random, number)).collect();
    format!(
        "insert into offer_cases (id, company_id, role_id, raw, source_id, source_key, major_id, bachelor_tier, \
             master_tier, doctor_tier, school_id, highest_degree, offer_channel, city, summary, interview_rounds, \
             preparation_days, offered_on, offered_precision, pay_annual_min, pay_annual_max, pay_currency, tags, \
             conflicts, verification) values {}",
        cases.join(", ")
    )
}

/// A parameter that is made by chance.
fn made_parameter(random: &mut StdRng) -> (&'static str, String) {
    let choices: &[(&'static str, &[&str])] = &[
        ("company", COMPANIES),
        ("company_kind", &["big_tech", "foreign", "state_owned", "listed"]),
        ("role", ROLES),
        ("role_family", &["product", "engineering", "other"]),
        ("major", MAJORS),
        ("school_tier", TIERS),
        ("bachelor_tier", TIERS),
        ("master_tier", TIERS),
        ("any_tier", TIERS),
        ("school", SCHOOLS),
        ("highest_degree", DEGREES),
        ("offer_channel", CHANNELS),
        ("city", &["北京", "上海", "广州"]),
        ("tag", TAGS),
        ("source", &["own-records", "llm-product-article"]),
        ("verification", VERIFICATIONS),
        ("offered_on", &["2023", "2022-05..2024-02", "2024..", "..2022-06", "2023-03"]),
        ("pay_annual", &["200000..", "..300000", "150000..450000", "100000"]),
        ("interview_rounds", &["..3", "4", "2..5"]),
        ("preparation_days", &["7..14", "30..", "0"]),
    ];
    let plain: &[(&'static str, &[&str])] =
        &[("has_conflict", &["true", "false"]), ("q", &["转", "ai", "产品", "100%", "金融 AI", "\"quoted\"", "百度"])];
    if random.random_bool(0.15) {
        let (name, values) = plain.choose(random).unwrap();
        return (name, (*values.choose(random).unwrap()).to_owned());
    }
    let (name, values) = choices.choose(random).unwrap();
    let count = random.random_range(1..4);
    let mut chosen: Vec<String> = values.sample(random, count).map(|value| (*value).to_owned()).collect();
    if random.random_bool(0.25) {
        chosen.push("unknown".into());
    }
    for value in &mut chosen {
        if random.random_bool(0.25) {
            value.insert(0, '!');
        }
    }
    (name, chosen.join(","))
}

/// A filter that is made by chance.
pub fn made_filter(random: &mut StdRng) -> Vec<(&'static str, String)> {
    let parameters: BTreeMap<&str, String> = (0..random.random_range(0..4)).map(|_| made_parameter(random)).collect();
    parameters.into_iter().collect()
}
