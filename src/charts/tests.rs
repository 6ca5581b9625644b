//! Every chart is well-formed, complete and drawn with finite numbers, whatever it is given.

use roxmltree::{Document, Node};

use super::Frame;
use super::bar::{Bar, bar};
use super::boxes::{BoxGroup, Spread, boxes};
use super::heatmap::{Apart, Heatmap, heatmap};
use super::histogram::{Column, Mark, histogram};
use super::palette::Theme;
use super::text::Unit;
use crate::parameters::Language;

fn frame(language: Language, theme: Theme) -> Frame {
    Frame {
        title: "A <title> & \"more\"".into(),
        description: "It's a description".into(),
        x_label: "value".into(),
        y_label: "row".into(),
        source: "source".into(),
        empty: "nothing to draw".into(),
        subtitle: "subtitle".into(),
        language,
        theme,
        unit: Unit::Number,
        ..Frame::default()
    }
}

fn bars(values: &[f64]) -> Vec<Bar> {
    let bar = |(index, value): (usize, &f64)| Bar {
        label: format!("公司{index}"),
        value: *value,
        interval: Some((*value * 0.9, *value * 1.1)),
        text: format!("v{index}"),
        ..Bar::default()
    };
    values.iter().enumerate().map(bar).collect()
}

fn map(cells: Vec<Vec<Option<f64>>>) -> Heatmap {
    let rows = (0..cells.len()).map(|row| format!("行{row}")).collect();
    let columns = (0..cells.first().map_or(0, Vec::len)).map(|column| format!("列{column}")).collect();
    let written = |row: &Vec<Option<f64>>| row.iter().map(|cell| format!("{:.0}", cell.unwrap_or(-1.0))).collect();
    let texts = cells.iter().map(written).collect();
    Heatmap { rows, columns, cells, texts, ..Heatmap::default() }
}

fn group(label: &str, percentiles: Option<[f64; 5]>) -> BoxGroup {
    let spread = percentiles.map(|[p10, p25, median, p75, p90]| Spread {
        quartiles: [p25, median, p75],
        tails: Some([p10, p90]),
        median_interval: Some([p25, p90]),
    });
    let note = if spread.is_some() { "n = 7" } else { "n < 3" }.into();
    BoxGroup { label: label.into(), note, spread, ..BoxGroup::default() }
}

fn texts(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).expect("well-formed");
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts
        .filter_map(|node| node.children().filter_map(|child| child.text()).next_back())
        .map(|text| text.trim().to_owned())
        .collect()
}

fn finite(node: &Node, name: &str) -> Option<f64> {
    let number: f64 = node.attribute(name)?.parse().unwrap_or_else(|_| panic!("{name} of {node:?}"));
    assert!(number.is_finite(), "{name} of {node:?}");
    Some(number)
}

/// Checks what holds for every chart; the answer is its size.
fn check(svg: &str) -> (f64, f64) {
    let document = Document::parse(svg).expect("well-formed");
    let root = document.root_element();
    assert_eq!((root.attribute("role"), root.attribute("aria-labelledby")), (Some("img"), Some("title desc")));
    let first: Vec<_> = root.children().filter(Node::is_element).take(2).collect();
    assert_eq!((first[0].tag_name().name(), first[0].attribute("id")), ("title", Some("title")));
    assert_eq!((first[1].tag_name().name(), first[1].attribute("id")), ("desc", Some("desc")));
    let (width, height) = (finite(&root, "width").expect("width"), finite(&root, "height").expect("height"));
    assert_eq!(root.attribute("viewBox"), Some(format!("0 0 {width} {height}").as_str()));
    for node in document.descendants().filter(Node::is_element) {
        assert!(["svg", "title", "desc", "style", "rect", "line", "text"].contains(&node.tag_name().name()));
        assert!(
            !node
                .attributes()
                .any(|attribute| attribute.name().ends_with("href") || attribute.name().starts_with("on"))
        );
        for (name, most) in [("x", width), ("x1", width), ("x2", width), ("y", height), ("y1", height), ("y2", height)]
        {
            assert!(finite(&node, name).is_none_or(|number| (0.0..=most).contains(&number)), "{name} of {node:?}");
        }
        for name in ["width", "height", "stroke-width", "font-size"] {
            assert!(finite(&node, name).is_none_or(|number| number >= 0.0), "{name} of {node:?}");
        }
    }
    (width, height)
}

