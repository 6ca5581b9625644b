//! The commands that write a backup of the private server's database, load one, and bring the data to a newer PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::interruption::until_told_to_end_alone;
use super::runtime;
use crate::backup::manifest::Manifest;
use crate::backup::restore::Restored;
use crate::backup::upgrade::Upgraded;
use crate::backup::{self, BackupError, Private, Source};
use crate::database::private_server::{Cancel, binaries};
use crate::parameters::Language;
use crate::server::{OpenDatabase, RunByAnother, check_prepared};
use crate::settings::{DatabaseLocation, DatabaseSettings};

/// The private server that the settings name.
fn private(settings: &DatabaseSettings, command: &'static str) -> Result<Private, BackupError> {
    match &settings.location {
        DatabaseLocation::Private { data_dir, bin_dir } => {
            Ok(Private { data_dir: data_dir.clone(), bin_dir: bin_dir.clone() })
        }
        DatabaseLocation::Server(_) => Err(BackupError::NotPrivate { command }),
    }
}

/// Works until it is done or told to end, with a private server that may be starting meanwhile.
fn run<T>(work: impl AsyncFnOnce(Cancel) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let runtime = runtime()?;
    let cancel = Cancel::default();
    let outcome = runtime.block_on(until_told_to_end_alone(cancel.clone(), work(cancel)));
    runtime.shutdown_background();
    outcome
}

/// Writes a backup.
pub fn backup(settings: &DatabaseSettings, target: &Path, language: Language) -> anyhow::Result<ExitCode> {
    let private = private(settings, "backup")?;
    let Some(major_version) = private.major_version() else {
        return Err(BackupError::NoData(private.data_dir).into());
    };
    let binaries = binaries::find(private.bin_dir.as_deref(), Some(major_version))?;
    let Manifest { cases, dataset_version, .. } = run(async |cancel| {
        let open = OpenDatabase::open(settings, RunByAnother::Use, cancel).await?;
        let written = write(&open, &binaries, target).await;
        open.close().await?;
        written
    })?;
    let target = target.display();
    let written = language.of(
        format!("版本 {dataset_version} 的 {cases} 条案例已备份到 {target}"),
        format!("{cases} cases at version {dataset_version} are in {target}"),
    );
    println!("{written}");
    Ok(ExitCode::SUCCESS)
}

async fn write(open: &OpenDatabase, binaries: &binaries::Binaries, target: &Path) -> anyhow::Result<Manifest> {
    check_prepared(&open.database).await?;
    let config = open.private_config().ok_or(BackupError::NotPrivate { command: "backup" })?;
    backup::write(&Source { database: &open.database, config, binaries }, target).await
}

/// Loads a backup.
pub fn restore(
    settings: &DatabaseSettings,
    from: &Path,
    replace: bool,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let private = private(settings, "restore")?;
    let restored = run(async |cancel| backup::restore::restore(&private, from, replace, &cancel).await)?;
    let Restored { manifest: Manifest { cases, dataset_version, .. }, dataset, replaced } = restored;
    if let Some(replaced) = replaced {
        println!("{}{replaced}", language.of("已替换：", "replaced: "));
    }
    let (data_dir, token) = (private.data_dir.display(), dataset.token());
    let loaded = language.of(
        format!("版本 {dataset_version} 的 {cases} 条案例已恢复到 {data_dir}，现为版本 {token}；各行均已核对"),
        format!(
            "{cases} cases of version {dataset_version} are in {data_dir}, as version {token}; all rows were compared"
        ),
    );
    println!("{loaded}");
    Ok(ExitCode::SUCCESS)
}

/// Brings the data to a newer PostgreSQL.
pub fn upgrade(
    settings: &DatabaseSettings,
    old_bin_dir: Option<PathBuf>,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let private = private(settings, "database upgrade")?;
    let old_bin_dir = old_bin_dir.filter(|directory| !directory.as_os_str().is_empty());
    let upgrade = async |cancel: Cancel| backup::upgrade::upgrade(&private, old_bin_dir.as_deref(), &cancel).await;
    let Upgraded { from, to, manifest } = run(upgrade)?;
    let (data_dir, cases) = (private.data_dir.display(), manifest.cases);
    let upgraded = language.of(
        format!("{data_dir} 中的数据已从 PostgreSQL {from} 升级到 {to}：{cases} 条案例，各行均已核对"),
        format!("the data in {data_dir} are of PostgreSQL {to} now, and were of {from}: {cases} cases; all rows were compared"),
    );
    println!("{upgraded}");
    Ok(ExitCode::SUCCESS)
}
