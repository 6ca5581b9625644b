use super::{all, error, utf_16};
use crate::model::case::Field;

const FIRST: &str =
    r#"{"公司": "百度", "岗位": {"slug": "pm", "name": "产品"}, "tags": ["a", "b"], "n": 1.50, "x": null}"#;
const SECOND: &str = r#"{"公司": "58", "岗位": "运\n营", "y": {"a": [1, {}]}, "z": true, "n": 360}"#;

/// What is named with a slug becomes three columns, as in an export as CSV.
fn expected() -> [[&'static str; 9]; 2] {
    [["百度", "pm", "产品", "", "a;b", "1.50", "", "", ""], ["58", "运\n营", "", "", "", "360", "", "[1,{}]", "true"]]
}

#[test]
fn arrays_wrapped_arrays_and_lines_give_the_same_rows() {
    let array = format!(" [{FIRST},\n {SECOND} ]\n");
    let wrapped = format!(r#"{{"total": 2, "a": [1, "]"], "e": [], "items": [{FIRST},{SECOND}], "next": null}}"#);
    let lines = format!("{FIRST}\n\n{SECOND}\r\n");
    for (name, text) in [
        ("a.json", &array),
        ("a.json", &wrapped),
        ("a.json", &lines),
        ("a.ndjson", &lines),
        ("a", &array),
        ("a.txt", &lines),
    ] {
        let (reading, rows) = all(name, text.as_bytes());
        assert_eq!(
            reading.table.header,
            ["公司", "岗位", "岗位_name", "岗位_name_en", "tags", "n", "x", "y.a", "z"],
            "{name}: {text}"
        );
        assert_eq!(rows, expected(), "{name}: {text}");
        assert_eq!(reading.table.columns.place(Field::Tags), Some(4));
    }
    let utf_16 = [b"\xFF\xFE".as_slice(), &utf_16(&array, u16::to_le_bytes)].concat();
    assert_eq!(all("a.json", &utf_16).1, expected());
    assert_eq!(all("a.json", &encoding_rs::GB18030.encode(&array).0).1, expected());
    assert_eq!(all("a.json", FIRST.as_bytes()).1.len(), 1);
}

#[test]
fn rows_are_found_where_they_are_and_nested_members_are_cells_of_their_own() {
    let deep = r#"{"code": 0, "data": {"total": 2, "filters": [{"id": 1}], "page": {"list": [
        {"company": {"name": "腾讯", "city": "深圳"}, "position": {"title": "后端开发"}, "tags": ["a", "b"],
         "salary": {"min": 20000, "max": 30000, "currency": "CNY", "period": "MONTH"},
         "places": [{"name": "深圳"}, {"name": "上海"}], "note": {"deep": {"er": [1, 2]}, "none": null}},
        {"company": {"name": "百度"}, "position": {"title": "前端开发"}, "salary": {"min": null, "max": 5}}]}}}"#;
    let (reading, rows) = all("a.json", deep.as_bytes());
    let header = [
        "company.name",
        "company.city",
        "position.title",
        "tags",
        "salary",
        "places.name",
        "note.deep.er",
        "note.none",
        "salary.min",
        "salary.max",
    ];
    assert_eq!(reading.table.header, header);
    assert_eq!(rows[0], ["腾讯", "深圳", "后端开发", "a;b", "20000-30000 CNY/month", "深圳;上海", "[1,2]", "", "", ""]);
    assert_eq!(rows[1], ["百度", "", "前端开发", "", "", "", "", "", "", "5"]);
    let place = |column| reading.table.columns.place(column);
    assert_eq!([Field::Company, Field::Role, Field::City].map(place), [Some(0), Some(2), Some(1)]);
    assert!(reading.notes.iter().any(|note| note.en.contains("`data.page.list` (2 objects)")), "{:?}", reading.notes);
    let lines = "{\"company\":{\"name\":\"腾讯\"},\"position\":\"后端\"}\n{\"company\":{\"name\":\"百度\"},\"position\":\"前端\"}\n";
    assert_eq!(all("a.ndjson", lines.as_bytes()).1, [["腾讯", "后端"], ["百度", "前端"]]);
    let first_of_equals = r#"{"a": [{"公司": "甲", "岗位": "乙"}], "b": [{"公司": "丙", "岗位": "丁"}]}"#;
    assert_eq!(all("a.json", first_of_equals.as_bytes()).1, [["甲", "乙"]]);
}

#[test]
fn a_long_line_of_many_objects_is_read() {
    let long = FIRST.replace("百度", &"百度".repeat(10_000));
    let text = format!("[{}{FIRST}]", format!("{long},").repeat(300));
    assert!(text.len() > 16 << 20);
    assert_eq!(all("a.json", text.as_bytes()).1.len(), 301);
}

#[test]
fn what_is_no_list_of_objects_is_refused() {
    let deep = format!("{}{}", r#"{"公司":["#, "[".repeat(100_000));
    let wide = format!("[{{{}\"公司\":1}}]", (0..1001).map(|key| format!("\"{key}\":1,")).collect::<String>());
    let keys = (0..1001).map(|key| format!("{{\"公司\":1,\"{key}\":1}}\n")).collect::<String>();
    let long = format!("[{{\"公司\":\"{}\"}}]", "x".repeat(17 << 20));
    for (name, text, message) in [
        ("a.json", "", "it is empty"),
        ("a.json", "[]", "it is empty"),
        ("a.json", "[1, 2]", "line 1: expected an object, found `1`"),
        ("a.json", "公司,岗位\n", "--format csv"),
        ("a.json", "[{\"公司\": 1},\n{\"公司\": 2}", "line 2: expected `,` or `]`"),
        ("a.json", "[{\"公司\": 1}\n{\"公司\": 2}]", "line 2: expected `,` or `]`"),
        ("a.json", "[{\"公司\": 1}] x", "nothing behind the array, found `x`"),
        ("a.json", "[{\"公司\": 1,\n \"岗位\"}]", "line 2: expected `:`"),
        ("a.json", "{\"a\": [{\"公司\": 1, \"岗位\": 2}]", "found the end of the file"),
        ("a.ndjson", "{\"公司\": 1, \"岗位\": 2}\n[]\n", "line 2: expected an object, found `[`"),
        ("a.json", "[{\"职位\": 1}]", "no column for the company; its columns are: 职位"),
        ("a.json", &deep, "expected the end of an object"),
        ("a.json", &wide, "more than 1000 keys"),
        ("a.ndjson", &keys, "more than 1000 columns"),
        ("a.json", &long, "longer than 16 MiB"),
    ] {
        let error = error(name, text.as_bytes());
        assert!(error.contains(message), "expected `{message}` in `{error}`");
    }
}