#[test]
fn charts_hold_their_labels_and_values() {
    let frame = frame(Language::Chinese, Theme::Light);
    let drawn = bar(&frame, &bars(&[1.0, 2.0]));
    check(&drawn);
    for text in ["公司0", "公司1", "v0", "v1", "value", "row", "source", "subtitle", "A <title> & \"more\""] {
        assert!(texts(&drawn).iter().any(|drawn| drawn == text), "{text}");
    }
    let drawn = heatmap(&frame, &map(vec![vec![Some(1.0), None], vec![Some(3.0), Some(4.0)]]));
    check(&drawn);
    for text in ["行0", "列1", "1", "-1", "3", "4"] {
        assert!(texts(&drawn).iter().any(|drawn| drawn == text), "{text}");
    }
    let groups = [group("甲", Some([1.5e5, 2e5, 3.055e5, 4e5, 9e5])), group("乙", None)];
    let drawn = boxes(&Frame { unit: Unit::Money, ..frame }, &groups);
    check(&drawn);
    for text in ["甲", "乙", "n = 7", "n < 3", "30.55万", "40万", "中位数"] {
        assert!(texts(&drawn).iter().any(|drawn| drawn == text), "{text}");
    }
}

#[test]
fn a_box_of_few_values_has_no_whiskers_and_one_of_very_few_no_bar() {
    let frame = Frame { unit: Unit::Money, ..frame(Language::Chinese, Theme::Light) };
    let quartiles = [2e5, 3e5, 4e5];
    let lines = |tails, median_interval| {
        let spread = Some(Spread { quartiles, tails, median_interval });
        let drawn = boxes(&frame, &[BoxGroup { spread, ..group("甲", None) }]);
        check(&drawn);
        let document = Document::parse(&drawn).expect("well-formed");
        document.descendants().filter(|node| node.has_tag_name("line") || node.has_tag_name("path")).count()
    };
    let (few, very_few) = (lines(None, Some([2.5e5, 3.5e5])), lines(None, None));
    assert!(lines(Some([1e5, 9e5]), Some([2.5e5, 3.5e5])) > few && few > very_few);
}

#[test]
fn a_picture_without_anything_to_draw_says_why_and_has_no_axis() {
    for language in [Language::Chinese, Language::English] {
        let frame = frame(language, Theme::Auto);
        let no_columns = Heatmap { rows: vec!["row".into()], ..Heatmap::default() };
        for drawn in [
            bar(&frame, &[]),
            bar(&frame, &bars(&[f64::NAN; 2])),
            boxes(&frame, &[]),
            boxes(&frame, &[group("a", None), group("b", None)]),
            heatmap(&frame, &map(vec![])),
            heatmap(&frame, &map(vec![vec![None; 2]; 2])),
            heatmap(&frame, &no_columns),
            histogram(&frame, &[], &marks(&[1.0])),
            histogram(&frame, &columns(&[None; 3]), &[]),
        ] {
            check(&drawn);
            assert_eq!(texts(&drawn), ["A <title> & \"more\"", "subtitle", "nothing to draw", "source"]);
            assert!(drawn.contains("<desc id=\"desc\">nothing to draw. It's a description</desc>"), "{drawn}");
            assert!(!drawn.contains("<line"), "{drawn}");
        }
    }
    check(&bar(&Frame::default(), &[]));
}

#[test]
fn the_foot_is_never_cut() {
    let chinese = "一条提示，".repeat(60);
    let english = "A notice of “several” words. ".repeat(30);
    for source in [chinese, english, "W".repeat(300), "短\nshort".into()] {
        let frame = Frame { source: source.clone(), ..frame(Language::Chinese, Theme::Light) };
        for drawn in [bar(&frame, &bars(&[1.0])), bar(&frame, &[]), heatmap(&frame, &map(vec![vec![Some(1.0); 60]]))] {
            let (width, _) = check(&drawn);
            let bare = |text: &str| text.replace([' ', '\n'], "");
            let texts = texts(&drawn);
            assert!(bare(&texts.concat()).ends_with(&bare(&source)), "{texts:?}");
            let widest = texts.iter().map(|text| super::text::width_px(text, 12.0)).max().expect("there are texts");
            assert!(f64::from(widest) <= width - 48.0, "{widest} of {width}");
        }
    }
}

/// The widths of the bars of a colour, or of the cells.
fn widths(svg: &str, colour: &str) -> Vec<f64> {
    let document = Document::parse(svg).expect("well-formed");
    let of_colour = document.descendants().filter(|node| node.attribute("fill") == Some(colour));
    of_colour.filter_map(|node| finite(&node, "width")).collect()
}

