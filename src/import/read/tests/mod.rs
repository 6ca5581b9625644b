//! What is read of files in every format and encoding, and what is refused.

mod delimited;
mod json;
mod xlsx;

use super::{Input, ReadOptions, Reading, open};

fn options() -> ReadOptions {
    ReadOptions::default()
}

/// Reads a whole file.
fn all<'a>(name: &str, bytes: &'a [u8]) -> (Reading<'a>, Vec<Vec<String>>) {
    let mut reading = open(name, Input::Bytes(bytes), &options()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let rows = reading.rows.by_ref().map(|row| row.expect("a row").cells).collect();
    (reading, rows)
}

/// Why a file is not read: at once or in one of its rows.
fn error(name: &str, bytes: &[u8]) -> String {
    match open(name, Input::Bytes(bytes), &options()) {
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
