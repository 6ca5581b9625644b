//! Output for people: names and cells are of files of others, and must not steer a terminal.

use std::io::{self, Write};

use crate::text::printable;

/// Writes text with the signs that steer a terminal written out.
pub struct Terminal<W: Write> {
    out: W,
    /// The beginning of a character whose end has not come.
    begun: Vec<u8>,
}

impl<W: Write> Terminal<W> {
    /// To this.
    pub fn new(out: W) -> Self {
        Self { out, begun: Vec::new() }
    }
}

impl<W: Write> Write for Terminal<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.begun) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.begun.len(),
        };
        let whole: Vec<u8> = self.begun.drain(..whole).collect();
        self.out.write_all(printable(&String::from_utf8_lossy(&whole)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_steer_a_terminal_are_written_out_wherever_a_write_ends() {
        let text = "a\u{1b}[31m公司\u{9b}2J\u{7}\r\n😀\n";
        let expected = printable(text).into_owned();
        for length in 1..=text.len() {
            let mut out = Vec::new();
            let mut terminal = Terminal::new(&mut out);
            text.as_bytes().chunks(length).for_each(|chunk| terminal.write_all(chunk).expect("a vector"));
            assert_eq!(String::from_utf8_lossy(&out), expected, "{length}");
            assert!(!out.contains(&0x1b) && !out.contains(&7) && !expected.contains('\u{9b}'), "{expected}");
        }
    }
}
