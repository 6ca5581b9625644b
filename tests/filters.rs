//! The filter: aliases, commas, negation, the unknown, descendants, words.

use crate::harness::{CaseBuilder, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_found_by_any_of_its_names() {
    let app = TestApp::seeded().await;
    for (name, why) in [
        ("bilibili", "the slug"),
        ("哔哩哔哩", "the Chinese name"),
        ("B站", "an alias"),
        ("b站", "in lower case"),
        ("Ｂ站", "in full width"),
        (" B 站 ", "with spaces"),
        ("BiliBili", "the English name in another case"),
    ] {
        assert_eq!(app.companies_of(&[("company", name)]).await, ["bilibili"], "{name}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_parameter_asks_nothing() {
    let app = TestApp::seeded().await;
    let form = app.get_raw("/api/v1/offer-cases?company=&major=+&offered_on=&q=&limit=&sort=&has_conflict=").await.ok();
    assert_eq!(form, app.get_raw("/api/v1/offer-cases").await.ok());
    for parameters in [vec![("company", ""), ("company", "百度")], vec![("company", "百度"), ("q", "")]] {
        assert_eq!(app.companies_of(&parameters).await, ["baidu"; 3], "{parameters:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_with_commas_or_signs_in_it_stands_in_quotes() {
    let app = TestApp::seeded().await;
    for (slug, name) in [("foo-bar-inc", "Foo, Bar, Inc."), ("bang", "!Bang"), ("unknown-name", "Unknown")] {
        app.database.execute(&format!("insert into companies (slug, name) values ('{slug}', '{name}')")).await;
        CaseBuilder::new(slug, slug).store(&app.database).await;
    }
    for (given, expected) in [
        ("\"Foo, Bar, Inc.\"", vec!["foo-bar-inc"]),
        ("\"foo,bar,inc.\",\"!bang\"", vec!["bang", "foo-bar-inc"]),
        ("!\"!Bang\",!\"Unknown\",!\"Foo, Bar, Inc.\"", vec![]),
        ("\"Unknown\"", vec!["unknown-name"]),
        ("unknown", vec![]),
    ] {
        let mut companies = app.companies_of(&[("company", given), ("q", "")]).await;
        companies.retain(|slug| ["foo-bar-inc", "bang", "unknown-name"].contains(&slug.as_str()));
        companies.sort();
        assert_eq!(companies, expected, "{given}");
    }
    let problem = app.get("/api/v1/offer-cases", &[("company", "!Bang")]).await.problem(400);
    assert_eq!(problem["errors"][0]["did_you_mean"], "\"!Bang\"", "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn invisible_characters_make_no_difference() {
    let app = TestApp::seeded().await;
    let expected = app.companies_of(&[("company", "百度")]).await;
    for name in ["百\u{200B}度", "\u{FEFF}百度", "百度\u{200E}", "Bai\u{AD}du", "百\u{2060}度\u{FE0F}"] {
        assert_eq!(app.companies_of(&[("company", name)]).await, expected, "{name:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commas_mean_or_and_parameters_mean_and() {
    let app = TestApp::seeded().await;
    for (parameters, expected, why) in [
        (vec![("company", "百度,科大讯飞")], 5, "either company"),
        (vec![("company", "百度，科大讯飞")], 5, "a full-width comma"),
        (vec![("company", "百度"), ("company", "科大讯飞")], 5, "a repeated parameter is a comma"),
        (vec![("company", "百度,baidu")], 3, "the same company twice"),
        (vec![("company", "百度"), ("school_tier", "985")], 2, "both dimensions"),
        (vec![("company", "百度"), ("school_tier", "985"), ("major", "计算机")], 1, "three dimensions"),
    ] {
        assert_eq!(app.count_of(&parameters).await, expected, "{parameters:?}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unknown_is_a_value_like_any_other() {
    let app = TestApp::seeded().await;
    for (parameters, expected, why) in [
        (vec![("bachelor_tier", "unknown")], 10, "no tier known"),
        (vec![("bachelor_tier", "!unknown")], 4, "a tier known"),
        (vec![("bachelor_tier", "985,unknown")], 11, "one tier or none known"),
        (vec![("bachelor_tier", "!211")], 11, "the unknown is not 211"),
        (vec![("bachelor_tier", "!211,!unknown")], 1, "known, and not 211"),
        (vec![("master_tier", "unknown")], 1, "the bachelor has no master's tier"),
        (vec![("tag", "unknown")], 6, "no tag"),
        (vec![("tag", "!unknown")], 8, "any tag"),
        (vec![("company", "unknown")], 0, "every case has a company"),
    ] {
        assert_eq!(app.count_of(&parameters).await, expected, "{parameters:?}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn negation_leaves_out_and_combines_with_a_choice() {
    let app = TestApp::seeded().await;
    for (parameters, expected, why) in [
        (vec![("company", "!baidu")], 11, "all but one company"),
        (vec![("company", "!baidu,!iflytek")], 9, "all but two"),
        (vec![("company", "baidu,iflytek,!iflytek")], 3, "a choice less one of it"),
        (vec![("company", "baidu,!baidu")], 0, "a contradiction has no cases"),
        (vec![("major", "!工科")], 5, "with what stands under it"),
        (vec![("major", "工科,!计算机")], 5, "a discipline less a class"),
        (vec![("tag", "!career-switch")], 9, "cases without the tag"),
        (vec![("tag", "career-switch,!non-cs-bachelor")], 4, "one tag and not another"),
        (vec![("highest_degree", "!硕士")], 1, "by its Chinese name"),
    ] {
        assert_eq!(app.count_of(&parameters).await, expected, "{parameters:?}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_searched_in_names_tags_and_summary() {
    let app = TestApp::seeded().await;
    for (words, expected, why) in [
        ("面经", 3, "two characters of the summary"),
        ("轮", 3, "one character of the summary"),
        ("百度", 3, "a company"),
        ("鹅厂", 0, "an alias of a company without cases"),
        ("B站", 1, "an alias"),
        ("大模型产品", 13, "a role"),
        ("策略", 1, "a part of a role"),
        ("心理", 1, "a part of a major"),
        ("独角兽", 2, "a tag that is also in the summary"),
        ("AI", 2, "a Latin word of the summary, and not the middle of baidu"),
        ("ai", 2, "in lower case"),
        ("gpt", 1, "the start of a Latin word"),
        ("百度 面经", 1, "two words, both needed"),
        ("百度 转产", 0, "two words, never together"),
        ("100%", 0, "a percent sign is no wildcard"),
        ("_", 0, "an underscore is no wildcard"),
        (".*", 0, "no regular expression"),
        ("A.", 0, "a dot means itself"),
        ("“超全面", 1, "a quote mark means itself"),
    ] {
        assert_eq!(app.count_of(&[("q", words)]).await, expected, "{words}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_case_is_in_no_answer() {
    let app = TestApp::seeded().await;
    app.database.execute("update offer_cases set retired_at = now() where source_row = 6").await;
    assert_eq!(app.count_of(&[]).await, 13);
    let statistics = app.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
    assert_eq!((&statistics["total"], &statistics["groups"][0]["count"]), (&13.into(), &2.into()));
    let id = app.database.value("select id from offer_cases where source_row = 6").await;
    app.get(&format!("/api/v1/offer-cases/{id}"), &[]).await.problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_tier_is_that_of_the_highest_degree() {
    let app = TestApp::seeded().await;
    let tier = |slug: &str| format!("(select id from school_tiers where slug = '{slug}')");
    for (key, degree, columns) in [
        ("doctor", "doctor", vec![("bachelor_tier", "second_tier"), ("master_tier", "211"), ("doctor_tier", "985")]),
        ("associate", "associate", vec![]),
        ("unknown-tier", "doctor", vec![("bachelor_tier", "985")]),
    ] {
        let case = CaseBuilder::new(key, "tencent")
            .with("highest_degree", format!("'{degree}'"))
            .with("summary", format!("'{key}'"));
        let case = columns.into_iter().fold(case, |case, (column, slug)| case.with(column, tier(slug)));
        case.store(&app.database).await;
    }
    for (summary, expected) in [("doctor", "985"), ("associate", "vocational"), ("unknown-tier", "unknown")] {
        let parameters = [("company", "腾讯"), ("q", summary), ("school_tier", expected)];
        assert_eq!(app.count_of(&parameters).await, 1, "{summary} is {expected}");
    }
}

/// Three cases of Tencent with everything known, and different.
async fn rich_cases() -> TestApp {
    let app = TestApp::seeded().await;
    let tier = |slug: &str| format!("(select id from school_tiers where slug = '{slug}')");
    let school = |slug: &str| format!("(select id from schools where slug = '{slug}')");
    let case = |key: &str, date: &str, precision: &str, pay: (i32, i32), rounds: u8, days: u16| {
        CaseBuilder::new(key, "tencent")
            .with("summary", format!("'{key}'"))
            .with("offered_on", format!("'{date}'"))
            .with("offered_precision", format!("'{precision}'"))
            .with("pay_annual_min", pay.0.to_string())
            .with("pay_annual_max", pay.1.to_string())
            .with("interview_rounds", rounds.to_string())
            .with("preparation_days", days.to_string())
    };
    let degrees = |case: CaseBuilder, bachelor: &str, master: &str| {
        case.with("highest_degree", "'master'").with("bachelor_tier", tier(bachelor)).with("master_tier", tier(master))
    };
    let first = case("first", "2024-03-15", "day", (200_000, 200_000), 2, 7);
    degrees(first, "211", "985")
        .with_city("北京")
        .with("offer_channel", "'campus'")
        .with("role_track", "'platform'")
        .with("school_id", school("zhejiang-university"))
        .store(&app.database)
        .await;
    let second = case("second", "2024-05-01", "month", (250_000, 350_000), 3, 14);
    degrees(second, "985", "overseas").with_city("上海").store(&app.database).await;
    case("third", "2025-01-01", "year", (400_000, 500_000), 5, 60)
        .with("conflicts", "'{a contradiction}'")
        .store(&app.database)
        .await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn every_dimension_and_range_can_be_filtered_by() {
    let app = rich_cases().await;
    for (parameter, value, expected, why) in [
        ("company_kind", "big_tech", vec!["first", "second", "third"], "Tencent is one"),
        ("company_kind", "大厂", vec!["first", "second", "third"], "by its Chinese name"),
        ("company_kind", "startup", vec![], "a kind without cases"),
        ("company_kind", "!big_tech", vec![], "none of it"),
        ("role_family", "product", vec!["first", "second", "third"], "the family of the role"),
        ("role_family", "!product", vec![], "no other family"),
        ("role_track", "platform", vec!["first"], "the track"),
        ("role_track", "unknown", vec!["second", "third"], "no track known"),
        ("any_tier", "985", vec!["first", "second"], "master's or bachelor's"),
        ("any_tier", "211,overseas", vec!["first", "second"], "either of two"),
        ("any_tier", "!985", vec!["third"], "of no degree"),
        ("any_tier", "unknown", vec!["third"], "no tier known"),
        ("doctor_tier", "unknown", vec!["first", "second", "third"], "nobody is a doctor"),
        ("school", "浙大", vec!["first"], "by a short name"),
        ("school", "unknown", vec!["second", "third"], "no school named"),
        ("offer_channel", "校招", vec!["first"], "by its Chinese name"),
        ("offer_channel", "!campus,!unknown", vec![], "known, and another"),
        ("city", "北京", vec!["first"], "the city"),
        ("city", "!北京", vec!["second", "third"], "the unknown is not Beijing"),
        ("city", "拉萨", vec![], "a city without cases"),
        ("province", "北京", vec!["first"], "the province"),
        ("province", "!北京市", vec!["second", "third"], "the unknown is not in Beijing"),
        ("province", "unknown", vec!["third"], "no city"),
        ("verification", "none", vec!["first", "second", "third"], "nothing stands behind them"),
        ("has_conflict", "true", vec!["third"], "a contradiction"),
        ("has_conflict", "false", vec!["first", "second"], "none"),
        ("offered_on", "2024", vec!["first", "second"], "a year, whatever the precision"),
        ("offered_on", "2024-05", vec!["second"], "a month"),
        ("offered_on", "2024-05-01", vec![], "a month is not known to be its first day"),
        ("offered_on", "2024-03-15", vec!["first"], "a day"),
        ("offered_on", "2024-03..2024-04", vec!["first"], "a range to the end of its last month"),
        ("offered_on", "2024-05..", vec!["second", "third"], "an open end"),
        ("offered_on", "..2024-12", vec!["first", "second"], "an open beginning"),
        ("offered_on", "2025-01", vec![], "a year is not known to be its first month"),
        ("offered_on", "2024-03,2025", vec!["first", "third"], "either of two"),
        ("offered_on", "!2024", vec!["third"], "not in a year"),
        ("pay_annual", "200000", vec!["first"], "a figure"),
        ("pay_annual", "300000..", vec!["second", "third"], "the middle counts"),
        ("pay_annual", "..300000", vec!["first", "second"], "both ends belong to it"),
        ("interview_rounds", "..3", vec!["first", "second"], "at most three"),
        ("interview_rounds", "3", vec!["second"], "just three"),
        ("preparation_days", "7..14", vec!["first", "second"], "one to two weeks"),
        ("preparation_days", "!7..14", vec!["third"], "not that"),
    ] {
        let parameters = [("company", "腾讯"), (parameter, value)];
        let answer = app.get("/api/v1/offer-cases", &parameters).await;
        let mut found: Vec<String> =
            answer.items().iter().map(|case| case["summary"].as_str().unwrap().to_owned()).collect();
        found.sort();
        assert_eq!(found, expected, "{parameter}={value}: {why}");
    }
    for (parameter, value, expected) in [
        ("offered_on", "unknown", 14),
        ("pay_annual", "!unknown", 3),
        ("interview_rounds", "unknown", 12),
        ("offered_on", "unknown,2025", 15),
    ] {
        assert_eq!(app.count_of(&[(parameter, value)]).await, expected, "{parameter}={value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_is_found_by_all_its_names_and_with_what_stands_around_or_within_it() {
    let app = TestApp::seeded().await;
    for (number, city) in ["北京", "纽约", "广州", "吉林市", "苏州", "台州"].iter().enumerate() {
        CaseBuilder::new(&format!("in-{number}"), "tencent").with_city(city).store(&app.database).await;
    }
    for (city, expected) in [
        ("北京", 1),
        (" 北 京", 1),
        ("北京市", 1),
        ("Beijing", 1),
        ("beijing", 1),
        ("北京-海淀", 1),
        ("北京市朝阳区", 1),
        ("帝都", 1),
        ("new york", 1),
        ("ＮＥＷＹＯＲＫ", 1),
        ("NYC", 1),
        ("北京,New York", 2),
        ("广\u{200B}州", 1),
        ("广东广州", 1),
        ("广东省广州市天河区", 1),
        ("\"Guangzhou, China\"", 1),
        ("吉林省吉林市", 1),
        ("Suzhou", 1),
        ("\"Suzhou, Jiangsu\"", 1),
        ("\"Suzhou, Anhui\"", 0),
        ("安徽宿州", 0),
        ("浙江台州", 1),
        ("\"Taizhou, Zhejiang\"", 1),
        ("\"Taizhou, Jiangsu\"", 0),
        ("上海", 0),
    ] {
        assert_eq!(app.count_of(&[("city", city)]).await, expected, "{city}");
        // What is kept in memory says the same as the database.
        let counted = app.get("/api/v1/stats", &[("city", city), ("group_by", "company")]).await.ok();
        assert_eq!(counted["total"], expected, "{city}");
    }
    assert_eq!(app.count_of(&[("city", "!北京"), ("company", "tencent")]).await, 5);
    for (province, expected) in
        [("江苏", 1), ("浙江省,吉林", 2), ("美国", 1), ("USA", 1), ("unknown", 14), ("!广东", 19)]
    {
        assert_eq!(app.count_of(&[("province", province)]).await, expected, "{province}");
        let counted = app.get("/api/v1/stats", &[("province", province), ("group_by", "province")]).await.ok();
        assert_eq!(counted["total"], expected, "{province}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_single_city_is_refused_with_what_it_may_mean() {
    let app = TestApp::seeded().await;
    for (city, meant) in [
        ("不存在", None),
        ("Atlantis", None),
        ("朝阳", None),
        ("吉林", Some("jilin-city")),
        ("海南", None),
        ("Taizhou", None),
        ("圣地亚哥", None),
        ("北京/上海", None),
        ("北京 上海", None),
        ("广东北京", None),
        ("\"Birmingham, AL\"", None),
        ("远程", None),
        ("全国", None),
    ] {
        let refused = app.get("/api/v1/offer-cases", &[("city", city)]).await;
        assert_eq!(refused.status, 400, "{city}: {}", refused.text);
        let refused = refused.json();
        let mistake = &refused["errors"][0];
        assert_eq!(mistake["parameter"], "city", "{city}: {mistake}");
        if city == "Taizhou" {
            assert_eq!(mistake["allowed"], serde_json::json!(["taizhou-jiangsu", "taizhou-zhejiang"]));
        }
        if let Some(meant) = meant {
            assert_eq!(mistake["did_you_mean"], meant, "{city}: {mistake}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_an_instant_is_asked_by_whole_seconds_and_counted_alike_everywhere() {
    let app = TestApp::seeded().await;
    // A trigger sets the time at each change; where it is off, it can be said.
    app.database.execute("alter table offer_cases disable trigger user").await;
    for (row, time) in
        [(1, "2031-05-01 08:00:00.375935+00"), (2, "2031-05-01 08:00:01+00"), (3, "2031-04-30 23:59:59.999999+00")]
    {
        app.database.execute(&format!("update offer_cases set updated_at = '{time}' where source_row = {row}")).await;
    }
    app.database.execute("update offer_cases set updated_at = 'infinity' where source_row = 4").await;
    app.database.execute("alter table offer_cases enable trigger user").await;
    app.database.execute("update dataset set version = version + 1").await;
    for (asked, expected) in [
        ("2031", 3),
        ("2031-05", 2),
        ("2031-04-30", 1),
        ("2031-05-01T08:00:00Z", 1),
        ("2031-05-01T08:00:00.9Z..", 3),
        ("2031-05-01T16:00:01+08:00..", 2),
        ("2031-05-01T08:00:02Z..", 1),
        ("..2031-05-01T08:00:00Z", 12),
        ("2031-04..2031-05-01T08:00:00Z", 2),
        ("2031-05-01T08:00:00Z,2031-04-30", 2),
        ("!2031", 11),
        ("!2031-05-01..", 11),
        ("unknown", 0),
        ("2031..2031-05-01T08:00:00Z,!2031-04", 1),
    ] {
        let filter = ("updated_at", asked);
        assert_eq!(app.count_of(&[filter]).await, expected, "{asked}");
        let total = app.get("/api/v1/offer-cases", &[filter, ("count", "exact"), ("limit", "1")]).await.ok();
        assert_eq!(total["total"], expected, "{asked}");
        let statistics = app.get("/api/v1/stats", &[filter, ("group_by", "verification")]).await.ok();
        assert_eq!(statistics["total"], expected, "{asked}");
    }
    for wrong in ["yesterday", "2031-05-01T08:00", "2031-13", "1935302400", "2031-05-02..2031-05-01T08:00:00Z"] {
        let problem = app.get("/api/v1/offer-cases", &[("updated_at", wrong)]).await.problem(400);
        assert_eq!(problem["errors"][0]["parameter"], "updated_at", "{wrong}");
    }
}
