//! Pictures within a page: where their marks lead and what they say, and that nothing of them is of harm to the page.

use std::collections::BTreeSet;

use roxmltree::{Document, Node};

use super::inline::{Caption, Inline, caption, inline, size_px, style_sheet};
use super::parameters::{ChartKind, ChartQuery};
use super::picture::draw;
use crate::catalog::Catalog;
use crate::parameters::Language;
use crate::statistics::answer::{Group, Matrix, MatrixLine, Statistics, Suppressed};
use crate::statistics::categories::{GroupKey, SharedKey};
use crate::statistics::histogram::{Bin, Histogram};
use crate::statistics::notices::Notice;
use crate::statistics::pay::{Pay, WithoutPercentiles};
use crate::statistics::share::Share;

const KINDS: [(ChartKind, &str); 6] = [
    (ChartKind::Bar, "group_by=company"),
    (ChartKind::Bar, "group_by=company&value=share"),
    (ChartKind::Heatmap, "group_by=company,school_tier&value=share"),
    (ChartKind::Heatmap, "group_by=company,school_tier&value=pay_median"),
    (ChartKind::Box, "group_by=company"),
    (ChartKind::Histogram, ""),
];

fn query(kind: ChartKind, query_string: &str, language: Language) -> ChartQuery {
    ChartQuery::parse(kind, query_string, &Catalog::new(1, Vec::new()), language).expect("a chart")
}

fn key(dimension: &'static str, value: &str, name: &str, name_en: &str) -> GroupKey {
    GroupKey { dimension, value: value.into(), name: name.into(), name_en: name_en.into(), name_en_from: None }
}

fn baidu() -> GroupKey {
    key("company", "baidu", "百度", "Baidu")
}

fn jd() -> GroupKey {
    key("company", "jd", "京东", "JD.com")
}

fn tier(value: &str) -> GroupKey {
    key("school_tier", value, value, value)
}

fn unknown() -> GroupKey {
    key("school_tier", "unknown", "未知", "Unknown")
}

fn pay(n: u64, middle: Option<f64>) -> Pay {
    let [p10, p25, median, p75, p90] = [-2.0, -1.0, 0.0, 1.0, 2.0].map(|steps| Some(middle? + steps * 50_000.0));
    let reason = median.is_none().then_some(WithoutPercentiles::TooFew);
    let [median_low, median_high] = [-0.5, 0.5].map(|steps| Some(middle? + steps * 50_000.0));
    Pay { currency: Some("CNY".into()), n: Some(n), p10, p25, median, median_low, median_high, p75, p90, reason }
}

fn group(keys: &[GroupKey], count: u64, pay: Pay) -> Group {
    let keys = keys.iter().map(|key| SharedKey::new(key.clone())).collect();
    Group {
        keys,
        count,
        sources: None,
        share: Share::of(count, 14),
        share_of_known: None,
        share_bounds: None,
        pay: Some(vec![pay]),
    }
}

fn bin(from: Option<u64>, to: Option<u64>, count: Option<u64>) -> Bin {
    Bin { from, to, count, share: count.and_then(|count| Share::of(count, 5)) }
}

