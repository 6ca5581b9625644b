//! The histogram of pay: bins at round ends, what is not in them, where a pay stands, and what is not told.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use crate::harness::chance::store_made_cases;
use crate::harness::questions::{MadeFilters, pairs};
use crate::harness::{CaseBuilder, Specified, TestApp};
use crate::oracle::{Oracle, assert_known};

const STATS: &str = "/api/v1/stats";
const HISTOGRAM: (&str, &str) = ("histogram", "pay");

/// Cases of a company and a source with these figures of pay, each a range around it.
async fn store(app: &TestApp, company: &str, source: &str, currency: &str, pays: &[u32]) {
    for (number, pay) in pays.iter().enumerate() {
        CaseBuilder::new(&format!("{company}-{source}-{currency}-{number}"), company)
            .with_source(&format!("(select id from sources where slug = '{source}')"))
            .with("pay_annual_min", (pay - 1000).to_string())
            .with("pay_annual_max", (pay + 1000).to_string())
            .with("pay_currency", format!("'{currency}'"))
            .store(&app.database)
            .await;
    }
}

/// The bins as lower end, upper end and count.
fn bins(histogram: &Value) -> Vec<[Option<u64>; 3]> {
    let bin = |bin: &Value| ["from", "to", "count"].map(|part| bin[part].as_u64());
    histogram["bins"].as_array().unwrap().iter().map(bin).collect()
}

/// Checks what holds of the bins of every histogram in which nothing is suppressed.
fn check_bins(histogram: &Value, most: usize) {
    let bins = bins(histogram);
    if bins.is_empty() {
        assert!(histogram["bin_width"].is_null() && !histogram["reason"].is_null(), "{histogram}");
        return;
    }
    let width = histogram["bin_width"].as_u64().unwrap();
    assert!(["1", "2", "5"].contains(&width.to_string().trim_end_matches('0')), "{width}");
    let closed: Vec<_> = bins.iter().filter_map(|[from, to, _]| Some(((*from)?, (*to)?))).collect();
    assert!(closed.len() <= most && closed.iter().all(|(from, to)| to - from == width && from % width == 0));
    assert!(bins.windows(2).all(|pair| pair[0][1].is_some() && pair[0][1] == pair[1][0]), "{bins:?}");
    assert!(bins[0][2] > Some(0) && bins[bins.len() - 1][2] > Some(0), "{bins:?}");
    let counts = bins.iter().map(|[.., count]| count.unwrap()).sum::<u64>();
    assert_eq!(Some(counts), histogram["n"].as_u64());
}

