//! Lists, exports, facets, statistics and charts say the same for any filter: tried with filters made by chance over
//! cases made by chance, everything worked out again from the rows of the database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use serde_json::{Value, json};

use crate::exports::{as_cell, lines, rows};
use crate::harness::chance::store_made_cases;
use crate::harness::questions::{MadeFilters, pairs};
use crate::harness::{Specified, TestApp};
use crate::oracle::{Key, Oracle, assert_known};

/// Cases that are made.
const CASES: usize = 400;
/// Filters that are tried: more than there are parameters and dimensions, so that each has its turn.
const FILTERS: usize = 40;
const SORT: (&str, &str) = ("sort", "pay_annual");

/// The service, and what it is compared with.
struct Compared {
    app: TestApp,
    oracle: Oracle,
    /// All fields of a case, without what is only included.
    fields: Vec<String>,
    /// All that can be included.
    include: String,
}

type Filter<'a> = &'a [(String, String)];

impl Compared {
    async fn get(&self, path: &str, filter: Filter<'_>, more: &[(&str, &str)]) -> Value {
        self.app.get(path, &[&pairs(filter)[..], more].concat()).await.ok()
    }

    /// All cases of a filter, page by page, with all that there is of them.
    async fn paged(&self, filter: Filter<'_>) -> Vec<Value> {
        let (mut cases, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut parameters = vec![("limit", "150"), ("include", self.include.as_str()), SORT];
            parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page = self.get("/api/v1/offer-cases", filter, &parameters).await;
            cases.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return cases,
            }
        }
    }

    /// Every field of every case of a list is what is stored.
    fn a_list_gives_what_is_stored(&self, filter: Filter<'_>, cases: &[Value]) {
        let stored = self.oracle.ordered(filter, SORT.1);
        let ids = |cases: &mut dyn Iterator<Item = &Value>| cases.map(|case| case["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&mut cases.iter()), ids(&mut stored.iter().copied()), "{filter:?}");
        for (case, stored) in cases.iter().zip(stored) {
            let sources = ["source", "source_key", "source_row", "raw"].map(str::to_owned);
            for field in self.fields.iter().chain(&sources) {
                let mut given = case.get(field).unwrap_or_else(|| panic!("{field} is missing: {case}")).clone();
                // What stands for an English name that is not known is none.
                if given.get("name_en_from").is_some() {
                    given["name_en"] = Value::Null;
                    given.as_object_mut().unwrap().remove("name_en_from");
                }
                assert_eq!(given, self.as_listed(stored, field), "{field} of {stored}");
            }
        }
    }

    /// What a list gives for a field of a stored case.
    fn as_listed(&self, stored: &Value, field: &str) -> Value {
        let figures = ["annual_max", "annual_base", "monthly_base", "monthly_max", "stock_annual", "sign_on"]
            .map(|it| format!("pay_{it}"));
        let has_pay = figures.iter().any(|figure| !stored[figure.as_str()].is_null());
        let value = stored.get(field).unwrap_or_else(|| panic!("no column is called {field}"));
        let catalog = &self.oracle.catalog;
        match (field, value, catalog.table_of(field)) {
            ("pay_currency", ..) if !has_pay => Value::Null,
            ("created_at" | "updated_at", Value::String(time), _) => json!(time.parse::<DateTime<Utc>>().unwrap()),
            ("pay_monthly_base" | "pay_monthly_min" | "pay_monthly_max" | "pay_months", Value::Number(number), _) => {
                json!(number.as_f64())
            }
            (_, Value::String(slug), Some(table)) => {
                let entry = catalog.entry(table, slug);
                let name = |name: &str| entry.get(name).or(entry.get(name.replace("name", "title")));
                json!({"slug": slug, "name": name("name"), "name_en": name("name_en")})
            }
            _ => value.clone(),
        }
    }

    async fn the_forms_agree(&self, filter: Filter<'_>, cases: &[Value]) {
        let form = async |format| {
            let path = format!("/api/v1/offer-cases.{format}");
            self.app.get(&path, &[&pairs(filter)[..], &[("include", self.include.as_str()), SORT]].concat()).await
        };
        assert_eq!(lines(&form("ndjson").await), cases, "{filter:?}");
        let csv = rows(&form("csv").await);
        let (header, rows) = csv.split_first().unwrap();
        let columns = self.columns();
        assert_eq!(*header, columns.iter().map(|(column, ..)| column.clone()).collect::<Vec<_>>());
        for (number, (column, field, part)) in columns.iter().enumerate() {
            let cells: Vec<&str> = rows.iter().map(|row| row[number].as_str()).collect();
            let value = |case: &Value| if part.is_empty() { case[field].clone() } else { case[field][part].clone() };
            let listed: Vec<String> = cases.iter().map(|case| as_cell(&value(case))).collect();
            assert_eq!(cells, listed, "{column} of {filter:?}");
        }
        let counted = self.get("/api/v1/offer-cases", filter, &[("count", "exact"), ("limit", "1")]).await;
        assert_eq!(counted["total"], cases.len(), "{filter:?}");
    }

    /// The columns of a table of all there is: name, field, part of what it refers to.
    fn columns(&self) -> Vec<(String, String, &'static str)> {
        let included = ["source", "source_key", "source_row", "raw", "revisions", "labels"].map(str::to_owned);
        let columns = |field: &String| match self.oracle.catalog.table_of(field) {
            Some(_) => [("", "slug"), ("_name", "name"), ("_name_en", "name_en")]
                .map(|(end, part)| (format!("{field}{end}"), field.clone(), part))
                .to_vec(),
            None => vec![(field.clone(), field.clone(), "")],
        };
        self.fields.iter().chain(&included).flat_map(columns).collect()
    }

    async fn the_statistics_agree(&self, filter: Filter<'_>, dimensions: &[&str]) {
        let own = [("group_by", dimensions.join(",")), ("metrics", "share,pay".into()), ("limit", "200".into())];
        let own = own.map(|(name, value)| (name.to_owned(), value));
        let parameters = [filter, &own].concat();
        let statistics = self.get("/api/v1/stats", &parameters, &[]).await;
        assert_known(&statistics, &self.oracle.statistics(&parameters), format_args!("{parameters:?}"));
    }

    async fn the_facets_agree(&self, filter: Filter<'_>, dimensions: &[String]) {
        let facets = self.get("/api/v1/facets", filter, &[("limit", "1000")]).await;
        let own = [("dimensions", dimensions.join(",")), ("limit", "1000".into())];
        let own = own.map(|(name, value)| (name.to_owned(), value));
        assert_known(&facets, &self.oracle.facets(&[filter, &own].concat()), format_args!("{filter:?}"));
    }

    async fn the_charts_agree(&self, filter: Filter<'_>, dimensions: &[&str]) {
        let cases = self.oracle.chosen(filter);
        let numbers = async |chart: &str, dimensions: &[&str]| {
            let group_by = dimensions.join(",");
            let own = [("group_by", group_by.as_str()), ("limit", "50")];
            let picture =
                self.app.get(&format!("/api/v1/charts/{chart}.svg"), &[&pairs(filter)[..], &own].concat()).await;
            assert_eq!(picture.status, 200, "{picture:?}");
            numbers(&picture.text)
        };
        let is_exact = filter.iter().any(|(name, value)| name == "major_exact" && value == "true");
        let counts = |dimensions: &[&str]| -> Vec<(Vec<Key>, usize)> {
            self.oracle
                .grouped(&cases, dimensions, is_exact)
                .into_iter()
                .map(|(key, cases)| (key, cases.len()))
                .collect()
        };
        let drawn = numbers("bar", &dimensions[..1]).await;
        for (key, count) in counts(&dimensions[..1]) {
            assert!(drawn.contains(&count), "{key:?} {count} of {filter:?} in {drawn:?}");
        }
        self.cases_that_are_in_no_drawn_group_are_counted(filter, dimensions, is_exact).await;
        let drawn = numbers("heatmap", dimensions).await;
        let mut expected: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, count) in counts(dimensions) {
            *expected.entry(count).or_default() += 1;
        }
        for (count, times) in expected {
            let found = drawn.iter().filter(|number| **number == count).count();
            assert!(found >= times, "{count} stands {found} instead of {times} times: {filter:?} by {dimensions:?}");
        }
    }

    /// Of two dimensions of which two values each are drawn.
    async fn cases_that_are_in_no_drawn_group_are_counted(
        &self,
        filter: Filter<'_>,
        dimensions: &[&str],
        is_exact: bool,
    ) {
        // Of time other periods are drawn, also such without a case.
        if dimensions.iter().any(|dimension| dimension.starts_with("offered_")) {
            return;
        }
        let own = [("group_by", dimensions.join(",")), ("limit", "2".into())];
        let own = own.map(|(name, value)| (name.to_owned(), value));
        let statistics = self.oracle.statistics(&[filter, &own].concat());
        let key = |value: &Value| value["value"].as_str().filter(|value| *value != "unknown").map(str::to_owned);
        let keys = |group: &Value| group["keys"].as_array().unwrap().iter().map(key).collect::<Vec<Key>>();
        let drawn: Vec<Vec<Key>> = statistics["groups"].as_array().unwrap().iter().map(keys).collect();
        let (mut inside, mut others) = (BTreeSet::new(), BTreeSet::new());
        for (key, cases) in self.oracle.grouped(&self.oracle.chosen(filter), dimensions, is_exact) {
            let of = if drawn.contains(&key) { &mut inside } else { &mut others };
            of.extend(cases.iter().map(|case| case["id"].as_str().unwrap().to_owned()));
        }
        let alone = others.difference(&inside).count();
        let own = [("group_by", own[0].1.as_str()), ("limit", "2"), ("lang", "en")];
        let picture = self.app.get("/api/v1/charts/heatmap.svg", &[&pairs(filter)[..], &own].concat()).await.text;
        let groups = statistics["other"]["groups"].as_u64().unwrap_or_default();
        let plural = |number| if number == 1 { "" } else { "s" };
        let (ends, end) = (plural(groups), plural(alone as u64));
        let said = [
            // Where no case is in several groups.
            format!("{groups} group{ends} with {alone} case{end} not drawn"),
            match alone {
                0 => format!("{groups} group{ends} not drawn (whose cases are all in drawn groups too)"),
                _ => format!("{groups} group{ends} not drawn ({alone} case{end} in these alone)"),
            },
        ];
        let is_said = said.iter().any(|said| picture.contains(said));
        assert_eq!(is_said, !others.is_empty(), "{said:?} of {filter:?} by {dimensions:?}: {picture}");
    }
}

