//! Two groups compared: differences with their intervals, adjusted, where their order turns, and what is not told.

use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp};

const STATS: &str = "/api/v1/stats";
const OWN: (&str, &str) = ("source", "own-records");

/// Cases of a company with a degree: number, how many of them are of campus recruiting, the first pay and the step to the
/// next. Within each degree jd pays more and hires more on campus; most of netease have the degree that is paid more.
const GROUPS: [(&str, &str, u32, u32, u32, u32); 4] = [
    ("jd", "'master'", 9, 8, 420_000, 7000),
    ("jd", "'bachelor'", 26, 19, 210_000, 3000),
    ("netease", "'master'", 27, 23, 400_000, 2000),
    ("netease", "'bachelor'", 8, 5, 190_000, 5000),
];

fn case(key: &str, company: &str, degree: &str, channel: &str) -> CaseBuilder {
    CaseBuilder::new(key, company)
        .with_source("(select id from sources where slug = 'own-records')")
        .with("highest_degree", degree)
        .with("offer_channel", format!("'{channel}'"))
}

fn paid(case: CaseBuilder, pay: u32) -> CaseBuilder {
    case.with("pay_annual_min", pay.to_string()).with("pay_annual_max", pay.to_string())
}

/// The groups, with one case of jd of which the degree is not known, and two of netease with a degree that jd has not.
pub async fn app_with_groups() -> TestApp {
    let app = TestApp::seeded().await;
    for (company, degree, cases, on_campus, first, step) in GROUPS {
        for number in 0..cases {
            let channel = if number < on_campus { "campus" } else { "experienced" };
            let key = format!("{company}-{}-{number}", degree.trim_matches('\''));
            paid(case(&key, company, degree, channel), first + number * step).store(&app.database).await;
        }
    }
    paid(case("unknown", "jd", "null", "experienced"), 300_000).store(&app.database).await;
    for number in 0..2 {
        case(&format!("doctor-{number}"), "netease", "'doctor'", "experienced").store(&app.database).await;
    }
    app
}

#[track_caller]
fn assert_close(found: &Value, expected: [f64; 3], tolerance: f64) {
    for (name, expected) in ["value", "low", "high"].into_iter().zip(expected) {
        let found_end = found[name].as_f64().unwrap_or_else(|| panic!("{name} of {found}"));
        assert!((found_end - expected).abs() <= tolerance, "{name} is {found_end}, not {expected}: {found}");
    }
}

fn codes(statistics: &Value) -> Vec<&str> {
    statistics["notices"].as_array().unwrap().iter().map(|notice| notice["code"].as_str().unwrap()).collect()
}