/// Statistics of what the companies and tiers of these keys have.
fn statistics_of(kind: ChartKind, [first, second]: [GroupKey; 2], [row, column]: [GroupKey; 2]) -> Statistics {
    let line = |key: &GroupKey| MatrixLine { key: key.clone(), count: 3 };
    let heat = kind == ChartKind::Heatmap;
    let groups = match heat {
        true => vec![
            group(&[first.clone(), row.clone()], 3, pay(3, Some(400_000.0))),
            group(&[second.clone(), column.clone()], 2, pay(1, None)),
        ],
        false => vec![
            group(std::slice::from_ref(&first), 3, pay(3, Some(400_000.0))),
            group(std::slice::from_ref(&second), 1, pay(1, None)),
        ],
    };
    let matrix = heat.then(|| Matrix {
        rows: vec![line(&first), line(&second)],
        columns: vec![line(&column), line(&row)],
        counts: vec![vec![Some(0), Some(3)], vec![Some(2), None]],
        shares: Some(vec![vec![Some(0.0), Some(0.214)], vec![Some(0.143), None]]),
        pay_medians: Some(vec![vec![None, Some(400_000.0)], vec![None, None]]),
        pay_currency: Some(Some("CNY".into())),
    });
    let histogram = (kind == ChartKind::Histogram).then(|| Histogram {
        pay: pay(5, Some(400_000.0)),
        unknown: Some(2),
        other_currencies: Some(0),
        bin_width: Some(100_000),
        bins: vec![
            bin(None, Some(200_000), Some(1)),
            bin(Some(200_000), Some(300_000), Some(0)),
            bin(Some(300_000), Some(400_000), None),
            bin(Some(400_000), None, Some(2)),
        ],
        suppressed: Some(Suppressed { count: 2 }),
        standing: None,
    });
    let group_by = match kind {
        ChartKind::Heatmap => vec!["company", "school_tier"],
        ChartKind::Bar | ChartKind::Box => vec!["company"],
        ChartKind::Histogram | ChartKind::Comparison => Vec::new(),
    };
    let notices = vec![Notice::offers_only()];
    Statistics { group_by, total: 14, groups, matrix, histogram, notices, ..Statistics::default() }
}

fn statistics(kind: ChartKind) -> Statistics {
    statistics_of(kind, [baidu(), jd()], [tier("985"), unknown()])
}

#[test]
fn links_are_opened_beside_a_page_in_a_frame() {
    for (kind, query_string) in KINDS {
        let (query, statistics) = (query(kind, query_string, Language::Chinese), statistics(kind));
        for opens_beside in [true, false] {
            let svg = inline(&query, &statistics, &Inline { opens_beside, ..page("one") });
            let document = Document::parse(&svg).expect("well-formed");
            let links: Vec<Node> = document.descendants().filter(|node| node.tag_name().name() == "a").collect();
            let expected = opens_beside.then_some(("_blank", "noopener"));
            let is_so = |link: &Node| link.attribute("target").zip(link.attribute("rel")) == expected;
            assert!(links.len() > 1 && links.iter().all(is_so), "{svg}");
        }
    }
}

#[test]
fn a_picture_says_its_size() {
    for (kind, query_string) in KINDS {
        let svg = drawn(kind, query_string, Language::Chinese);
        let document = Document::parse(&svg).expect("well-formed");
        let number = |name: &str| document.root_element().attribute(name).and_then(|number| number.parse().ok());
        assert_eq!((number("width"), number("height")), (Some(size_px(&svg).0), Some(size_px(&svg).1)));
    }
}

/// The parameters as they are, which no page would do.
fn as_written(chosen: &[(&str, String)]) -> String {
    let written: Vec<String> = chosen.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("/explore?{}", written.join("&"))
}

fn page(id: &str) -> Inline<'_> {
    Inline { id, link: &as_written, with_heading: true, opens_beside: false }
}

fn drawn(kind: ChartKind, query_string: &str, language: Language) -> String {
    inline(&query(kind, query_string, language), &statistics(kind), &page("one"))
}

/// The marks with a tooltip of their own: where they lead and what they say.
fn marks(svg: &str) -> Vec<(Option<String>, String)> {
    let document = Document::parse(svg).expect("well-formed");
    let is_mark = |node: &Node| ["a", "g"].contains(&node.tag_name().name());
    let mark = |node: Node| {
        let title = node.first_element_child().filter(|child| child.tag_name().name() == "title");
        let words = title.and_then(|title| title.text()).expect("a tooltip").to_owned();
        let address = node.attribute("href").map(str::to_owned);
        let targets = node.children().filter(|child| child.attribute("class") == Some("target"));
        assert_eq!((targets.count(), node.tag_name().name() == "a"), (1, address.is_some()), "{node:?}");
        (address, words)
    };
    document.descendants().filter(is_mark).map(mark).collect()
}

