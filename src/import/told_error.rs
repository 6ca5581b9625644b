//! Why what a command was asked for was not done, in both languages.

use super::ImportError;
use super::removal::RemovalError;
use super::seed::curation::apply::CurationError;
use super::source_entry::SourceError;
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

impl SourceError {
    /// What went wrong, in both languages as far as it is said in both.
    pub fn message(&self) -> Message {
        let zh = match self {
            Self::Slug(slug) => format!("`{slug}` 不能作代号：只用小写字母和数字，之间可用连字符，如 my-friends"),
            Self::Exists(slug) => format!("已有来源 `{slug}`；用 `sources edit` 修改"),
            Self::Unknown { slug, known } => format!("没有来源 `{slug}`；现有：{known}"),
            Self::Nothing => "请说明要改什么，例如 --title".to_owned(),
            Self::Empty(field) => format!("来源的 {field} 不能为空"),
            other => return other.to_string().into(),
        };
        Message { en: self.to_string(), zh }
    }
}

impl RemovalError {
    /// What went wrong, in both languages as far as it is said in both.
    pub fn message(&self) -> Message {
        let zh = match self {
            Self::Unknown(ids) => {
                format!("没有这样的案例：{}", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"))
            }
            other => return other.to_string().into(),
        };
        Message { en: self.to_string(), zh }
    }
}

impl CurationError {
    /// What went wrong, in both languages as far as it is said in both.
    pub fn message(&self) -> Message {
        let zh = match self {
            Self::Kind(kind, curated) => format!("{kind} 不能修改；可以修改的是：{curated}"),
            Self::Unknown(kind, name) => format!("没有叫“{name}”的 {kind}"),
            Self::Ambiguous(name, meant) => format!("“{name}”可能是 {meant}；请写代号"),
            Self::Same(one, other) => format!("“{one}”和“{other}”本来就是同一个"),
            Self::Unchanged(name) => format!("“{name}”本来如此"),
            Self::NoAlias(name, alias) => format!("“{name}”没有别名“{alias}”"),
            Self::Taken(name, of, wanted) => format!("“{name}”是 {of} 的名称；再作 {wanted} 的别名，就会指两个"),
            other => return other.to_string().into(),
        };
        Message { en: self.to_string(), zh }
    }
}
