//! The command that writes cases into a file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::mpsc::{Receiver, channel};

use super::with_database;
use crate::cases::export::{Chunk, ExportQuery, export as send_cases};
use crate::cases::format::Format;
use crate::catalog::cache;
use crate::parameters::ParameterError;
use crate::server;
use crate::settings::DatabaseSettings;

/// Chunks that wait to be written.
const CHUNKS_AHEAD: usize = 4;
/// What is needed to import an export again.
const WHOLE: &str = "include=raw,source";

/// What an export is asked to do.
#[derive(Debug)]
pub struct ExportRequest {
    /// The form of the file.
    pub format: Format,
    /// Where to write; `None` = standard output.
    pub output: Option<PathBuf>,
    /// Parameters as of the list of cases, `name=value`.
    pub parameters: Vec<String>,
}

/// Writes the cases that fit the parameters, with all that an import of them needs.
pub fn export(settings: DatabaseSettings, request: ExportRequest) -> anyhow::Result<ExitCode> {
    with_database(&settings, async |database| {
        server::check_prepared(database).await?;
        let mut lease = database.long_lease().await?;
        let catalog = std::sync::Arc::new(cache::read_within(&mut lease.connection).await?);
        let query = query_string(&request.parameters)?;
        let query = ExportQuery::parse(&query, request.format, &catalog).map_err(one_error)?;
        let (sender, receiver) = channel::<Chunk>(CHUNKS_AHEAD);
        let writing = tokio::task::spawn_blocking({
            let output = request.output.clone();
            move || write(output, receiver)
        });
        let exported = send_cases(lease, catalog, query, &sender).await;
        drop(sender);
        writing.await?.context("writing the export")?;
        exported?;
        Ok(ExitCode::SUCCESS)
    })
}

fn query_string(parameters: &[String]) -> anyhow::Result<String> {
    let mut pairs = vec![WHOLE.to_owned()];
    for parameter in parameters {
        let (name, value) = parameter
            .split_once('=')
            .with_context(|| format!("`{parameter}` is not a parameter such as company=baidu"))?;
        pairs.push(format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    }
    Ok(pairs.join("&"))
}

/// All mistakes of the parameters, a line each.
fn one_error(mistakes: Vec<ParameterError>) -> anyhow::Error {
    let lines = mistakes.iter().map(|mistake| {
        let meant = mistake.did_you_mean.as_ref().map(|meant| format!("; did you mean `{meant}`?"));
        format!("{}: {}{}", mistake.parameter, mistake.message, meant.unwrap_or_default())
    });
    anyhow::anyhow!("{}", lines.collect::<Vec<_>>().join("\n  "))
}

fn write(output: Option<PathBuf>, mut chunks: Receiver<Chunk>) -> io::Result<()> {
    let mut out: Box<dyn Write> = match output {
        Some(path) => Box::new(BufWriter::new(File::create(path)?)),
        None => Box::new(io::stdout().lock()),
    };
    while let Some(chunk) = chunks.blocking_recv() {
        out.write_all(&chunk.map_err(io::Error::other)?)?;
    }
    out.flush()
}
