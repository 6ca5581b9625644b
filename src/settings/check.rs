//! From arguments to settings: all mistakes are reported at once, each with its setting.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use super::{
    DEFAULT_MEMORY_LIMIT_MIB, DatabaseArguments, DatabaseLocation, DatabaseSettings, HttpSettings, KeptColumns,
    Origins, ServeArguments, ServeSettings, WrongSetting, WrongSettings, limits, memory,
};
use crate::database::Address;

/// The most that a setting may say, in MiB.
const GREATEST_MEMORY_LIMIT_MIB: u64 = 1 << 20;

/// The most memory that cases may take where nothing is said, in MiB: half of what there is. The rest is for requests, for the
/// database beside the program, and for cases that are read anew.
fn usual_memory_limit_mib() -> u64 {
    let half = |bytes: u64| ((bytes / 2) >> 20).clamp(1, GREATEST_MEMORY_LIMIT_MIB);
    memory::available_bytes().map_or(DEFAULT_MEMORY_LIMIT_MIB, half)
}

/// From so many cases on they are kept where nobody has asked for it: fewer are read from the database within a second.
const LEAST_CASES_KEPT: u64 = 100_000;

/// A setting that is empty is not given.
pub(super) fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

fn given_path(path: Option<&PathBuf>) -> Option<PathBuf> {
    path.filter(|path| !path.as_os_str().is_empty()).cloned()
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(super) struct Checker(pub(super) Vec<WrongSetting>);

impl Checker {
    pub(super) fn wrong(&mut self, setting: &'static str, message: impl Into<String>) {
        self.0.push(WrongSetting { setting, message: message.into() });
    }

    fn switch(&mut self, setting: &'static str, text: Option<&str>) -> bool {
        match text.map(str::to_lowercase).as_deref() {
            None | Some("false" | "0" | "no" | "off") => false,
            Some("true" | "1" | "yes" | "on") => true,
            Some(other) => {
                self.wrong(setting, format!("`{other}` is neither true nor false"));
                false
            }
        }
    }

    pub(super) fn number(
        &mut self,
        setting: &'static str,
        text: Option<&str>,
        min: u64,
        max: u64,
        default: u64,
    ) -> u64 {
        let Some(text) = given(text) else { return default };
        match text.trim().parse() {
            Ok(number) if (min..=max).contains(&number) => number,
            _ => {
                self.wrong(setting, format!("`{text}` is not a whole number from {min} to {max}"));
                default
            }
        }
    }
}

/// Checks all settings of the server and of what `RUST_LOG` holds.
pub fn check_serve(
    database: &DatabaseArguments,
    serve: &ServeArguments,
) -> Result<(DatabaseSettings, ServeSettings), WrongSettings> {
    let mut checker = Checker::default();
    let database = check_database_arguments(&mut checker, database);
    let mut listens = |setting, text| check_listen(&mut checker, setting, text);
    let listen = listens("--listen / OFFER_CASES_LISTEN", given(serve.listen.as_deref()).unwrap_or("127.0.0.1:8080"));
    let metrics_listen = given(serve.metrics_listen.as_deref())
        .map(|text| listens("--metrics-listen / OFFER_CASES_METRICS_LISTEN", text));
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let workers = checker.number("--workers / OFFER_CASES_WORKERS", serve.workers.as_deref(), 1, 1024, cores);
    let workers = usize::try_from(workers).unwrap_or(1);
    let no_seed = checker.switch("--no-seed / OFFER_CASES_NO_SEED", given(serve.no_seed.as_deref()));
    if no_seed && database.as_ref().is_some_and(|database| database.seed_dir.is_some()) {
        checker.wrong("--no-seed / OFFER_CASES_NO_SEED", "does not go with --seed-dir / OFFER_CASES_SEED_DIR");
    }
    let memory_limit_mib = checker.number(
        "--columns-memory-mib / OFFER_CASES_COLUMNS_MEMORY_MIB",
        serve.columns_memory_mib.as_deref(),
        0,
        GREATEST_MEMORY_LIMIT_MIB,
        usual_memory_limit_mib(),
    );
    let mut origins =
        |setting, text: Option<&str>, default| check_origins(&mut checker, setting, given(text).unwrap_or(default));
    let cors_origins = origins("--cors-origins / OFFER_CASES_CORS_ORIGINS", serve.cors_origins.as_deref(), "");
    let frame_ancestors =
        origins("--frame-ancestors / OFFER_CASES_FRAME_ANCESTORS", serve.frame_ancestors.as_deref(), "*");
    let kept_columns = check_columns_dir(&mut checker, serve, database.as_ref());
    let replicas = check_replicas(&mut checker, serve, database.as_ref());
    let limits = limits::check(&mut checker, &serve.limits);
    let http = HttpSettings { workers, limits, cors_origins, frame_ancestors };
    match (database, checker.0.is_empty()) {
        (Some(database), true) => {
            let load_seed = !no_seed;
            let settings =
                ServeSettings { listen, metrics_listen, load_seed, replicas, memory_limit_mib, kept_columns, http };
            Ok((database, settings))
        }
        _ => Err(WrongSettings(checker.0)),
    }
}

/// Checks where cases in memory are kept.
fn check_columns_dir(
    checker: &mut Checker,
    serve: &ServeArguments,
    database: Option<&DatabaseSettings>,
) -> Option<KeptColumns> {
    match (given_path(serve.columns_dir.as_ref()), database.map(|database| &database.location)) {
        (Some(none), _) if none.as_os_str() == "none" => None,
        (Some(directory), _) => {
            if directory.exists() && !directory.is_dir() {
                let message = format!("{} is not a directory", directory.display());
                checker.wrong("--columns-dir / OFFER_CASES_COLUMNS_DIR", message);
            }
            Some(KeptColumns { directory, least_cases: 0 })
        }
        (None, Some(DatabaseLocation::Private { data_dir, .. })) => {
            Some(KeptColumns { directory: data_dir.clone(), least_cases: LEAST_CASES_KEPT })
        }
        (None, _) => None,
    }
}

/// Checks where replicas are.
fn check_replicas(
    checker: &mut Checker,
    serve: &ServeArguments,
    database: Option<&DatabaseSettings>,
) -> Option<Address> {
    const SETTING: &str = "--read-database-url / READ_DATABASE_URL";
    let url = given(serve.read_database_url.as_deref())?;
    if database.is_some_and(|database| matches!(database.location, DatabaseLocation::Private { .. })) {
        checker.wrong(SETTING, "goes with --database-url / DATABASE_URL, of which its servers are replicas");
    }
    match Address::parse(url) {
        Ok(address) => Some(address.in_any_order()),
        Err(message) => {
            checker.wrong(SETTING, message);
            None
        }
    }
}

/// Checks the settings of a command that needs the database.
pub fn check_database(arguments: &DatabaseArguments) -> Result<DatabaseSettings, WrongSettings> {
    let mut checker = Checker::default();
    match (check_database_arguments(&mut checker, arguments), checker.0.is_empty()) {
        (Some(settings), true) => Ok(settings),
        _ => Err(WrongSettings(checker.0)),
    }
}

fn check_database_arguments(checker: &mut Checker, arguments: &DatabaseArguments) -> Option<DatabaseSettings> {
    check_log_filter(checker);
    let connections = checker.number(
        "--database-connections / OFFER_CASES_DATABASE_CONNECTIONS",
        arguments.database_connections.as_deref(),
        2,
        90,
        16,
    );
    let query_limit_ms = checker.number(
        "--query-timeout-ms / OFFER_CASES_QUERY_TIMEOUT_MS",
        arguments.query_timeout_ms.as_deref(),
        10,
        600_000,
        5000,
    );
    let seed_dir = given_path(arguments.seed_dir.as_ref());
    if let Some(directory) = seed_dir.as_ref().filter(|directory| !directory.is_dir()) {
        checker.wrong("--seed-dir / OFFER_CASES_SEED_DIR", format!("{} is not a directory", directory.display()));
    }
    Some(DatabaseSettings {
        location: check_location(checker, arguments)?,
        connections: usize::try_from(connections).unwrap_or(2),
        query_limit: Duration::from_millis(query_limit_ms),
        seed_dir,
    })
}

fn check_location(checker: &mut Checker, arguments: &DatabaseArguments) -> Option<DatabaseLocation> {
    if let Some(url) = given(arguments.database_url.as_deref()) {
        return match Address::parse(url) {
            Ok(address) => Some(DatabaseLocation::Server(address)),
            Err(message) => {
                checker.wrong("--database-url / DATABASE_URL", message);
                None
            }
        };
    }
    let bin_dir = given_path(arguments.pg_bin_dir.as_ref());
    if let Some(directory) = bin_dir.as_ref().filter(|directory| !directory.is_dir()) {
        let message = format!(
            "{} is not a directory; install PostgreSQL (Debian, Ubuntu: `apt-get install postgresql`), leave it out \
             to look in the usual places, or name a running server with DATABASE_URL",
            directory.display()
        );
        checker.wrong("--pg-bin-dir / PG_BIN_DIR", message);
    }
    match given_path(arguments.data_dir.as_ref()).or_else(default_data_dir) {
        Some(data_dir) if data_dir.exists() && !data_dir.is_dir() => {
            checker.wrong("--data-dir / OFFER_CASES_DATA_DIR", format!("{} is not a directory", data_dir.display()));
            None
        }
        Some(data_dir) => Some(DatabaseLocation::Private { data_dir, bin_dir }),
        None => {
            let message = "there is no home directory to put the data in; name a directory";
            checker.wrong("--data-dir / OFFER_CASES_DATA_DIR", message);
            None
        }
    }
}

/// `/var/lib/offer-cases` for root, whose home PostgreSQL's user cannot enter; else below
/// `$XDG_DATA_HOME` or `~/.local/share`.
fn default_data_dir() -> Option<PathBuf> {
    if nix::unistd::Uid::effective().is_root() {
        return Some(PathBuf::from("/var/lib/offer-cases"));
    }
    let from = |variable| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    from("XDG_DATA_HOME").or_else(|| Some(from("HOME")?.join(".local/share"))).map(|home| home.join("offer-cases"))
}

fn check_listen(checker: &mut Checker, setting: &'static str, text: &str) -> Vec<SocketAddr> {
    match text.to_socket_addrs() {
        Ok(addresses) => addresses.collect(),
        Err(error) => {
            let message = format!("`{text}` is not an address and a port such as 127.0.0.1:8080 ({error})");
            checker.wrong(setting, message);
            Vec::new()
        }
    }
}

fn check_origins(checker: &mut Checker, setting: &'static str, text: &str) -> Origins {
    let origins: Vec<String> = text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    match origins.as_slice() {
        [all] if all == "*" => return Origins::Any,
        [none] if none == "none" => return Origins::These(Vec::new()),
        _ => {}
    }
    let is_origin = |origin: &str| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| {
            !host.is_empty() && host.chars().all(|sign| sign.is_ascii_graphic() && !"/*?#;,'\"".contains(sign))
        })
    };
    for wrong in origins.iter().filter(|origin| !is_origin(origin)) {
        let message = format!("`{wrong}` is not an origin such as https://example.org, nor is it `*` or `none` alone");
        checker.wrong(setting, message);
    }
    Origins::These(origins)
}

