//! The commands that look after names: what imports had to make, and what people put right of it.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Subcommand;

use super::with_database;
use crate::catalog::Catalog;
use crate::import::seed::curation::apply::{CurationError, Request, curate, curated_entities};
use crate::import::seed::curation::made::{MadeEntry, kinds, made};
use crate::import::seed::curation::{Action, diff};
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::parameters::Language;
use crate::server;
use crate::settings::{self, DatabaseArguments, DatabaseSettings};

/// What is done with names.
#[derive(Debug, Clone, Subcommand)]
pub enum NamesCommand {
    /// List the names that imports had to make, with their cases, first rows and near known names
    New {
        /// Only of this kind: company, role or city
        #[arg(value_name = "KIND", value_parser = made_entity)]
        kind: Option<Entity>,
        /// So many of each kind at most, those with the most cases first
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Make one entry of two: cases move, and the names of the first become aliases of the second
    Merge {
        /// company, role, major, city or school
        #[arg(value_name = "KIND", value_parser = curated_entity)]
        kind: Entity,
        /// The entry that goes: slug, name or alias
        from: String,
        /// The entry that stays
        into: String,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Give an entry another name; the one that it had becomes an alias, and the slug stays
    Rename {
        /// company, role, major, city or school
        #[arg(value_name = "KIND", value_parser = curated_entity)]
        kind: Entity,
        /// The entry: slug, name or alias
        entry: String,
        /// The new name
        name: String,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Set what is known of an entry, such as kind=listed, name_en=Acme, parent=tencent or family=data
    Set {
        /// company, role, major, city or school
        #[arg(value_name = "KIND", value_parser = curated_entity)]
        kind: Entity,
        /// The entry: slug, name or alias
        entry: String,
        /// A column of the seed file and its value; nothing behind `=` is unknown
        #[arg(value_name = "ATTRIBUTE=VALUE", value_parser = attribute)]
        attribute: (String, Option<String>),
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Add or remove another name of an entry
    Alias {
        /// Which of the two
        #[command(subcommand)]
        action: AliasCommand,
    },
}

/// What is done with an alias.
#[derive(Debug, Clone, Subcommand)]
pub enum AliasCommand {
    /// Add one
    Add(AliasArguments),
    /// Remove one
    Remove(AliasArguments),
}

/// An alias of an entry.
#[derive(Debug, Clone, clap::Args)]
pub struct AliasArguments {
    /// company, role, major, city or school
    #[arg(value_name = "KIND", value_parser = curated_entity)]
    kind: Entity,
    /// The entry: slug, name or alias
    entry: String,
    /// The alias
    alias: String,
    /// Where the database is
    #[command(flatten)]
    database: DatabaseArguments,
}

fn made_entity(text: &str) -> Result<Entity, String> {
    entity_of(text, &kinds())
}

fn curated_entity(text: &str) -> Result<Entity, String> {
    entity_of(text, &curated_entities())
}

fn entity_of(text: &str, allowed: &[&str]) -> Result<Entity, String> {
    let entity = Entity::from_slug(text).filter(|entity| allowed.contains(&entity.slug()));
    entity.ok_or_else(|| format!("it is one of {}", allowed.join(", ")))
}

fn attribute(text: &str) -> Result<(String, Option<String>), String> {
    let (name, value) = text.split_once('=').ok_or("it is written ATTRIBUTE=VALUE, such as kind=listed")?;
    Ok((name.to_owned(), Some(value.to_owned()).filter(|value| !value.is_empty())))
}

/// What a command asks to be put right of an entry of a kind.
struct Asked {
    kind: Entity,
    entry: String,
    request: Request,
    database: DatabaseArguments,
}

/// Does what a command says.
pub fn names(command: NamesCommand, language: Language) -> anyhow::Result<ExitCode> {
    let asked = match command {
        NamesCommand::New { kind, limit, database } => return list_made(kind, limit, &database, language),
        NamesCommand::Merge { kind, from, into, database } => {
            Asked { kind, entry: from, request: Request::Merge { into }, database }
        }
        NamesCommand::Rename { kind, entry, name, database } => {
            Asked { kind, entry, request: Request::Rename { name }, database }
        }
        NamesCommand::Set { kind, entry, attribute: (attribute, value), database } => {
            Asked { kind, entry, request: Request::Do(Action::Set { attribute, value }), database }
        }
        NamesCommand::Alias { action } => {
            let (AliasArguments { kind, entry, alias, database }, action): (_, fn(String) -> Action) = match action {
                AliasCommand::Add(arguments) => (arguments, Action::AddAlias),
                AliasCommand::Remove(arguments) => (arguments, Action::RemoveAlias),
            };
            Asked { kind, entry, request: Request::Do(action(alias)), database }
        }
    };
    put_right(&asked, language)
}

fn put_right(asked: &Asked, language: Language) -> anyhow::Result<ExitCode> {
    let Asked { kind, entry, request, database } = asked;
    with_database(&settings::check_database(database)?, async |database| {
        server::prepare(database, None).await?;
        match curate(database, *kind, entry, request).await {
            Ok((slug, moved)) if matches!(request, Request::Merge { .. }) => {
                let merged = language.of(
                    format!("{entry} 已并入 {slug}；移动的案例：{moved}"),
                    format!("{entry} is {slug} now; cases that moved: {moved}"),
                );
                writeln!(io::stdout(), "{merged}")?;
            }
            Ok((slug, _)) => {
                writeln!(io::stdout(), "{}", language.of(format!("{slug}：完成"), format!("{slug}: done")))?;
            }
            Err(error @ CurationError::Unchanged(_)) => writeln!(io::stdout(), "{}", error.message().of(language))?,
            Err(error) => return Err(error.into()),
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn list_made(
    kind: Option<Entity>,
    limit: u32,
    database: &DatabaseArguments,
    language: Language,
) -> anyhow::Result<ExitCode> {
    with_database(&settings::check_database(database)?, async |database| {
        server::prepare(database, None).await?;
        let mut connection = database.connect().await?;
        let catalog = Catalog::load(&mut connection, 0).await?;
        print_made(&made(&mut connection, &catalog, kind, limit.into()).await?, language)?;
        Ok(ExitCode::SUCCESS)
    })
}

fn print_made(entries: &[MadeEntry], language: Language) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for MadeEntry { entity, slug, name, case_count, rows, near } in entries {
        let near = match near.join(", ") {
            none if none.is_empty() => none,
            near => language.of(format!("\t相近：{near}"), format!("\tnear: {near}")),
        };
        let cases = language.of(format!("{case_count} 条"), format!("{case_count} cases"));
        writeln!(out, "{}\t{slug}\t{name}\t{cases}\t{}{near}", entity.slug(), rows.join(", "))?;
    }
    Ok(())
}

/// Prints how the seed files would have to change to say what was curated.
pub fn seed_diff(settings: DatabaseSettings) -> anyhow::Result<ExitCode> {
    let files = server::seed_files(settings.seed_dir.as_deref())?;
    with_database(&settings, async |database| {
        server::prepare(database, None).await?;
        let mut connection = database.connect().await?;
        let mut out = io::stdout().lock();
        for difference in diff::diff(&mut connection, &files).await? {
            writeln!(out, "--- {0}\n+++ {0}", difference.file)?;
            difference.removed.iter().try_for_each(|line| writeln!(out, "-{line}"))?;
            difference.added.iter().try_for_each(|line| writeln!(out, "+{line}"))?;
        }
        Ok(ExitCode::SUCCESS)
    })
}
