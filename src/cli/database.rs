//! The commands that look after the database: whether all rows are there, and taking what is there for all.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::with_database;
use crate::database::row_sums;
use crate::parameters::Language;
use crate::server;
use crate::settings::{self, DatabaseArguments};

/// What is done with the database.
#[derive(Debug, Clone, Subcommand)]
pub enum DatabaseCommand {
    /// Compare the rows of each table with what changes have left there
    ///
    /// Reads all of them. Ends with 1 where some have vanished, or come, in another way than by a change, as when a file
    /// was cut short or triggers were off.
    Check {
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Bring the data of the private server to a newer PostgreSQL
    ///
    /// Dumps all by a last start of the old one, loads it into new data, compares all rows, and puts these in the place of
    /// the old ones; where anything fails nothing is changed. A service that runs is to be ended first.
    Upgrade {
        /// Where the programs of the PostgreSQL are that the data are of, if not in a usual place
        #[arg(long, env = "OLD_PG_BIN_DIR", value_name = "DIR")]
        old_pg_bin_dir: Option<PathBuf>,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Take the rows that are there for all that there should be
    ///
    /// After rows were put right by hand, or where what is lost is lost. A service that runs answers again.
    Accept {
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

/// Does it.
pub fn database(command: DatabaseCommand, language: Language) -> anyhow::Result<ExitCode> {
    let arguments = match &command {
        DatabaseCommand::Upgrade { old_pg_bin_dir, database } => {
            return super::upgrade(&settings::check_database(database)?, old_pg_bin_dir.clone(), language);
        }
        DatabaseCommand::Check { database } | DatabaseCommand::Accept { database } => database,
    };
    with_database(&settings::check_database(arguments)?, async |database| {
        match command {
            DatabaseCommand::Check { .. } => server::check_prepared(database).await?,
            _ => server::prepare(database, None).await?,
        }
        let compared = row_sums::compare(database, None).await?;
        let is_whole = compared.iter().all(row_sums::Compared::is_whole);
        let mut out = io::stdout().lock();
        for compared in &compared {
            writeln!(out, "{}", compared.message().of(language))?;
        }
        match command {
            DatabaseCommand::Check { .. } if !is_whole => {
                let damaged = language.of(
                    "数据库已损坏：请恢复备份，或用 `database accept` 把现有的行认作全部",
                    "the database is damaged: bring a backup back, or take what is there by `database accept`",
                );
                writeln!(out, "{damaged}")?;
                return Ok(ExitCode::FAILURE);
            }
            DatabaseCommand::Check { .. } => writeln!(out, "{}", language.of("所有行都在", "all rows are there"))?,
            _ => {
                row_sums::accept(database).await?;
                let accepted =
                    language.of("从现在起，现有的行就是全部", "what is there is all that there should be from now on");
                writeln!(out, "{accepted}")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
