//! The forms in which cases are given.

use crate::parameters::{Kind, Parameter, ParameterReader};

/// The parameter that asks for a form.
pub const FORMAT: Parameter = Parameter {
    name: "format",
    description: "The form of the answer; goes before `Accept`. `json` is a page. `csv` and `ndjson` are every case that \
        fits, streamed to the last: CSV for spreadsheets (RFC 4180; what they would run as a formula has a `'` in front), \
        NDJSON with a case a line.",
    kind: Kind::OneOf { allowed: &["json", "csv", "ndjson"], default: None },
    example: "json",
};

/// A form in which cases are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A page as JSON.
    Json,
    /// All cases as comma-separated values.
    Csv,
    /// All cases as lines of JSON.
    Ndjson,
}

impl Format {
    /// Takes [`FORMAT`] out of a request.
    pub fn parse(reader: &mut ParameterReader) -> Option<Self> {
        reader.one_of(FORMAT.name).map(|word| match word {
            "csv" => Self::Csv,
            "ndjson" => Self::Ndjson,
            _ => Self::Json,
        })
    }
}
