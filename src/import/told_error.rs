//! Why a file was not imported, in both languages.

use super::ImportError;
use crate::parameters::{Message, message};

impl ImportError {
    /// The same in both languages, as far as it is said in both.
    pub fn message(&self) -> Message {
        let zh = match self {
            Self::Read { file, error } => {
                let Message { en, zh } = error.message();
                return message!("{file}: {en}", "{file}：{zh}");
            }
            Self::UnknownSource { slug, known } => format!("没有来源 `{slug}`；现有：{known}"),
            Self::SourceNeeded { file } => {
                format!("{file}：需要 --source，说明各行属于哪个来源；只有本程序的导出文件自己带有来源")
            }
            Self::PlainExport { file } => {
                format!("{file}：普通导出只能修改数据库中已有的案例；要带来新案例，请用 include=raw,source 导出")
            }
            Self::NotHere { file } => {
                format!("{file}：这份普通导出中的案例都不在这里；要带来新案例，请用 include=raw,source 导出")
            }
            Self::ShortExport { file, lacking } => {
                format!("{file}：这份导出缺少 {lacking} 列；导出时请不要写 fields，或用 include=raw,source")
            }
            Self::PrunedByPlainExport { file } => {
                format!("{file}：普通导出只修改案例；--prune 需要用 include=raw,source 导出的文件")
            }
            other => return other.to_string().into(),
        };
        Message { en: self.to_string(), zh }
    }
}
