//! Statistics: counts and shares, the unknown, what must be known to read them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp};

/// Count by values, with a slash between those of two dimensions; the unknown as `unknown`.
pub fn counts(statistics: &Value) -> BTreeMap<String, u64> {
    let groups = statistics["groups"].as_array().unwrap();
    groups.iter().map(|group| (values(group).join("/"), group["count"].as_u64().unwrap())).collect()
}

/// The values of a group, as a filter takes them.
fn values(group: &Value) -> Vec<&str> {
    let keys = group["keys"].as_array().unwrap();
    keys.iter().map(|key| key["value"].as_str().unwrap_or("unknown")).collect()
}

/// The values of the groups in their order.
fn order(statistics: &Value) -> Vec<&str> {
    statistics["groups"].as_array().unwrap().iter().map(|group| values(group)[0]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_answered_in_full_the_largest_first() {
    let app = TestApp::seeded().await;
    let statistics = app.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
    insta::assert_json_snapshot!(statistics, { ".dataset_version" => "[version]" });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_an_order_stands_in_it_unless_another_is_asked_for() {
    let app = TestApp::seeded().await;
    for (number, column, value, times) in [
        (0, "highest_degree", "'doctor'", 3),
        (1, "highest_degree", "'associate'", 1),
        (2, "highest_degree", "'master'", 2),
        (3, "verification", "'document'", 3),
        (4, "verification", "'none'", 1),
        (5, "offer_channel", "'internship'", 3),
        (6, "offer_channel", "'campus'", 1),
    ] {
        for time in 0..times {
            let case = CaseBuilder::new(&format!("{number}-{time}"), "jd").with(column, value);
            if column == "verification" { case } else { case.with("verification", "'self_reported'") }
                .store(&app.database)
                .await;
        }
    }
    for (tier, times) in [("other", 3), ("985", 1), ("overseas", 2)] {
        for time in 0..times {
            CaseBuilder::new(&format!("{tier}-{time}"), "jd")
                .with("highest_degree", "'bachelor'")
                .with("bachelor_tier", format!("(select id from school_tiers where slug = '{tier}')"))
                .with("verification", "'self_reported'")
                .store(&app.database)
                .await;
        }
    }
    for (dimension, usual, by_count) in [
        (
            "highest_degree",
            vec!["associate", "bachelor", "master", "doctor", "unknown"],
            vec!["unknown", "bachelor", "doctor", "master", "associate"],
        ),
        ("verification", vec!["none", "self_reported", "document"], vec!["self_reported", "document", "none"]),
        ("bachelor_tier", vec!["985", "overseas", "other", "unknown"], vec!["unknown", "other", "overseas", "985"]),
        (
            "any_tier",
            vec!["985", "vocational", "overseas", "other", "unknown"],
            vec!["unknown", "other", "overseas", "985", "vocational"],
        ),
        ("offer_channel", vec!["unknown", "internship", "campus"], vec!["unknown", "internship", "campus"]),
    ] {
        let group_by = ("group_by", dimension);
        let asked = async |more: &[(&str, &str)]| {
            app.get("/api/v1/stats", &[&[group_by, ("company", "jd")], more].concat()).await.ok()
        };
        assert_eq!(order(&asked(&[]).await), usual, "{dimension}");
        assert_eq!(order(&asked(&[("sort", "-count")]).await), by_count, "{dimension} by number");
        let facets = app.get("/api/v1/facets", &[("dimensions", dimension), ("company", "jd")]).await.ok();
        let facet: Vec<&str> =
            facets["facets"][0]["values"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap()).collect();
        assert_eq!(facet, by_count, "a facet of {dimension} has the largest first");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_of_every_dimension_agree_with_the_list_under_any_filter() {
    let app = TestApp::seeded().await;
    let dimensions =
        ["company", "role", "school_tier", "bachelor_tier", "master_tier", "highest_degree", "tag", "source"];
    for filter in [
        vec![],
        vec![("major", "工科")],
        vec![("school_tier", "985,211")],
        vec![("q", "转")],
        vec![("tag", "!unicorn")],
    ] {
        for dimension in dimensions {
            let mut parameters = filter.clone();
            parameters.push(("group_by", dimension));
            let statistics = app.get("/api/v1/stats", &parameters).await.ok();
            assert_eq!(statistics["total"], app.count_of(&filter).await, "{parameters:?}");
            let counts = counts(&statistics);
            if dimension != "tag" {
                assert_eq!(counts.values().sum::<u64>(), statistics["total"].as_u64().unwrap(), "{parameters:?}");
            }
            for (value, count) in counts {
                let group = app.get("/api/v1/offer-cases", &[filter.as_slice(), &[("limit", "200")]].concat()).await;
                let in_list = group.items().iter().filter(|case| belongs(case, dimension, &value)).count();
                if dimension != "source" {
                    assert_eq!(in_list as u64, count, "{dimension}={value} of {filter:?}");
                }
            }
        }
    }
}

/// Whether a case of a list belongs to a group.
fn belongs(case: &Value, dimension: &str, value: &str) -> bool {
    if dimension == "tag" {
        let tags = case["tags"].as_array().unwrap();
        return if value == "unknown" { tags.is_empty() } else { tags.contains(&json!(value)) };
    }
    let field = &case[dimension];
    let slug = field.get("slug").unwrap_or(field);
    if value == "unknown" { slug.is_null() } else { slug == value }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_count_is_an_empty_answer_with_its_notice() {
    let app = TestApp::seeded().await;
    let statistics = app.get("/api/v1/stats", &[("group_by", "company"), ("company", "tencent")]).await.ok();
    assert_eq!((&statistics["total"], &statistics["groups"]), (&json!(0), &json!([])));
    assert_eq!(statistics["notices"][0]["code"], "offers_only");
}

/// Stores cases of a company with these annual pays.
async fn store_pays(app: &TestApp, company: &str, currency: &str, pays: &[(i32, i32)]) {
    for (number, (min, max)) in pays.iter().enumerate() {
        CaseBuilder::new(&format!("{company}-{currency}-{number}"), company)
            .with("pay_annual_min", min.to_string())
            .with("pay_annual_max", max.to_string())
            .with("pay_currency", format!("'{currency}'"))
            .store(&app.database)
            .await;
    }
}

/// The pay of the group with this value in the first dimension.
pub fn pay_of<'a>(statistics: &'a Value, value: &str) -> &'a Value {
    let groups = statistics["groups"].as_array().unwrap();
    &groups.iter().find(|group| values(group)[0] == value).unwrap_or_else(|| panic!("no {value}"))["pay"]
}

#[tokio::test(flavor = "multi_thread")]
async fn percentiles_of_pay_are_those_worked_out_by_hand_and_none_of_too_few() {
    let app = TestApp::seeded().await;
    // Middles: 100,000 to 500,000 in steps of 100,000.
    let pays = [(500_000, 500_000), (100_000, 100_000), (350_000, 450_000), (200_000, 200_000), (250_000, 350_000)];
    store_pays(&app, "tencent", "CNY", &pays).await;
    store_pays(&app, "jd", "CNY", &[(300_000, 300_001), (100_000, 100_000)]).await;
    store_pays(&app, "tencent", "USD", &[(90_000, 90_000), (120_000, 120_000), (100_000, 101_001)]).await;
    let parameters = [("group_by", "company"), ("metrics", "pay"), ("company", "tencent,jd,baidu"), ("sort", "value")];
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    assert_eq!(
        pay_of(&statistics, "tencent"),
        &json!([
            {"currency": "CNY", "n": 5, "p10": null, "p25": 200_000.0, "median": 300_000.0, "median_low": null,
             "median_high": null, "p75": 400_000.0, "p90": null, "reason": null},
            {"currency": "USD", "n": 3, "p10": null, "p25": 95_250.25, "median": 100_500.5, "median_low": null,
             "median_high": null, "p75": 110_250.25, "p90": null, "reason": null},
        ])
    );
    for (company, n) in [("jd", 2), ("baidu", 0)] {
        let pay = &pay_of(&statistics, company)[0];
        assert_eq!((&pay["n"], &pay["median"], &pay["reason"]), (&json!(n), &Value::Null, &json!("too_few")));
    }
    assert_eq!(statistics["pay"][0]["n"], 7);
    let codes: Vec<_> = statistics["notices"].as_array().unwrap().iter().map(|notice| &notice["code"]).collect();
    assert!(codes.contains(&&json!("pay_known")) && codes.contains(&&json!("several_currencies")), "{codes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_median_comes_with_its_interval_from_six_values_on_and_tails_from_twenty() {
    let app = TestApp::seeded().await;
    let steps = |values: i32| -> Vec<(i32, i32)> { (1..=values).map(|it| (it * 100_000, it * 100_000)).collect() };
    for (company, values) in [("tencent", 6), ("jd", 10), ("meituan", 19), ("netease", 20)] {
        store_pays(&app, company, "CNY", &steps(values)).await;
    }
    let parameters = [("group_by", "company"), ("metrics", "pay"), ("company", "tencent,jd,meituan,netease")];
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    let told = |company: &str, name: &str| pay_of(&statistics, company)[0][name].as_f64();
    // Of 6 values the interval begins 5/14 of the way from the first to the second, of 10 values 73/111 from the second to
    // the third, worked out by hand with the binomial distribution.
    assert_eq!((told("tencent", "median_low"), told("tencent", "median_high")), (Some(135_714.29), Some(564_285.71)));
    assert_eq!((told("jd", "median_low"), told("jd", "median_high")), (Some(265_765.77), Some(834_234.23)));
    assert_eq!((told("meituan", "p10"), told("meituan", "p90")), (None, None));
    assert_eq!((told("netease", "p10"), told("netease", "p90")), (Some(290_000.0), Some(1_810_000.0)));
}

/// Linear interpolation between the two nearest of the sorted values, the definition of `percentile_cont` in SQL:2003.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let rank = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize]);
    below + (above - below) * rank.fract()
}

#[tokio::test(flavor = "multi_thread")]
async fn percentiles_of_pay_agree_with_a_second_way_of_working_them_out() {
    let app = TestApp::seeded().await;
    let mut state = 11_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i32::try_from((state >> 33) % below).unwrap()
    };
    for (company, cases) in [("tencent", 3), ("jd", 4), ("meituan", 17), ("netease", 60)] {
        let pays: Vec<(i32, i32)> = (0..cases)
            .map(|_| (80_000 + random(400_000), random(200_000)))
            .map(|(min, more)| (min, min + more))
            .collect();
        store_pays(&app, company, "CNY", &pays).await;
        let mut middles: Vec<f64> = pays.iter().map(|(min, max)| f64::from(min + max) / 2.0).collect();
        middles.sort_by(f64::total_cmp);
        let parameters = [("group_by", "company"), ("metrics", "pay"), ("company", company)];
        let statistics = app.get("/api/v1/stats", &parameters).await.ok();
        let pay = &pay_of(&statistics, company)[0];
        for (name, share) in [("p10", 0.1), ("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p90", 0.9)] {
            let is_tail = ["p10", "p90"].contains(&name);
            if is_tail && cases < 20 {
                assert_eq!(pay[name], Value::Null, "{company} {name}");
                continue;
            }
            let (found, expected) = (pay[name].as_f64().unwrap(), percentile(&middles, share));
            assert!((found - expected).abs() < 0.01, "{company} {name}: {found}, expected {expected}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_dimensions_agree_with_the_list_and_with_their_matrix() {
    let app = TestApp::seeded().await;
    for (number, (date, precision)) in
        [("2024-05-01", "month"), ("2024-05-17", "day"), ("2024-01-01", "year"), ("2025-06-02", "day")]
            .iter()
            .enumerate()
    {
        CaseBuilder::new(&format!("dated-{number}"), "tencent")
            .with("offered_on", format!("'{date}'"))
            .with("offered_precision", format!("'{precision}'"))
            .store(&app.database)
            .await;
    }
    for (first, second) in [
        ("company", "school_tier"),
        ("highest_degree", "tag"),
        ("company_kind", "role_family"),
        ("any_tier", "offered_month"),
        ("offered_year", "company"),
    ] {
        let group_by = format!("{first},{second}");
        let statistics = app.get("/api/v1/stats", &[("group_by", &group_by)]).await.ok();
        let matrix = &statistics["matrix"];
        let lines = |part: &str| matrix[part].as_array().unwrap().clone();
        let mut cells = 0;
        for (i, row) in lines("rows").iter().enumerate() {
            for (j, column) in lines("columns").iter().enumerate() {
                let (row, column) = (row["value"].as_str().unwrap(), column["value"].as_str().unwrap());
                let count = matrix["counts"][i][j].as_u64().unwrap();
                cells += usize::from(count > 0);
                let name = format!("{row}/{column}");
                assert_eq!(counts(&statistics).get(&name).copied().unwrap_or_default(), count, "{group_by}: {name}");
                let parameters = [(first, row), (second, column)];
                assert_eq!(app.count_of(&parameters).await as u64, count, "{parameters:?}");
            }
        }
        assert_eq!(cells, statistics["groups"].as_array().unwrap().len(), "{group_by}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_a_major_has_what_stands_under_it_unless_each_is_meant_for_itself() {
    let app = TestApp::seeded().await;
    let groups = app.get("/api/v1/stats", &[("group_by", "major"), ("metrics", "count,share")]).await.ok();
    for (value, count) in counts(&groups) {
        assert_eq!(app.count_of(&[("major", &value)]).await as u64, count, "{value}");
    }
    let codes = |answer: &Value| -> Vec<String> {
        let notices = answer["notices"].as_array().unwrap().iter();
        notices.map(|notice| notice["code"].as_str().unwrap().to_owned()).collect()
    };
    assert!(codes(&groups).contains(&"overlapping".to_owned()), "{:?}", codes(&groups));

    let exact = app.get("/api/v1/stats", &[("group_by", "major"), ("major_exact", "true")]).await.ok();
    assert_eq!(counts(&exact).values().sum::<u64>(), exact["total"].as_u64().unwrap());
    for (value, count) in counts(&exact) {
        assert_eq!(app.count_of(&[("major", &value), ("major_exact", "true")]).await as u64, count, "{value}");
    }
    assert!(!codes(&exact).contains(&"overlapping".to_owned()), "{:?}", codes(&exact));
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_are_of_all_of_the_row_or_of_the_column() {
    let app = TestApp::seeded().await;
    for (company, tier, cases) in [("tencent", "985", 3), ("tencent", "211", 1), ("jd", "985", 2)] {
        for number in 0..cases {
            CaseBuilder::new(&format!("{company}-{tier}-{number}"), company)
                .with("highest_degree", "'bachelor'")
                .with("bachelor_tier", format!("(select id from school_tiers where slug = '{tier}')"))
                .store(&app.database)
                .await;
        }
    }
    for (normalize, value, denominator) in [("all", 0.5, 6), ("row", 0.75, 4), ("column", 0.6, 5)] {
        let parameters = [("group_by", "company,school_tier"), ("company", "tencent,jd"), ("normalize", normalize)];
        let statistics = app.get("/api/v1/stats", &parameters).await.ok();
        let group = &statistics["groups"][0];
        assert_eq!(values(group), ["tencent", "985"]);
        let share = &group["share"];
        assert_eq!((&share["value"], &share["denominator"]), (&json!(value), &json!(denominator)), "{normalize}");
        assert_eq!(statistics["matrix"]["shares"][0][0], value);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_sorted_limited_and_told_together_where_small() {
    let app = TestApp::seeded().await;
    store_pays(&app, "tencent", "CNY", &[(1, 1), (2, 2), (3, 3)]).await;
    store_pays(&app, "jd", "CNY", &[(7, 7), (8, 8), (9, 9), (9, 9)]).await;
    store_pays(&app, "meituan", "CNY", &[(99, 99)]).await;
    let companies = ("company", "tencent,jd,meituan");
    for (sort, expected) in [
        ("-count", ["jd", "tencent", "meituan"]),
        ("count", ["meituan", "tencent", "jd"]),
        ("value", ["jd", "meituan", "tencent"]),
        ("-value", ["tencent", "meituan", "jd"]),
        ("pay_median", ["tencent", "jd", "meituan"]),
        ("-pay_median", ["jd", "tencent", "meituan"]),
    ] {
        let parameters = [("group_by", "company"), companies, ("metrics", "pay"), ("sort", sort)];
        assert_eq!(order(&app.get("/api/v1/stats", &parameters).await.ok()), expected, "{sort}");
    }
    let limited = app.get("/api/v1/stats", &[("group_by", "company"), companies, ("limit", "1")]).await.ok();
    assert_eq!((order(&limited), &limited["other"]), (vec!["jd"], &json!({"groups": 2, "count": 4})));
    let large = app.get("/api/v1/stats", &[("group_by", "company"), companies, ("min_count", "2")]).await.ok();
    assert_eq!((order(&large), &large["other"]), (vec!["jd", "tencent"], &json!({"groups": 1, "count": 1})));
    let crossed = app
        .get("/api/v1/stats", &[("group_by", "company,school_tier"), companies, ("min_count", "2"), ("limit", "2")])
        .await
        .ok();
    assert_eq!((crossed["groups"].as_array().unwrap().len(), &crossed["other"]["count"]), (2, &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn tiers_and_degrees_have_an_order_of_their_own() {
    let app = TestApp::seeded().await;
    let by_value = async |dimension| {
        let statistics = app.get("/api/v1/stats", &[("group_by", dimension), ("sort", "value")]).await.ok();
        order(&statistics).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(by_value("school_tier").await, ["985", "211", "hong_kong", "overseas"]);
    assert_eq!(by_value("highest_degree").await, ["bachelor", "master"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_periods_the_latest_are_told_in_order_of_time() {
    let app = TestApp::seeded().await;
    for year in 2015..2025 {
        CaseBuilder::new(&format!("of-{year}"), "tencent")
            .with("offered_on", format!("'{year}-01-01'"))
            .with("offered_precision", "'year'")
            .store(&app.database)
            .await;
    }
    let parameters = [("group_by", "offered_year"), ("company", "tencent"), ("limit", "3")];
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    assert_eq!((order(&statistics), &statistics["other"]["groups"]), (vec!["2022", "2023", "2024"], &json!(7)));
}
