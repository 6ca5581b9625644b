//! The commands that look after sources.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::with_database;
use crate::catalog::SourceKind;
use crate::import::report::one_line;
use crate::import::source_entry::{self, SourceEntry};
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Visibility;
use crate::parameters::Language;
use crate::server;
use crate::settings::{self, DatabaseArguments};

/// What is done with sources.
#[derive(Debug, Clone, Subcommand)]
pub enum SourcesCommand {
    /// Add a source; it stays when the service starts again and when another seed is loaded
    Add {
        /// Its slug, such as my-friends
        slug: String,
        /// What is said of it
        #[command(flatten)]
        entry: SourceArguments,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Change what is said of a source, also of one of the seed; it stays so
    Edit {
        /// Its slug
        slug: String,
        /// What is said of it
        #[command(flatten)]
        entry: SourceArguments,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// List the sources, with their kinds and cases
    List {
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

/// What is said of a source.
#[derive(Debug, Clone, Default, Args)]
pub struct SourceArguments {
    /// Its title, in Chinese; the slug where nothing is said
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// Its title in English
    #[arg(long, value_name = "TITLE")]
    pub title_en: Option<String>,
    /// What kind of source it is: coaching_ad, survey, crowd, own_records (where nothing is said) or synthetic
    #[arg(long, value_name = "KIND", value_parser = member::<SourceKind>)]
    pub kind: Option<SourceKind>,
    /// Where it was published
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Licence of the data
    #[arg(long, value_name = "LICENCE")]
    pub licence: Option<String>,
    /// What a reader must know about it, in Chinese
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// The same in English
    #[arg(long, value_name = "TEXT")]
    pub note_en: Option<String>,
    /// The smallest group of its cases that statistics show [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub min_group_size: Option<u32>,
    /// In which answers its cases stand: open (where nothing is said) or aggregates_only, which keeps them out of everything but
    /// statistics
    #[arg(long, value_name = "VISIBILITY", value_parser = member::<Visibility>)]
    pub visibility: Option<Visibility>,
}

/// A member of a closed set by its slug.
///
/// # Errors
/// Where none has this slug.
pub fn member<T: ClosedSet>(text: &str) -> Result<T, String> {
    T::from_slug(&text.to_lowercase().replace('-', "_"))
        .ok_or_else(|| format!("it is one of {}", T::SET.slugs.join(", ")))
}

impl From<SourceArguments> for SourceEntry {
    fn from(said: SourceArguments) -> Self {
        let SourceArguments { title, title_en, kind, url, licence, note, note_en, min_group_size, visibility } = said;
        Self { title, title_en, kind, url, licence, note, note_en, min_group_size, visibility }
    }
}

impl SourcesCommand {
    fn database(&self) -> &DatabaseArguments {
        match self {
            Self::Add { database, .. } | Self::Edit { database, .. } | Self::List { database } => database,
        }
    }
}

/// Does it.
pub fn sources(command: SourcesCommand, language: Language) -> anyhow::Result<ExitCode> {
    let settings = settings::check_database(command.database())?;
    // On a new database the sources of the seed are there first.
    let seed = server::seed_files(settings.seed_dir.as_deref())?;
    with_database(&settings, async |database| {
        server::prepare(database, None).await?;
        super::import::load_first_seed(database, &seed).await?;
        match command {
            SourcesCommand::Add { slug, entry, .. } => {
                source_entry::add(database, &slug, &entry.into()).await?;
                let added = language.of(
                    format!("已添加 {slug}；用 import FILE --source {slug} 导入"),
                    format!("{slug} added; import FILE --source {slug} imports into it"),
                );
                println!("{added}");
            }
            SourcesCommand::Edit { slug, entry, .. } => {
                source_entry::edit(database, &slug, &entry.into()).await?;
                println!("{}", language.of(format!("已修改 {slug}"), format!("{slug} changed")));
            }
            SourcesCommand::List { .. } => {
                let mut out = io::stdout().lock();
                for source in source_entry::list(database).await? {
                    let from =
                        if source.is_of_seed { language.of("种子", "seed") } else { language.of("本地", "here") };
                    let (slug, kind, title) = (source.slug, source.kind, one_line(&source.title));
                    let cases = language.of(format!("{} 条", source.cases), format!("{} cases", source.cases));
                    writeln!(out, "{slug}\t{kind}\t{from}\t{cases}\t{title}")?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
