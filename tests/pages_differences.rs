//! Two groups compared, and where an offer stands, as pages and pictures say it.

use roxmltree::Document;

use crate::differences::app_with_groups;
use crate::harness::TestApp;
use crate::harness::page::Page;

const CHART: &str = "/api/v1/charts/comparison.svg";
const EXPLORE: &str = "/explore?view=chart&source=own-records&group_by=company";

/// The texts of a picture.
fn texts(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    let texts = document.descendants().filter(|node| node.tag_name().name() == "text");
    texts.filter_map(|node| node.text()).map(|text| text.trim().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_drawn_as_a_dot_with_its_interval_over_a_line_at_zero() {
    let app = app_with_groups().await;
    let own = [("source", "own-records"), ("compare", "jd,netease"), ("lang", "en")];
    let drawn = async |more: &[(&str, &str)]| {
        let answer = app.get(CHART, &[&own[..], more].concat()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/svg+xml"), "{answer:?}");
        answer.text
    };
    let pay = drawn(&[("group_by", "company"), ("value", "pay_median"), ("adjust", "highest_degree")]).await;
    let said = texts(&pay);
    for text in [
        "Difference of median annual pay before tax: JD.com minus NetEase",
        "−155.5k (−175.9k to −135.1k)",
        "+30.74k (+17.28k to +44.2k)",
        "└ adjusted",
        "← more: NetEase",
    ] {
        assert!(said.iter().any(|own| own == text), "{text} in {said:?}");
    }
    assert!(said.iter().any(|text| text.contains("The whole says the opposite")), "{said:?}");
    // A line from end to end with two caps for each interval, and a dot on it.
    let document = Document::parse(&pay).unwrap();
    let number = |node: &roxmltree::Node, name: &str| node.attribute(name).and_then(|it| it.parse::<i32>().ok());
    let size = |node: &roxmltree::Node| (number(node, "width"), number(node, "height"));
    let dots: Vec<i32> = document
        .descendants()
        .filter(|node| node.tag_name().name() == "rect" && size(node) == (Some(8), Some(8)))
        .filter_map(|node| number(&node, "x"))
        .collect();
    assert_eq!(dots.len(), 2, "{pay}");
    assert!(dots[0] < dots[1], "the first is below zero, and the adjusted one above: {dots:?}");

    let shares = texts(&drawn(&[("group_by", "company,offer_channel"), ("theme", "dark")]).await);
    for text in ["−0.7 (−20.1 to +18.7)", "Campus recruiting", "Difference (percentage points)"] {
        assert!(shares.iter().any(|own| own.eq_ignore_ascii_case(text)), "{text} in {shares:?}");
    }
    let nothing = texts(&drawn(&[("group_by", "company"), ("highest_degree", "doctor")]).await);
    assert!(nothing.iter().any(|text| text.starts_with("There is nothing to compare")), "{nothing:?}");
    let problem = app.get(CHART, &[("group_by", "company")]).await.problem(400);
    assert_eq!(problem["errors"][0]["parameter"], "compare", "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_compares_two_groups_and_says_what_may_be_concluded() {
    let app = app_with_groups().await;
    let target = format!("{EXPLORE}&compare=%E4%BA%AC%E4%B8%9C&compare=NetEase&value=pay&adjust=highest_degree");
    for (language, conclusions, excluded) in [
        (
            "en",
            [
                "NetEase (418,000) is higher than JD.com (262,500) by 155,500 CNY a year",
                "Adjusted, Median CNY: JD.com is higher",
            ],
            "of the same highest degree (2 different ones)",
        ),
        (
            "zh",
            ["网易 (418,000) 比 京东 (262,500) 高 155,500 CNY", "校正后，中位数 CNY：京东 比 网易 高"],
            "只拿最高学历相同的人互相比较（共 2 种最高学历）",
        ),
    ] {
        let page = Page::ok(&app, &format!("{target}&lang={language}")).await;
        let cells = page.texts(&["table.differences", "td"]);
        for cell in ["−155,500", "+30,743", "262,500 (n = 36)"] {
            assert!(cells.iter().any(|own| own == cell), "{cell} in {cells:?}");
        }
        let told = page.texts(&["p.conclusion"]);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().zip(conclusions).all(|(told, part)| told.contains(part)), "{told:?}");
        assert!(page.texts(&["p.note"]).iter().any(|note| note.contains(excluded)), "{:?}", page.texts(&["p.note"]));
        assert_eq!(page.attributes(&["fieldset.compared", "input"], "value"), ["京东", "NetEase"]);
        assert_eq!(page.texts(&["svg.chart", "title"]).len(), 1);
    }
    // By shares of a second dimension nothing can be told, and it is said so.
    let page = Page::ok(&app, &format!("{EXPLORE},offer_channel&compare=jd,netease&value=share&lang=en")).await;
    let conclusions = page.texts(&["p.conclusion"]);
    assert!(
        !conclusions.is_empty() && conclusions.iter().all(|it| it.contains("it cannot be told")),
        "{conclusions:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_groups_that_cannot_be_compared_leave_the_chart_as_it_is_and_say_why() {
    let app = app_with_groups().await;
    for (groups, why) in [
        ("compare=jd&compare=netese", "no company is called `netese`"),
        ("compare=jd,jd", "takes two different values of `company`"),
    ] {
        let page = Page::ok(&app, &format!("{EXPLORE}&{groups}&lang=en")).await;
        assert!(page.text(&["p.mistake"]).contains(why), "{:?}", page.texts(&["p.mistake"]));
        assert!(page.texts(&["table.counted"]).len() == 1 && page.texts(&["table.differences"]).is_empty());
    }
    // One alone is no comparison yet.
    let page = Page::ok(&app, &format!("{EXPLORE}&compare=jd&lang=en")).await;
    assert!(page.texts(&["p.mistake"]).is_empty() && page.texts(&["table.differences"]).is_empty());
    assert!(page.attributes(&["datalist", "option"], "value").contains(&"NetEase".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_told_where_it_stands_among_people_like_oneself() {
    let app = app_with_groups().await;
    let written = "/compare?highest_degree=master&your_pay=43%E4%B8%87&lang=en";
    // Sums are read as people write them: the browser is sent to the address that has them in figures.
    let page = Page::ok(&app, written).await;
    assert_eq!(page.attributes(&["#your-pay"], "value"), ["430000"]);
    let found = app.get("/api/v1/stats/position", &[("pay_annual", "430000"), ("highest_degree", "master")]).await.ok();
    assert_eq!(
        (&found["below"]["count"], &found["at"]["count"], &found["above"]["count"]),
        (&serde_json::json!(17), &serde_json::json!(1), &serde_json::json!(18))
    );
    let said = page.text(&["p.standing"]);
    for part in ["Of 36 such cases with pay in CNY, 47.2 % are paid less than you", "2.8 % the same", "50.0 % more"] {
        assert!(said.contains(part), "{said}");
    }
    let marks = page.texts(&["section.position", "svg.chart", "text"]);
    assert!(marks.iter().any(|text| text.starts_with("430k: 47.2 % have less")), "{marks:?}");

    let few = Page::ok(&app, "/compare?highest_degree=doctor&your_pay=300000&lang=en").await;
    let notes = few.texts(&["section.position", "p.note"]);
    assert!(notes.iter().any(|note| note.contains("too few to say whether a pay is high or low")), "{notes:?}");
    refuses_what_is_no_pay(&app).await;
}

async fn refuses_what_is_no_pay(app: &TestApp) {
    let (_, answer) = Page::at(app, "/compare?highest_degree=master&your_pay=much").await;
    assert_eq!(answer.status, 400);
}