#[test]
fn every_mark_leads_to_its_cases_and_says_what_it_is() {
    let to = |query: &str| Some(format!("/explore?{query}"));
    let of_companies = |baidu: &str, jd: &str| vec![(to("company=baidu"), baidu.into()), (to("company=jd"), jd.into())];
    let of_cells = |texts: [&str; 4]| {
        let links = [
            to("company=baidu&school_tier=985"),
            None,
            to("company=jd&school_tier=985"),
            to("company=jd&school_tier=unknown"),
        ];
        links.into_iter().zip(texts.map(str::to_owned)).collect()
    };
    let of_bins = vec![
        (to("pay_annual=..199999&pay_currency=CNY"), "< 20万 CNY：1 条（20.0 %，3.6–62.4 %）".to_owned()),
        (None, "20万–30万 CNY：0 条（0.0 %，0.0–43.4 %）".into()),
        (to("pay_annual=300000..399999&pay_currency=CNY"), "30万–40万 CNY：不单列".into()),
        (to("pay_annual=400000..&pay_currency=CNY"), "≥ 40万 CNY：2 条（40.0 %，11.8–76.9 %）".into()),
    ];
    let expected: [Vec<(Option<String>, String)>; 6] = [
        of_companies("百度：3 条", "京东：1 条"),
        of_companies("百度：3 条（21.4 %，7.6–47.6 %）", "京东：1 条（7.1 %，1.3–31.5 %）"),
        of_cells([
            "百度 × 985：3 条（21.4 %，7.6–47.6 %）",
            "百度 × 未知：0 条",
            "京东 × 985：不单列",
            "京东 × 未知：2 条（14.3 %，4.0–39.9 %）",
        ]),
        of_cells([
            "百度 × 985：3 条，3 条有 CNY 薪资，中位数 40万（其 95 % 区间：37.5万–42.5万，25–75 %：35万–45万，10–90 %：30万–50万）",
            "百度 × 未知：0 条",
            "京东 × 985：不单列",
            "京东 × 未知：2 条，1 条有 CNY 薪资，不足三个数值",
        ]),
        of_companies(
            "百度：3 条，3 条有 CNY 薪资，中位数 40万（其 95 % 区间：37.5万–42.5万，25–75 %：35万–45万，10–90 %：30万–50万）",
            "京东：1 条，1 条有 CNY 薪资，不足三个数值",
        ),
        of_bins,
    ];
    for ((kind, query_string), expected) in KINDS.into_iter().zip(expected) {
        assert_eq!(marks(&drawn(kind, query_string, Language::Chinese)), expected, "{kind:?} {query_string}");
    }
}

#[test]
fn marks_speak_english_too() {
    for ((kind, query_string), (number, expected)) in KINDS.into_iter().zip([
        (1, "JD.com: 1 case"),
        (0, "Baidu: 3 cases (21.4 %, 7.6–47.6 %)"),
        (2, "JD.com × 985: not shown"),
        (3, "JD.com × Unknown: 2 cases, 1 with pay in CNY, fewer than three figures"),
        (0, "Baidu: 3 cases, 3 with pay in CNY, median 400k (its 95 % interval: 375k–425k, 25–75 %: 350k–450k, 10–90 %: 300k–500k)"),
        (2, "300k–400k CNY: not shown"),
    ]) {
        assert_eq!(marks(&drawn(kind, query_string, Language::English))[number].1, expected);
    }
}

