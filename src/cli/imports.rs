//! The commands that look after imports: what was imported, and taking it back.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;

use super::terminal::Terminal;
use super::with_database;
use crate::catalog::Catalog;
use crate::import::journal::{self, ImportSummary, ImportWithReport};
use crate::import::report::{Report, one_line};
use crate::import::revert::revert;
use crate::parameters::{Language, message};
use crate::server;
use crate::settings::{self, DatabaseArguments};

/// What is done with imports.
#[derive(Debug, Clone, Subcommand)]
pub enum ImportsCommand {
    /// List the imports that changed something, the latest first
    List {
        /// So many at most
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u32,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Show an import with its report
    Show {
        /// Its number, as `imports list` has it
        id: i64,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Take an import back: what it created is retired, what it changed or retired is as it was before
    ///
    /// Cases that have changed since are left and told. This is an import itself, and can be taken back too.
    Revert {
        /// Its number, as `imports list` has it
        id: i64,
        /// Take nothing back where a case has changed since
        #[arg(long)]
        strict: bool,
        /// Where the database is
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

impl ImportsCommand {
    fn database(&self) -> &DatabaseArguments {
        match self {
            Self::List { database, .. } | Self::Show { database, .. } | Self::Revert { database, .. } => database,
        }
    }
}

/// Does it.
pub fn imports(command: ImportsCommand, language: Language) -> anyhow::Result<ExitCode> {
    with_database(&settings::check_database(command.database())?, async |database| {
        server::prepare(database, None).await?;
        let mut out = Terminal::new(io::stdout().lock());
        match command {
            ImportsCommand::List { limit, .. } => {
                let mut connection = database.connect().await?;
                let catalog = Catalog::load(&mut connection, 0).await?;
                for import in journal::list(&mut connection, &catalog, &[], None, i64::from(limit)).await? {
                    writeln!(out, "{}", line(&import, language))?;
                }
            }
            ImportsCommand::Show { id, .. } => {
                let mut connection = database.connect().await?;
                let catalog = Catalog::load(&mut connection, 0).await?;
                let import = journal::find(&mut connection, &catalog, &[], id).await?;
                let missing = message!(
                    "there is no import {id}; `imports list` has them all",
                    "没有导入 {id}；`imports list` 列出全部"
                );
                let import = import.with_context(|| missing.of(language).to_owned())?;
                writeln!(out, "{}\n{}", line(&import.summary, language), report_of(import).told(language))?;
            }
            ImportsCommand::Revert { id, strict, .. } => {
                writeln!(out, "{}", revert(database, id, strict).await?.told(language))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn line(import: &ImportSummary, language: Language) -> String {
    let ImportSummary { id, source, file_name, finished_at, created, updated, retired, rejected, reverts, .. } = import;
    let file = one_line(file_name);
    let what = match reverts {
        Some(reverts) => {
            language.of(format!("撤回导入 {reverts}（{file}）"), format!("took back import {reverts} ({file})"))
        }
        None => file.clone(),
    };
    let (source, at) = (&source.slug, finished_at.format("%Y-%m-%d %H:%M:%S UTC"));
    language.of(
        format!("{id}  {at}  {source}  {what}：新建 {created}，更新 {updated}，停用 {retired}，拒绝 {rejected}"),
        format!(
            "{id}  {at}  {source}  {what}: {created} created, {updated} updated, {retired} retired, {rejected} rejected"
        ),
    )
}

/// What was printed at its end.
fn report_of(import: ImportWithReport) -> Report {
    let ImportWithReport { summary, report: findings } = import;
    let number = |count: i64| usize::try_from(count).unwrap_or_default();
    Report {
        source: summary.source.slug.clone(),
        file_name: summary.file_name,
        dry_run: false,
        rows_read: number(summary.rows_read),
        created: number(summary.created),
        updated: number(summary.updated),
        unchanged: number(summary.unchanged),
        rejected: number(summary.rejected),
        retired: number(summary.retired),
        refused: None,
        findings,
    }
}
