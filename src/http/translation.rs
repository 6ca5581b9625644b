//! The specification in Chinese: each text of it is replaced by the one that `openapi/zh.json` has for it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

/// The Chinese of each English text of the specification.
const TEXTS: &str = include_str!("../../openapi/zh.json");
/// The members that hold what people read.
const READ_BY_PEOPLE: [&str; 2] = ["description", "summary"];
/// Members that hold answers and values, which are as they are.
const EXAMPLES: [&str; 2] = ["example", "examples"];

static CHINESE: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(TEXTS).unwrap_or_else(|error| {
        log::error!("the Chinese texts of the specification cannot be read: {error}");
        HashMap::new()
    })
});

/// A text of the specification in Chinese; as it is where it has none.
pub(super) fn chinese_of(text: &str) -> &str {
    CHINESE.get(text).map_or(text, String::as_str)
}

/// The document with its texts in Chinese; one that has none stays English.
pub(super) fn in_chinese(json: &str) -> serde_json::Result<String> {
    let mut document: Value = serde_json::from_str(json)?;
    translate(&mut document);
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn translate(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut().filter(|(name, _)| !EXAMPLES.contains(&name.as_str())) {
                match member {
                    Value::String(text) if READ_BY_PEOPLE.contains(&name.as_str()) => {
                        *text = chinese_of(text).to_owned();
                    }
                    member => translate(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(translate),
        _ => {}
    }
}