/// The intervals were worked out with NumPy, SciPy 1.17 (`binom`, `t.ppf`) and statsmodels 0.15 (`proportion_confint`,
/// `confint_proportions_2indep`) from the cases above, by the formulas as they stand in the articles.
#[tokio::test(flavor = "multi_thread")]
async fn shares_and_pay_of_two_groups_are_compared_with_their_intervals() {
    let app = app_with_groups().await;
    let parameters = [OWN, ("group_by", "company"), ("compare", "京东,netease"), ("metrics", "share,pay")];
    let statistics = app.get(STATS, &parameters).await.ok();
    let comparison = &statistics["comparison"];
    let groups: Vec<_> =
        comparison["groups"].as_array().unwrap().iter().map(|it| (&it["value"], &it["count"])).collect();
    assert_eq!(groups, [(&json!("jd"), &json!(36)), (&json!("netease"), &json!(37))]);
    assert_eq!(comparison["in_both"], 0);

    // Of the same 73 cases: paired, so that the interval is wider than that of separate samples.
    let share = &comparison["shares"][0];
    assert_eq!((&share["of"], &share["value"], &share["reason"]), (&json!("all"), &Value::Null, &Value::Null));
    assert_eq!(comparison["shares"].as_array().unwrap().len(), 1);
    assert_close(&share["difference"], [-0.013_699, -0.236_583, 0.210_555], 1e-6);

    let pay = &comparison["pay"];
    assert_eq!((&pay["currency"], &pay["n"]), (&json!("CNY"), &json!([36, 35])));
    assert_eq!(pay["medians"], json!([262_500.0, 418_000.0]));
    assert_close(&pay["difference"], [-155_500.0, -175_895.76, -135_104.24], 15.0);
    assert_eq!(comparison["comparisons"], json!({"made": 2, "possible_pairs": 1}));
    assert!(codes(&statistics).contains(&"many_comparisons"));

    let reversed = [OWN, ("group_by", "company"), ("compare", "netease,jd"), ("metrics", "share,pay")];
    let reversed = app.get(STATS, &reversed).await.ok()["comparison"].clone();
    for part in ["/shares/0/difference", "/pay/difference"] {
        let [one, other] = [comparison, &reversed].map(|it| it.pointer(part).unwrap());
        for (name, mirror) in [("value", "value"), ("low", "high"), ("high", "low")] {
            let sum = one[name].as_f64().unwrap() + other[mirror].as_f64().unwrap();
            assert!(sum.abs() < 0.011, "{part}: {one} and {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_groups_are_made_of_is_compared_and_an_order_that_turns_inside_is_told() {
    let app = app_with_groups().await;
    let parameters = [
        OWN,
        ("group_by", "company,offer_channel"),
        ("compare", "jd,netease"),
        ("metrics", "share,pay"),
        ("adjust", "highest_degree"),
        ("normalize", "row"),
    ];
    let statistics = app.get(STATS, &parameters).await.ok();
    let comparison = &statistics["comparison"];
    let rows: Vec<&Value> = statistics["matrix"]["rows"].as_array().unwrap().iter().map(|row| &row["value"]).collect();
    assert_eq!(rows.len(), 2, "{rows:?}");
    let campus = comparison["shares"].as_array().unwrap().iter().find(|it| it["value"]["value"] == "campus").unwrap();
    let shares: Vec<_> = campus["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["value"].as_f64().unwrap(), &it["denominator"]))
        .collect();
    assert_eq!(shares, [(0.75, &json!(36)), (0.756_757, &json!(37))]);
    assert_close(&campus["difference"], [-0.006_757, -0.201_294, 0.187_143], 1e-6);
    let adjusted = &campus["adjusted"];
    assert_close(&adjusted["difference"], [0.070_421, -0.157_355, 0.266_945], 1e-6);
    assert_eq!(
        (&adjusted["strata"], &adjusted["used"], &adjusted["left_out"]),
        (&json!(2), &json!([35, 35]), &json!([1, 2]))
    );

    let adjusted = &comparison["pay"]["adjusted"];
    assert_eq!(adjusted["values"], json!([350_614.29, 319_871.43]));
    assert_close(&adjusted["difference"], [30_742.86, 17_284.27, 44_201.45], 15.0);
    assert_eq!((&adjusted["used"], &adjusted["left_out"]), (&json!([35, 35]), &json!([1, 0])));
    assert_eq!(comparison["adjusted_by"], json!(["highest_degree"]));

    let turns: Vec<_> =
        comparison["turns"].as_array().unwrap().iter().map(|it| (&it["dimension"], &it["measure"])).collect();
    let degree = json!("highest_degree");
    let [share, pay] = [json!("share"), json!("pay")];
    assert_eq!(turns, [(&degree, &share), (&degree, &share), (&degree, &pay)], "of both channels, and of pay");
    let turned = statistics["notices"].as_array().unwrap().iter().rfind(|it| it["code"] == "order_turns").unwrap();
    let english =
        "overall the median of pay is higher for NetEase, but taken apart by “Highest degree” it is higher for JD.com";
    assert!(turned["message_en"].as_str().unwrap().contains(english), "{turned}");
    assert!(turned["message"].as_str().unwrap().contains("总体上 网易 的薪资中位数更高"), "{turned}");
    let label_en = "Compare with equal mixes of highest degree";
    assert_eq!(
        turned["remedies"],
        json!([{
            "parameter": "adjust", "value": "highest_degree", "label": "按相同的最高学历构成比较", "label_en": label_en,
        }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_turn_is_told_where_the_order_stays_inside() {
    let app = app_with_groups().await;
    // Of masters alone nothing is mixed.
    let parameters =
        [OWN, ("highest_degree", "master"), ("group_by", "company"), ("compare", "jd,netease"), ("metrics", "pay")];
    let statistics = app.get(STATS, &parameters).await.ok();
    assert_eq!(statistics["comparison"]["turns"], json!([]));
    assert!(!codes(&statistics).contains(&"order_turns"));
    assert_eq!(statistics["comparison"]["shares"], json!([]), "no shares are asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fewer_than_six_no_difference_is_told() {
    let app = TestApp::seeded().await;
    for (company, cases) in [("jd", 6), ("netease", 5)] {
        for number in 0..cases {
            let case = case(&format!("{company}-{number}"), company, "'master'", "campus");
            paid(case, 300_000 + 1000 * number).store(&app.database).await;
        }
    }
    let compare = async |more: &[(&str, &str)]| {
        let own = [OWN, ("compare", "jd,netease"), ("metrics", "share,pay")];
        app.get(STATS, &[&own[..], more].concat()).await.ok()
    };
    let by_two = compare(&[("group_by", "company,offer_channel"), ("adjust", "highest_degree")]).await;
    for part in ["/pay", "/pay/adjusted", "/shares/0"] {
        let part = by_two["comparison"].pointer(part).unwrap();
        assert_eq!((&part["difference"], &part["reason"]), (&Value::Null, &json!("too_few")), "{part}");
    }
    assert_eq!(by_two["comparison"]["pay"]["n"], json!([6, 5]));
    assert!(codes(&by_two).contains(&"too_few_to_compare"));
    assert_eq!(by_two["comparison"]["comparisons"]["made"], 0, "{by_two}");

    case("one-more", "netease", "'master'", "campus").store(&app.database).await;
    let by_one = compare(&[("group_by", "company")]).await["comparison"].clone();
    assert!(by_one["shares"][0]["difference"]["low"].is_f64(), "{by_one}");
    assert_eq!(by_one["pay"]["reason"], "too_few", "the sixth has no pay");
    let nobody = compare(&[("group_by", "company"), ("highest_degree", "doctor")]).await;
    assert_eq!(nobody["comparison"]["shares"][0]["reason"], "too_few");
    assert_eq!(nobody["comparison"]["groups"][0]["count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_with_cases_in_common_are_no_separate_samples() {
    let app = TestApp::seeded().await;
    for number in 0..20 {
        let major = if number < 12 { "computer-science" } else { "engineering" };
        let case = case(&number.to_string(), "jd", "'master'", "campus");
        let case = case.with("major_id", format!("(select id from majors where slug = '{major}')"));
        paid(case, 300_000 + 1000 * number).store(&app.database).await;
    }
    let compare = async |more: &[(&str, &str)]| {
        let own = [OWN, ("compare", "engineering,computer-science"), ("metrics", "share,pay")];
        app.get(STATS, &[&own[..], more].concat()).await.ok()
    };
    let nested = compare(&[("group_by", "major")]).await;
    assert_eq!(nested["comparison"]["in_both"], 12);
    assert_eq!(nested["comparison"]["pay"]["reason"], "overlapping");
    assert!(codes(&nested).contains(&"cases_in_both"));
    // 8 of 20 are in the first alone, and 12 in both.
    assert_close(&nested["comparison"]["shares"][0]["difference"], [0.4, 0.157_529, 0.613_418], 1e-6);
    let crossed = compare(&[("group_by", "major,offer_channel")]).await;
    assert_eq!(crossed["comparison"]["shares"][0]["reason"], "overlapping");
    let exact = compare(&[("group_by", "major"), ("major_exact", "true")]).await;
    assert_eq!((&exact["comparison"]["in_both"], &exact["comparison"]["pay"]["n"]), (&json!(0), &json!([8, 12])));
    assert!(exact["comparison"]["pay"]["difference"]["low"].is_f64(), "{exact}");
}

/// Of a closed source there are only values that five cases have in common, and pay that is a mean of such: what is compared is
/// made of these alone.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_closed_source_groups_are_compared_by_what_may_be_told_of_them() {
    let app = app_with_groups().await;
    let parameters = [
        OWN,
        ("group_by", "company"),
        ("compare", "jd,netease"),
        ("metrics", "share,pay"),
        ("adjust", "highest_degree"),
    ];
    let comparison = async || app.get(STATS, &parameters).await.ok()["comparison"].clone();
    let open = comparison().await;
    app.database.execute("update sources set visibility = 'aggregates_only' where slug = 'own-records'").await;
    let closed = comparison().await;
    assert_eq!(closed["groups"], open["groups"]);
    assert!(closed["pay"]["difference"].is_object() && closed["pay"]["medians"] != open["pay"]["medians"], "{closed}");
    let figures = closed["pay"]["medians"].as_array().unwrap().iter().map(|median| median.as_f64().unwrap());
    assert!(figures.into_iter().all(|median| median % 5000.0 == 0.0), "means have two digits: {closed}");
    // The one of jd of whom no degree is known, and the two of netease with a rare one, are told by nothing.
    assert_ne!(closed["pay"]["adjusted"]["left_out"], json!([1, 0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_that_means_nothing_is_refused() {
    let app = TestApp::seeded().await;
    for (query, parameter, part) in [
        ("compare=baidu,bilibili", "group_by", "is required"),
        ("group_by=company&compare=baidu", "compare", "two different values of `company`"),
        ("group_by=company&compare=B%E7%AB%99,bilibili", "compare", "two different values"),
        ("group_by=company&compare=baidu,!bilibili", "compare", "two different values"),
        ("group_by=company&compare=baidu,didi,bilibili", "compare", "two different values"),
        ("group_by=company&compare=baidoo,bilibili", "compare", "no company is called `baidoo`"),
        ("group_by=offered_year&compare=2023..2024,2025", "compare", "two different values"),
        ("group_by=highest_degree&compare=master,docter", "compare", "not allowed"),
        ("group_by=company&adjust=offered_year", "adjust", "needs `compare`"),
        ("group_by=company&compare=baidu,didi&adjust=offered_year", "adjust", "adjusts pay"),
        ("group_by=company&compare=baidu,didi&metrics=pay&adjust=company", "adjust", "`company` is grouped by"),
        ("group_by=company&compare=baidu,didi&metrics=pay&adjust=tag", "adjust", "not allowed"),
        ("group_by=company&compare=baidu,didi&metrics=pay&adjust=company,role,city,source", "adjust", "more than 3"),
        ("histogram=pay&compare=baidu,didi", "compare", "means nothing with `histogram`"),
    ] {
        app.get_raw(&format!("{STATS}?{query}")).await.assert_mistake(parameter, part);
    }
    // The unknown is a group as any other, and so are years.
    app.get(STATS, &[("group_by", "city"), ("compare", "unknown,北京")]).await.ok();
    app.get(STATS, &[("group_by", "offered_year"), ("compare", "2024,2025")]).await.ok();
    app.get(STATS, &[("group_by", "tag"), ("compare", "career-switch,unicorn")]).await.ok();
}
