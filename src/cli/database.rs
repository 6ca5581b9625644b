//! The commands that look after the database: whether all rows are there, and taking what is there for all.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Subcommand;

use super::with_database;
use crate::database::row_sums;
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
pub fn database(command: DatabaseCommand) -> anyhow::Result<ExitCode> {
    let (DatabaseCommand::Check { database: arguments } | DatabaseCommand::Accept { database: arguments }) = &command;
    with_database(&settings::check_database(arguments)?, async |database| {
        match command {
            DatabaseCommand::Check { .. } => server::check_prepared(database).await?,
            DatabaseCommand::Accept { .. } => server::prepare(database, None).await?,
        }
        let compared = row_sums::compare(database, None).await?;
        let is_whole = compared.iter().all(row_sums::Compared::is_whole);
        let mut out = io::stdout().lock();
        for compared in &compared {
            writeln!(out, "{compared}")?;
        }
        match command {
            DatabaseCommand::Check { .. } if !is_whole => {
                writeln!(
                    out,
                    "the database is damaged: bring a backup back, or take what is there by `database accept`"
                )?;
                return Ok(ExitCode::FAILURE);
            }
            DatabaseCommand::Check { .. } => writeln!(out, "all rows are there")?,
            DatabaseCommand::Accept { .. } => {
                row_sums::accept(database).await?;
                writeln!(out, "what is there is all that there should be from now on")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
