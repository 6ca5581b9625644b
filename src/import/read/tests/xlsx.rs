use std::io::Write;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, IntoExcelData, Workbook, Worksheet};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{ReadOptions, all, error};
use crate::import::read::Sheets;
use crate::model::case::Field;

/// Writes a cell.
fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: impl IntoExcelData) {
    sheet.write(row, column, cell).expect("written");
}

fn bytes(mut workbook: Workbook) -> Vec<u8> {
    workbook.save_to_buffer().expect("a workbook")
}

/// A workbook with these texts in its one sheet.
pub(super) fn plain(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (number, row) in (0..).zip(rows) {
        sheet.write_row(number, 0, row.iter().copied()).expect("written");
    }
    bytes(workbook)
}

#[test]
fn cells_stay_what_they_mean() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["公司", "岗位", "薪资", "日期", "备注"]).expect("written");
    let day = Format::new().set_num_format("yyyy/m/d");
    let span = Format::new().set_num_format("[h]:mm:ss");
    let date = |text| ExcelDateTime::parse_from_str(text).expect("a date");
    write(sheet, 1, 0, 360);
    write(sheet, 1, 1, 58.0);
    write(sheet, 1, 2, 0.1 + 0.2);
    sheet.write_with_format(1, 3, date("2024-05-01"), &day).expect("written");
    write(sheet, 1, 4, true);
    write(sheet, 2, 0, "　百度 ");
    write(sheet, 2, 1, "a\n\"b\",c");
    write(sheet, 2, 2, 1e15);
    sheet.write_with_format(2, 3, date("2024-05-01T13:30:00"), &day).expect("written");
    sheet.write_formula(2, 4, Formula::new("=A0").set_result("#REF!")).expect("written");
    sheet.write_row(4, 0, ["x", "y"]).expect("written");
    write(sheet, 4, 2, -1.5);
    sheet.write_with_format(4, 3, 1.5, &span).expect("written");
    write(sheet, 4, 4, "'=a");
    let (_, rows) = all("a.xlsx", &bytes(workbook));
    assert_eq!(
        rows,
        [
            ["360", "58", "0.3", "2024-05-01", "TRUE"],
            ["百度", "a\n\"b\",c", "1000000000000000", "2024-05-01 13:30:00", "#REF!"],
            ["x", "y", "-1.5", "36:00:00", "'=a"],
        ]
    );
}

#[test]
fn the_first_visible_sheet_with_a_header_is_read() {
    let mut workbook = Workbook::new();
    write(workbook.add_worksheet().set_name("说明").expect("named"), 0, 0, "填写说明");
    workbook.add_worksheet().set_name("空").expect("named");
    for (name, company) in [("旧", "腾讯"), ("案例", "百度"), ("更多", "字节")] {
        let sheet = workbook.add_worksheet().set_name(name).expect("named").set_hidden(name == "旧");
        sheet.write_row_matrix(0, 0, [["公司", "岗位"], [company, "产品"]]).expect("written");
    }
    let (reading, rows) = all("a.xlsx", &bytes(workbook));
    assert_eq!(rows, [["百度", "产品"]]);
    let [note] = reading.notes.as_slice() else { panic!("{:?}", reading.notes) };
    let told = "the sheet `案例` is read, left out: `说明`, `旧` (hidden), `更多` (";
    assert!(note.en.starts_with(told) && note.zh.contains("`旧`（隐藏）"), "{note:?}");
}

