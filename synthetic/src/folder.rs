//! The folder that is written: laid out as the seed is, and marked as made by this program, so that nothing else is
//! ever overwritten.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::{SOURCE, names};

/// The file that says who wrote the folder; readers of the seed pass it over.
const MARK: &str = ".generated";
/// Folder of the cases.
const CASES: &str = "cases";
/// Reference files that are those of the seed.
const REFERENCE: &[(&str, &str)] = &[
    ("cities.csv", include_str!("../../seed/cities.csv")),
    ("guide.csv", include_str!("../../seed/guide.csv")),
    ("majors.csv", names::MAJORS),
    ("provinces.csv", include_str!("../../seed/provinces.csv")),
    ("roles.csv", names::ROLES),
    ("school_tiers.csv", include_str!("../../seed/school_tiers.csv")),
    ("schools.csv", names::SCHOOLS),
    ("tags.csv", names::TAGS),
];
const SOURCES: &str = include_str!("../../seed/sources.csv");
/// Bytes that are written together.
const BUFFER: usize = 1 << 20;

const TITLE: [&str; 2] = ["合成案例（程序随机生成，纯属虚构）", "Synthetic cases (made up at random by a program)"];
const NOTE: [&str; 2] = [
    "全部案例由程序随机生成，公司均为虚构，与任何真实的人、公司或 offer 无关；只用于试用和性能测量，不能得出任何结论。",
    "All cases were made up at random by a program and all companies are invented; they tell nothing of any real \
     person, company or offer. They are for trying out and for measuring only, and nothing can be concluded from them.",
];

/// Where the cases stand in the folder.
pub(crate) fn cases_file() -> String {
    format!("{CASES}/{SOURCE}.csv")
}

/// A folder that may be written.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, or takes one that is empty or that this program wrote.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let folder = Self(path.to_owned());
        fs::create_dir_all(path).with_context(|| path.display().to_string())?;
        let found = folder.found().with_context(|| path.display().to_string())?;
        let is_own = found.iter().any(|file| file == MARK);
        let own: Vec<String> = REFERENCE
            .iter()
            .map(|(file, _)| file)
            .chain(&[MARK, "companies.csv", "sources.csv", CASES])
            .map(|file| (*file).to_owned())
            .chain([cases_file()])
            .collect();
        if let Some(file) = found.into_iter().find(|file| !is_own || !own.contains(file)) {
            let shown = path.display();
            anyhow::bail!(
                "{shown} is not empty: it has `{file}`, which this program never wrote; choose an empty folder or a new one"
            );
        }
        folder.write(MARK, |out| Ok(writeln!(out, "not finished")?))?;
        fs::create_dir_all(path.join(CASES)).with_context(|| path.join(CASES).display().to_string())?;
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
    pub fn write_reference(&self) -> anyhow::Result<()> {
        for (file, text) in REFERENCE {
            self.write(file, |out| Ok(out.write_all(text.as_bytes())?))?;
        }
        self.write("sources.csv", |out| {
            out.write_all(SOURCES.as_bytes())?;
            let ([title, title_en], [note, note_en]) = (TITLE, NOTE);
            let mut out = csv::Writer::from_writer(out);
            out.write_record([SOURCE, title, title_en, "", "synthetic", "", note, note_en, "1", "open"])?;
            Ok(out.flush()?)
        })
    }

    /// Writes a file.
    pub fn write(&self, file: &str, write: impl FnOnce(&mut BufWriter<File>) -> csv::Result<()>) -> anyhow::Result<()> {
        let path = self.0.join(file);
        let written = File::create(&path).map_err(csv::Error::from).and_then(|created| {
            let mut out = BufWriter::with_capacity(BUFFER, created);
            write(&mut out)?;
            Ok(out.flush()?)
        });
        written.with_context(|| path.display().to_string())
    }

    /// Says what is in it, and that all of it is there.
    pub fn finish(self, cases: u64, seed: u64) -> anyhow::Result<()> {
        self.write(MARK, |out| Ok(writeln!(out, "synthetic --cases {cases} --seed {seed}")?))
    }
}
