//! Files of tables: any bytes, and tables that are written in several ways.

use proptest::prelude::*;

use super::config;
use crate::import::read::{Input, ReadOptions, open};

/// The cells of all rows of a file, where it can be read.
fn rows(name: &str, bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let reading = open(name, &Input::Bytes(bytes.into()), &ReadOptions::default(), None).ok()?;
    reading.rows.map(|row| row.ok().map(|row| row.cells)).collect()
}

const NAMES: &[&str] = &["a.csv", "a.tsv", "a.json", "a.ndjson", "a.md", "a.xlsx", "a.xls", "a.ods", "a"];
const BEGINNINGS: &[&str] = &[
    "",
    "公司,岗位,备注\n",
    "公司\t岗位\n",
    "|公司|岗位|\n|-|-|\n",
    "[{\"公司\": \"a\", \"岗位\": ",
    "{\"公司\": \"",
    "PK\u{3}\u{4}",
    "\u{feff}公司;岗位\n",
    "<table><tr><td>公司",
    "公司,岗位\n\"",
];

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn any_bytes_are_read_or_refused(
        name in prop::sample::select(NAMES), beginning in prop::sample::select(BEGINNINGS), rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let bytes = [beginning.as_bytes(), &rest].concat();
        let cells: usize = rows(name, &bytes).iter().flatten().flatten().map(String::len).sum();
        // A byte of an old encoding is three of UTF-8 at most, and nothing is there twice.
        prop_assert!(cells <= 8 * bytes.len() + 64, "{} bytes of cells", cells);
    }

    #[test]
    fn any_text_is_read_or_refused(name in prop::sample::select(NAMES), beginning in prop::sample::select(BEGINNINGS), rest in any::<String>()) {
        let _ = rows(name, format!("{beginning}{rest}").as_bytes());
    }

    #[test]
    fn a_table_is_the_same_in_every_encoding(cells in prop::collection::vec("[一-龟a-zA-Z0-9 ，。、（）\"\n-]{1,12}", 2..12)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["公司", "岗位", "备注"]).expect("a header");
        for cell in &cells {
            writer.write_record(["百度", "产品经理", &format!("好{cell}")]).expect("a row");
        }
        let text = String::from_utf8(writer.into_inner().expect("all of it")).expect("a text");
        let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let (gb18030, ..) = encoding_rs::GB18030.encode(&text);
        let plain = rows("a.csv", text.as_bytes());
        prop_assert_eq!(plain.as_ref().map(Vec::len), Some(cells.len()));
        prop_assert_eq!(rows("a.csv", &utf_16), plain.clone(), "UTF-16");
        prop_assert_eq!(rows("a.csv", &gb18030), plain.clone(), "GB18030");
        prop_assert_eq!(rows("a.csv", format!("\u{feff}{text}").as_bytes()), plain, "with a byte order mark");
    }
}
