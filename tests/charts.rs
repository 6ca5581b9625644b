//! Charts: pictures that say the same as the statistics, to those who see them and to those who do not.

use roxmltree::{Document, Node};
use serde_json::Value;

use crate::harness::{Answer, CaseBuilder, TestApp};

/// The texts of a picture, in the order of drawing.
fn texts(document: &Document) -> Vec<String> {
    let is_text = |node: &Node| node.has_tag_name(("http://www.w3.org/2000/svg", "text"));
    let own_text = |node: Node| {
        let pieces = node.children().filter(Node::is_text).filter_map(|child| child.text()).map(str::trim);
        pieces.collect::<String>()
    };
    document.descendants().filter(is_text).map(own_text).collect()
}

/// A picture, after checking that it is one that can stand in an `<img>` and be read aloud.
fn picture(answer: &Answer) -> Document<'_> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/svg+xml"), "{answer:?}");
    let document = Document::parse(&answer.text).unwrap();
    let root = document.root_element();
    assert_eq!((root.attribute("role"), root.attribute("aria-labelledby")), (Some("img"), Some("title desc")));
    for name in ["title", "desc"] {
        let said = root.children().find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)));
        assert!(said.and_then(|node| node.text()).is_some_and(|text| !text.is_empty()), "{name} is missing");
    }
    assert!(root.attribute("viewBox").is_some());
    assert!(!answer.text.contains("<script") && !answer.text.contains("href"), "{}", answer.text);
    document
}

/// Whether one text follows another, with nothing that matters between them.
fn says(texts: &[String], label: &str, value: &str) -> bool {
    let is_shown =
        |text: &String| text == label || (text.ends_with('…') && label.starts_with(text.trim_end_matches('…')));
    texts.iter().any(is_shown) && texts.iter().any(|text| text == value)
}

#[tokio::test(flavor = "multi_thread")]
async fn bars_say_what_the_statistics_say() {
    let app = TestApp::seeded().await;
    for dimension in ["company", "school_tier", "major", "tag", "offered_year"] {
        for (lang, name) in [("zh", "name"), ("en", "name_en")] {
            let group_by = ("group_by", dimension);
            let statistics = app.get("/api/v1/stats", &[group_by, ("limit", "20")]).await.ok();
            let counts = app.get("/api/v1/charts/bar.svg", &[group_by, ("lang", lang)]).await;
            let shares = app.get("/api/v1/charts/bar.svg", &[group_by, ("lang", lang), ("value", "share")]).await;
            let (counts, shares) = (texts(&picture(&counts)), texts(&picture(&shares)));
            for group in statistics["groups"].as_array().unwrap() {
                let label = group["keys"][0][name].as_str().or(group["keys"][0]["name"].as_str()).unwrap();
                assert!(says(&counts, label, &group["count"].to_string()), "{label} in {counts:?}");
                let percent = format!("{:.1} %", group["share"]["value"].as_f64().unwrap() * 100.0);
                assert!(says(&shares, label, &percent), "{label} {percent} in {shares:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heat_map_says_what_the_matrix_says() {
    let app = TestApp::seeded().await;
    let parameters = [("group_by", "company,school_tier")];
    let matrix = app.get("/api/v1/stats", &[parameters[0], ("limit", "20")]).await.ok()["matrix"].clone();
    let answer = app.get("/api/v1/charts/heatmap.svg", &parameters).await;
    let texts = texts(&picture(&answer));
    let names = ["rows", "columns"].map(|part| matrix[part].as_array().unwrap().clone()).concat();
    for line in &names {
        assert!(texts.contains(&line["name"].as_str().unwrap().to_owned()), "{line} in {texts:?}");
    }
    let cells: Vec<String> = matrix["counts"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(Value::to_string)
        .collect();
    // The cells are drawn row by row, after all names.
    let drawn: Vec<&String> =
        texts.iter().filter(|text| text.parse::<u64>().is_ok_and(|number| number < 100)).collect();
    assert_eq!(drawn[..cells.len()], cells.iter().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn boxes_are_drawn_of_enough_pay_only() {
    let app = TestApp::seeded().await;
    for (company, pays) in [("tencent", vec![300_000, 400_000, 500_000]), ("jd", vec![200_000])] {
        for (number, pay) in pays.iter().enumerate() {
            CaseBuilder::new(&format!("{company}-{number}"), company)
                .with("pay_annual_min", pay.to_string())
                .with("pay_annual_max", pay.to_string())
                .store(&app.database)
                .await;
        }
    }
    let parameters = [("group_by", "company"), ("company", "tencent,jd"), ("lang", "en")];
    let answer = app.get("/api/v1/charts/box.svg", &parameters).await;
    let texts = texts(&picture(&answer));
    for expected in ["Tencent", "n = 3", "400k", "JD.com", "n = 1", "–"] {
        assert!(texts.iter().any(|text| text == expected), "{expected} in {texts:?}");
    }
    assert!(answer.text.contains("CNY"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_says_its_filter_and_that_only_offers_are_stored() {
    let app = TestApp::seeded().await;
    let parameters = [("group_by", "company"), ("school_tier", "985"), ("q", "<b>&\"'"), ("lang", "en")];
    let answer = app.get("/api/v1/charts/bar.svg", &parameters).await;
    let texts = texts(&picture(&answer)).join("\n");
    for part in ["0 cases", "school_tier=985", "q=<b>&\"'", "no success rate"] {
        assert!(texts.contains(part), "{part} in {texts}");
    }
    let chinese = app.get("/api/v1/charts/bar.svg", &[("group_by", "company")]).await;
    assert!(chinese.text.contains("成功率") && chinese.text.contains("lang=\"zh\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_follow_the_system_unless_one_is_asked_for() {
    let app = TestApp::seeded().await;
    let themed =
        async |theme| app.get("/api/v1/charts/bar.svg", &[("group_by", "company"), ("theme", theme)]).await.text;
    let (auto, light, dark) = (themed("auto").await, themed("light").await, themed("dark").await);
    assert!(auto.contains("prefers-color-scheme:dark"));
    assert!(!light.contains("prefers-color-scheme") && !dark.contains("prefers-color-scheme"));
    assert_ne!(light, dark);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_not_drawn_again_for_those_who_have_it() {
    let app = TestApp::seeded().await;
    let target = "/api/v1/charts/heatmap.svg?group_by=company,school_tier";
    let browser = ("accept", "image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8");
    let answer = app.request(reqwest::Method::GET, target, &[browser]).await;
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    let known = [browser, ("if-none-match", answer.header("etag"))];
    assert_eq!(app.request(reqwest::Method::GET, target, &known).await.status, 304);
    // A chart is nothing else: generated clients ask for the type of its problems too.
    for accept in ["application/json", "application/problem+json", "text/html"] {
        let chart = app.request(reqwest::Method::GET, target, &[("accept", accept)]).await;
        assert_eq!((chart.status, chart.header("content-type")), (200, "image/svg+xml"), "{accept}");
    }
}