#[test]
fn what_is_set_apart_makes_nothing_else_small() {
    let frame = frame(Language::English, Theme::Light);
    let with_last_apart = |last: f64| {
        let mut bars = bars(&[50.0, 100.0, last]);
        bars.iter_mut().for_each(|bar| bar.interval = None);
        bars[2].is_apart = true;
        bar(&frame, &bars)
    };
    let of_bars = |drawn: &str| (widths(drawn, "#4A90CC"), widths(drawn, "#868F99"));
    let (short, apart) = of_bars(&with_last_apart(1e6));
    assert!(short[0] * 2.0 - short[1] <= 1.0 && apart == [short[1]], "{short:?} {apart:?}");
    assert!(texts(&with_last_apart(1e6)).contains(&"v2".to_owned()), "the number of a bar that is broken is written");
    let (whole, apart) = of_bars(&with_last_apart(150.0));
    assert!(whole[1] < short[1] && (apart[0] / whole[1] - 1.5).abs() < 0.01, "{whole:?} {apart:?}");
    let (none, apart) = of_bars(&bar(&frame, &[Bar { value: 9.0, is_apart: true, ..Bar::default() }]));
    assert!(none.is_empty() && apart[0] > 600.0, "{apart:?}");

    let mut cells = map(vec![vec![Some(1.0), Some(2.0), Some(1e6)], vec![Some(1e6), Some(2e6), Some(9.0)]]);
    cells.apart = Apart { row: true, column: true, is_off_scale: true };
    let drawn = heatmap(&frame, &cells);
    check(&drawn);
    assert_eq!([widths(&drawn, "#E4EFFA").len(), widths(&drawn, "#0B3A75").len()], [2, 2], "a cell and the legend");
    assert_eq!(widths(&drawn, "#DFE3E8").len(), 4);
    assert_eq!(texts(&drawn).iter().filter(|text| *text == "1000000").count(), 2);
}

