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

/// What stands beside the rows of bars: each label with its text.
fn rows(answer: &Answer) -> Vec<(String, String)> {
    let document = picture(answer);
    let at = |anchor: &str| -> Vec<(i32, String)> {
        let texts = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")));
        let of_rows = texts.filter(|node| {
            node.attribute("text-anchor") == Some(anchor) && node.attribute("font-size") == Some("12.5")
        });
        of_rows
            .map(|node| (node.attribute("y").unwrap().parse().unwrap(), node.text().unwrap().trim().into()))
            .collect()
    };
    let (labels, values) = (at("end"), at("start"));
    let value = |y: i32| values.iter().find(|(other, _)| *other == y).map(|(_, text)| text.clone()).unwrap();
    labels.into_iter().map(|(y, label)| (label, value(y))).collect()
}

fn as_pairs(rows: &[(String, String)]) -> Vec<(&str, &str)> {
    rows.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect()
}

/// Cases of a company in these months or years.
async fn store_dated(app: &TestApp, company: &str, dates: &[(&str, &str)]) {
    for (number, (date, precision)) in dates.iter().enumerate() {
        CaseBuilder::new(&format!("{company}-{number}"), company)
            .with("offered_on", format!("'{date}'"))
            .with("offered_precision", format!("'{precision}'"))
            .store(&app.database)
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn months_and_years_without_a_case_have_their_place_on_the_axis_of_time() {
    let app = TestApp::seeded().await;
    let dates = [("2020-01-01", "year"), ("2023-11-01", "month"), ("2024-02-01", "day"), ("2024-02-10", "day")];
    store_dated(&app, "jd", &dates).await;
    let drawn = async |more: &[(&str, &str)]| {
        let parameters = [&[("company", "jd"), ("lang", "en")], more].concat();
        app.get("/api/v1/charts/bar.svg", &parameters).await
    };
    let months = ("group_by", "offered_month");
    let all = [("2023-11", "1"), ("2023-12", "0"), ("2024-01", "0"), ("2024-02", "2"), ("Unknown", "1")];
    assert_eq!(as_pairs(&rows(&drawn(&[months]).await)), all);
    let years = [("2020", "1"), ("2021", "0"), ("2022", "0"), ("2023", "1"), ("2024", "2")];
    assert_eq!(as_pairs(&rows(&drawn(&[("group_by", "offered_year")]).await)), years);
    let backwards = [("2024", "2"), ("2023", "1"), ("2022", "0"), ("2021", "0"), ("2020", "1")];
    assert_eq!(as_pairs(&rows(&drawn(&[("group_by", "offered_year"), ("sort", "-value")]).await)), backwards);
    let by_count = [("2024", "2"), ("2020", "1"), ("2023", "1")];
    assert_eq!(as_pairs(&rows(&drawn(&[("group_by", "offered_year"), ("sort", "-count")]).await)), by_count);

    // The latest are drawn, with the empty ones among them; what is left out is said.
    let latest = drawn(&[("group_by", "offered_year"), ("limit", "3")]).await;
    assert_eq!(as_pairs(&rows(&latest)), [("2022", "0"), ("2023", "1"), ("2024", "2")]);
    assert!(latest.text.contains("4 cases · 1 group with 1 case not drawn"), "{}", latest.text);
    let first = drawn(&[("group_by", "offered_year"), ("limit", "3"), ("sort", "value")]).await;
    assert_eq!(as_pairs(&rows(&first)), [("2020", "1"), ("2021", "0"), ("2022", "0")]);

    // A share of nothing is one, with an interval.
    let shares = rows(&drawn(&[("group_by", "offered_year"), ("value", "share")]).await);
    assert_eq!(as_pairs(&shares)[1..3], [("2021", "0.0 %"), ("2022", "0.0 %")]);

    // Where few are counted together, nothing is said of what may be few.
    let few = drawn(&[("group_by", "offered_year"), ("min_count", "2")]).await;
    let expected = [("2020", "–"), ("2021", "–"), ("2022", "–"), ("2023", "–"), ("2024", "2")];
    assert_eq!(as_pairs(&rows(&few)), expected);
    assert!(few.text.contains("“–”: none, or not shown"), "{}", few.text);

    let parameters = [("group_by", "offered_year,offered_month"), ("company", "jd")];
    let texts = texts(&picture(&app.get("/api/v1/charts/heatmap.svg", &parameters).await));
    for name in ["2021", "2022", "2023-12", "2024-01"] {
        assert!(texts.iter().any(|text| text == name), "{name} in {texts:?}");
    }
    // Statistics tell what there is, and a client draws what it wants.
    let statistics = app.get("/api/v1/stats", &[("group_by", "offered_year"), ("company", "jd")]).await.ok();
    assert_eq!(statistics["groups"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_too_small_to_be_shown_looks_as_one_without_a_case() {
    let app = TestApp::seeded().await;
    app.database.execute("update sources set min_group_size = 2 where slug = 'llm-product-article'").await;
    let dates = ["2023-01-01", "2023-01-02", "2023-02-01", "2023-04-01", "2023-05-01", "2023-05-02"];
    store_dated(&app, "jd", &dates.map(|date| (date, "day"))).await;
    let parameters = [("group_by", "offered_month"), ("company", "jd"), ("lang", "en")];
    let months = rows(&app.get("/api/v1/charts/bar.svg", &parameters).await);
    let expected = [("2023-01", "2"), ("2023-02", "–"), ("2023-03", "–"), ("2023-04", "–"), ("2023-05", "2")];
    assert_eq!(as_pairs(&months), expected);
    let parameters = [("group_by", "offered_month,company"), ("company", "jd"), ("lang", "en")];
    let heatmap = app.get("/api/v1/charts/heatmap.svg", &parameters).await;
    let texts = texts(&picture(&heatmap));
    assert_eq!(texts.iter().filter(|text| *text == "–").count(), 3, "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_are_in_no_drawn_group_are_counted_once_however_many_others_they_are_in() {
    let app = TestApp::seeded().await;
    for (number, tags) in ["career-switch,unicorn,non-cs-bachelor"; 5].into_iter().chain(["unicorn"]).enumerate() {
        CaseBuilder::new(&number.to_string(), "jd")
            .with("tags", format!("string_to_array('{tags}', ',')"))
            .with_city(["北京", "上海"][number % 2])
            .store(&app.database)
            .await;
    }
    let said = async |chart: &str, more: &[(&str, &str)]| {
        let parameters = [&[("company", "jd"), ("lang", "en"), ("limit", "1")], more].concat();
        app.get(&format!("/api/v1/charts/{chart}.svg"), &parameters).await.text
    };
    let bars = said("bar", &[("group_by", "tag")]).await;
    assert!(bars.contains(">6 cases · 2 groups not drawn (whose cases are all in drawn groups too)"), "{bars}");
    let cells = said("heatmap", &[("group_by", "tag,city")]).await;
    assert!(cells.contains(">6 cases · 5 groups not drawn (3 cases in these alone)"), "{cells}");
    assert!(cells.contains("A case may be in several of these groups"), "{cells}");
    // What stands under a major is in its group too.
    for number in 0..3 {
        CaseBuilder::new(&format!("m{number}"), "netease")
            .with("major_id", "(select id from majors where slug = 'computer-science')")
            .store(&app.database)
            .await;
    }
    let parameters = [("company", "netease"), ("lang", "en"), ("limit", "1"), ("group_by", "major")];
    let nested = app.get("/api/v1/charts/bar.svg", &parameters).await.text;
    assert!(nested.contains(">3 cases · 1 group not drawn (whose cases are all in drawn groups too)"), "{nested}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_of_nothing_says_so_in_words() {
    let app = TestApp::seeded().await;
    for (path, chinese, english) in [
        ("bar.svg?group_by=company&company=jd", "没有符合条件的案例", "No case fits the filter"),
        ("heatmap.svg?group_by=company,role&company=jd", "没有符合条件的案例", "No case fits the filter"),
        ("box.svg?group_by=company&company=jd", "没有符合条件的案例", "No case fits the filter"),
        ("box.svg?group_by=company", "没有一组有足够的薪资可画", "No group has enough pay to draw"),
        ("heatmap.svg?group_by=company,role&value=pay_median", "没有一组有足够的薪资可画", "No group has enough pay"),
        ("bar.svg?group_by=company&min_count=100", "各组都过小，不单列", "All groups are too small to be shown"),
    ] {
        for (lang, words) in [("zh", chinese), ("en", english)] {
            let (path, query) = path.split_once('?').unwrap();
            let parameters: Vec<(&str, &str)> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
            let parameters = [&parameters[..], &[("lang", lang)]].concat();
            let answer = app.get(&format!("/api/v1/charts/{path}"), &parameters).await;
            let document = picture(&answer);
            assert!(texts(&document).iter().any(|text| text.starts_with(words)), "{words} in {}", answer.text);
            let said = document.descendants().find(|node| node.attribute("id") == Some("desc")).unwrap();
            assert!(said.text().unwrap().starts_with(words), "{words} in {}", answer.text);
            assert!(!answer.text.contains("<line"), "{path}?{query} has an axis");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unknown_stands_last_and_apart_and_makes_nothing_else_small() {
    let app = TestApp::seeded().await;
    for (city, cases) in [("上海", 1), ("北京", 4), ("", 40)] {
        for number in 0..cases {
            let case = CaseBuilder::new(&format!("{city}{number}"), "jd");
            let case = if city.is_empty() { case } else { case.with_city(city) };
            case.store(&app.database).await;
        }
    }
    let parameters = [("group_by", "city"), ("company", "jd"), ("theme", "light")];
    for sort in ["-count", "count", "value"] {
        let answer = app.get("/api/v1/charts/bar.svg", &[&parameters[..], &[("sort", sort)]].concat()).await;
        let rows = rows(&answer);
        assert_eq!(as_pairs(&rows)[2], ("未知", "40"), "{sort}");
        let document = picture(&answer);
        let widest = |colour: &str| {
            let bars = document.descendants().filter(|node| node.attribute("fill") == Some(colour));
            bars.map(|node| node.attribute("width").unwrap().parse::<i32>().unwrap()).max().unwrap()
        };
        let (known, unknown) = (widest("#4A90CC"), widest("#868F99"));
        assert!(known > 500 && unknown == known, "{known} {unknown}");
    }
    let parameters = [("group_by", "city,company"), ("company", "jd"), ("theme", "light")];
    let answer = app.get("/api/v1/charts/heatmap.svg", &parameters).await;
    let texts = texts(&picture(&answer));
    let names: Vec<&String> = texts.iter().filter(|text| ["北京", "上海", "未知"].contains(&text.as_str())).collect();
    assert_eq!(names, ["北京", "上海", "未知"]);
    // The scale goes from the least to the most of what is known.
    let numbers: Vec<&str> = texts.iter().map(String::as_str).filter(|text| text.parse::<u64>().is_ok()).collect();
    assert_eq!(numbers, ["4", "1", "40", "1", "4"], "the cells, then the ends of the scale");
}
