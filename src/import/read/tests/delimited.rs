use encoding_rs::GB18030;

use super::super::header::PAY;
use super::super::*;
use super::{all, error, options, utf_16};
use crate::model::case::Field;

const PLAIN: &str = "公司,岗位,备注\n百度,产品经理,好\n58,360,\"a,\"\"b\"\"\nc\"\n";

fn expected() -> Vec<Vec<&'static str>> {
    vec![vec!["百度", "产品经理", "好"], vec!["58", "360", "a,\"b\"\nc"]]
}

fn rows(name: &str, bytes: &[u8]) -> Vec<Vec<String>> {
    all(name, bytes).1
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let mark = [b"\xEF\xBB\xBF".as_slice(), PLAIN.as_bytes()].concat();
    let le_mark = [b"\xFF\xFE".as_slice(), &utf_16(PLAIN, u16::to_le_bytes)].concat();
    let be_mark = [b"\xFE\xFF".as_slice(), &utf_16(PLAIN, u16::to_be_bytes)].concat();
    for (what, bytes) in [
        ("UTF-8", PLAIN.as_bytes().to_vec()),
        ("UTF-8 with mark", mark),
        ("GB18030", GB18030.encode(PLAIN).0.into_owned()),
        ("UTF-16LE with mark", le_mark),
        ("UTF-16BE with mark", be_mark),
        ("UTF-16LE", utf_16(PLAIN, u16::to_le_bytes)),
        ("UTF-16BE", utf_16(PLAIN, u16::to_be_bytes)),
    ] {
        assert_eq!(rows("a.csv", &bytes), expected(), "{what}");
    }
}

#[test]
fn every_delimiter_and_line_break_gives_the_same_rows() {
    for delimiter in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r"] {
            let text = "公司,岗位,备注\n百度,产品经理,\n,,\n \t,　,\u{a0}\n\n腾讯,运营,x\n";
            let text = text.replace("\t", "").replace(',', delimiter).replace('\n', end);
            let expected = [["百度", "产品经理", ""], ["腾讯", "运营", "x"]];
            assert_eq!(rows("a.csv", text.as_bytes()), expected, "{delimiter:?} {end:?}");
        }
    }
    assert_eq!(rows("a.csv", "sep=^\r\n公司^岗位\r\na^b\r\n".as_bytes()), [["a", "b"]]);
    assert_eq!(rows("a.tsv", "公司\t岗位\na,b\tc\n".as_bytes()), [["a,b", "c"]]);
    assert_eq!(rows("nameless", "公司;岗位\na;b".as_bytes()), [["a", "b"]]);
}

#[test]
fn cells_are_cleaned_and_our_own_formula_guard_is_taken_off() {
    let text = "公司,岗位,备注\n　百度\u{feff} ,'=a,'＋b\n'x,'-5,\"'\ty\"\n";
    assert_eq!(rows("a.csv", text.as_bytes()), [["百度", "=a", "＋b"], ["'x", "-5", "y"]]);
}

#[test]
fn the_header_is_found_below_titles_and_above_its_translation() {
    let text = "2024 校招汇总,,\n,,\n公司（必填）,岗位,,薪资(万/年)\nCompany,Role,,Pay\n百度,产品,x,30\n字节,运营\n";
    let (reading, rows) = all("a.csv", text.as_bytes());
    assert_eq!(reading.table.header, ["公司（必填）", "岗位", "#3", "薪资(万/年)"]);
    assert_eq!(reading.table.columns.title(PAY), "薪资(万/年)");
    assert_eq!(reading.table.columns.untaken, ["#3"]);
    assert_eq!(rows, [["百度", "产品", "x", "30"], ["字节", "运营", "", ""]]);
    assert_eq!(reading.notes.len(), 2, "{:?}", reading.notes);
    assert!(reading.notes[0].en.contains("2024 校招汇总"), "{:?}", reading.notes);
}

