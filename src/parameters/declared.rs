//! The parameters that a request may have, under their full names.

use super::message::{Message, message};
use super::{API_PREFIX, Parameter, ParameterError};
use crate::text::nearest;

/// A parameter with what stands in front of its name.
#[derive(Debug)]
pub(super) struct Declared {
    pub prefix: &'static str,
    pub parameter: &'static Parameter,
}

impl Declared {
    /// All parameters of tables, each with the prefix of its table.
    pub fn all(tables: &[(&'static str, &'static [Parameter])]) -> Vec<Self> {
        let mut all = Vec::with_capacity(tables.iter().map(|(_, table)| table.len()).sum());
        for (prefix, table) in tables {
            all.extend(table.iter().map(|parameter| Self { prefix, parameter }));
        }
        all
    }

    /// Whether this is its full name.
    pub fn is_called(&self, name: &str) -> bool {
        name.strip_prefix(self.prefix) == Some(self.parameter.name)
    }

    fn full_name(&self) -> String {
        format!("{}{}", self.prefix, self.parameter.name)
    }
}

/// What other services call their pages by.
const PAGE_NUMBERS: &[&str] = &["page", "offset", "skip", "start", "from", "per_page", "page_size", "pageSize", "size"];

/// What other services ask for a form by.
const FORMS: &[&str] = &["format", "_format", "output_format", "output", "f"];

/// That there is no parameter of this name. Behind a prefix, what was meant is looked for without it:
/// with it, all names would be much alike.
pub(super) fn unknown(name: &str, declared: &[Declared]) -> ParameterError {
    let names: Vec<String> = declared.iter().map(Declared::full_name).collect();
    let message = message!("unknown parameter `{name}`", "没有参数 `{name}`");
    let has_cursor = declared.iter().any(|declared| declared.parameter.name == "cursor");
    let behind = if names.is_empty() {
        message!("; this takes none", "；这里不接受参数")
    } else if has_cursor && PAGE_NUMBERS.contains(&name) {
        message!(
            ": pages have no numbers; `cursor` takes the `next_cursor` of the page before, `limit` says how many items a \
            page has",
            "：页没有页码；`cursor` 用上一页的 `next_cursor`，`limit` 是每页的条数"
        )
    } else if FORMS.contains(&name) {
        message!(
            ": each form has an address of its own, such as {API_PREFIX}/offer-cases.csv, .ndjson or .xlsx",
            "：每种格式有自己的地址，如 {API_PREFIX}/offer-cases.csv、.ndjson、.xlsx"
        )
    } else {
        Message::default()
    };
    let message = message.with(&behind);
    let mut mistake = ParameterError::new(name, message).allowing(name, names.iter().map(String::as_str));
    let is_behind = |declared: &&Declared| !declared.prefix.is_empty() && name.starts_with(declared.prefix);
    if let Some(Declared { prefix, .. }) = declared.iter().find(is_behind) {
        let siblings = declared.iter().filter(|declared| declared.prefix == *prefix);
        let near = nearest(&name[prefix.len()..], siblings.map(|declared| declared.parameter.name));
        mistake.did_you_mean = near.map(|near| format!("{prefix}{near}"));
    }
    mistake
}