#[test]
fn extreme_values_stay_on_the_picture() {
    let frame = frame(Language::English, Theme::Auto);
    let values =
        [0.0, 1.0, -1.0, 1e-300, 5e-10, 1e15, -1e300, f64::MAX, f64::MIN, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    for one in values {
        for other in values {
            for unit in [Unit::Number, Unit::Share, Unit::Money] {
                let frame = Frame { unit, ..frame.clone() };
                check(&bar(&frame, &bars(&[one, other])));
                check(&heatmap(&frame, &map(vec![vec![Some(one)], vec![Some(other)]])));
                check(&boxes(&frame, &[group("a", Some([one, other, one, other, one]))]));
            }
        }
    }
    check(&bar(&frame, &bars(&[0.0; 3])));
    check(&bar(&frame, &bars(&[7.0])));
    check(&boxes(&frame, &[group("a", None)]));
    check(&heatmap(&frame, &map(vec![vec![None]])));
}

#[test]
fn long_and_odd_labels_are_shortened_and_escaped() {
    let frame = frame(Language::Chinese, Theme::Dark);
    for label in ["哈".repeat(60), "W".repeat(60), "<a>&\"'".repeat(12), "a\u{0}\u{8}\u{FFFF}b".into(), String::new()]
    {
        let one = Bar { label: label.clone(), value: 1.0, text: label.clone(), ..Bar::default() };
        let drawn = bar(&frame, &[one.clone(), one]);
        check(&drawn);
        if label.len() >= 60 {
            let document = Document::parse(&drawn).expect("well-formed");
            let tooltips = document.descendants().filter(|node| {
                node.has_tag_name("title") && node.parent().is_some_and(|parent| parent.has_tag_name("text"))
            });
            let tooltips: Vec<_> = tooltips.filter_map(|node| node.text()).collect();
            assert_eq!(tooltips, vec![label.as_str(); 4]);
        }
        let mut map = map(vec![vec![Some(1.0); 3]; 3]);
        (map.rows, map.columns) = (vec![label.clone(); 3], vec![label.clone(); 3]);
        map.texts = vec![vec![label.clone()]];
        check(&heatmap(&frame, &map));
        let titled = Frame { title: label.clone(), description: label.clone(), ..frame.clone() };
        let drawn = boxes(&titled, &[group(&label, Some([1.0, 2.0, 3.0, 4.0, 5.0]))]);
        check(&drawn);
        let document = Document::parse(&drawn).expect("well-formed");
        let said = document.root_element().children().filter(|node| node.has_attribute("id"));
        let cleaned = label.replace(['\0', '\u{8}'], " ").replace('\u{FFFF}', "").replace("  ", " ");
        assert!(said.map(|node| node.text().unwrap_or_default()).eq([cleaned.as_str(); 2]), "{drawn}");
    }
}

/// Columns of the width 10, the first and the last of which are open.
fn columns(counts: &[Option<f64>]) -> Vec<Column> {
    let column = |(index, count): (usize, &Option<f64>)| Column {
        from: (index > 0).then_some(index as f64 * 10.0),
        to: (index + 1 < counts.len()).then_some((index + 1) as f64 * 10.0),
        count: *count,
        ..Column::default()
    };
    counts.iter().enumerate().map(column).collect()
}

fn marks(values: &[f64]) -> Vec<Mark> {
    values.iter().map(|value| Mark { value: *value, text: format!("mark at {value}") }).collect()
}

#[test]
fn columns_and_marks_stay_on_the_picture_and_hidden_ones_are_seen() {
    let frame = frame(Language::Chinese, Theme::Light);
    for number in [1, 2, 3, 7, 30, 102] {
        for count in [Some(0.0), Some(1.0), Some(1e9), None] {
            let mut columns = columns(&vec![count; number]);
            columns[number / 2].count = Some(3.0);
            for values in [&[][..], &[0.0, 1e9], &[25.0, 25.0], &[-5.0, number as f64 * 10.0]] {
                let drawn = histogram(&frame, &columns, &marks(values));
                check(&drawn);
                let hidden = if count.is_none() { number - 1 } else { 0 };
                assert_eq!(texts(&drawn).iter().filter(|text| *text == "–").count(), hidden);
                assert_eq!(texts(&drawn).iter().filter(|text| text.starts_with("mark")).count(), values.len());
            }
        }
    }
    let middles: Vec<f64> = {
        let drawn = histogram(&frame, &columns(&[Some(1.0); 4]), &marks(&[15.0]));
        let bars = Document::parse(&drawn).expect("well-formed");
        let lines = bars.descendants().filter(|node| node.attribute("stroke-width") == Some("2"));
        lines.filter_map(|node| finite(&node, "x1")).collect()
    };
    let drawn = histogram(&frame, &columns(&[Some(1.0); 4]), &[]);
    let bars = Document::parse(&drawn).expect("well-formed");
    let second = bars.descendants().find(|node| node.attribute("fill") == Some("#4A90CC")).expect("a column");
    let [left, width] = ["x", "width"].map(|name| finite(&second, name).expect(name));
    assert!((middles[0] - (left + width / 2.0)).abs() <= 1.0, "{middles:?} in {left} and {width} more");
    check(&histogram(&frame, &[], &marks(&[1.0])));
}

#[test]
fn the_height_follows_the_rows_and_the_width_the_columns() {
    let frame = frame(Language::Chinese, Theme::Light);
    let (width, short) = check(&bar(&frame, &bars(&[1.0; 3])));
    let (_, tall) = check(&bar(&frame, &bars(&[1.0; 50])));
    assert_eq!((width, tall - short), (800.0, 47.0 * 26.0));
    let (width, _) = check(&heatmap(&frame, &map(vec![vec![Some(1.0); 6]; 8])));
    assert_eq!(width, 800.0);
    let (width, _) = check(&heatmap(&frame, &map(vec![vec![Some(21_400.0); 50]; 50])));
    assert!(width > 800.0);
}

#[test]
fn themes_differ_in_colours_only() {
    let drawn = |theme| bar(&frame(Language::English, theme), &bars(&[1.0, 2.0]));
    let (light, dark, auto) = (drawn(Theme::Light), drawn(Theme::Dark), drawn(Theme::Auto));
    assert!(light.contains("#FFFFFF") && !light.contains("@media"));
    assert!(dark.contains("#0D1117") && !dark.contains("#FFFFFF") && !dark.contains("@media"));
    assert!(auto.contains("@media (prefers-color-scheme:dark)") && auto.contains("[fill=\"#FFFFFF\"]{fill:#0D1117}"));
    assert_eq!(texts(&light), texts(&dark));
    assert_eq!(light, drawn(Theme::Light));
}

#[test]
fn the_style_sheet_knows_the_dark_colour_of_all_that_is_drawn() {
    let colours = |svg: &str| -> Vec<(String, String)> {
        let document = Document::parse(svg).expect("well-formed");
        let attributes = document.descendants().flat_map(|node| node.attributes());
        let colours = attributes.filter(|attribute| ["fill", "stroke"].contains(&attribute.name()));
        colours.map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned())).collect()
    };
    let cells = || vec![(0..9).map(|value| Some(f64::from(value))).chain([None]).collect()];
    for draw in [
        &(|frame: &Frame| heatmap(frame, &map(cells()))) as &dyn Fn(&Frame) -> String,
        &|frame| bar(frame, &bars(&[1.0, 2.0])),
        &|frame| histogram(frame, &columns(&[Some(1.0), None, Some(2.0)]), &marks(&[15.0, 99.0])),
        &|frame| boxes(frame, &[group("a", Some([1.0, 2.0, 3.0, 4.0, 5.0]))]),
    ] {
        let [auto, dark] = [Theme::Auto, Theme::Dark].map(|theme| draw(&frame(Language::English, theme)));
        let (light_colours, dark_colours) = (colours(&auto), colours(&dark));
        assert_eq!(light_colours.len(), dark_colours.len());
        for ((attribute, light), (_, dark)) in light_colours.iter().zip(&dark_colours) {
            let rule = format!("[{attribute}=\"{light}\"]{{{attribute}:{dark}}}");
            assert!(auto.contains(&rule), "{rule}");
        }
    }
}
