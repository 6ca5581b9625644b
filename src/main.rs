//! The program: `serve` (when nothing else is said), `import`, `check`, `export`, and those that look after what is
//! stored.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use log::error;
use offer_cases::cli;
use offer_cases::cli::Format;
use offer_cases::cli::Language;
use offer_cases::cli::language::LanguageArgument;
use offer_cases::cli::{Interrupted, printable};
use offer_cases::import::Currency;
use offer_cases::import::merge::AtMost;
use offer_cases::import::read::column::Column;
use offer_cases::import::read::header;
use offer_cases::import::read::private_columns::Keep;
use offer_cases::import::read::{FileFormat, ReadOptions, Sheets};
use offer_cases::import::source_entry::SourceEntry;
use offer_cases::logging::{self, LogFormat};
use offer_cases::model::case::Field;
use offer_cases::model::closed_sets::{SourceKind, Visibility};
use offer_cases::settings::{self, DatabaseArguments, ServeArguments};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Job-offer cases by company, major and school tier, served over HTTP from PostgreSQL.
///
/// Without a command it serves: it starts a private PostgreSQL server from the machine's installed
/// programs (or uses the one that DATABASE_URL names), applies the migrations, loads the seed it
/// carries, and answers on http://127.0.0.1:8080.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// How lines of the log are written: text, or json for one JSON object a line [default: text]
    #[arg(
        long,
        env = "OFFER_CASES_LOG_FORMAT",
        value_name = "FORMAT",
        value_parser = LogFormat::parse,
        default_value = "",
        hide_default_value = true,
        global = true
    )]
    log_format: LogFormat,
    #[command(flatten)]
    language: LanguageArgument,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    database: DatabaseArguments,
    #[command(flatten)]
    serve: ServeArguments,
}

/// How files are to be read.
#[derive(Debug, Args)]
struct Reading {
    /// The source that the files are imported as, by its slug; an export without it goes to the sources that it
    /// names
    #[arg(long, value_name = "SLUG", requires = "files")]
    source: Option<String>,
    /// The format of the files, where their names do not say: csv, tsv, xlsx, xls, ods, json, ndjson or md
    #[arg(long, value_name = "FORMAT", requires = "files")]
    format: Option<FileFormat>,
    /// What a column means, where its header does not say, such as 雇主=company; may be given several times
    #[arg(long, value_name = "HEADER=FIELD", requires = "files", value_parser = header_of_field)]
    map: Vec<(String, Column)>,
    /// The currency of figures of pay that say none: neither the cell, nor a column of currencies, nor the header
    #[arg(long, value_name = "CODE", requires = "files", value_parser = currency_of_code)]
    currency: Option<&'static Currency>,
    /// The column of what names a row for good, by its header: its cells are keys, whatever they look like, and a row
    /// changes the case with its key even where company or role are others
    #[arg(long, value_name = "COLUMN", requires = "files")]
    key: Option<String>,
    /// Keep columns of private data, such as 姓名 or Phone, which are left out otherwise; their headers with commas
    /// between them
    #[arg(long, value_name = "HEADERS", requires = "files", value_delimiter = ',')]
    keep_columns: Vec<String>,
    /// Keep all private data: leave no column out, and mask nothing in texts
    #[arg(long, requires = "files", conflicts_with = "keep_columns")]
    keep_private_data: bool,
    /// What all rows have in common, where no column says it, such as role=后端开发, city=杭州, date=2024 or
    /// outcome=offer; may be given several times
    #[arg(long, value_name = "FIELD=VALUE", requires = "files", value_parser = column_of_value)]
    set: Vec<(Column, String)>,
    /// The files have no header: --columns says what their columns are
    #[arg(long, requires = "columns")]
    no_header: bool,
    /// The columns of files without a header, from the first on, with commas between them; `-` is one that is not read
    #[arg(long, value_name = "FIELDS", requires = "no_header", value_delimiter = ',', value_parser = header::column_named)]
    columns: Vec<Column>,
    /// The sheet of a workbook that is read, by its name or its number from 1, where it is not the first with a header
    #[arg(long, value_name = "SHEET", requires = "files")]
    sheet: Option<String>,
    /// Read all visible sheets of a workbook, each as a table of its own
    #[arg(long, requires = "files", conflicts_with = "sheet")]
    all_sheets: bool,
}

