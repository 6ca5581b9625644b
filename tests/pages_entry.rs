//! The pages of companies, majors, roles and schools say what the API says, to people.

use serde_json::Value;

use crate::harness::page::{Page, cases_at};
use crate::harness::{CaseBuilder, Program, TestApp, TestDatabase};

/// A client that goes nowhere by itself.
fn client() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// The status and the place that an answer leads to.
async fn led(app: &TestApp, target: &str) -> (u16, String) {
    let answer = client().get(app.url(target)).header("Accept", "text/html").send().await.unwrap();
    let place = answer.headers().get("location").map_or("", |place| place.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), place)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_shown_with_its_names_and_as_many_cases_as_the_api_counts() {
    let app = TestApp::seeded().await;
    for (path, slug) in [
        ("companies", "baidu"),
        ("companies", "bytedance"),
        ("roles", "llm-product"),
        ("majors", "psychology"),
        ("majors", "engineering"),
        ("schools", "zhejiang-university"),
    ] {
        let entry = app.get(&format!("/api/v1/{path}/{slug}"), &[]).await.ok();
        for (language, name) in [("zh", "name"), ("en", "name_en")] {
            let page = Page::ok(&app, &format!("/{path}/{slug}?lang={language}")).await;
            assert_eq!(page.text(&["h1"]), entry[name].as_str().unwrap());
            let aliases: Vec<&str> =
                entry["aliases"].as_array().unwrap().iter().map(|it| it["alias"].as_str().unwrap()).collect();
            let shown = page.texts(&["section", "ul.tags", "bdi"]);
            assert!(aliases.iter().all(|alias| shown.iter().any(|shown| shown == alias)), "{aliases:?} {shown:?}");
            let count = entry.get("case_count_with_descendants").unwrap_or(&entry["case_count"]).as_u64().unwrap();
            let counted = page.figures(&["p.lead", "data"]);
            // Counts of cases are small.
            #[allow(clippy::cast_precision_loss)]
            let expected = if count == 0 { vec![] } else { vec![count as f64] };
            assert_eq!(counted, expected, "{slug}");
            for href in page.attributes(&["p.lead", "a"], "href") {
                assert_eq!(cases_at(&app, &href).await, count, "{href}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_breakdown_is_what_statistics_say_and_each_number_leads_to_its_cases() {
    let app = TestApp::seeded().await;
    for number in 0..3 {
        let case = CaseBuilder::new(&format!("paid-{number}"), "baidu").with_city("北京");
        let pay = (200_000 + 100_000 * number).to_string();
        case.with("pay_annual_min", pay.clone()).with("pay_annual_max", pay).store(&app.database).await;
    }
    for (path, parameter, slug, dimensions) in [
        ("companies", "company", "baidu", &["role", "major", "highest_degree", "school_tier", "city"][..]),
        ("roles", "role", "llm-product", &["company", "major", "highest_degree", "tag"]),
        ("majors", "major", "engineering", &["company", "role", "school_tier"]),
    ] {
        let page = Page::ok(&app, &format!("/{path}/{slug}?lang=en")).await;
        for dimension in dimensions {
            let asked = [("group_by", *dimension), (parameter, slug), ("limit", "6"), ("metrics", "count,share,pay")];
            let stats = app.get("/api/v1/stats", &asked).await.ok();
            let table = format!("[data-dimension={dimension}]");
            for group in stats["groups"].as_array().unwrap() {
                let row = format!("tr[data-value={}]", group["keys"][0]["value"].as_str().unwrap());
                let figures = page.figures(&[".breakdowns", &table, &row, "data"]);
                let expected = [group["count"].as_f64().unwrap(), group["share"]["value"].as_f64().unwrap()];
                assert_eq!(figures, expected, "{slug} {dimension} {row}");
                let href = page.attributes(&[".breakdowns", &table, &row, "a"], "href");
                assert_eq!(cases_at(&app, &href[0]).await, group["count"].as_u64().unwrap(), "{href:?}");
            }
            let pay = &stats["pay"][0];
            if pay["currency"] == "CNY" && pay["n"].as_u64() >= Some(3) {
                let figures = page.figures(&["tr[data-currency=CNY]", "data"]);
                assert_eq!(figures, [pay["n"].as_f64().unwrap(), pay["median"].as_f64().unwrap()], "{slug}");
            }
        }
        assert!(page.texts(&[&format!("[data-dimension={parameter}]")]).is_empty(), "{parameter} of {slug}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_major_has_its_way_up_and_what_stands_under_it_with_counts() {
    let app = TestApp::seeded().await;
    let entry = app.get("/api/v1/majors/computer-science", &[]).await.ok();
    let page = Page::ok(&app, "/majors/computer-science?lang=en").await;
    let way = page.attributes(&["nav.way", "a"], "href");
    assert_eq!(way, [format!("/majors/{}?lang=en", entry["parent"]["slug"].as_str().unwrap())]);
    let children = entry["children"].as_array().unwrap();
    let slugs = page.attributes(&["section.under", "li[data-slug]"], "data-slug");
    assert_eq!(slugs.len(), children.len());
    for child in children {
        let slug = child["slug"].as_str().unwrap();
        let line = page.text(&["section.under", &format!("li[data-slug={slug}]")]);
        let count = child["case_count_with_descendants"].as_u64().unwrap();
        assert!(line.ends_with(&format!(" {count}")), "{line} {count}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_leads_to_the_entry_and_a_strange_one_to_what_may_be_meant() {
    let app = TestApp::seeded().await;
    for (target, place) in [
        ("/companies/B%E7%AB%99?lang=en", "/companies/bilibili?lang=en"),
        ("/companies/%E7%99%BE%E5%BA%A6", "/companies/baidu"),
        ("/schools/%E6%B5%99%E5%A4%A7", "/schools/zhejiang-university"),
        ("/majors/%E5%BF%83%E7%90%86%E5%AD%A6", "/majors/psychology"),
        ("/roles/LLM%20PM", "/roles/llm-product"),
    ] {
        assert_eq!(led(&app, target).await, (303, place.to_owned()), "{target}");
    }
    for (target, meant) in [
        ("/companies/baido", Some("/companies/baidu")),
        // Two schools are called so by others.
        ("/schools/%E7%A7%91%E5%A4%A7", Some("/schools/")),
        ("/companies/%3Cscript%3E", None),
    ] {
        let (page, answer) = Page::at(&app, target).await;
        assert_eq!(answer.status, 404, "{target}");
        let links = page.attributes(&["main", "a"], "href");
        assert!(meant.is_none_or(|meant| links.iter().any(|link| link.starts_with(meant))), "{target}: {links:?}");
    }
    assert_eq!(led(&app, "/tags/unicorn").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_one_with_another_leads_there_in_the_api_and_on_pages() {
    let app = TestApp::seeded().await;
    let merge = |from: &str, into: &str| {
        let url = app.database.url();
        let mut command = Program::command(&["names", "merge", "company", from, into]);
        let output = command.args(["--database-url", &url]).env("RUST_LOG", "warn").output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    merge("duxiaoman", "baidu");
    let answer = client().get(app.url("/api/v1/companies/duxiaoman")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (308, &"/api/v1/companies/baidu".parse().unwrap())
    );
    assert_eq!(led(&app, "/companies/duxiaoman?lang=en").await, (308, "/companies/baidu?lang=en".to_owned()));
    assert_eq!(app.get("/api/v1/companies/duxiaoman", &[]).await.ok()["slug"], "baidu");
    // However many steps it takes.
    merge("baidu", "tencent");
    assert_eq!(app.get("/api/v1/companies/duxiaoman", &[]).await.ok()["slug"], "tencent");
    assert_eq!(led(&app, "/companies/baidu").await, (308, "/companies/tencent".to_owned()));
    // What never was is not there still, and neither is what is called so only by others.
    for name in ["duxiaomann", "B%E7%AB%99"] {
        app.get_raw(&format!("/api/v1/companies/{name}")).await.problem(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_wrote_is_text() {
    let database = TestDatabase::new(true).await;
    let hostile = "<script>alert(1)</script>\"onmouseover=\"x javascript:alert(1) \u{202e}&lt;b>";
    let names = format!("name = '{hostile}', name_en = '{hostile}'");
    database.execute(&format!("update companies set {names} where slug = 'baidu'")).await;
    let alias = format!(
        "insert into company_aliases (company_id, alias, alias_key) select id, '{hostile}x', 'hostile' from companies where slug = 'baidu'"
    );
    database.execute(&alias).await;
    let app = TestApp::on(database).await;
    for language in ["zh", "en"] {
        let page = Page::ok(&app, &format!("/companies/baidu?lang={language}")).await;
        assert_eq!(page.text(&["h1"]), hostile);
        assert!(page.texts(&["ul.tags", "bdi"]).contains(&format!("{hostile}x")));
        let role = Page::ok(&app, &format!("/roles/llm-product?lang={language}")).await;
        let row: Vec<String> = role.texts(&["tr[data-value=baidu]", "th"]);
        assert!(row.iter().all(|name| name == hostile) && !row.is_empty(), "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_without_cases_is_shown_with_what_is_known_of_it() {
    let app = TestApp::seeded().await;
    let schools: Vec<Value> = app.get("/api/v1/schools", &[("tier", "985"), ("limit", "3")]).await.items();
    for school in schools {
        let slug = school["slug"].as_str().unwrap();
        let page = Page::ok(&app, &format!("/schools/{slug}?lang=en")).await;
        assert_eq!(page.text(&["p.lead"]), "There is no case of it yet.");
        assert_eq!(page.text(&["div[data-attribute=tier]", "dd"]), "Project 985");
        assert_eq!(page.text(&["div[data-attribute=country]", "dd"]), school["country"].as_str().unwrap());
    }
}
