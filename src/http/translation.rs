//! The specification in Chinese: each text of it is replaced by the one that `openapi/zh.json` has for it.

use std::collections::HashMap;

use serde_json::Value;

/// The Chinese of each English text of the specification.
const TEXTS: &str = include_str!("../../openapi/zh.json");
/// The members that hold what people read.
const READ_BY_PEOPLE: [&str; 2] = ["description", "summary"];
/// Members that hold answers and values, which are as they are.
const EXAMPLES: [&str; 2] = ["example", "examples"];

/// The document with its texts in Chinese; one that has none stays English.
pub(super) fn in_chinese(json: &str) -> serde_json::Result<String> {
    let texts: HashMap<String, String> = serde_json::from_str(TEXTS)?;
    let mut document: Value = serde_json::from_str(json)?;
    translate(&mut document, &texts);
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn translate(value: &mut Value, texts: &HashMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut().filter(|(name, _)| !EXAMPLES.contains(&name.as_str())) {
                match member {
                    Value::String(text) if READ_BY_PEOPLE.contains(&name.as_str()) => {
                        if let Some(chinese) = texts.get(text.as_str()) {
                            text.clone_from(chinese);
                        }
                    }
                    member => translate(member, texts),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| translate(item, texts)),
        _ => {}
    }
}
