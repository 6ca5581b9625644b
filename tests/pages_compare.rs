//! The page of comparison says what the API says, to people.

use serde_json::Value;

use crate::harness::page::{Page, cases_at};
use crate::harness::{CaseBuilder, TestApp, TestDatabase};

const PROFILE: &str = "major=%E5%BF%83%E7%90%86%E5%AD%A6&school_tier=211&highest_degree=bachelor";

/// The contributions of a case that the API gives, but for those of nothing.
fn contributing(item: &Value) -> Vec<String> {
    let matches = item["matches"].as_array().unwrap().iter().filter(|one| one["contribution"].as_f64().unwrap() > 0.0);
    matches.map(|one| one["dimension"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_most_similar_cases_are_those_of_the_api_with_the_same_scores_and_reasons() {
    let app = TestApp::seeded().await;
    let found = app.get_raw(&format!("/api/v1/comparable-cases?{PROFILE}")).await.ok();
    let items = found["items"].as_array().unwrap();
    for (language, same) in [("zh", "相似度"), ("en", "Similarity")] {
        let page = Page::ok(&app, &format!("/compare?{PROFILE}&lang={language}")).await;
        let scores: Vec<f64> = items.iter().map(|item| item["score"].as_f64().unwrap()).collect();
        assert_eq!(page.figures(&[".comparison", ".score", "data"]), scores);
        let ids: Vec<String> = items
            .iter()
            .map(|item| format!("/cases/{}?lang={language}", item["case"]["id"].as_str().unwrap()))
            .collect();
        assert_eq!(page.attributes(&[".comparison", "h3", "a"], "href"), ids);
        let filled: Vec<String> = items.iter().flat_map(contributing).collect();
        assert_eq!(page.attributes(&["svg.contributions", "rect[data-dimension]"], "data-dimension"), filled);
        for (class, how) in [("different", "different"), ("unknown", "unknown"), ("same", "same")] {
            let expected = items.iter().flat_map(|item| item["matches"].as_array().unwrap());
            let expected = expected.filter(|one| one["how"] == how).count();
            assert_eq!(page.texts(&[".sides", &format!("li.{class}")]).len(), expected, "{class}");
        }
        let described = page.attributes(&["svg.contributions"], "aria-label");
        assert!(described[0].starts_with(same) && described[0].contains("100 %"), "{described:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_cases_are_given_where_there_are_more() {
    let app = TestApp::seeded().await;
    let page = Page::ok(&app, "/compare?school_tier=985&lang=en").await;
    assert_eq!(page.texts(&["article.comparison"]).len(), 10);
    let more = page.attributes(&["section.results", "a.button"], "href");
    assert_eq!(more, ["/compare?school_tier=985&lang=en&limit=50"]);
    let page = Page::ok(&app, &more[0]).await;
    assert_eq!(page.texts(&["article.comparison"]).len(), 14);
    assert!(page.texts(&["section.results", "a.button"]).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_profile_there_is_a_form_with_an_input_for_each_field_that_is_compared() {
    let app = TestApp::seeded().await;
    let compared = crate::harness::Specified::by(&app).await.compared();
    for language in ["zh", "en"] {
        let page = Page::ok(&app, &format!("/compare?lang={language}")).await;
        for name in &compared {
            assert!(
                !page.texts(&["form.profile", &format!("[name={name}]")]).is_empty()
                    || !page.attributes(&["form.profile", &format!("[name={name}]")], "name").is_empty(),
                "{name}"
            );
        }
        assert!(page.texts(&["article.comparison"]).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_form_leaves_empty_is_no_part_of_the_address() {
    let app = TestDatabase::new(true).await;
    let app = TestApp::on(app).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let sent = "/compare?major=&highest_degree=master&school_tier=&company=&tags=unicorn&tags=career-switch&lang=en";
    let answer = client.get(app.url(sent)).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/compare?highest_degree=master&tags=unicorn&tags=career-switch&lang=en");
    let page = Page::ok(&app, sent).await;
    assert_eq!(page.attributes(&["input[checked]"], "value"), ["career-switch", "unicorn"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_wrong_keeps_what_was_typed_and_says_what_may_have_been_meant() {
    let app = TestApp::seeded().await;
    for (target, wrong, kept, meant) in [
        (
            "/compare?school_tier=986&major=x&lang=en",
            "school_tier",
            "986",
            Some("/compare?school_tier=985&major=x&lang=en"),
        ),
        ("/compare?company=baidoo&lang=zh", "company", "baidoo", Some("/compare?company=baidu&lang=zh")),
        ("/compare?highest_degree=PhDs&lang=en", "highest_degree", "PhDs", None),
        ("/compare?offered_on=soon&lang=zh", "offered_on", "soon", None),
        ("/compare?major=a,b&lang=en", "major", "a,b", None),
        ("/compare?role=!x&lang=en", "role", "!x", None),
        ("/compare?city=unknown&lang=en", "city", "unknown", None),
    ] {
        let (page, answer) = Page::at(&app, target).await;
        assert_eq!(answer.status, 400, "{target}");
        let values = [
            page.attributes(&["form.profile", &format!("[name={wrong}]")], "value"),
            page.attributes(&["form.profile", "option[selected]"], "value"),
        ]
        .concat();
        assert!(values.iter().any(|value| value == kept), "{target}: {values:?}");
        let told = page.texts(&[&format!("#{wrong}-mistake")]);
        assert!(told.len() == 1 && !told[0].is_empty(), "{target}: {told:?}");
        let problem = app
            .get_raw(
                &target.replace("/compare", "/api/v1/comparable-cases").replace("&lang=en", "").replace("&lang=zh", ""),
            )
            .await;
        let errors = problem.problem(400)["errors"].clone();
        let said = errors.as_array().unwrap().iter().find(|error| error["parameter"] == wrong).unwrap();
        if target.ends_with("lang=en") {
            assert!(told[0].starts_with(&said["message"].as_str().unwrap().replace('`', "")), "{told:?} {said}");
        }
        if let Some(meant) = meant {
            let links = page.attributes(&[&format!("#{wrong}-mistake"), "a"], "href");
            assert!(links.iter().any(|link| link == meant), "{links:?}");
        }
        assert!(page.texts(&["article.comparison"]).is_empty());
        assert_eq!(answer.header("etag"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_parameter_is_told_as_everywhere() {
    let app = TestApp::seeded().await;
    let (page, answer) = Page::at(&app, "/compare?majr=x&lang=en").await;
    assert_eq!(answer.status, 400);
    assert!(page.text(&["main"]).contains("unknown parameter majr"));
    let (page, answer) = Page::at(&app, "/compare?major=%E5%BF%83%E7%90%86%E5%AD%A6&weights=major:900&lang=en").await;
    assert_eq!(answer.status, 400);
    assert!(page.text(&[".mistaken"]).contains("900 of major"), "{}", page.text(&[".mistaken"]));
    // What is kept of the address is in the form, though nobody typed it there.
    assert_eq!(page.attributes(&["form.profile", "[name=weights]"], "value"), ["major:900"]);
}

/// Cases of psychologists with pay, some of them from a 985 university.
async fn psychologists() -> TestApp {
    let database = TestDatabase::new(true).await;
    let major = "(select id from majors where slug = 'psychology')";
    for (number, (company, degree, pay)) in [
        ("tencent", "master", 200_000),
        ("tencent", "master", 300_000),
        ("baidu", "master", 400_000),
        ("baidu", "bachelor", 500_000),
        ("xiaomi", "bachelor", 600_000),
        ("xiaomi", "doctor", 700_000),
    ]
    .into_iter()
    .enumerate()
    {
        let case = CaseBuilder::new(&format!("psychologist-{number}"), company).with("major_id", major);
        let case = case.with("highest_degree", format!("'{degree}'"));
        let case = case.with("pay_annual_min", pay.to_string()).with("pay_annual_max", pay.to_string());
        case.store(&database).await;
    }
    TestApp::on(database).await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_people_like_that_went_is_what_statistics_say_and_each_number_leads_to_its_cases() {
    let app = psychologists().await;
    let page = Page::ok(&app, "/compare?major=psychology&company=baidu&city=beijing&offered_on=2024&lang=en").await;
    let stats = app
        .get("/api/v1/stats", &[("group_by", "company"), ("major", "psychology"), ("metrics", "count,share,pay")])
        .await
        .ok();
    assert_eq!(page.figures(&[".offers", "p", "data"]), [stats["total"].as_f64().unwrap()]);
    let groups = stats["groups"].as_array().unwrap();
    let slugs: Vec<&str> = groups.iter().map(|group| group["keys"][0]["value"].as_str().unwrap()).collect();
    assert_eq!(page.attributes(&[".offers", "tr[data-value]"], "data-value"), slugs);
    for group in groups {
        let row = format!("tr[data-value={}]", group["keys"][0]["value"].as_str().unwrap());
        let figures = page.figures(&[".offers", &row, "data"]);
        assert_eq!(figures, [group["count"].as_f64().unwrap(), group["share"]["value"].as_f64().unwrap()]);
        let href = page.attributes(&[".offers", &row, "a"], "href");
        assert_eq!(cases_at(&app, &href[0]).await, group["count"].as_u64().unwrap(), "{href:?}");
    }
    let pay = &stats["pay"][0];
    assert_eq!(pay["currency"], "CNY");
    let figures = page.figures(&[".offers", "tr[data-currency=CNY]", "data"]);
    assert_eq!(figures, [pay["n"].as_f64().unwrap(), pay["median"].as_f64().unwrap()]);
    let href = page.attributes(&[".offers", "tr[data-currency=CNY]", "a"], "href");
    assert_eq!(cases_at(&app, &href[0]).await, pay["n"].as_u64().unwrap(), "{href:?}");
    assert!(page.texts(&[".dropped"]).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_too_few_have_is_not_asked_for_the_last_of_the_order_first_and_that_is_said() {
    let app = psychologists().await;
    for (profile, total, dropped_en, dropped_zh) in [
        // With the one of the seed there are seven psychologists, three with a master's degree, and three bachelors.
        ("major=psychology&highest_degree=master", 7, Some("Highest degree"), Some("最高学历")),
        (
            "major=psychology&highest_degree=master&role=llm-product",
            7,
            Some("Highest degree, Role"),
            Some("最高学历、岗位"),
        ),
        ("major=psychology&role=llm-product", 7, None, None),
        // One is left, however few have it.
        ("major=philosophy", 0, None, None),
        ("major=philosophy&highest_degree=master", 0, Some("Highest degree"), Some("最高学历")),
    ] {
        for (language, dropped) in [("en", dropped_en), ("zh", dropped_zh)] {
            let page = Page::ok(&app, &format!("/compare?{profile}&lang={language}")).await;
            let told = page.texts(&[".dropped"]);
            assert_eq!(told.len(), usize::from(dropped.is_some()), "{profile}: {told:?}");
            assert!(dropped.is_none_or(|dropped| told[0].contains(dropped)), "{profile}: {told:?}");
            let counted = page.figures(&[".offers", "p", "data"]);
            assert_eq!(counted, if total == 0 { vec![] } else { vec![f64::from(total)] }, "{profile}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_major_that_too_few_have_is_widened_to_what_stands_above_it_before_anything_is_dropped() {
    let app = psychologists().await;
    for (profile, total, widened_en, widened_zh) in [
        // Of applied psychology there is nobody, of its class there are three masters.
        ("major=applied-psychology", 7, Some("Psychology (class)"), Some("心理学类")),
        ("major=applied-psychology&highest_degree=bachelor", 7, Some("Psychology (class)"), Some("心理学类")),
        ("major=psychology", 7, None, None),
    ] {
        for (language, widened) in [("en", widened_en), ("zh", widened_zh)] {
            let page = Page::ok(&app, &format!("/compare?{profile}&lang={language}")).await;
            let told = page.texts(&[".widened"]);
            assert_eq!(told.len(), usize::from(widened.is_some()), "{profile}: {told:?}");
            assert!(widened.is_none_or(|widened| told[0].contains(widened)), "{profile}: {told:?}");
            assert_eq!(page.figures(&[".offers", "p", "data"]), [f64::from(total)], "{profile}");
            let href = page.attributes(&[".offers", "p", "a"], "href");
            assert_eq!(cases_at(&app, &href[0]).await, total as u64, "{href:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_for_several_fields_in_one_input_are_proposed_for_each() {
    let app = psychologists().await;
    for (written, meant) in [
        // Refused as a major, as it stands.
        ("psychology bachelor 211", "major=psychology&highest_degree=bachelor&school_tier=211"),
        ("211心理学", "school_tier=211&major=psychology"),
        // Taken for a major, and what else it says is told.
        ("心理学 本科 211", "major=psychology&highest_degree=bachelor&school_tier=211"),
        ("心理学，硕士，985", "major=psychology&highest_degree=master&school_tier=985"),
        ("baidu psychology", "company=baidu&major=psychology"),
    ] {
        let target = format!("/compare?major={written}&lang=zh");
        let (page, _) = Page::at(&app, &target).await;
        assert_eq!(page.attributes(&[".meant", "a"], "href"), [format!("/compare?lang=zh&{meant}")], "{written}");
    }
    for (profile, why) in [
        ("major=psychology", "one name is what it is"),
        ("major=psychologyy+nonsense", "a word that nothing is called would be lost"),
    ] {
        let (page, _) = Page::at(&app, &format!("/compare?{profile}&lang=en")).await;
        assert!(page.texts(&[".meant"]).is_empty(), "{profile}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_wrote_is_text() {
    let database = TestDatabase::new(true).await;
    let hostile = "<script>alert(1)</script>\"onmouseover=\"x javascript:alert(1) \u{202e}&lt;b>";
    database
        .execute(&format!("update companies set name = '{hostile}', name_en = '{hostile}' where slug = 'baidu'"))
        .await;
    let case = CaseBuilder::new("hostile", "baidu").with("summary", format!("'{hostile}'"));
    case.with("major_id", "(select id from majors where slug = 'psychology')").store(&database).await;
    let app = TestApp::on(database).await;
    for language in ["zh", "en"] {
        let page = Page::ok(&app, &format!("/compare?major=psychology&lang={language}")).await;
        assert!(page.texts(&[".summary"]).iter().any(|text| text == hostile), "{:?}", page.texts(&[".summary"]));
        assert!(page.texts(&["article.comparison", "h3"]).iter().any(|text| text.starts_with(hostile)));
        let (page, _) =
            Page::at(&app, &format!("/compare?major=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&lang={language}")).await;
        assert_eq!(page.attributes(&["#major"], "value"), ["\"><script>alert(1)</script>"]);
    }
}