#[test]
fn merged_cells_give_their_text_to_all_their_rows_and_titles_do_no_harm() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 1, 4, "2024 年案例", &plain).expect("merged");
    for (column, header) in [(0, "公司"), (1, "岗位"), (4, "备注")] {
        sheet.merge_range(2, column, 3, column, header, &plain).expect("merged");
    }
    sheet.merge_range(2, 2, 2, 3, "薪资", &plain).expect("merged");
    sheet.write_row(3, 2, ["底薪", "奖金"]).expect("written");
    sheet.merge_range(4, 0, 6, 0, "百度", &plain).expect("merged");
    for (row, role) in [(4, "产品"), (5, "运营"), (6, "算法"), (8, "销售")] {
        write(sheet, row, 1, role);
    }
    sheet.merge_range(8, 2, 8, 3, "30万", &plain).expect("merged");
    write(sheet, 5, 6, "随手记");
    let (reading, rows) = all("a.xlsx", &bytes(workbook));
    assert_eq!(reading.table.header, ["公司", "岗位", "底薪", "奖金", "备注", "#6", "#7"]);
    assert_eq!(reading.notes.len(), 2, "{:?}", reading.notes);
    let first_two: Vec<&[String]> = rows.iter().map(|row| &row[..3]).collect();
    assert_eq!(first_two, [["百度", "产品", ""], ["百度", "运营", ""], ["百度", "算法", ""], ["", "销售", "30万"]]);
    assert_eq!(rows[1][6], "随手记");
}

#[test]
fn the_format_of_a_number_says_its_currency_and_what_it_counts() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["公司", "岗位", "薪资"]).expect("written");
    let formats = ["\"US$\"#,##0", "[$HK$-C04]#,##0", "[$¥-411]#,##0", "0.0\"万\"", "0\"轮\"", "#,##0"];
    for (row, format) in (1..).zip(formats) {
        write(sheet, row, 0, 360);
        write(sheet, row, 1, "产品");
        sheet.write_with_format(row, 2, 25, &Format::new().set_num_format(format)).expect("written");
    }
    sheet.write_with_format(7, 2, "面议", &Format::new().set_num_format(formats[0])).expect("written");
    let (_, rows) = all("a.xlsx", &bytes(workbook));
    let cells: Vec<&str> = rows.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(cells, ["US$25", "HK$25", "JPY 25", "25万", "25", "25", "面议"]);
}

#[test]
fn a_large_sheet_arrives_whole() {
    const ROWS: u32 = 20_000;
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["公司", "岗位"]).expect("written");
    for row in 1..=ROWS {
        write(sheet, row, 0, format!("公司{row}"));
        write(sheet, row, 1, row);
    }
    let workbook = bytes(workbook);
    let (_, rows) = all("a.xlsx", &workbook);
    assert_eq!(rows.len() as u32, ROWS);
    assert_eq!(rows.last().map(Vec::as_slice), Some(["公司20000".to_owned(), "20000".to_owned()].as_slice()));
    // Whoever does not want the rest may go.
    drop(
        super::open("a.xlsx", &super::Input::Bytes(workbook.into()), &super::options(), None)
            .expect("a table")
            .rows
            .next(),
    );
}

