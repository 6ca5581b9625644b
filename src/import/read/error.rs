//! Why a file could not be read as a table of cases.

use super::FileFormat;
use crate::parameters::Message;

/// The kinds of files that can be read.
pub const READABLE: &str = "CSV, TSV, XLSX, XLS, ODS, JSON, JSON Lines (.ndjson) and Markdown with pipe tables (.md)";

/// Why a file could not be read as a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The system would not give its bytes.
    #[error("it could not be read: {0}")]
    Io(String),
    /// It is a directory.
    #[error("it is a directory; give the files in it by name")]
    Directory,
    /// It is a pipe or a device.
    #[error("it is a pipe or a device, which can be read only once; save it to a file first")]
    NoFile,
    /// It has no bytes, or only white space.
    #[error("it is empty; readable are: {READABLE}")]
    Empty,
    /// It is something else, with what to do about it.
    #[error("it seems to be {0}, which is not read{1}; readable are: {READABLE}")]
    Other(&'static str, &'static str),
    /// Its name or `--format` says one thing, its content another.
    #[error("it is taken for {taken} by {by}, but its content seems to be {seems}; {advice}")]
    Misnamed {
        /// What it is taken for.
        taken: FileFormat,
        /// What says so.
        by: &'static str,
        /// What the content is.
        seems: &'static str,
        /// What to do.
        advice: String,
    },
    /// It is text in no encoding that is read.
    #[error("{0}; save it as UTF-8")]
    Encoding(String),
    /// It is text with something in it that no text has.
    #[error("it seems to be binary: a NUL character stands in line {0}; readable are: {READABLE}")]
    Nul(u64),
    /// It has a line or a row that is too long to be one.
    #[error("{what} {number} is longer than {} MiB, so this seems to be no table; readable are: {READABLE}", super::MAX_RECORD_BYTES >> 20)]
    TooLong {
        /// Line, row or so.
        what: &'static str,
        /// Which of them, from 1.
        number: u64,
    },
    /// It has more columns than a table of cases may have.
    #[error("{0} has more than {most} columns", most = super::MAX_COLUMNS)]
    TooManyColumns(String),
    /// A quoted cell goes on to the end of the file.
    #[error("the quoted cell that begins in or behind line {0} is never closed by a second `\"`")]
    UnclosedQuote(u64),
    /// It has no table.
    #[error("it has no Markdown table (a header row, a row of dashes, rows with `|` between cells)")]
    NoTable,
    /// None of its first rows is a header.
    #[error(
        "no header was found: none of the first rows names columns such as 公司 and 岗位; the first is: {0}. Write a header \
         above the rows, or say what the columns are by --no-header --columns company,role,-,pay"
    )]
    NoHeader(String),
    /// The same of a file of which neither the ending nor `--format` says that it is a table.
    #[error(
        "no header was found: none of the first rows names columns such as 公司 and 岗位, and nothing says that it is a table; \
         if it is one, say --format, and what the columns are by --no-header --columns company,role,-,pay"
    )]
    NoHeaderInAny,
    /// It has no such sheet.
    #[error("it has no sheet `{0}`; its sheets are: {1}")]
    NoSheet(String, String),
    /// `--sheet` or `--all-sheets` for a file that has no sheets.
    #[error("--sheet and --all-sheets are for workbooks, and this is {0}")]
    NoWorkbook(FileFormat),
    /// `--no-header` for a file whose rows name their cells.
    #[error("--no-header is for tables, and in {0} each row names its cells; map their names by --map NAME=FIELD")]
    NamesCells(FileFormat),
    /// A column that every case needs is missing.
    #[error(
        "it has no column for the {0}; its columns are: {1}. Say which one it is by --map HEADER={0}, or what it is in all rows by --set {0}=VALUE"
    )]
    MissingColumn(String, String),
    /// Two columns mean the same.
    #[error("its columns `{0}` and `{1}` both mean the {2}; say which one to take by --map HEADER=FIELD")]
    ColumnTwice(String, String, String),
    /// `--map` names a field that no case has.
    #[error("there is no field `{0}` to map a header to; the fields are: {1}")]
    UnknownField(String, String),
    /// `--map` names a header that the file does not have.
    #[error("no column has the header `{0}` that is mapped; its columns are: {1}")]
    MapMissing(String, String),
    /// A header of `--keep-columns` is not there.
    #[error("no column is called `{0}`, as --keep-columns says; its columns are: {1}")]
    KeepMissing(String, String),
    /// It is a workbook that cannot be read.
    #[error("this workbook cannot be read: {0}")]
    Workbook(String),
    /// It is JSON that cannot be read as rows.
    #[error("line {line}: {message}")]
    Json {
        /// The line, from 1.
        line: u64,
        /// What is wrong there.
        message: String,
    },
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