#[test]
fn rows_are_numbered_from_one_without_blank_ones_and_surplus_cells_stay() {
    let input = Input::Bytes("公司,岗位\n\na,b,,\n,,\nc,d,e\n".as_bytes().into());
    let reading = open("a.csv", &input, &options(), None).expect("a table");
    let rows: Vec<RawRow> = reading.rows.map(|row| row.expect("a row")).collect();
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(rows.iter().map(|row| row.cells.len()).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_map_gives_headers_a_meaning() {
    let map = vec![("谁".to_owned(), Field::Company.into()), ("#2".to_owned(), Field::Summary.into())];
    let options = ReadOptions { map, ..ReadOptions::default() };
    let input = Input::Bytes("谁,,岗位\na,b,c\n".as_bytes().into());
    let reading = open("a.csv", &input, &options, None).expect("a table");
    let places = [Field::Company, Field::Summary, Field::Role].map(|column| reading.table.columns.place(column));
    assert_eq!(places, [Some(0), Some(1), Some(2)]);
}

#[test]
fn what_is_no_table_of_cases_is_refused_with_what_is_wrong() {
    let long_line = [b"a,b\n".as_slice(), &vec![b'x'; (16 << 20) + 1]].concat();
    let long_row = ["公司,岗位\n\"".as_bytes(), &b"x\n".repeat(9 << 20)].concat();
    let big5 = encoding_rs::BIG5.encode("公司,職位,備註\n臺灣積體電路,軟體工程師,經驗豐富\n").0.into_owned();
    let wide = format!("公司,岗位{}\n", ",x".repeat(1000));
    for (bytes, message) in [
        (b"".as_slice(), "it is empty"),
        (b"\xEF\xBB\xBF \r\n", "it is empty"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "--format xls"),
        (b"PK\x03\x04....", "--format xlsx"),
        (b"<!DOCTYPE html><table>", "an HTML page"),
        (b"<?xml version=\"1.0\"?>", "seems to be XML"),
        (b"[{\"a\": 1}]", "--format json"),
        (b"| a | b |\n|---|---|\n", "--format md"),
        (b"a,b\n\x00\x01\x02\n\x00", "binary"),
        (b"caf\xE9,\n", "offset 3 in line 1"),
        (&big5, "Big5"),
        (&long_line, "line 2 is longer than 16 MiB"),
        (&long_row, "line 2 is longer than 16 MiB"),
        ("公司,岗位\na,\"b\nc,d\n".as_bytes(), "line 2 is never closed"),
        ("公司,专业\na,b\n".as_bytes(), "--map HEADER=role"),
        ("公司,专业\na,b\n".as_bytes(), "no column for the role; its columns are: 公司, 专业"),
        ("x\ny\n".as_bytes(), "--no-header"),
        (wide.as_bytes(), "more than 1000 columns"),
    ] {
        let error = error("a.csv", bytes);
        assert!(error.contains(message), "expected `{message}` in `{error}`");
    }
}

#[test]
fn a_file_with_a_few_damaged_characters_is_read_with_a_note() {
    let mut text = PLAIN.repeat(100).into_bytes();
    let place = text.len() - 20;
    text[place] = 0xFF;
    let (reading, rows) = all("a.csv", &text);
    assert!(reading.notes[0].en.contains("U+FFFD"), "{:?}", reading.notes);
    assert!(rows.iter().flatten().any(|cell| cell.contains('\u{fffd}')));
}

/// Gives a large file without holding it: `Input` takes what a path gives, so that one is written.
#[test]
fn a_large_file_is_read_without_being_held() {
    use std::io::Write;
    const ROWS: usize = 300_000;
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let mut writer = std::io::BufWriter::new(&mut file);
    writeln!(writer, "公司,岗位,备注").expect("written");
    for row in 0..ROWS {
        writeln!(writer, "公司{row},产品经理,一个人的故事").expect("written");
    }
    drop(writer);
    let reading = open("a.csv", &Input::Path(file.path().to_owned()), &options(), None).expect("a table");
    let mut count = 0;
    for row in reading.rows {
        let row = row.expect("a row");
        count += 1;
        assert_eq!((row.number, row.cells.len()), (count, 3));
    }
    assert_eq!(count, ROWS);
}
