//! The commands that take single cases out: for the time being, or for good.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Subcommand;
use uuid::Uuid;

use super::with_database;
use crate::import::removal::{self, NamedCase};
use crate::server;
use crate::settings::{self, DatabaseArguments};

/// What is done with cases.
#[derive(Debug, Clone, Subcommand)]
pub enum CasesCommand {
    /// Take cases out of use; they are kept, and importing their file again does not bring them back
    Retire {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<Uuid>,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Bring retired cases back into use
    Restore {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<Uuid>,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Remove cases for good, with their raw rows, earlier states and what reports of imports tell of them
    ///
    /// What stays is a hash of their keys and cells, so that importing their file again does not bring them back. This
    /// cannot be undone.
    Erase {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<Uuid>,
        /// Do not ask on a terminal
        #[arg(long)]
        yes: bool,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

impl CasesCommand {
    fn database(&self) -> &DatabaseArguments {
        match self {
            Self::Retire { database, .. } | Self::Restore { database, .. } | Self::Erase { database, .. } => database,
        }
    }
}

/// Does it.
pub fn cases(command: CasesCommand) -> anyhow::Result<ExitCode> {
    with_database(&settings::check_database(command.database())?, async |database| {
        server::prepare(database, None).await?;
        match command {
            CasesCommand::Retire { ids, .. } => {
                println!("{} cases retired", removal::set_retired(database, &once(ids), true).await?);
            }
            CasesCommand::Restore { ids, .. } => {
                println!("{} cases restored", removal::set_retired(database, &once(ids), false).await?);
            }
            CasesCommand::Erase { ids, yes, .. } => {
                let ids = once(ids);
                let found = removal::find(&mut database.connect().await?, &ids).await?;
                if !yes && io::stdin().is_terminal() && !is_confirmed(&found)? {
                    println!("nothing is erased");
                    return Ok(ExitCode::FAILURE);
                }
                for case in removal::erase(database, &ids).await? {
                    println!("erased {}", described(&case));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Each once.
fn once(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn described(case: &NamedCase) -> String {
    let NamedCase { id, company, role, source, is_retired, revisions } = case;
    let retired = if *is_retired { ", retired" } else { "" };
    format!("{id}: {company}, {role}, of {source}{retired}, {revisions} earlier states")
}

/// Whether whoever sits at the terminal means it.
fn is_confirmed(cases: &[NamedCase]) -> io::Result<bool> {
    for case in cases {
        println!("{}", described(case));
    }
    print!("erase {} for good? This cannot be undone. Write yes: ", cases.len());
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(["yes", "y", "是"].contains(&answer.trim().to_lowercase().as_str()))
}
