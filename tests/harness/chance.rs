//! Cases that are made by chance.

use std::ops::Range;

use offer_cases::model::case::Field;
use offer_cases::model::entity::Entity;
use offer_cases::model::field::{GENERATED, Kind, REQUIRED};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::TestDatabase;

const TAGS: &[&str] = &["career-switch", "non-cs-bachelor", "unicorn"];
const DEGREES: &[&str] = &["associate", "bachelor", "master", "doctor"];
const SUMMARIES: &[&str] = &["转产品成功", "=1+1, \"quoted\"\nnext", "金融 to AI", "100%_\\"];
const CONFLICTS: &[&str] = &["array['said twice']", "array['one; two', 'three']", "array['=1+1', 'x']"];

/// The entries of an entity that made cases are of, by slug.
pub fn entries(entity: Entity) -> &'static [&'static str] {
    match entity {
        Entity::Company => {
            &["baidu", "iqiyi", "tencent", "alibaba", "bilibili", "kingsoft", "google", "icbc", "xiaomi"]
        }
        Entity::Role => &["llm-product", "product-manager", "java-engineer", "sales"],
        Entity::Major => {
            &["psychology", "computer-science", "software-engineering", "engineering", "finance", "liberal-arts"]
        }
        Entity::SchoolTier => &["985", "211", "double_first_class", "hong_kong", "overseas", "other"],
        Entity::School => &["zhejiang-university", "peking-university", "fudan-university"],
        Entity::City => &["beijing", "shanghai", "suzhou", "nanjing", "san-francisco"],
        // Those of the cities, and one that none is in.
        Entity::Province => &["beijing", "shanghai", "jiangsu", "united-states", "guangdong"],
        Entity::Tag => TAGS,
        Entity::Source => &["own-records", "llm-product-article"],
    }
}

/// Columns that are the same in all made cases, each with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("import_id", "no import has made them"),
    ("content_hash", "no table has rows of them"),
    ("kept_out", "nobody has retired them"),
    ("changed_in", "the database sets it where a stored case changes"),
];

/// An SQL literal; sometimes unknown.
fn perhaps(random: &mut StdRng, literal: String) -> String {
    if random.random_bool(0.3) { "null".into() } else { literal }
}

fn any(random: &mut StdRng, values: &[&str]) -> String {
    format!("'{}'", values.choose(random).unwrap().replace('\'', "''"))
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
        true => perhaps_id(random, "school_tiers", entries(Entity::SchoolTier)),
        false => "null".into(),
    });
    let is_known = tiers.iter().any(|tier| tier != "null") || random.random_bool(0.7);
    (if is_known { format!("'{}'", DEGREES[degree]) } else { "null".into() }, tiers)
}

/// A value of a field by its kind; `None` where it has to do with others.
fn value_by_kind(random: &mut StdRng, field: Field) -> Option<String> {
    let value = match field.kind() {
        Kind::Reference(entity) => id_of(entity.table().name, &any(random, entries(entity))),
        Kind::Closed(set) => any(random, set.slugs) + "::" + set.sql_type,
        Kind::Number { least, .. } => random.random_range(least..60).to_string(),
        Kind::Amount { .. } => format!("{}", f64::from(random.random_range(24..33)) / 2.0),
        Kind::Text => any(random, SUMMARIES),
        _ => return None,
    };
    Some(if field.can(REQUIRED) { value } else { perhaps(random, value) })
}

/// The columns of a row of `offer_cases`, each with an SQL expression.
fn made_case(random: &mut StdRng, number: usize) -> Vec<(&'static str, String)> {
    let (offered_on, precision) = made_date(random);
    let (degree, [bachelor, master, doctor]) = made_education(random);
    let min = random.random_range(5..60) * 10_000;
    let max = min + random.random_range(0..20) * 5_001;
    let (min, max) =
        if random.random_bool(0.4) { ("null".into(), "null".into()) } else { (min.to_string(), max.to_string()) };
    let tags: Vec<String> = TAGS.iter().filter(|_| random.random_bool(0.3)).map(|tag| format!("'{tag}'")).collect();
    let monthly = random.random_range(30..300) * 100;
    let (monthly_min, monthly_max) = match random.random_bool(0.6) {
        true => ("null".into(), "null".into()),
        false => (monthly.to_string(), format!("{}.5", monthly + random.random_range(0..90) * 100)),
    };
    let base = f64::from(random.random_range(80..400) * 100 + 50) / 4.0;
    let created = random.random_range(0..2_000_000);
    let time = |minutes: i32| {
        let (second, fraction) = (minutes % 60, minutes % 1_000_000);
        format!("timestamptz '2024-01-01Z' + interval '{minutes} minutes {second}.{fraction:06} seconds'")
    };
    let mut columns = vec![
        ("id", format!("'00000000-0000-4000-8000-{number:012}'::uuid")),
        ("bachelor_tier", bachelor),
        ("master_tier", master),
        ("doctor_tier", doctor),
        ("highest_degree", degree + "::degree"),
        ("offered_on", offered_on),
        ("offered_precision", format!("{precision}::date_precision")),
        ("pay_annual_min", min),
        ("pay_annual_max", max),
        ("pay_currency", if random.random_bool(0.8) { "'CNY'" } else { "'USD'" }.into()),
        ("pay_monthly_base", perhaps(random, base.to_string())),
        ("pay_monthly_min", monthly_min),
        ("pay_monthly_max", monthly_max),
        ("tags", format!("array[{}]::text[]", tags.join(", "))),
        ("conflicts", if random.random_bool(0.2) { CONFLICTS.choose(random).unwrap() } else { "'{}'" }.into()),
        ("raw", format!("'{{\"序号\": \"{number}\", \"特点\": \"=1, \\\"x\\\"\"}}'::jsonb")),
        ("source_key", format!("'made-{number}'")),
        ("revision", random.random_range(1..4).to_string()),
        ("created_at", time(created)),
        ("updated_at", time(created + 1)),
        ("retired_at", if random.random_bool(0.04) { time(created + 1) } else { "null".into() }),
    ];
    for field in Field::ALL.iter().filter(|field| !field.can(GENERATED)) {
        let Some(column) = field.column().filter(|column| columns.iter().all(|(other, _)| other != column)) else {
            continue;
        };
        columns.extend(value_by_kind(random, *field).map(|value| (column, value)));
    }
    columns
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