#[tokio::test(flavor = "multi_thread")]
async fn histograms_agree_with_the_rows_of_the_database_for_any_filter() {
    let app = TestApp::seeded().await;
    let mut random = StdRng::seed_from_u64(20_261_129);
    store_made_cases(&app.database, &mut random, 0..400).await;
    let specified = Specified::by(&app).await;
    let mut filters = MadeFilters::of(&specified);
    let oracle = Oracle::read(&app).await;
    let mut with_bins = 0;
    for _ in 0..60 {
        let filter = filters.make(&mut random);
        let most = ["2", "7", "30", "100"].choose(&mut random).unwrap();
        let pay = ["0", "50000", "255005", "300000", "2000000000"].choose(&mut random).unwrap();
        let own = [HISTOGRAM, ("bins", most), ("pay", pay)];
        let statistics = app.get(STATS, &[&pairs(&filter)[..], &own].concat()).await.ok();
        let histogram = &statistics["histogram"];
        check_bins(histogram, most.parse().unwrap());
        with_bins += usize::from(!histogram["bins"].as_array().unwrap().is_empty());
        let expected = oracle.histogram(&filter, histogram, pay.parse().unwrap());
        assert_known(&statistics, &expected, format_args!("{filter:?} {own:?}"));
    }
    assert!(with_bins > 20, "only {with_bins} histograms have bins: the filters choose too few cases");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bin_has_what_a_query_counts_in_it() {
    let app = TestApp::seeded().await;
    let mut random = StdRng::seed_from_u64(7);
    store_made_cases(&app.database, &mut random, 0..300).await;
    let parameters = [HISTOGRAM, ("q", "产品"), ("pay_currency", "USD"), ("bins", "10")];
    let histogram = app.get(STATS, &parameters).await.ok()["histogram"].clone();
    assert_eq!(histogram["currency"], "USD");
    assert!(bins(&histogram).len() > 3, "{histogram}");
    let found = app.get("/api/v1/offer-cases", &[parameters[1], parameters[2], ("limit", "200")]).await;
    let ids: Vec<String> = found.items().iter().map(|case| format!("'{}'", case["id"].as_str().unwrap())).collect();
    for [from, to, count] in bins(&histogram) {
        let count_in_range = format!(
            "select count(*)::text from offer_cases where id in ({}) and pay_annual_max is not null \
             and (pay_annual_min + pay_annual_max) / 2.0 >= {} and (pay_annual_min + pay_annual_max) / 2.0 < {}",
            ids.join(", "),
            from.unwrap_or(0),
            to.unwrap_or(u64::from(u32::MAX)),
        );
        assert_eq!(app.database.value(&count_in_range).await, count.unwrap().to_string(), "{from:?} to {to:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_tail_is_in_a_bin_that_is_open() {
    let app = TestApp::seeded().await;
    let pays = [&[150_000, 200_000, 250_000, 300_000, 350_000].repeat(4)[..], &[20_000_000]].concat();
    store(&app, "jd", "own-records", "CNY", &pays).await;
    let histogram = app.get(STATS, &[HISTOGRAM, ("company", "jd")]).await.ok()["histogram"].clone();
    check_bins(&histogram, 30);
    let bins = bins(&histogram);
    assert!(bins.len() <= 32, "{bins:?}");
    assert_eq!(bins.last().unwrap()[1..], [None, Some(1)]);
    assert_eq!(bins[0], [Some(140_000), Some(160_000), Some(4)]);

    let low = [&[5_000_000, 5_100_000, 5_200_000].repeat(5)[..], &[30_000]].concat();
    store(&app, "netease", "own-records", "CNY", &low).await;
    let histogram = app.get(STATS, &[HISTOGRAM, ("company", "netease")]).await.ok()["histogram"].clone();
    check_bins(&histogram, 30);
    assert_eq!(histogram["bins"][0]["from"], Value::Null);
    assert_eq!(histogram["bins"][0]["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_currency_is_the_commonest_and_what_is_not_in_the_bins_is_counted() {
    let app = TestApp::seeded().await;
    store(&app, "jd", "own-records", "CNY", &[200_000, 300_000, 300_000, 400_000]).await;
    store(&app, "jd", "own-records", "USD", &[90_000, 100_000, 110_000]).await;
    CaseBuilder::new("none", "jd").store(&app.database).await;
    CaseBuilder::new("monthly", "jd").with("pay_monthly_base", "20000").store(&app.database).await;
    let told = async |more: &[(&str, &str)]| {
        let answer = app.get(STATS, &[&[HISTOGRAM, ("company", "jd"), ("pay", "300000")], more].concat()).await.ok();
        (answer["histogram"].clone(), answer["notices"].to_string())
    };
    let (histogram, notices) = told(&[]).await;
    let numbers =
        |histogram: &Value| ["currency", "n", "unknown", "other_currencies"].map(|name| histogram[name].clone());
    assert_eq!(numbers(&histogram), [json!("CNY"), json!(4), json!(2), json!(3)]);
    assert!(notices.contains("only pay in CNY, the most frequent here, is counted"), "{notices}");
    let standing = &histogram["standing"];
    assert_eq!((&standing["below"]["value"], &standing["below"]["denominator"]), (&json!(0.25), &json!(4)));
    assert_eq!((&standing["equal"], &standing["reason"]), (&json!(2), &Value::Null));
    // Wilson's interval of 1 of 4, worked out by hand.
    assert_eq!((&standing["below"]["low"], &standing["below"]["high"]), (&json!(0.045_587), &json!(0.699_358)));

    let (dollars, notices) = told(&[("pay_currency", "USD")]).await;
    assert_eq!(numbers(&dollars), [json!("USD"), json!(3), json!(0), json!(0)]);
    assert!(!notices.contains("several_currencies"), "{notices}");
    assert_eq!(dollars["standing"]["below"]["value"], 1.0);

    let (few, _) = told(&[("pay_annual", "..200000"), ("pay_currency", "CNY")]).await;
    assert_eq!((&few["n"], &few["reason"], &few["bins"]), (&json!(1), &json!("too_few"), &json!([])));
    assert_eq!((&few["standing"]["below"], &few["standing"]["reason"]), (&Value::Null, &json!("too_few")));
    let (none, _) = told(&[("pay_annual", "unknown")]).await;
    assert_eq!(numbers(&none), [Value::Null, json!(0), json!(2), json!(0)]);
    assert_eq!(none["reason"], "too_few");
}

#[tokio::test(flavor = "multi_thread")]
async fn bins_that_are_too_small_for_their_source_are_taken_together() {
    let app = TestApp::seeded().await;
    app.database.execute("update sources set min_group_size = 3 where slug = 'own-records'").await;
    let many = [250_000, 350_000, 450_000].repeat(5);
    let pays = [&many[..], &[150_000, 550_000, 300_000, 900_000]].concat();
    store(&app, "jd", "own-records", "CNY", &pays).await;
    let parameters = [HISTOGRAM, ("company", "jd"), ("bins", "9"), ("pay", "300000")];
    let statistics = app.get(STATS, &parameters).await.ok();
    let histogram = &statistics["histogram"];
    assert_eq!(histogram["bin_width"], 100_000);
    let shown = [(200_000, Some(5)), (300_000, Some(6)), (400_000, Some(5))];
    let found: Vec<_> = bins(histogram).iter().map(|[from, _, count]| (from.unwrap(), *count)).collect();
    assert_eq!(found, shown);
    assert_eq!((&histogram["n"], &histogram["suppressed"]), (&json!(19), &json!({"count": 3})));
    assert_eq!((&histogram["standing"]["equal"], &histogram["standing"]["reason"]), (&json!(1), &Value::Null));
    assert!(statistics["notices"].to_string().contains("\"suppressed\""));

    // Empty bins between others look as hidden ones do.
    let parameters = [HISTOGRAM, ("company", "jd"), ("bins", "9"), ("pay_annual", "!300000..400000")];
    let histogram = app.get(STATS, &parameters).await.ok()["histogram"].clone();
    let found: Vec<_> = bins(&histogram).iter().map(|[from, _, count]| (from.unwrap(), *count)).collect();
    assert_eq!(found, [(200_000, Some(5)), (300_000, None), (400_000, Some(5))], "{histogram}");

    // Fewer figures in all than the source asks for, or the rest of the cases.
    store(&app, "netease", "own-records", "CNY", &[200_000; 2]).await;
    for number in 0..4 {
        let own = "(select id from sources where slug = 'own-records')";
        CaseBuilder::new(&format!("none-{number}"), "netease").with_source(own).store(&app.database).await;
    }
    let histogram = app.get(STATS, &[HISTOGRAM, ("company", "netease")]).await.ok()["histogram"].clone();
    let numbers = ["n", "unknown", "other_currencies", "bin_width"].map(|name| histogram[name].clone());
    assert_eq!(numbers, [Value::Null, json!(4), json!(0), Value::Null]);
    assert_eq!((&histogram["reason"], &histogram["bins"]), (&json!("suppressed"), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_says_what_the_histogram_says() {
    let app = TestApp::seeded().await;
    store(&app, "jd", "own-records", "CNY", &[200_000, 300_000, 300_000, 400_000, 9_000_000]).await;
    CaseBuilder::new("none", "jd").store(&app.database).await;
    let path = "/api/v1/charts/histogram.svg";
    let parameters = [("company", "jd"), ("pay", "300000"), ("theme", "light")];
    for (lang, words) in [
        (
            "en",
            [
                "6 cases · 5 with pay in CNY · 1 with unknown pay",
                "Median 300k",
                "300k: 20.0 % have less",
                "Offer cases",
            ],
        ),
        ("zh", ["共 6 条 · 5 条有 CNY 薪资 · 1 条薪资未知", "中位数 30万", "30万：20.0 % 的案例更低", "案例数"]),
    ] {
        let answer = app.get(path, &[&parameters[..], &[("lang", lang)]].concat()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/svg+xml"), "{answer:?}");
        let document = roxmltree::Document::parse(&answer.text).unwrap();
        let texts: Vec<&str> = document
            .descendants()
            .filter(|node| node.tag_name().name() == "text")
            .filter_map(|node| node.text())
            .map(str::trim)
            .collect();
        for part in words {
            assert!(texts.iter().any(|text| text.starts_with(part)), "{part} in {texts:?}");
        }
        let statistics = app.get(STATS, &[HISTOGRAM, parameters[0]]).await.ok();
        let description = document.descendants().find(|node| node.attribute("id") == Some("desc")).unwrap();
        for [from, to, count] in bins(&statistics["histogram"]) {
            let end = |end: Option<u64>| end.map_or_else(String::new, |end| end.to_string());
            let said = format!("{}–{}: {}", end(from), end(to), count.unwrap());
            assert!(description.text().unwrap().contains(&said), "{said}");
        }
        let columns = document.descendants().filter(|node| node.attribute("fill") == Some("#4A90CC")).count();
        let open = document.descendants().filter(|node| node.attribute("fill") == Some("#868F99")).count();
        assert_eq!(columns + open, statistics["histogram"]["bins"].as_array().unwrap().len());
    }
    for (lang, words) in [("en", "There are fewer than three figures"), ("zh", "同一货币的薪资不足三个")] {
        let empty = app.get(path, &[("company", "jd"), ("pay_annual", "unknown"), ("lang", lang)]).await.text;
        assert!(empty.contains(words) && !empty.contains("<line"), "{empty}");
    }
    let nothing = app.get(path, &[("company", "netease"), ("lang", "en")]).await.text;
    assert!(nothing.contains("No case fits the filter"), "{nothing}");
}