/// A workbook of OpenDocument with this content.
fn ods(content: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("mimetype", stored).expect("a part");
    writer.write_all(b"application/vnd.oasis.opendocument.spreadsheet").expect("written");
    for (name, content) in [("META-INF/manifest.xml", b"<manifest/>".as_slice()), ("content.xml", content)] {
        writer.start_file(name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

/// The cells of a row of a workbook of OpenDocument.
fn ods_row(cells: &[&str]) -> String {
    let cell = |text: &&str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

#[test]
fn workbooks_of_other_formats_are_read_as_well() {
    let rows = [ods_row(&["公司", "岗位"]), ods_row(&["百度", "产品"])].concat();
    let content = format!(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"表\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    for (name, bytes) in [
        ("a.ods", ods(content.as_bytes())),
        ("a.xls", include_bytes!("small.xls").to_vec()),
        ("nameless", include_bytes!("small.xls").to_vec()),
    ] {
        let (reading, rows) = all(name, &bytes);
        assert_eq!(reading.table.header, ["公司", "岗位"], "{name}");
        assert_eq!(rows, [["百度", "产品"]], "{name}");
    }
}

#[test]
fn sheets_are_chosen_by_name_or_number_or_all_are_read_as_tables_of_their_own() {
    let mut workbook = Workbook::new();
    for (name, rows) in [
        ("校招", [["公司", "岗位"], ["百度", "产品"]]),
        ("说明", [["怎么填", ""], ["随便", ""]]),
        ("社招", [["职位", "企业名称"], ["算法", "腾讯"]]),
    ] {
        workbook.add_worksheet().set_name(name).expect("named").write_row_matrix(0, 0, rows).expect("written");
    }
    let workbook = bytes(workbook);
    let read = |sheets: Sheets| {
        let options = ReadOptions { sheets, ..ReadOptions::default() };
        super::open("a.xlsx", &super::Input::Bytes(workbook.clone().into()), &options, None)
    };
    for sheet in ["社招", "3"] {
        let row = read(Sheets::One(sheet.to_owned())).expect("a table").rows.next().expect("a row").expect("a row");
        assert_eq!((row.cells, row.line), (vec!["算法".to_owned(), "腾讯".to_owned()], 2), "{sheet}");
    }
    for sheet in ["0", "4", "实习"] {
        let error = read(Sheets::One(sheet.to_owned())).err().expect("refused").to_string();
        assert!(error.contains("校招, 说明, 社招"), "{error}");
    }
    let mut all = read(Sheets::All).expect("a table");
    let rows: Vec<_> = all.rows.by_ref().map(|row| row.expect("a row")).collect();
    let told: Vec<_> = rows.iter().map(|row| (row.table.sheet.as_deref(), row.number, row.line)).collect();
    assert_eq!(told, [(Some("校招"), 1, 2), (Some("社招"), 2, 2)]);
    assert_eq!(rows[1].table.columns.cell(&rows[1].cells, Field::Company), Some("腾讯"));
    assert!(all.rows.notes().iter().any(|note| note.en.contains("`说明`")), "{:?}", all.rows.notes());
}

/// An archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn what_is_no_workbook_of_cases_is_refused() {
    let whole = plain(&[&["公司", "岗位"], &["百度", "产品"]]);
    let types = ("[Content_Types].xml", b"<Types/>".as_slice());
    let zeros = vec![0; 64 << 20];
    let bomb = archive(&[types, ("xl/media/image1.png", &zeros)]);
    let long = archive(&[types, ("xl/worksheets/sheet1.xml", &zeros[..17 << 20])]);
    let texts = archive(&[types, ("xl/sharedStrings.xml", b"<sst uniqueCount=\"99999999999999\">")]);
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle..middle + 40].fill(0x55);
    for (name, bytes, message) in [
        ("a.xlsx", &whole[..whole.len() / 2], "damaged or cut off"),
        ("a.xlsx", &flipped, "cannot be read"),
        ("a.xlsx", b"", "it is empty"),
        ("a.xlsx", "公司,岗位\n".as_bytes(), "taken for XLSX by its name, but its content seems to be text"),
        ("a.csv", &whole, "name it .xlsx or say --format xlsx"),
        ("a.xlsx", &bomb, "it unpacks to suspiciously much"),
        ("a.xlsx", &long, "a cell that is far too long"),
        ("a.xlsx", &texts, "more texts than any workbook"),
        ("a.xlsx", &archive(&[types]), "cannot be read"),
        ("a.xlsx", &archive(&[("a.txt", b"x")]), "a ZIP archive without a workbook"),
        ("a.docx", &archive(&[types, ("word/document.xml", b"x")]), "a Word document"),
        ("a.ods", &archive(&[("mimetype", b"x"), ("content.xml", b"x")]), "OpenDocument"),
        ("a.ods", &ods(b"x"), "it is empty"),
        ("a.ods", &ods(b"x")[..200], "damaged or cut off"),
        ("a.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "cannot be read"),
        ("a.xlsx", &plain(&[]), "it is empty"),
        ("a.xlsx", &plain(&[&["公司", "城市"]]), "no column for the role; its columns are: 公司, 城市"),
    ] {
        let error = error(name, bytes);
        assert!(error.contains(message), "expected `{message}` in `{error}`");
    }
}