fn check_log_filter(checker: &mut Checker) {
    let Ok(filter) = std::env::var("RUST_LOG") else { return };
    if let Err(error) = env_filter::Builder::new().try_parse(&filter) {
        checker.wrong("RUST_LOG", format!("{error}; it looks like `info` or `offer_cases=debug`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_told_at_once_each_with_its_setting() {
        let database = DatabaseArguments {
            database_url: Some("postgres://".into()),
            database_connections: Some("many".into()),
            query_timeout_ms: Some("0".into()),
            seed_dir: Some("/nonexistent".into()),
            ..DatabaseArguments::default()
        };
        let serve = ServeArguments {
            listen: Some("here".into()),
            metrics_listen: Some("9090".into()),
            workers: Some("0".into()),
            read_database_url: Some("nowhere".into()),
            cors_origins: Some("example.org".into()),
            frame_ancestors: Some("example.org".into()),
            ..ServeArguments::default()
        };
        let error = check_serve(&database, &serve).expect_err("all of it is wrong");
        let message = error.to_string();
        for setting in [
            "OFFER_CASES_LISTEN",
            "OFFER_CASES_METRICS_LISTEN",
            "OFFER_CASES_WORKERS",
            "OFFER_CASES_CORS_ORIGINS",
            "OFFER_CASES_FRAME_ANCESTORS",
            "DATABASE_URL",
            "READ_DATABASE_URL",
            "OFFER_CASES_DATABASE_CONNECTIONS",
            "OFFER_CASES_QUERY_TIMEOUT_MS",
            "OFFER_CASES_SEED_DIR",
        ] {
            assert!(message.contains(setting), "{setting} is missing in: {message}");
        }
    }

    #[test]
    fn without_a_setting_everything_has_a_default() {
        let database = DatabaseArguments { data_dir: Some("/data".into()), ..DatabaseArguments::default() };
        let (database, serve) = check_serve(&database, &ServeArguments::default()).expect("nothing is wrong");
        assert_eq!(serve.listen, ["127.0.0.1:8080".parse().expect("an address")]);
        assert_eq!(database.connections, 16);
        assert!(serve.load_seed);
        let kept = KeptColumns { directory: "/data".into(), least_cases: LEAST_CASES_KEPT };
        assert_eq!(serve.kept_columns, Some(kept));
    }

    #[test]
    fn cases_in_memory_are_kept_where_it_is_said_and_else_beside_the_data_of_the_private_server() {
        let named = DatabaseArguments { database_url: Some("postgres://me@host/cases".into()), ..Default::default() };
        let kept = |database: &DatabaseArguments, directory: Option<&str>| {
            let columns_dir = directory.map(PathBuf::from);
            let serve = ServeArguments { columns_dir, ..ServeArguments::default() };
            let (_, serve) = check_serve(database, &serve).expect("nothing is wrong");
            serve.kept_columns.map(|kept| (kept.directory.display().to_string(), kept.least_cases))
        };
        let private = DatabaseArguments { data_dir: Some("/data".into()), ..DatabaseArguments::default() };
        assert_eq!(kept(&named, None), None);
        assert_eq!([kept(&named, Some("/a")), kept(&private, Some("/a"))], [(); 2].map(|()| Some(("/a".into(), 0))));
        assert_eq!([kept(&private, Some("none")), kept(&named, Some(""))], [None, None]);
    }

    #[test]
    fn origins_are_all_none_or_just_those_that_are_named() {
        let check = |text: &str| {
            let mut checker = Checker::default();
            let origins = check_origins(&mut checker, "--frame-ancestors", text);
            checker.0.is_empty().then_some(origins)
        };
        let these =
            |origins: &[&str]| Some(Origins::These(origins.iter().map(|origin| (*origin).to_owned()).collect()));
        assert_eq!(check("*"), Some(Origins::Any));
        assert_eq!([check("none"), check("")], [these(&[]), these(&[])]);
        assert_eq!(
            check("https://a.example, http://b.example:8080"),
            these(&["https://a.example", "http://b.example:8080"])
        );
        for wrong in [
            "a.example",
            "https://",
            "https://a.example/page",
            "https://*.example",
            "*, https://a.example",
            "https://a.example; script-src *",
            "https://a.example;script-src",
            "https://a.example\r\nX: y",
            "'none'",
            "https://例子.example",
        ] {
            assert_eq!(check(wrong), None, "{wrong}");
        }
    }
}
