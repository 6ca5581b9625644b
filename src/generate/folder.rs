//! The folder that is written: laid out as the seed is, and marked as made by this program, so that nothing else is
//! ever overwritten.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{GenerateError, Generation, SOURCE};
use crate::import::seed::SeedFiles;

/// The file that says who wrote the folder; readers of the seed pass it over.
const MARK: &str = ".generated";
/// Folder of the cases.
const CASES: &str = "cases";
/// Reference files that are those of the seed.
const REFERENCE: [&str; 6] = ["guide.csv", "majors.csv", "roles.csv", "school_tiers.csv", "schools.csv", "tags.csv"];
/// Bytes that are written together.
const BUFFER: usize = 1 << 20;

const TITLE: [&str; 2] = ["合成案例（程序随机生成，纯属虚构）", "Synthetic cases (made up at random by a program)"];
const NOTE: [&str; 2] = [
    "全部案例由程序随机生成，公司均为虚构，与任何真实的人、公司或 offer 无关；只用于试用和性能测量，不能得出任何结论。",
    "All cases were made up at random by a program and all companies are invented; they tell nothing of any real \
     person, company or offer. They are for trying out and for measuring only, and nothing can be concluded from them.",
];

/// Where the cases stand in the folder.
pub(super) fn cases_file() -> String {
    format!("{CASES}/{SOURCE}.csv")
}

/// A folder that may be written.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, or takes one that is empty or that this program wrote.
    pub fn open(path: &Path) -> Result<Self, GenerateError> {
        let folder = Self(path.to_owned());
        fs::create_dir_all(path).map_err(|error| folder.failed("", error))?;
        let found = folder.found().map_err(|error| folder.failed("", error))?;
        let is_own = found.iter().any(|file| file == MARK);
        let own: Vec<String> = REFERENCE
            .iter()
            .chain(&[MARK, "companies.csv", "sources.csv", CASES])
            .map(|file| (*file).to_owned())
            .chain([cases_file()])
            .collect();
        if let Some(file) = found.into_iter().find(|file| !is_own || !own.contains(file)) {
            return Err(GenerateError::NotOwn { folder: folder.0, file });
        }
        folder.write(MARK, |out| Ok(writeln!(out, "offer-cases generate: not finished")?))?;
        fs::create_dir_all(folder.0.join(CASES)).map_err(|error| folder.failed(CASES, error))?;
        Ok(folder)
    }

    /// The names of what is in it, and of what is in the folder of cases.
    fn found(&self) -> io::Result<Vec<String>> {
        let names = |folder: &Path, prefix: &str| -> io::Result<Vec<String>> {
            let name =
                |entry: io::Result<fs::DirEntry>| Ok(format!("{prefix}{}", entry?.file_name().to_string_lossy()));
            fs::read_dir(folder)?.map(name).collect()
        };
        let mut found = names(&self.0, "")?;
        let cases = self.0.join(CASES);
        if cases.is_dir() {
            found.extend(names(&cases, &format!("{CASES}/"))?);
        }
        found.sort();
        Ok(found)
    }

    /// Writes the reference files that are those of the seed, and its sources with the one of made-up cases.
    pub fn write_reference(&self, seed: &SeedFiles) -> Result<(), GenerateError> {
        for file in REFERENCE {
            let bytes = seed.get(file).unwrap_or_default();
            self.write(file, |out| Ok(out.write_all(bytes)?))?;
        }
        let sources = seed.get("sources.csv").unwrap_or_default();
        self.write("sources.csv", |out| {
            out.write_all(sources)?;
            let [(title, title_en), (note, note_en)] = [TITLE, NOTE].map(|[chinese, english]| (chinese, english));
            let mut out = csv::Writer::from_writer(out);
            out.write_record([SOURCE, title, title_en, "", "synthetic", "", note, note_en, "1"])?;
            Ok(out.flush()?)
        })
    }

    /// Writes a file.
    pub fn write(
        &self,
        file: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> csv::Result<()>,
    ) -> Result<(), GenerateError> {
        let written = File::create(self.0.join(file)).map_err(csv::Error::from).and_then(|created| {
            let mut out = BufWriter::with_capacity(BUFFER, created);
            write(&mut out)?;
            Ok(out.flush()?)
        });
        written.map_err(|error| self.failed(file, io::Error::from(error)))
    }

    /// Says what is in it, and that all of it is there.
    pub fn finish(self, Generation { cases, seed }: Generation) -> Result<(), GenerateError> {
        self.write(MARK, |out| Ok(writeln!(out, "offer-cases generate --cases {cases} --seed {seed}")?))
    }

    fn failed(&self, file: &str, error: io::Error) -> GenerateError {
        let path = if file.is_empty() { self.0.clone() } else { self.0.join(file) };
        GenerateError::Write { path, error }
    }
}
