//! All rejections and remarks of an import, on disk: there may be more than memory holds.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};

use super::report::{Remark, Report};

/// Rejections and remarks in temporary files, as JSON with a comma before each but the first.
#[derive(Debug)]
pub struct RemarkLog {
    /// Why rows were rejected.
    pub(super) rejections: Spool,
    /// What was remarked on the others.
    pub(super) remarks: Spool,
}

/// Remarks in a temporary file.
#[derive(Debug)]
pub(super) struct Spool {
    file: BufWriter<File>,
    is_empty: bool,
}

impl Spool {
    fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?), is_empty: true })
    }

    /// Adds a remark, unless the disk refuses.
    pub(super) fn add(&mut self, remark: &Remark) -> io::Result<()> {
        let comma: &[u8] = if std::mem::take(&mut self.is_empty) { b"\n" } else { b",\n" };
        self.file.write_all(comma)?;
        Ok(serde_json::to_writer(&mut self.file, remark)?)
    }

    fn copy_to(mut self, out: &mut impl Write) -> io::Result<()> {
        self.file.flush()?;
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        io::copy(&mut BufReader::new(file), out).map(|_| ())
    }
}

impl RemarkLog {
    /// An empty log.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub fn new() -> io::Result<Self> {
        Ok(Self { rejections: Spool::new()?, remarks: Spool::new()? })
    }

    /// Writes a report as a JSON object, with all rejections and remarks in place of the first ones.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_report(self, report: &Report, out: &mut impl Write) -> io::Result<()> {
        let mut object = serde_json::to_value(report)?;
        if let Some(object) = object.as_object_mut() {
            object.remove("rejections");
            object.remove("remarks");
        }
        let text = serde_json::to_string_pretty(&object)?;
        let fields = text.trim_end_matches('}').trim_end();
        write!(out, "{fields},\n  \"rejections\": [")?;
        self.rejections.copy_to(out)?;
        write!(out, "],\n  \"remarks\": [")?;
        self.remarks.copy_to(out)?;
        write!(out, "]\n}}")
    }
}