#[test]
fn a_pay_that_no_filter_takes_leads_nowhere() {
    let kind = ChartKind::Histogram;
    let mut statistics = statistics(kind);
    let million = 1_000_000_000;
    let ends =
        [(None, Some(million)), (Some(million - 1), Some(million + 1)), (Some(million), None), (Some(5), Some(6))];
    if let Some(histogram) = &mut statistics.histogram {
        histogram.bins = ends.map(|(from, to)| bin(from, to, Some(1))).to_vec();
    }
    let drawn = inline(&query(kind, "", Language::English), &statistics, &page("one"));
    let addresses: Vec<Option<String>> = marks(&drawn).into_iter().map(|(address, _)| address).collect();
    let to = |range: &str| Some(format!("/explore?pay_annual={range}&pay_currency=CNY"));
    assert_eq!(addresses, [to("..999999999"), None, None, to("5..5")]);
}

#[test]
fn a_picture_in_a_page_is_drawn_as_one_that_stands_alone() {
    /// What is seen, in no order: a mark is drawn with its label.
    fn seen(svg: &str) -> Vec<String> {
        let document = Document::parse(svg).expect("well-formed");
        let is_seen = |node: &Node| ["rect", "line", "text"].contains(&node.tag_name().name());
        let elements = document.descendants().filter(is_seen).filter(|node| node.attribute("class").is_none());
        let mut elements: Vec<String> = elements.map(|node| document.input_text()[node.range()].to_owned()).collect();
        elements.sort();
        elements
    }
    for (kind, query_string) in KINDS {
        for theme in ["auto", "light", "dark"] {
            let asked = format!("{query_string}&theme={theme}");
            let alone =
                draw(&query(kind, &format!("{query_string}&theme=light"), Language::Chinese), &statistics(kind));
            assert_eq!(seen(&drawn(kind, &asked, Language::Chinese)), seen(&alone), "{kind:?} {asked}");
            assert!(!alone.contains("<a ") && !alone.contains("<g>") && alone.contains("role=\"img\""), "{alone}");
        }
    }
}

#[test]
fn a_heading_may_be_left_to_the_page() {
    for (kind, query_string) in KINDS {
        let (query, statistics) = (query(kind, query_string, Language::English), statistics(kind));
        let Caption { title, subtitle, source } = caption(&query, &statistics);
        let texts = |with_heading: bool| -> (String, Vec<String>, f64) {
            let svg = inline(&query, &statistics, &Inline { with_heading, ..page("one") });
            let document = Document::parse(&svg).expect("well-formed");
            let root = document.root_element();
            let named = |name: &str| root.children().find(|node| node.attribute("id") == Some(name));
            let [name, description] = ["one-title", "one-desc"].map(|id| named(id).and_then(|node| node.text()));
            assert!(description.is_some_and(|text| text.contains(&subtitle)), "{description:?}");
            let texts = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")));
            let texts = texts.filter_map(|node| node.text()).map(str::to_owned).collect();
            let height = root.attribute("height").and_then(|height| height.parse().ok()).expect("a height");
            (name.unwrap_or_default().to_owned(), texts, height)
        };
        let ((name, with, tall), (same_name, without, short)) = (texts(true), texts(false));
        assert_eq!([&name, &same_name], [&title; 2]);
        for said in [&title, &subtitle, &source] {
            assert!(!said.is_empty() && with.join(" ").contains(said), "{said} in {with:?}");
            assert!(!without.join(" ").contains(said), "{said} in {without:?}");
        }
        assert!(tall - short > 40.0, "{tall} and {short}");
        assert!(with.len() > without.len() && without.iter().all(|text| with.contains(text)), "{without:?}");
    }
}

