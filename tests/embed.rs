//! Charts for pages of others: a page for a frame, its picture, and what programs need to put the frame into a page.

use reqwest::Method;
use roxmltree::Document;

use crate::harness::{Answer, CaseBuilder, TestApp};

const CHARTS: [&str; 5] = [
    "chart=bar&group_by=company",
    "group_by=major&value=share",
    "chart=heatmap&group_by=company,school_tier",
    "chart=box&group_by=company",
    "chart=histogram",
];

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// A service with cases whose pay is known.
async fn app() -> TestApp {
    let app = TestApp::seeded().await;
    for (number, pay) in [200_000, 250_000, 310_000, 420_000, 430_000, 4_000_000].into_iter().enumerate() {
        CaseBuilder::new(&format!("pay-{number}"), if number < 4 { "tencent" } else { "jd" })
            .with("pay_annual_min", pay.to_string())
            .with("pay_annual_max", pay.to_string())
            .store(&app.database)
            .await;
    }
    app
}

async fn page(app: &TestApp, query: &str) -> Answer {
    app.request(Method::GET, &format!("/embed/chart?{query}"), &[BROWSER]).await
}

/// Where the marks of the picture in a page lead, and what they say.
fn links(page: &Answer) -> Vec<(String, String)> {
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{page:?}");
    let (start, end) = (page.text.find("<svg").unwrap(), page.text.find("</svg>").unwrap());
    let document = Document::parse(&page.text[start..end + "</svg>".len()]).unwrap();
    let links = document.descendants().filter(|node| node.tag_name().name() == "a");
    let link = |node: roxmltree::Node| {
        let words = node.first_element_child().and_then(|title| title.text()).unwrap_or_default();
        (node.attribute("href").unwrap().to_owned(), words.to_owned())
    };
    links.map(link).collect()
}

