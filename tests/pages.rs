//! The pages over HTTP: made of the table of fields, in both languages, kept by a browser as long as they are true, and with
//! nothing in them that runs. What a person does with them is tried in a browser, by `.ci/pages`.

use std::collections::HashSet;

use regex::Regex;
use reqwest::Method;
use serde_json::Value;

use crate::harness::page::{Page, cases_at};
use crate::harness::{Answer, CaseBuilder, TestApp};

const PAGES: &[&str] = &[
    "/",
    "/explore",
    "/explore?view=table",
    "/explore?view=chart",
    "/compare",
    "/compare?major=psychology&school_tier=211",
    "/cases/10bfdab1-46dd-522a-a44e-e39c3449f35e",
    "/companies/baidu",
    "/majors/engineering",
    "/roles/llm-product",
    "/schools/zhejiang-university",
    "/guide",
    "/data",
    "/data/imports/1",
];
const AS_A_BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

async fn open(app: &TestApp, target: &str) -> Answer {
    app.request(Method::GET, target, &[AS_A_BROWSER]).await
}

/// The fields that can do something, as `/meta` says it: slug, Chinese and English name.
async fn able(app: &TestApp, ability: &str) -> Vec<[String; 3]> {
    let meta = app.get("/api/v1/meta", &[]).await.ok();
    let fields = meta["fields"].as_array().unwrap().iter();
    let can = |field: &&Value| field["can"].as_array().unwrap().iter().any(|own| own == ability);
    fields
        .filter(can)
        .map(|field| ["slug", "name", "name_en"].map(|name| field[name].as_str().unwrap().to_owned()))
        .collect()
}

