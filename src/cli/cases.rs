//! The commands that take single cases out: for the time being, or for good.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Subcommand;
use uuid::Uuid;

use super::with_database;
use crate::import::removal::{self, NamedCase};
use crate::parameters::Language;
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
pub fn cases(command: CasesCommand, language: Language) -> anyhow::Result<ExitCode> {
    with_database(&settings::check_database(command.database())?, async |database| {
        server::prepare(database, None).await?;
        match command {
            CasesCommand::Retire { ids, .. } => {
                let cases = removal::set_retired(database, &once(ids), true).await?;
                println!("{}", language.of(format!("已停用 {cases} 条案例"), format!("{cases} cases retired")));
            }
            CasesCommand::Restore { ids, .. } => {
                let cases = removal::set_retired(database, &once(ids), false).await?;
                println!("{}", language.of(format!("已恢复 {cases} 条案例"), format!("{cases} cases restored")));
            }
            CasesCommand::Erase { ids, yes, .. } => {
                let ids = once(ids);
                let found = removal::find(&mut database.connect().await?, &ids).await?;
                if !yes && io::stdin().is_terminal() && !is_confirmed(&found, language)? {
                    println!("{}", language.of("没有抹除任何案例", "nothing is erased"));
                    return Ok(ExitCode::FAILURE);
                }
                for case in removal::erase(database, &ids).await? {
                    println!("{}{}", language.of("已抹除 ", "erased "), described(&case, language));
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

fn described(case: &NamedCase, language: Language) -> String {
    let NamedCase { id, company, role, source, is_retired, revisions } = case;
    let retired = if *is_retired { language.of("，已停用", ", retired") } else { "" };
    language.of(
        format!("{id}：{company}，{role}，来源 {source}{retired}，{revisions} 个历史版本"),
        format!("{id}: {company}, {role}, of {source}{retired}, {revisions} earlier states"),
    )
}

/// Whether whoever sits at the terminal means it.
fn is_confirmed(cases: &[NamedCase], language: Language) -> io::Result<bool> {
    for case in cases {
        println!("{}", described(case, language));
    }
    let number = cases.len();
    let question = language.of(
        format!("永久抹除 {number} 条？无法撤销。输入“是”或 yes："),
        format!("erase {number} for good? This cannot be undone. Write yes: "),
    );
    print!("{question}");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(["yes", "y", "是"].contains(&answer.trim().to_lowercase().as_str()))
}