impl Reading {
    /// What the readers of files are told; the source is told apart.
    fn options(self) -> ReadOptions {
        let keep = if self.keep_private_data { Keep::Everything } else { Keep::Columns(self.keep_columns) };
        let sheets = match (self.all_sheets, self.sheet) {
            (true, _) => Sheets::All,
            (false, Some(sheet)) => Sheets::One(sheet),
            (false, None) => Sheets::First,
        };
        let columns = self.no_header.then_some(self.columns);
        let mut map = self.map;
        map.extend(self.key.map(|header| (header, header::KEY.into())));
        ReadOptions { format: self.format, map, constants: self.set, columns, sheets, currency: self.currency, keep }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the HTTP API until SIGINT or SIGTERM
    Serve(Serve),
    /// Import files of offer cases, or without a file the seed
    ///
    /// Readable are CSV, TSV, XLSX, XLS, ODS, JSON, JSON Lines, and Markdown files with pipe tables, in UTF-8, UTF-16 or
    /// GB18030. A row that cannot be imported is reported
    /// with its reason and stops no other; the rest is committed in one transaction, wholly or not
    /// at all. Ends with 0 when all rows are in, 3 when some were rejected, 1 when nothing was
    /// imported; with --dry-run as the import would end.
    Import {
        /// The files
        files: Vec<PathBuf>,
        #[command(flatten)]
        reading: Reading,
        /// Make a source of this slug, where it is not there yet, and import into it; --title and --kind say what it is
        #[arg(long, value_name = "SLUG", requires = "files", conflicts_with = "source")]
        new_source: Option<String>,
        /// The title of the new source, in Chinese [default: its slug]
        #[arg(long, value_name = "TITLE", requires = "new_source")]
        title: Option<String>,
        /// The title of the new source in English
        #[arg(long, value_name = "TITLE", requires = "new_source")]
        title_en: Option<String>,
        /// What kind of source the new one is: coaching_ad, survey, crowd, own_records or synthetic
        /// [default: own_records]
        #[arg(long, value_name = "KIND", requires = "new_source", value_parser = cli::member::<SourceKind>)]
        kind: Option<SourceKind>,
        /// In which answers the cases of the new source stand: open or aggregates_only (statistics alone) [default: open]
        #[arg(long, value_name = "VISIBILITY", requires = "new_source", value_parser = cli::member::<Visibility>)]
        visibility: Option<Visibility>,
        /// Retire the cases of the source that the files no longer have, unless these are too many
        #[arg(long, requires = "files")]
        prune: bool,
        /// The most cases that --prune may retire: a number, or a share of those that are in use
        #[arg(long, value_name = "N|N%", requires = "prune", default_value_t)]
        prune_at_most: AtMost,
        /// Leave out rows that are equal to an earlier one, or to a case that another file of the source brought
        #[arg(long, requires = "files")]
        skip_equal: bool,
        /// Only say what would be done
        #[arg(long, requires = "files")]
        dry_run: bool,
        /// Reject rows whose company or role nobody knows, and import nothing if any row is rejected
        #[arg(long, requires = "files")]
        strict: bool,
        /// Write the whole report to this file, as JSON
        #[arg(long, value_name = "FILE", requires = "files")]
        report: Option<PathBuf>,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Read files like an import and say row by row what would be stored, and why; needs no database
    ///
    /// A source that the seed does not have is looked for in the database, where there is one.
    Check {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        reading: Reading,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Write cases into a file, with all that an import of them needs
    ///
    /// Importing the file again gives the same cases, with the same ids. Parameters choose cases as in
    /// the list of cases of the API.
    Export {
        /// Parameters such as company=baidu or major=工科
        parameters: Vec<String>,
        /// The format
        #[arg(long, value_enum, default_value_t = Format::Csv)]
        format: Format,
        /// The file to write; standard output when absent
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// List imports, show one, or take one back
    Imports {
        #[command(subcommand)]
        command: cli::ImportsCommand,
    },
    /// Add, change or list sources
    Sources {
        #[command(subcommand)]
        command: cli::SourcesCommand,
    },
    /// Take cases out of use, bring them back, or remove them for good
    Cases {
        #[command(subcommand)]
        command: cli::CasesCommand,
    },
    /// List the names that imports had to make, and put names right
    ///
    /// What is put right stays so when the service starts again and when another seed is loaded.
    Names {
        #[command(subcommand)]
        command: cli::NamesCommand,
    },
    /// Look after the rows of the database
    Database {
        #[command(subcommand)]
        command: cli::DatabaseCommand,
    },
    /// Look after the seed files
    Seed {
        #[command(subcommand)]
        command: SeedCommand,
    },
    /// Write a backup of the private server's database into a new directory, also while a service runs on it
    ///
    /// It is written wholly or not at all, and is of one state of the data.
    Backup {
        /// The directory, which is not there yet or is empty
        #[arg(value_name = "DIR")]
        directory: PathBuf,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Load a backup into the data directory of the private server
    ///
    /// The backup is loaded beside what is there and compared row by row; where anything is wrong with it, nothing is
    /// changed. A service that runs is to be ended first.
    Restore {
        /// The directory of the backup
        #[arg(value_name = "DIR")]
        directory: PathBuf,
        /// Replace the database that is there
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Apply missing migrations and end
    Migrate {
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Print the OpenAPI specification
    Openapi,
}

#[derive(Debug, Subcommand)]
enum SeedCommand {
    /// Print how the seed files would have to change to say what was put right by `names`
    Diff {
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::start(cli.log_format);
    let command = cli.command.unwrap_or(Command::Serve(cli.serve));
    let language = cli.language.language();
    match run(command, language) {
        Ok(code) => code,
        // Whoever read the output has read enough, such as `head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let told = cli::language::told(&error, language);
            match cli.log_format {
                LogFormat::Text => eprintln!("offer-cases: {}", printable(&told)),
                LogFormat::Json => error!("{told}"),
            }
            error.downcast_ref::<Interrupted>().map_or(ExitCode::FAILURE, |interrupted| interrupted.exit_code())
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_one = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is_one))
}

/// A header with the field that its column is.
fn header_of_field(text: &str) -> Result<(String, Column), String> {
    let (header, field) = text.rsplit_once('=').ok_or("it is written HEADER=FIELD, such as 雇主=company")?;
    header::column_named(field).map(|column| (header.to_owned(), column)).map_err(|error| error.to_string())
}

/// The currency of a code.
fn currency_of_code(code: &str) -> Result<&'static Currency, String> {
    let known = || Currency::codes().collect::<Vec<_>>().join(", ");
    Currency::of_code(code).ok_or_else(|| format!("it is an ISO 4217 code that is known here: {}", known()))
}

/// A column with what all rows have in it.
fn column_of_value(text: &str) -> Result<(Column, String), String> {
    let (field, value) = text.split_once('=').ok_or("it is written FIELD=VALUE, such as role=后端开发")?;
    let column = header::column_named(field).map_err(|error| error.to_string())?;
    match (column, value.trim()) {
        (_, "") => Err(format!("what is {field} in all rows? write {field}=VALUE")),
        (Column::Field(Field::SourceKey), _) => Err("a key tells rows apart: not all can have the same".to_owned()),
        (Column::Nothing | Column::Application, _) => Err(format!("{field} is nothing that rows say")),
        (column, value) => Ok((column, value.to_owned())),
    }
}

fn run(command: Command, language: Language) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(Serve { database, serve }) => {
            let (database, serve) = settings::check_serve(&database, &serve)?;
            cli::serve(database, serve)
        }
        Command::Import {
            files,
            reading,
            new_source,
            title,
            title_en,
            kind,
            visibility,
            prune,
            prune_at_most,
            skip_equal,
            dry_run,
            strict,
            report,
            database,
        } => {
            let entry = SourceEntry { title, title_en, kind, visibility, ..SourceEntry::default() };
            let request = cli::ImportRequest {
                language,
                files,
                source: new_source.clone().or(reading.source.clone()),
                new_source: new_source.map(|_| entry),
                read: reading.options(),
                prune,
                prune_at_most,
                skip_equal,
                dry_run,
                strict,
                report,
            };
            cli::import(settings::check_database(&database)?, request)
        }
        Command::Check { files, reading, database } => {
            let (source, read) = (reading.source.clone(), reading.options());
            let database = settings::check_database(&database)?;
            cli::check(&cli::CheckRequest { files, source, read, language, database })
        }
        Command::Export { parameters, format, output, database } => {
            let request = cli::ExportRequest { format, output, parameters };
            cli::export(settings::check_database(&database)?, request)
        }
        Command::Imports { command } => cli::imports(command, language),
        Command::Sources { command } => cli::sources(command, language),
        Command::Cases { command } => cli::cases(command, language),
        Command::Names { command } => cli::names(command, language),
        Command::Database { command } => cli::database(command, language),
        Command::Seed { command: SeedCommand::Diff { database } } => {
            cli::seed_diff(settings::check_database(&database)?)
        }
        Command::Backup { directory, database } => {
            cli::backup(&settings::check_database(&database)?, &directory, language)
        }
        Command::Restore { directory, replace, database } => {
            cli::restore(&settings::check_database(&database)?, &directory, replace, language)
        }
        Command::Migrate { database } => cli::migrate(&settings::check_database(&database)?, language),
        Command::Openapi => {
            print!("{}", offer_cases::http::routes::Specification::new().json);
            Ok(ExitCode::SUCCESS)
        }
    }
}
