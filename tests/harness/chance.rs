//! Cases that are made by chance.

use std::ops::Range;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::TestDatabase;

pub const COMPANIES: &[&str] =
    &["baidu", "iqiyi", "tencent", "alibaba", "bilibili", "kingsoft", "google", "icbc", "xiaomi"];
pub const ROLES: &[&str] = &["llm-product", "product-manager", "java-engineer", "sales"];
pub const MAJORS: &[&str] =
    &["psychology", "computer-science", "software-engineering", "engineering", "finance", "liberal-arts"];
pub const TIERS: &[&str] = &["985", "211", "double_first_class", "hong_kong", "overseas", "other"];
pub const SCHOOLS: &[&str] = &["zhejiang-university", "peking-university", "fudan-university"];
pub const CITIES: &[&str] = &["北京", "上海", "O'Fallon, \"MO\""];
pub const TAGS: &[&str] = &["career-switch", "non-cs-bachelor", "unicorn"];
pub const SOURCES: &[&str] = &["own-records", "llm-product-article"];
const TRACKS: &[&str] = &["platform", "application"];
const DEGREES: &[&str] = &["associate", "bachelor", "master", "doctor"];
const CHANNELS: &[&str] = &["campus", "intern_conversion", "experienced", "internship"];
const VERIFICATIONS: &[&str] = &["none", "self_reported", "source_published", "document"];
const SUMMARIES: &[&str] = &["转产品成功", "=1+1, \"quoted\"\nnext", "金融 to AI", "100%_\\"];
const CONFLICTS: &[&str] = &["array['said twice']", "array['one; two', 'three']", "array['=1+1', 'x']"];

/// Columns that are the same in all made cases, each with the reason.
const LEFT_OUT: &[(&str, &str)] =
    &[("import_id", "no import has made them"), ("changed_in", "the database sets it where a stored case changes")];

/// An SQL literal; sometimes unknown.
fn perhaps(random: &mut StdRng, literal: String) -> String {
    if random.random_bool(0.3) { "null".into() } else { literal }
}

fn any(random: &mut StdRng, values: &[&str]) -> String {
    format!("'{}'", values.choose(random).unwrap().replace('\'', "''"))
}

fn perhaps_any(random: &mut StdRng, values: &[&str]) -> String {
    let value = any(random, values);
    perhaps(random, value)
}

fn id_of(table: &str, slug: &str) -> String {
    format!("(select id from {table} where slug = {slug})")
}

fn perhaps_id(random: &mut StdRng, table: &str, slugs: &[&str]) -> String {
    let slug = any(random, slugs);
    perhaps(random, id_of(table, &slug))
}

/// Date and precision.
fn made_date(random: &mut StdRng) -> (String, &'static str) {
    let (year, month, day) = (random.random_range(2022..2025), random.random_range(1..13), random.random_range(1..29));
    match random.random_range(0..4) {
        0 => (format!("'{year}-01-01'::date"), "'year'"),
        1 => (format!("'{year}-{month:02}-01'::date"), "'month'"),
        2 => (format!("'{year}-{month:02}-{day:02}'::date"), "'day'"),
        _ => ("null".to_owned(), "null"),
    }
}

/// Degree and the tiers of the bachelor's, master's and doctoral school, which hang on it.
fn made_education(random: &mut StdRng) -> (String, [String; 3]) {
    let degree = random.random_range(0..DEGREES.len());
    let tiers = [1, 2, 3].map(|least| match degree >= least {
        true => perhaps_id(random, "school_tiers", TIERS),
        false => "null".into(),
    });
    let is_known = tiers.iter().any(|tier| tier != "null") || random.random_bool(0.7);
    (if is_known { format!("'{}'", DEGREES[degree]) } else { "null".into() }, tiers)
}

