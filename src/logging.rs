//! The log: what happened as lines on standard error, for people or for programs that gather them.
//!
//! As text a line says when, how grave and what; as JSON it is an object of its own, which has what else is known as fields,
//! such as status and duration of a request.

use std::io::Write;

use chrono::SecondsFormat;
use env_logger::fmt::Formatter;
use log::kv::{self, Key, Value, VisitSource, VisitValue};
use log::{LevelFilter, Record, error};
use serde_json::{Map, Number, Value as Json};

use crate::text::printable;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: a JSON object a line.
    Json,
}

impl LogFormat {
    /// Reads what a setting says; nothing is as if it were not set.
    ///
    /// # Errors
    /// What may stand there.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" | "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("it is text or json".to_owned()),
        }
    }
}

/// Begins to log what `RUST_LOG` asks for, else all from `info` on. Of the HTTP library nothing is told unless it is asked
/// for by name: what it calls errors is what clients send, and what it does when it starts is nobody's concern.
pub fn start(format: LogFormat) {
    let mut builder = env_logger::Builder::new();
    builder.filter_level(LevelFilter::Info).filter_module("actix_http", LevelFilter::Off);
    builder.filter_module("actix_server", LevelFilter::Warn).parse_default_env();
    match format {
        LogFormat::Text => builder.format(write_text).init(),
        LogFormat::Json => {
            builder.format(write_json).init();
            // What ends a thread stands in a line like any other.
            std::panic::set_hook(Box::new(|panic| error!(target: "offer_cases::panic", "{panic}")));
        }
    }
}

/// When, how grave, what; where it has several lines the others are indented, so that none looks like a line of its own.
fn write_text(out: &mut Formatter, record: &Record<'_>) -> std::io::Result<()> {
    let time = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ");
    let text = record.args().to_string().replace('\n', "\n    ");
    let text = printable(&text);
    writeln!(out, "[{time} {:<5}] {text}", record.level())
}

fn write_json(out: &mut Formatter, record: &Record<'_>) -> std::io::Result<()> {
    writeln!(out, "{}", json(record))
}

/// A record as an object: what every line has comes first, and nothing else takes its place.
fn json(record: &Record<'_>) -> Json {
    let time = chrono::Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let mut fields = Fields(Map::new());
    let always = [
        ("timestamp", time),
        ("level", record.level().as_str().to_lowercase()),
        ("target", record.target().to_owned()),
        ("message", printable(&record.args().to_string()).into_owned()),
    ];
    fields.0.extend(always.map(|(name, text)| (name.to_owned(), text.into())));
    // It fails only where the visitor does.
    let _ = record.key_values().visit(&mut fields);
    Json::Object(fields.0)
}

struct Fields(Map<String, Json>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let mut json = AsJson(Json::Null);
        value.visit(&mut json)?;
        self.0.entry(key.as_str()).or_insert(json.0);
        Ok(())
    }
}

/// A value of a field: numbers and truth stay what they are, all else is text.
struct AsJson(Json);

impl VisitValue<'_> for AsJson {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), kv::Error> {
        self.visit_str(&value.to_string())
    }

    fn visit_null(&mut self) -> Result<(), kv::Error> {
        self.0 = Json::Null;
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), kv::Error> {
        self.0 = value.into();
        Ok(())
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), kv::Error> {
        self.0 = value.into();
        Ok(())
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), kv::Error> {
        self.0 = Number::from_f64(value).map_or(Json::Null, Json::Number);
        Ok(())
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), kv::Error> {
        self.0 = value.into();
        Ok(())
    }

    fn visit_str(&mut self, value: &str) -> Result<(), kv::Error> {
        self.0 = printable(value).into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line_of_json_whatever_stands_in_it() {
        let pairs = [
            ("status", Value::from(200)),
            ("duration_ms", Value::from(1.5)),
            ("complete", Value::from(true)),
            ("path", Value::from("/a\u{1b}[2J?q=\"x\"\n")),
            ("message", Value::from("another one")),
        ];
        let arguments = format_args!("two\nlines \u{9b}");
        let mut record = Record::builder();
        record.args(arguments).level(log::Level::Warn).target("offer_cases::x").key_values(&pairs);
        let line = json(&record.build()).to_string();
        assert!(!line.contains(char::is_control), "{line}");
        let read: Json = serde_json::from_str(&line).expect("it is JSON");
        assert_eq!(read["message"], "two\nlines \\u{9b}");
        assert_eq!((&read["level"], &read["target"]), (&"warn".into(), &"offer_cases::x".into()));
        assert_eq!(
            (&read["status"], &read["duration_ms"], &read["complete"]),
            (&200.into(), &1.5.into(), &true.into())
        );
        assert_eq!(read["path"], "/a\\u{1b}[2J?q=\"x\"\n");
        let time = read["timestamp"].as_str().expect("a text");
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{time}");
        assert!(line.starts_with("{\"timestamp\":"), "{line}");
    }

    #[test]
    fn a_format_is_text_or_json() {
        let read = ["", " ", "text", "json"].map(LogFormat::parse);
        assert_eq!(read, [LogFormat::Text, LogFormat::Text, LogFormat::Text, LogFormat::Json].map(Ok));
        assert!(["JSON", "xml", "text,json"].map(LogFormat::parse).iter().all(Result::is_err));
    }
}
