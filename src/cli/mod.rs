//! What the commands of the program do; each but the shortest has a file of its own.

mod backup;
mod cases;
mod check;
mod database;
mod export;
mod import;
mod imports;
mod interruption;
mod known_source;
pub mod language;
mod names;
mod sources;
mod terminal;

use std::process::ExitCode;

use crate::database::Database;
use crate::database::private_server::{self, Cancel};
use crate::server::{self, OpenDatabase, RunByAnother};
use crate::settings::{DatabaseLocation, DatabaseSettings, ServeSettings};

pub use crate::cases::format::Format;
pub use crate::parameters::Language;
pub use crate::text::printable;
pub use backup::{backup, restore, upgrade};
pub use cases::{CasesCommand, cases};
pub use check::{CheckRequest, check};
pub use database::{DatabaseCommand, database};
pub use export::{ExportRequest, export};
pub use import::{ImportRequest, import};
pub use imports::{ImportsCommand, imports};
pub use interruption::Interrupted;
pub use names::{NamesCommand, names, seed_diff};
pub use sources::{SourceArguments, SourcesCommand, member, sources};

/// Serves until told to end.
pub fn serve(database: DatabaseSettings, serve: ServeSettings) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(server::serve(database, serve))?;
    Ok(ExitCode::SUCCESS)
}

/// Applies missing migrations.
pub fn migrate(settings: &DatabaseSettings, language: Language) -> anyhow::Result<ExitCode> {
    with_database(settings, async |database| {
        server::prepare(database, None).await?;
        println!("{}", language.of("数据库已是最新", "the database is up to date"));
        Ok(ExitCode::SUCCESS)
    })
}

fn with_database(
    settings: &DatabaseSettings,
    work: impl AsyncFnOnce(&Database) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let open = OpenDatabase::open(settings, RunByAnother::Use, Cancel::default()).await?;
        let outcome = interruption::until_told_to_end(&open.database, work).await;
        open.close().await?;
        outcome.inspect_err(|_| tell_shortage(&settings.location))
    });
    // A file that is still being read for what was given up is not waited for.
    runtime.shutdown_background();
    ended
}

/// Says where a private server may have failed for want of room.
fn tell_shortage(location: &DatabaseLocation) {
    if let DatabaseLocation::Private { data_dir, .. } = location
        && let Some(shortage) = private_server::shortage(data_dir)
    {
        log::error!("{shortage}");
    }
}

/// Several threads, since migrations need to block one.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