/// The columns of a row of `offer_cases`, each with an SQL expression.
fn made_case(random: &mut StdRng, number: usize) -> Vec<(&'static str, String)> {
    let of = |random: &mut StdRng, table: &str, slugs: &[&str]| id_of(table, &any(random, slugs));
    let (offered_on, precision) = made_date(random);
    let (degree, [bachelor, master, doctor]) = made_education(random);
    let min = random.random_range(5..60) * 10_000;
    let max = min + random.random_range(0..20) * 5_001;
    let (min, max) =
        if random.random_bool(0.4) { ("null".into(), "null".into()) } else { (min.to_string(), max.to_string()) };
    let tags: Vec<String> = TAGS.iter().filter(|_| random.random_bool(0.3)).map(|tag| format!("'{tag}'")).collect();
    let [base, months] = [random.random_range(80..400) * 100 + 50, random.random_range(24..33)];
    let numbers = [random.random_range(1..8), random.random_range(0..60), random.random_range(1..500)];
    let [rounds, days, source_row] = numbers.map(|number| perhaps(random, number.to_string()));
    let created = random.random_range(0..2_000_000);
    let time = |minutes: i32| {
        let (second, fraction) = (minutes % 60, minutes % 1_000_000);
        format!("timestamptz '2024-01-01Z' + interval '{minutes} minutes {second}.{fraction:06} seconds'")
    };
    vec![
        ("id", format!("'00000000-0000-4000-8000-{number:012}'::uuid")),
        ("company_id", of(random, "companies", COMPANIES)),
        ("role_id", of(random, "roles", ROLES)),
        ("role_track", perhaps_any(random, TRACKS) + "::role_track"),
        ("major_id", perhaps_id(random, "majors", MAJORS)),
        ("bachelor_tier", bachelor),
        ("master_tier", master),
        ("doctor_tier", doctor),
        ("highest_degree", degree + "::degree"),
        ("bachelor_school_id", perhaps_id(random, "schools", SCHOOLS)),
        ("school_id", perhaps_id(random, "schools", SCHOOLS)),
        ("offer_channel", perhaps_any(random, CHANNELS) + "::offer_channel"),
        ("city", perhaps_any(random, CITIES)),
        ("offered_on", offered_on),
        ("offered_precision", format!("{precision}::date_precision")),
        ("pay_annual_min", min),
        ("pay_annual_max", max),
        ("pay_currency", if random.random_bool(0.8) { "'CNY'" } else { "'USD'" }.into()),
        ("pay_monthly_base", perhaps(random, format!("{}", f64::from(base) / 4.0))),
        ("pay_months", perhaps(random, format!("{}", f64::from(months) / 2.0))),
        ("interview_rounds", rounds),
        ("preparation_days", days),
        ("tags", format!("array[{}]::text[]", tags.join(", "))),
        ("summary", perhaps_any(random, SUMMARIES)),
        ("conflicts", if random.random_bool(0.2) { CONFLICTS.choose(random).unwrap() } else { "'{}'" }.into()),
        ("verification", any(random, VERIFICATIONS) + "::verification"),
        ("raw", format!("'{{\"序号\": \"{number}\", \"特点\": \"=1, \\\"x\\\"\"}}'::jsonb")),
        ("source_id", of(random, "sources", SOURCES)),
        ("source_key", format!("'made-{number}'")),
        ("source_row", source_row),
        ("revision", random.random_range(1..4).to_string()),
        ("created_at", time(created)),
        ("updated_at", time(created + 1)),
        ("retired_at", if random.random_bool(0.04) { time(created + 1) } else { "null".into() }),
    ]
}

/// Stores cases that are made by chance, with these numbers: enough of them to differ in every column.
pub async fn store_made_cases(database: &TestDatabase, random: &mut StdRng, numbers: Range<usize>) {
    database.execute(&insert_made_cases(random, numbers)).await;
    let columns = "select column_name from information_schema.columns where table_name = 'offer_cases'";
    let columns = database.column(columns).await;
    let counts: Vec<String> = columns.iter().map(|column| format!("count(distinct {column}::text)")).collect();
    let counts =
        format!("select to_jsonb(array[{}]) from offer_cases where source_key like 'made-%'", counts.join(", "));
    let counts: Vec<u64> = serde_json::from_str(&database.value(&counts).await).unwrap();
    for (column, count) in columns.iter().zip(counts) {
        let is_left_out = LEFT_OUT.iter().any(|(name, _)| name == column);
        assert_eq!(count < 2, is_left_out, "made cases have {count} values of {column}: set it in `made_case`");
    }
}

/// The statement that stores them.
pub fn insert_made_cases(random: &mut StdRng, numbers: Range<usize>) -> String {
    let cases: Vec<_> = numbers.map(|number| made_case(random, number)).collect();
    let columns: Vec<&str> = cases[0].iter().map(|(column, _)| *column).collect();
    let row = |case: &Vec<(&str, String)>| {
        let values: Vec<&str> = case.iter().map(|(_, value)| value.as_str()).collect();
        format!("({})", values.join(", "))
    };
    let rows: Vec<String> = cases.iter().map(row).collect();
    format!("insert into offer_cases ({}) values {}", columns.join(", "), rows.join(", "))
}
