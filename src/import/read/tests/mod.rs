//! What is read of files in every format and encoding, and what is refused.

mod chance;
mod delimited;
mod json;
mod tables;
mod xlsx;

use super::{FileFormat, Input, ReadOptions, Reading, open};

fn options() -> ReadOptions {
    ReadOptions::default()
}

/// Reads a whole file.
fn all(name: &str, bytes: &[u8]) -> (Reading<'static>, Vec<Vec<String>>) {
    let mut reading =
        open(name, &Input::Bytes(bytes.into()), &options(), None).unwrap_or_else(|error| panic!("{name}: {error}"));
    let rows = reading.rows.by_ref().map(|row| row.expect("a row").cells).collect();
    (reading, rows)
}

/// Why a file is not read: at once or in one of its rows.
fn error(name: &str, bytes: &[u8]) -> String {
    match open(name, &Input::Bytes(bytes.into()), &options(), None) {
        Ok(mut reading) => match reading.rows.find_map(Result::err) {
            Some(error) => error.to_string(),
            None => panic!("{name} is read, {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(100)])),
        },
        Err(error) => error.to_string(),
    }
}

fn utf_16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn every_format_gives_the_same_rows() {
    let workbook = xlsx::plain(&[&["公司", "岗位", "备注"], &["58", "360", "a|b"], &["百度", "产品", ""]]);
    let markdown = "# 案例\n\n| 公司 | 岗位 | 备注 |\n|---|---|---|\n| 58 | 360 | a\\|b |\n| 百度 | 产品 |\n";
    let json = r#"[{"公司": "58", "岗位": 360, "备注": "a|b"}, {"公司": "百度", "岗位": "产品", "备注": null}]"#;
    for (name, bytes) in [
        ("a.csv", "公司,岗位,备注\n58,360,a|b\n百度,产品\n".as_bytes()),
        ("a.tsv", "公司\t岗位\t备注\n58\t360\ta|b\n百度\t产品\t\n".as_bytes()),
        ("a.md", markdown.as_bytes()),
        ("a.json", json.as_bytes()),
        ("a.XLSX", &workbook),
        ("nameless", &workbook),
    ] {
        let (reading, rows) = all(name, bytes);
        assert_eq!(reading.table.header, ["公司", "岗位", "备注"], "{name}");
        assert_eq!(rows, [["58", "360", "a|b"], ["百度", "产品", ""]], "{name}");
    }
}

#[test]
fn a_format_that_is_told_goes_before_the_ending_and_the_content_is_checked_all_the_same() {
    let text = "公司,岗位\n百度,产品\n".as_bytes();
    for (format, message) in [
        (FileFormat::Csv, None),
        (FileFormat::Tsv, Some("no header was found")),
        (FileFormat::Xlsx, Some("taken for XLSX by --format")),
        (FileFormat::JsonLines, Some("taken for JSON Lines by --format")),
        (FileFormat::Markdown, Some("no Markdown table")),
    ] {
        let options = ReadOptions { format: Some(format), ..options() };
        let error = open("a.xls", &Input::Bytes(text.into()), &options, None).err().map(|error| error.to_string());
        assert_eq!(error.is_some(), message.is_some(), "{format}: {error:?}");
        assert!(error.unwrap_or_default().contains(message.unwrap_or_default()), "{format}");
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert!(
        "wps".parse::<FileFormat>().is_err_and(|error| error.contains("csv, tsv, xlsx, xls, ods, json, ndjson, md"))
    );
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().expect("a directory");
    let open = |path: &std::path::Path| open("a.csv", &Input::Path(path.to_owned()), &options(), None).err();
    assert_eq!(open(folder.path()), Some(super::ReadError::Directory));
    assert!(matches!(open(&folder.path().join("a.csv")), Some(super::ReadError::Io(_))));
}

#[test]
fn a_reading_can_go_to_another_thread() {
    let reading =
        open("a.csv", &Input::Bytes("公司,岗位\na,b\n".as_bytes().into()), &options(), None).expect("a table");
    assert_eq!(std::thread::spawn(|| reading.rows.count()).join().expect("rows"), 1);
}