/// The number of cases that a mark says it has.
fn cases_of(words: &str) -> u64 {
    let number = words.split(": ").nth(1).and_then(|said| said.split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no number in {words}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mark_of_a_chart_leads_to_just_the_cases_that_it_counts() {
    let app = app().await;
    for chart in CHARTS {
        let answer = page(&app, &format!("{chart}&company=!xiaomi&lang=en")).await;
        let links = links(&answer);
        assert!(links.len() > 2, "{chart}: {links:?}");
        for (address, words) in links {
            let filter = address.strip_prefix("/explore?").unwrap_or_else(|| panic!("{address}"));
            let found =
                app.get_raw(&format!("/api/v1/offer-cases?count=exact&{}", filter.replace("&lang=en", ""))).await;
            assert_eq!(found.ok()["total"], cases_of(&words), "{address}: {words}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_may_stand_in_a_frame_of_others_and_no_other_page_may() {
    let app = app().await;
    let policy = |answer: &Answer| answer.header("content-security-policy").to_owned();
    for chart in CHARTS {
        let answer = page(&app, chart).await;
        assert!(policy(&answer).starts_with("default-src 'self'") && policy(&answer).ends_with("frame-ancestors *"));
        // What it leads to may not stand in the frame.
        let [links, beside] =
            ["<a ", " target=\"_blank\" rel=\"noopener\""].map(|part| answer.text.matches(part).count());
        assert!(links == beside && links > 2, "{links} {beside}: {}", answer.text);
        assert!(!answer.text.contains("<style") && !answer.text.contains(" style="), "{}", answer.text);
        assert!(!answer.text.contains("<script"), "{}", answer.text);
    }
    // What is wrong with an address is read in the frame too.
    let wrong = page(&app, "chart=pie&lang=en").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text.contains("heatmap") && policy(&wrong).ends_with("frame-ancestors *"), "{wrong:?}");
    for path in ["/", "/explore", "/embed", "/embedded/chart"] {
        let answer = app.request(Method::GET, path, &[BROWSER]).await;
        assert!(policy(&answer).ends_with("frame-ancestors 'self'"), "{path}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_says_its_source_leads_to_its_cases_and_leaves_no_choice_behind() {
    let app = app().await;
    let answer = page(&app, "group_by=company&school_tier=985&q=%3Cscript%3E%22&lang=en&theme=dark").await;
    for part in [
        "lang=\"en\" data-theme=\"dark\"",
        "<h1>Offer cases by company</h1>",
        "no success rate can be read from this",
        "href=\"/explore?school_tier=985&amp;q=%3Cscript%3E%22&amp;lang=en&amp;theme=dark\" target=\"_blank\" rel=\"noopener\"",
        "q=&lt;script&gt;",
    ] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
    assert_eq!(answer.header("set-cookie"), "");
    let chinese = page(&app, "chart=histogram&lang=zh").await;
    assert!(chinese.text.contains("lang=\"zh-CN\"") && chinese.text.contains("税前年薪"), "{}", chinese.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_of_a_chart_shows_its_picture_from_where_the_service_is_reached() {
    let app = app().await;
    let headers = [BROWSER, ("host", "cases.example"), ("accept-language", "zh")];
    let target = "/embed/chart?chart=heatmap&group_by=company,school_tier&company=%E7%99%BE%E5%BA%A6";
    let answer = app.request(Method::GET, target, &headers).await;
    for part in [
        "property=\"og:title\" content=\"案例数，按公司、院校层次\"",
        "property=\"og:image\" content=\"http://cases.example/embed/chart.png?chart=heatmap&amp;group_by=company,school_tier&amp;\
         company=%E7%99%BE%E5%BA%A6&amp;lang=zh\"",
        "name=\"twitter:card\" content=\"summary_large_image\"",
        "type=\"application/json+oembed\" href=\"http://cases.example/embed/oembed?url=http:%2F%2Fcases.example%2Fembed%2Fchart%3F",
    ] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
    let oembed = answer.text.split("href=\"http://cases.example/embed/oembed").nth(1).unwrap();
    let oembed = oembed.split('"').next().unwrap().replace("&amp;", "&");
    let answer = app.request(Method::GET, &format!("/embed/oembed{oembed}"), &[("host", "cases.example")]).await;
    assert_eq!(answer.ok()["title"], "案例数，按公司、院校层次");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_among_all_cases_has_a_preview_and_a_file_of_its_picture() {
    let app = app().await;
    let target = "/explore?view=chart&group_by=company,school_tier&value=pay&role=llm-product&lang=en";
    let answer = app.request(Method::GET, target, &[BROWSER]).await;
    assert_eq!(answer.status, 200);
    let picture = "/embed/chart.png?role=llm-product&amp;group_by=company,school_tier&amp;value=pay_median&amp;lang=en&amp;\
        chart=heatmap";
    let image =
        answer.text.split("property=\"og:image\" content=\"http://").nth(1).and_then(|rest| rest.split('"').next());
    assert!(image.is_some_and(|image| image.ends_with(picture)), "{image:?}");
    assert!(answer.text.contains(&format!("href=\"{picture}\"")), "{}", answer.text);
    let answer = app.get_raw(&picture.replace("&amp;", "&")).await;
    assert!([200, 503].contains(&answer.status), "{answer:?}");
    for (target, picture) in [
        (
            "/explore?role=llm-product&lang=en",
            "/embed/chart.png?role=llm-product&amp;group_by=company&amp;chart=bar&amp;lang=en",
        ),
        ("/?lang=en", "/embed/chart.png?group_by=company&amp;chart=bar&amp;lang=en"),
    ] {
        let cases = app.request(Method::GET, target, &[BROWSER]).await;
        assert!(cases.text.contains(picture), "the cases of {target} by company: {}", cases.text);
    }
}

/// The bytes of a picture, unless no font is there, which is said.
async fn png(app: &TestApp, query: &str) -> Option<Vec<u8>> {
    let answer = app.start(&format!("/embed/chart.png?{query}")).await;
    if answer.status() == 503 {
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "unavailable");
        assert!(problem["detail"].as_str().unwrap().contains("fonts-noto-cjk"), "{problem}");
        eprintln!("\n!!! SKIPPED: {problem}: pictures were not looked at\n");
        return None;
    }
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "image/png"));
    Some(answer.bytes().await.unwrap().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_is_a_png_too_and_is_not_drawn_again_for_those_who_have_it() {
    let app = app().await;
    for chart in CHARTS {
        let Some(light) = png(&app, chart).await else { return };
        assert!(light.starts_with(b"\x89PNG\r\n\x1a\n"), "{chart}");
        let width = u32::from_be_bytes(light[16..20].try_into().unwrap());
        assert_eq!(width, 1200, "{chart}");
        assert_eq!(png(&app, &format!("{chart}&theme=light")).await.as_ref(), Some(&light));
        for other in ["theme=dark", "lang=en"] {
            assert_ne!(png(&app, &format!("{chart}&{other}")).await.as_ref(), Some(&light), "{chart} {other}");
        }
    }
    let target = "/embed/chart.png?group_by=company";
    let etag = app.start(target).await.headers()["etag"].to_str().unwrap().to_owned();
    let known = app.request(Method::GET, target, &[("if-none-match", &etag)]).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    assert_eq!(
        app.get_raw("/embed/chart.png?chart=bar&group_by=colour").await.problem(400)["code"],
        "invalid_parameter"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_learn_what_to_put_into_a_page() {
    let app = app().await;
    let url = "http://cases.example/embed/chart?chart=box&group_by=company&company=!%E4%BA%AC%E4%B8%9C&lang=en";
    let ask = async |parameters: &[(&str, &str)]| {
        let written: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace('%', "%25").replace('&', "%26")))
            .collect();
        let target = format!("/embed/oembed?{}", written.join("&"));
        app.request(Method::GET, &target, &[("host", "cases.example"), ("accept-language", "en")]).await
    };
    // What else programs send means nothing here.
    let answer = ask(&[("url", url), ("maxwidth", "600"), ("dnt", "1")]).await.ok();
    assert_eq!((&answer["version"], &answer["type"], &answer["width"]), (&"1.0".into(), &"rich".into(), &600.into()));
    let html = answer["html"].as_str().unwrap();
    assert!(html.starts_with("<iframe src=\"http://cases.example/embed/chart?chart=box&amp;"), "{html}");
    let frame = html.split('"').nth(1).unwrap().replace("&amp;", "&");
    let frame = app.get_raw(frame.strip_prefix("http://cases.example").unwrap()).await;
    assert_eq!(frame.status, 200);
    assert!(frame.text.contains(answer["title"].as_str().unwrap()), "{answer} {frame:?}");
    let [natural, small] = [ask(&[("url", url)]).await.ok(), ask(&[("url", url), ("maxheight", "300")]).await.ok()];
    assert_eq!((&natural["width"], &small["height"]), (&800.into(), &300.into()));
    assert!(natural["height"].as_u64() > answer["height"].as_u64(), "{natural} {answer}");

    assert_eq!(ask(&[("url", url), ("format", "xml")]).await.problem(501)["code"], "not_implemented");
    for unknown in ["http://elsewhere.example/embed/chart?group_by=company", "http://cases.example/explore", "nonsense"]
    {
        assert_eq!(ask(&[("url", unknown)]).await.problem(404)["code"], "not_found", "{unknown}");
    }
    for (wrong, parameter) in [
        (vec![], "url"),
        (vec![("url", url), ("format", "yaml")], "format"),
        (vec![("url", url), ("maxwidth", "wide")], "maxwidth"),
        (vec![("url", "http://cases.example/embed/chart?chart=bar")], "group_by"),
        (vec![("url", "http://cases.example/embed/chart?chart=pie")], "chart"),
        (vec![("url", "http://cases.example/embed/chart?group_by=company&colour=red")], "colour"),
    ] {
        assert_eq!(ask(&wrong).await.problem(400)["errors"][0]["parameter"], parameter, "{wrong:?}");
    }
}