impl ReadError {
    /// The same in both languages.
    pub fn message(&self) -> Message {
        Message { en: self.to_string(), zh: self.chinese() }
    }

    fn chinese(&self) -> String {
        const READABLE: &str =
            "可读取的格式：CSV、TSV、XLSX、XLS、ODS、JSON、JSON Lines（.ndjson）和含表格的 Markdown（.md）";
        match self {
            Self::Io(error) => format!("无法读取：{error}"),
            Self::Directory => "这是一个目录，请写出其中的文件名".to_owned(),
            Self::NoFile => "这是管道或设备，只能读一次；请先存成文件".to_owned(),
            Self::Empty => format!("文件是空的；{READABLE}"),
            Self::Other(what, _) => format!("内容看起来是 {what}，不能读取，请另存为 XLSX 或 CSV；{READABLE}"),
            Self::Misnamed { taken, seems, .. } => {
                format!("按文件名或 --format 应是 {taken}，但内容看起来是 {seems}；请改名，或用 --format 指明格式")
            }
            Self::Encoding(error) => format!("编码有误（{error}）；请存为 UTF-8"),
            Self::Nul(line) => format!("看起来是二进制文件：第 {line} 行有 NUL 字符；{READABLE}"),
            Self::TooLong { number, .. } => {
                format!("第 {number} 行超过 {} MiB，看起来不是表格；{READABLE}", super::MAX_RECORD_BYTES >> 20)
            }
            Self::TooManyColumns(_) => format!("超过 {} 列", super::MAX_COLUMNS),
            Self::UnclosedQuote(line) => format!("从第 {line} 行或其后开始的带引号单元格没有用第二个 `\"` 结束"),
            Self::NoTable => "没有 Markdown 表格（表头一行、短横线一行，各行单元格之间用 `|`）".to_owned(),
            Self::NoHeader(first) => format!(
                "没有找到表头：前面各行都没有公司、岗位这样的列名，第一行是：{first}。请在上方加一行表头，或用 --no-header \
                 --columns company,role,-,pay 说明各列"
            ),
            Self::NoHeaderInAny => {
                "没有找到表头：前面各行都没有公司、岗位这样的列名，也没有什么说明它是表格；如果是，请用 --format 说明，\
                并用 --no-header --columns company,role,-,pay 说明各列"
                    .to_owned()
            }
            Self::NoSheet(name, names) => format!("没有工作表 `{name}`；现有：{names}"),
            Self::NoWorkbook(format) => format!("--sheet 和 --all-sheets 只用于工作簿，这是 {format}"),
            Self::NamesCells(format) => {
                format!("--no-header 只用于表格，{format} 的每行自带名称；请用 --map 名称=字段 指明")
            }
            Self::MissingColumn(column, header) => {
                format!(
                    "没有 {column} 列；现有各列：{header}。请用 --map 表头={column} 指明是哪一列，各行相同时用 --set {column}=值"
                )
            }
            Self::ColumnTwice(one, other, column) => {
                format!("`{one}` 和 `{other}` 两列都表示 {column}；请用 --map 表头=字段 指明用哪一列")
            }
            Self::UnknownField(name, known) => format!("没有字段 `{name}`；字段有：{known}"),
            Self::MapMissing(name, header) => format!("没有表头为 `{name}` 的列可供 --map；现有各列：{header}"),
            Self::KeepMissing(name, header) => format!("没有 --keep-columns 所说的列 `{name}`；现有各列：{header}"),
            Self::Workbook(error) => format!("无法读取这个工作簿：{error}"),
            Self::Json { line, message } => format!("第 {line} 行：{message}"),
        }
    }
}