/// How a text stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_declared_is_a_facet_a_range_a_column_and_an_order() {
    let app = TestApp::seeded().await;
    let [zh, en] = [open(&app, "/explore?lang=zh").await.text, open(&app, "/explore?lang=en").await.text];
    for [slug, name, name_en] in able(&app, "group").await {
        for (page, name) in [(&zh, &name), (&en, &name_en)] {
            let (_, facet) =
                page.split_once(&format!("id=\"facet-{slug}\"")).unwrap_or_else(|| panic!("no facet of {slug}"));
            let (summary, _) = facet.split_once("</summary>").unwrap();
            assert!(summary.contains(&format!("<h3>{}</h3>", escaped(name))), "{slug}: {summary}");
        }
    }
    for [slug, ..] in able(&app, "range").await {
        let is_period = slug.starts_with("offered_") && slug != "offered_on";
        assert!(is_period || en.contains(&format!("name=\"from.{slug}\"")), "no range of {slug}");
    }
    for [slug, ..] in able(&app, "sort").await {
        assert!(en.contains(&format!("<option value=\"-{slug}\"")), "no order by {slug}");
    }
    let table = open(&app, "/explore?view=table&lang=en").await.text;
    let of_storage = ["id", "offered_precision", "revision", "created_at", "updated_at"];
    for [slug, _, name_en] in
        able(&app, "show").await.into_iter().filter(|[slug, ..]| !of_storage.contains(&slug.as_str()))
    {
        assert!(table.contains(&format!("<th scope=\"col\">{}</th>", escaped(&name_en))), "no column of {slug}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_of_facets_are_those_of_the_api() {
    let app = TestApp::seeded().await;
    let filter = "school_tier=985,211&company=!baidu";
    let page = open(&app, &format!("/explore?{filter}&lang=en")).await.text;
    let facets = app.get_raw(&format!("/api/v1/facets?{filter}&limit=7")).await.ok();
    let shown =
        Regex::new("<span class=\"name\"><bdi>([^<]*)</bdi></span><span class=\"count\">([0-9,]+)</span>").unwrap();
    for facet in facets["facets"].as_array().unwrap() {
        let dimension = facet["dimension"].as_str().unwrap();
        let (_, of_facet) = page.split_once(&format!("id=\"facet-{dimension}\"")).unwrap();
        let (of_facet, _) = of_facet.split_once("</details>").unwrap();
        let found: Vec<(String, String)> =
            shown.captures_iter(of_facet).map(|found| (found[1].to_owned(), found[2].to_owned())).collect();
        let told = facet["values"].as_array().unwrap().iter();
        let told: Vec<(String, String)> =
            told.map(|value| (escaped(value["name_en"].as_str().unwrap()), value["count"].to_string())).collect();
        assert_eq!(found, told, "{dimension}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_in_the_language_that_is_asked_for() {
    let app = TestApp::seeded().await;
    let han = Regex::new(r"\p{Han}").unwrap();
    // What people wrote and the link to the other language stay as they are.
    let own =
        Regex::new(r#"(?s)<bdi>.*?</bdi>|<a class="language".*?</a>|<option value="[^"]*">[^<]*</option>"#).unwrap();
    let tags = Regex::new("<[^>]*>").unwrap();
    for page in PAGES {
        let with = if page.contains('?') { '&' } else { '?' };
        let english = open(&app, &format!("{page}{with}lang=en")).await;
        assert_eq!((english.status, english.header("content-language")), (200, "en"), "{page}");
        assert!(english.text.contains("<html lang=\"en\""), "{page}");
        let words = tags.replace_all(&own.replace_all(&english.text, ""), " ").into_owned();
        let chinese: Vec<&str> = words.split_whitespace().filter(|word| han.is_match(word)).collect();
        assert!(chinese.is_empty(), "{page} in English says {chinese:?}");
        let chinese = open(&app, &format!("{page}{with}lang=zh")).await;
        assert!(chinese.text.contains("<html lang=\"zh-CN\""), "{page}");
    }
    let by_header = app.request(Method::GET, "/guide", &[AS_A_BROWSER, ("accept-language", "en-GB,zh;q=0.5")]).await;
    assert_eq!(by_header.header("content-language"), "en");
    let by_cookie = [AS_A_BROWSER, ("accept-language", "en"), ("cookie", "lang=zh; theme=dark")];
    let by_cookie = app.request(Method::GET, "/guide", &by_cookie).await;
    assert_eq!(by_cookie.header("content-language"), "zh");
    assert!(by_cookie.text.contains("data-theme=\"dark\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_of_language_and_colours_is_kept_by_a_cookie_and_nothing_else_is() {
    let app = TestApp::seeded().await;
    let cookies = |answer: &Answer| -> Vec<String> {
        answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned()).collect()
    };
    let chosen = open(&app, "/guide?lang=en&theme=dark").await;
    let expected =
        ["lang=en", "theme=dark"].map(|it| format!("{it}; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"));
    assert_eq!(cookies(&chosen), expected);
    assert_eq!(cookies(&open(&app, "/explore?company=baidu").await), [""; 0]);
    for (site, expected) in [("same-origin", 2), ("cross-site", 0), ("none", 0)] {
        let headers = [AS_A_BROWSER, ("sec-fetch-site", site)];
        let of_a_link = app.request(Method::GET, "/guide?lang=en&theme=dark", &headers).await;
        assert_eq!(of_a_link.header("content-language"), "en");
        assert_eq!(cookies(&of_a_link).len(), expected, "{site}: a link of somebody else chooses for its page alone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_the_browser_has_is_304_until_the_data_or_a_choice_changes() {
    let app = TestApp::seeded().await;
    for page in PAGES {
        let first = open(&app, page).await;
        assert_eq!(first.status, 200, "{page}: {}", first.text);
        let etag = first.header("etag").to_owned();
        let app = &app;
        let again = async |more: (&'static str, &'static str)| {
            app.request(Method::GET, page, &[AS_A_BROWSER, ("if-none-match", etag.as_str()), more]).await.status
        };
        assert_eq!(again(("x-nothing", "")).await, 304, "{page}");
        for choice in [("cookie", "lang=en"), ("cookie", "theme=dark"), ("accept-language", "en")] {
            assert_eq!(again(choice).await, 200, "{page} with {choice:?}");
        }
        assert!(first.header("vary").to_lowercase().contains("cookie"), "{page}");
        CaseBuilder::new(page, "tencent").store(&app.database).await;
        assert_eq!(again(("x-nothing", "")).await, 200, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_lets_anything_run_that_is_not_a_file_of_the_program() {
    let app = TestApp::seeded().await;
    let inline = Regex::new(r#"<style|<script(?: [^>]*)?>[^<]|\sstyle=|\son[a-z]+="#).unwrap();
    let files = Regex::new(r#"(?:href|src)="(/assets/[^"]+)""#).unwrap();
    let mut names = HashSet::new();
    for page in PAGES.iter().chain(&["/nothing-here", "/explore?school_tier=986"]) {
        let answer = open(&app, page).await;
        let policy = answer.header("content-security-policy");
        for rule in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors"] {
            assert!(policy.contains(rule) && !policy.contains("unsafe"), "{page}: {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.header("referrer-policy").is_empty());
        assert_eq!(inline.find(&answer.text).map(|found| found.as_str()), None, "{page}");
        names.extend(files.captures_iter(&answer.text).map(|found| found[1].to_owned()));
    }
    assert_eq!(names.len(), 3, "{names:?}");
    for name in names {
        let file = open(&app, &name).await;
        assert_eq!((file.status, file.header("cache-control")), (200, "public, max-age=31536000, immutable"), "{name}");
    }
    assert_eq!(open(&app, "/assets/style.css").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_a_page_for_people_and_a_problem_for_programs() {
    let app = TestApp::seeded().await;
    for (target, status, told) in [
        ("/explore?school_tier=986&lang=en", 400, "<code>985</code>"),
        ("/explore?compny=baidu&lang=en", 400, "/explore?lang=en&amp;company=baidu"),
        ("/explore?company=nobody-knows-it&lang=zh", 400, "nobody-knows-it"),
        ("/explore?limit=0", 400, "limit"),
        ("/explore?view=map", 400, "view"),
        ("/explore?cursor=x", 400, "cursor"),
        ("/explore?lang=fr", 400, "lang"),
        ("/explore?group_by=company,role,major&view=chart", 400, "group_by"),
        ("/explore?q=%00", 400, "U+0000"),
        ("/compare?company=baidoo&lang=en", 400, "/compare?company=baidu&amp;lang=en"),
        ("/compare?compny=baidu", 400, "compny"),
        ("/cases/1", 400, "UUID"),
        ("/cases/00000000-0000-4000-8000-000000000000", 404, "00000000-0000-4000-8000-000000000000"),
        ("/companies/baido?lang=en", 404, "/companies/baidu?lang=en"),
        ("/majors/engineering?limit=3", 400, "limit"),
        ("/guide?company=baidu", 400, "company"),
        ("/data/imports/x", 400, "x"),
        ("/data/imports/999", 404, "999"),
        ("/nothing-here", 404, "/nothing-here"),
    ] {
        let page = open(&app, target).await;
        assert_eq!((page.status, page.header("content-type")), (status, "text/html; charset=utf-8"), "{target}");
        assert!(page.text.contains(told), "{target}: {}", page.text);
        assert_eq!(app.get_raw(target).await.problem(status)["status"], status, "{target}");
    }
    let of_api = open(&app, "/api/v1/offer-cases?limit=0").await;
    of_api.problem(400);
    for page in PAGES {
        let posted = app.request(Method::POST, page, &[AS_A_BROWSER]).await;
        assert_eq!((posted.status, posted.header("allow")), (405, "GET, HEAD"), "{page}");
        assert_eq!(app.request(Method::HEAD, page, &[AS_A_BROWSER]).await.status, 200, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_text_wherever_it_shows() {
    let app = TestApp::seeded().await;
    let hostile = "<script>alert(1)</script>\"onmouseover=\"x' javascript:alert(2) \u{202e}";
    CaseBuilder::new("hostile", "tencent")
        .with("offered_on", "'2026-11-01'")
        .with("offered_precision", "'day'")
        .with("summary", format!("'{}'", hostile.replace('\'', "''")))
        .store(&app.database)
        .await;
    for target in ["/explore?company=tencent", "/explore?company=tencent&view=table", "/"] {
        let page = open(&app, target).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("<bdi>&lt;script&gt;alert(1)"), "{target}");
        assert!(!page.text.contains("<script>alert") && !page.text.contains("\"onmouseover"), "{target}");
    }
    let in_address = "%22%3E%3Cscript%3Ealert(3)%3C/script%3E";
    for name in ["q", "company", "sort", "cursor", "contains", "nothing", "from.pay_annual", "lang"] {
        let page = open(&app, &format!("/explore?{name}={in_address}")).await;
        assert!(!page.text.contains("<script>alert"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_that_is_wrong_is_asked_again_with_what_was_written_and_the_rest_as_it_is() {
    let app = TestApp::seeded().await;
    let (page, answer) = Page::at(&app, "/explore?company=baidu&pay_annual=much..&lang=en").await;
    assert_eq!(answer.status, 400);
    assert_eq!(page.attributes(&["form.again", "[name=pay_annual]"], "value"), ["much.."]);
    assert_eq!(page.attributes(&["form.again", "[name=company]"], "value"), ["baidu"]);
    assert!(page.text(&[".mistakes", "strong"]).contains("pay"), "what it is called is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_message_says_what_lists_all_a_link_leads_there() {
    let app = TestApp::seeded().await;
    let (page, _) = Page::at(&app, "/explore?major=nobody-knows-it&lang=zh").await;
    let links = page.attributes(&[".mistakes", "a"], "href");
    assert!(links.iter().any(|link| link == "/api/v1/majors"), "{links:?}");
}

/// A database with one case that has all of what searches name.
async fn with_a_case_of_everything() -> TestApp {
    let app = TestApp::seeded().await;
    let id = |table: &str, slug: &str| format!("(select id from {table} where slug = '{slug}')");
    let everything = CaseBuilder::new("everything", "baidu")
        .with("major_id", id("majors", "finance"))
        .with("school_id", id("schools", "zhejiang-university"))
        .with("master_tier", id("school_tiers", "overseas"))
        .with("highest_degree", "'master'")
        .with("tags", "'{career-switch}'")
        .with("summary", "'转行做产品'");
    everything.store(&app.database).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_words_of_a_search_name_is_proposed_as_conditions_with_how_many_cases_have_them() {
    let app = with_a_case_of_everything().await;
    for (words, meant) in [
        ("金融 海外 硕士", "major=finance&school_tier=overseas&highest_degree=master"),
        ("finance", "major=finance"),
        ("百度 转行", "company=baidu&tag=career-switch"),
        ("海外大模型产品", ""),
        ("海外 大模型产品", "school_tier=overseas&role=llm-product"),
        ("large-model product", "role=llm-product"),
        ("llm product", "role=llm-product"),
        ("金融 转行做产品", "q=转行做产品&major=finance"),
        ("Zhejiang University", "school=zhejiang-university"),
        // Nobody has all of this.
        ("金融 211 博士", ""),
        ("welding-robots", ""),
        ("。", ""),
        ("ä ö ü ß é è ê ç", ""),
    ] {
        let page = Page::ok(&app, &format!("/explore?q={words}&lang=zh")).await;
        let hrefs = page.attributes(&[".meant", "a"], "href");
        let links: Vec<String> = hrefs.iter().map(|link| decoded(link)).collect();
        let expected: Vec<String> =
            Some(meant).filter(|it| !it.is_empty()).map(|it| format!("/explore?lang=zh&{it}")).into_iter().collect();
        assert_eq!(links, expected, "{words}");
        if let Some(href) = hrefs.first() {
            let (told, there) = (page.text(&[".meant"]), cases_at(&app, href).await);
            assert!(there > 0 && told.ends_with(&format!(": {there} 条案例")), "{words}: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_which_there_is_nothing_proposes_what_is_called_nearly_so() {
    let app = TestApp::seeded().await;
    for (words, meant) in [("bytedanse", "company=bytedance"), ("psycology", "major=psychology")] {
        let page = Page::ok(&app, &format!("/explore?q={words}&lang=en")).await;
        let links = page.attributes(&[".near", "a"], "href");
        assert!(links.contains(&format!("/explore?lang=en&{meant}")), "{words}: {links:?}");
        assert!(!page.text(&[".empty"]).contains("together"), "one condition is not several");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_on_a_card_narrows_what_is_shown() {
    let app = with_a_case_of_everything().await;
    let page = Page::ok(&app, "/explore?company=baidu&major=finance&lang=en").await;
    let links = page.attributes(&["article.card", "dd", "a"], "href");
    let narrowed = "/explore?company=baidu&major=finance&lang=en&highest_degree=master";
    assert!(links.iter().any(|link| link == narrowed), "{links:?}");
    let elsewhere = Page::ok(&app, "/?lang=en").await.attributes(&["article.card", "dd", "a"], "href");
    assert!(elsewhere.iter().all(|link| !link.contains("company=baidu")), "{elsewhere:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_companies_stand_among_the_filters() {
    let app = TestApp::seeded().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (path, facet) in [("companies", "company"), ("majors", "major"), ("roles", "role"), ("schools", "school")] {
        let answer = client.get(app.url(&format!("/{path}?lang=en"))).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(location, format!("/explore?lang=en&more={facet}#facet-{facet}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_kept_though_the_browser_has_the_page() {
    let app = TestApp::seeded().await;
    let own = ("sec-fetch-site", "same-origin");
    let first = app.request(Method::GET, "/guide?lang=en", &[AS_A_BROWSER, own]).await;
    let etag = first.header("etag").to_owned();
    for (cookie, status) in [("lang=en", 304), ("lang=zh", 200), ("theme=dark", 200)] {
        let headers = [AS_A_BROWSER, own, ("if-none-match", etag.as_str()), ("cookie", cookie)];
        let again = app.request(Method::GET, "/guide?lang=en", &headers).await;
        // Of another theme the page is another one.
        assert_eq!(again.status, status, "{cookie}");
        assert_eq!(again.header("set-cookie").starts_with("lang=en"), status == 200, "{cookie}");
    }
}

fn decoded(link: &str) -> String {
    percent_encoding::percent_decode_str(link).decode_utf8().unwrap().into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_form_sends_leads_to_the_address_that_it_means() {
    let app = TestApp::seeded().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let sent = app.url("/explore?company=baidu&q=&from.pay_annual=200000&to.pay_annual=&view=chart");
    let answer = client.get(sent).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/explore?company=baidu&view=chart&pay_annual=200000..");
}