/// The numbers that stand in a picture as texts by themselves.
fn numbers(picture: &str) -> Vec<usize> {
    let document = roxmltree::Document::parse(picture).unwrap();
    let texts = document.descendants().filter(|node| node.tag_name().name() == "text");
    texts.filter_map(|node| node.text()?.trim().parse().ok()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_exports_facets_statistics_and_charts_agree_for_any_filter() {
    let app = TestApp::seeded().await;
    let mut random = StdRng::seed_from_u64(20_261_124);
    store_made_cases(&app.database, &mut random, 0..CASES).await;
    let specified = Specified::by(&app).await;
    let (mut filters, dimensions) = (MadeFilters::of(&specified), specified.dimensions());
    assert!(dimensions.len() <= FILTERS && specified.filter().len() < FILTERS, "not each has its turn");
    let oracle = Oracle::read(&app).await;
    let fields = specified.words("/api/v1/offer-cases", "fields");
    let compared =
        Compared { app, oracle, fields, include: specified.words("/api/v1/offer-cases", "include").join(",") };
    let (mut some, mut all) = (0, 0);
    for number in 0..FILTERS {
        let filter = filters.make(&mut random);
        let cases = compared.paged(&filter).await;
        some += usize::from(!cases.is_empty() && cases.len() < CASES);
        all += cases.len();
        compared.a_list_gives_what_is_stored(&filter, &cases);
        compared.the_forms_agree(&filter, &cases).await;
        compared.the_facets_agree(&filter, &dimensions).await;
        let first = dimensions[number % dimensions.len()].as_str();
        let second = dimensions.iter().map(String::as_str).filter(|other| *other != first).choose(&mut random).unwrap();
        compared.the_statistics_agree(&filter, &[first]).await;
        compared.the_statistics_agree(&filter, &[first, second]).await;
        compared.the_charts_agree(&filter, &[first, second]).await;
    }
    assert!(some > FILTERS / 2, "only {some} filters chose some of the cases, {all} in all: they are too simple");
}
