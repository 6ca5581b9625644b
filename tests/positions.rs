//! Where a pay stands among comparable cases, and where that is not told.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use crate::harness::chance::store_made_cases;
use crate::harness::questions::{MadeFilters, pairs};
use crate::harness::{CaseBuilder, Specified, TestApp};
use crate::oracle::Oracle;

const POSITION: &str = "/api/v1/stats/position";

async fn store(app: &TestApp, company: &str, currency: &str, pays: &[u32]) {
    for (number, pay) in pays.iter().enumerate() {
        CaseBuilder::new(&format!("{company}-{currency}-{pay}-{number}"), company)
            .with("pay_annual_min", (pay - 1000).to_string())
            .with("pay_annual_max", (pay + 1000).to_string())
            .with("pay_currency", format!("'{currency}'"))
            .store(&app.database)
            .await;
    }
}

fn counts(position: &Value) -> [Option<u64>; 3] {
    ["below", "at", "above"].map(|part| position[part]["count"].as_u64())
}

/// The intervals are Wilson's: statsmodels 0.15, `proportion_confint(count, 8, method="wilson")` of 3, 2 and 3.
#[tokio::test(flavor = "multi_thread")]
async fn a_pay_stands_below_at_and_above_others_with_the_interval_of_each_share() {
    let app = TestApp::seeded().await;
    store(&app, "jd", "CNY", &[200_000, 250_000, 280_000, 300_000, 300_000, 350_000, 400_000, 500_000]).await;
    store(&app, "jd", "USD", &[90_000, 100_000]).await;
    CaseBuilder::new("unpaid", "jd").store(&app.database).await;
    let at = async |pay: &str, more: &[(&str, &str)]| {
        app.get(POSITION, &[&[("pay_annual", pay), ("company", "京东")], more].concat()).await.ok()
    };
    let position = at("300000", &[]).await;
    assert_eq!(counts(&position), [Some(3), Some(2), Some(3)]);
    assert_eq!(
        position["below"]["share"],
        json!({"value": 0.375, "denominator": 8, "low": 0.136_844, "high": 0.694_258})
    );
    assert_eq!(position["at"]["share"], json!({"value": 0.25, "denominator": 8, "low": 0.071_479, "high": 0.590_725}));
    assert_eq!(
        (&position["total"], &position["unknown"], &position["other_currencies"]),
        (&json!(11), &json!(1), &json!(2))
    );
    assert_eq!((&position["pay"]["currency"], &position["pay"]["n"]), (&json!("CNY"), &json!(8)));
    assert_eq!((&position["pay_annual"], &position["reason"]), (&json!(300_000), &Value::Null));
    let codes = position["notices"].to_string();
    assert!(codes.contains("chosen_sample") && codes.contains("several_currencies"), "{codes}");
    assert_eq!(counts(&at("0", &[]).await), [Some(0), Some(0), Some(8)]);
    assert_eq!(counts(&at("2000000000", &[]).await), [Some(8), Some(0), Some(0)]);
    // The middle of a range counts: between two whole numbers nothing stands at either.
    assert_eq!(counts(&at("299999", &[]).await), [Some(3), Some(0), Some(5)]);
    let dollars = at("95000", &[("pay_currency", "USD")]).await;
    assert_eq!((&dollars["pay"]["currency"], &dollars["reason"]), (&json!("USD"), &json!("too_few")));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fewer_than_six_figures_it_is_said_that_nothing_is_told() {
    let app = TestApp::seeded().await;
    store(&app, "jd", "CNY", &[200_000, 250_000, 280_000, 300_000, 310_000]).await;
    let position = async || app.get(POSITION, &[("pay_annual", "260000"), ("company", "jd")]).await.ok();
    let few = position().await;
    assert_eq!((counts(&few), &few["reason"]), ([None; 3], &json!("too_few")));
    let notice = few["notices"].as_array().unwrap().iter().find(|it| it["code"] == "too_few_for_position").unwrap();
    assert!(notice["message_en"].as_str().unwrap().starts_with("Only 5 cases with pay fit the conditions"), "{notice}");
    assert!(notice["message"].as_str().unwrap().contains("只有 5 条"), "{notice}");
    store(&app, "jd", "CNY", &[320_000]).await;
    assert_eq!(counts(&position().await), [Some(2), Some(0), Some(4)]);
    app.database.execute("update sources set min_group_size = 7").await;
    let kept_back = position().await;
    assert_eq!((counts(&kept_back), &kept_back["reason"]), ([None; 3], &json!("suppressed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_pay_is_refused() {
    let app = TestApp::seeded().await;
    for (query, parameter, part) in [
        ("", "pay_annual", "is required"),
        ("pay_annual=", "pay_annual", "is required"),
        ("pay_annual=200000..300000", "pay_annual", "not a whole number"),
        ("pay_annual=300,000", "pay_annual", "not a whole number"),
        ("pay_annual=30%E4%B8%87", "pay_annual", "not a whole number"),
        ("pay_annual=-1", "pay_annual", "not a whole number"),
        ("pay_annual=3000000000", "pay_annual", "not a whole number"),
        ("pay_annual=1&pay_annual=2", "pay_annual", "more than once"),
        ("pay_annual=300000&compny=jd", "compny", "unknown parameter"),
        ("pay_annual=300000&group_by=company", "group_by", "unknown parameter"),
        ("pay_annual=300000&company=baidoo", "company", "no company"),
    ] {
        app.get_raw(&format!("{POSITION}?{query}")).await.assert_mistake(parameter, part);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_agree_with_the_rows_of_the_database_for_any_filter() {
    let app = TestApp::seeded().await;
    let mut random = StdRng::seed_from_u64(1130);
    store_made_cases(&app.database, &mut random, 0..400).await;
    let specified = Specified::by(&app).await;
    let (mut filters, oracle) = (MadeFilters::of(&specified), Oracle::read(&app).await);
    let (mut told, mut refused) = (0, 0);
    for _ in 0..60 {
        let mut filter = filters.make(&mut random);
        filter.retain(|(name, _)| name != "pay_annual");
        let pay = *["0", "255005", "300000", "412345", "2000000000"].choose(&mut random).unwrap();
        let position = app.get(POSITION, &[&pairs(&filter)[..], &[("pay_annual", pay)]].concat()).await.ok();
        let pays = oracle.pays(&filter, position["pay"]["currency"].as_str());
        let figure: f64 = pay.parse().unwrap();
        let count = |is: &dyn Fn(f64) -> bool| Some(pays.iter().filter(|own| is(**own)).count() as u64);
        let expected = [count(&|own| own < figure), count(&|own| own == figure), count(&|own| own > figure)];
        let is_told = pays.len() >= 6;
        (told, refused) = (told + u32::from(is_told), refused + u32::from(!is_told));
        assert_eq!(position["pay"]["n"], pays.len(), "{filter:?}");
        assert_eq!(counts(&position), if is_told { expected } else { [None; 3] }, "{filter:?} {pay}: {position}");
    }
    assert!(told > 20 && refused > 3, "{told} are told and {refused} refused: the filters are too much alike");
}