#[test]
fn hostile_names_and_addresses_are_nothing_but_text() {
    let hostile = [
        "<script>alert(1)</script>",
        "\"onmouseover=\"alert(1)",
        "'><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "&lt;b&gt; &amp;",
        "</a></svg><style>*{}</style>",
        "]]><!--",
        "\u{202E}desrever\u{202D}\u{2067}\u{2066}",
        "\u{0}\u{8}\u{1B}\u{FFFF}",
    ];
    for name in hostile {
        let of = |dimension| key(dimension, name, name, name);
        for (kind, query_string) in KINDS {
            let statistics = statistics_of(kind, [of("company"), jd()], [of("school_tier"), unknown()]);
            let address = |chosen: &[(&str, String)]| format!("{name}{}", as_written(chosen));
            let page = Inline { id: name, link: &address, with_heading: true, opens_beside: false };
            let svg = inline(&query(kind, query_string, Language::Chinese), &statistics, &page);
            let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{error} in {svg}"));
            for node in document.descendants().filter(Node::is_element) {
                let element = node.tag_name().name();
                assert!(["svg", "title", "desc", "rect", "line", "text", "a", "g"].contains(&element), "{svg}");
                assert!(node.attributes().all(|it| !it.name().starts_with("on") && it.name() != "style"), "{svg}");
            }
            let visible = |text: &str| text.replace(['\0', '\u{8}', '\u{1B}', '\u{FFFF}', ' '], "");
            let addresses: Vec<String> = marks(&svg).into_iter().filter_map(|(address, _)| address).collect();
            assert!(
                addresses.len() > 1 && addresses.iter().all(|it| it.starts_with(&visible(name)) || name.contains(' '))
            );
            let turns = |text: &str| text.contains(['\u{202E}', '\u{202D}', '\u{2066}', '\u{2067}']);
            assert!(marks(&svg).iter().all(|(_, words)| !turns(words)), "{svg}");
        }
    }
}

#[test]
fn a_page_may_have_several_pictures_and_no_style_within_it() {
    let ids = |svg: &str| -> BTreeSet<String> {
        let document = Document::parse(svg).expect("well-formed");
        let root = document.root_element();
        assert_eq!((root.attribute("class"), root.attribute("role")), (Some("chart"), Some("group")));
        let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
        assert_eq!(
            root.attribute("aria-labelledby").into_iter().chain(root.attribute("aria-describedby")).collect::<Vec<_>>(),
            ids
        );
        ids.into_iter().map(str::to_owned).collect()
    };
    for (kind, query_string) in KINDS {
        let (query, statistics) = (query(kind, query_string, Language::Chinese), statistics(kind));
        let [one, other] = ["one", "other"].map(|id| inline(&query, &statistics, &page(id)));
        assert!(ids(&one).is_disjoint(&ids(&other)));
        assert!(!one.contains("style"), "{one}");
        let nothing = inline(&query, &Statistics::default(), &page("one"));
        assert_eq!(ids(&nothing).len(), 2);
        assert!(!nothing.contains("<a ") && !nothing.contains("style"), "{nothing}");
    }
}

#[test]
fn the_style_sheet_of_a_page_turns_all_that_is_drawn_dark() {
    let sheet = style_sheet();
    for (kind, query_string) in KINDS {
        let [light, dark] = ["light", "dark"].map(|theme| {
            let svg =
                draw(&query(kind, &format!("{query_string}&theme={theme}"), Language::Chinese), &statistics(kind));
            let document = Document::parse(&svg).expect("well-formed");
            let attributes = document.descendants().flat_map(|node| node.attributes());
            let colours = attributes.filter(|it| ["fill", "stroke"].contains(&it.name()));
            colours.map(|it| (it.name().to_owned(), it.value().to_owned())).collect::<Vec<_>>()
        });
        for ((attribute, light), (_, dark)) in light.iter().zip(&dark) {
            for root in [":root:not([data-theme=light])", ":root[data-theme=dark]"] {
                let rule = format!("{root} .chart [{attribute}=\"{light}\"]{{{attribute}:{dark}}}");
                assert!(sheet.contains(&rule), "{rule}");
            }
        }
    }
    assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
    // Nothing of it is of anything but charts.
    let rules = sheet.split(['{', '}']).filter(|part| part.contains('[') || part.starts_with('.'));
    assert!(rules.flat_map(|selectors| selectors.split(',')).all(|selector| selector.contains(".chart ")), "{sheet}");
}
