//! A database as it is written in settings: a URL, or words with `=`, as libpq takes them.

use std::sync::LazyLock;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use regex::Regex;
use tokio_postgres::Config;
use tokio_postgres::config::TargetSessionAttrs;

use super::address::Address;
use super::tls::{Encryption, Parameters};

/// How a database is written.
const LOOKS_LIKE: &str = "it looks like postgres://user:password@host:5432/database";
/// Time after which the system asks whether the other side of a silent connection is there, where the URL says nothing.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
/// Time between two such questions.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// How many of them may be without an answer.
const KEEPALIVE_RETRIES: u32 = 2;
/// How long what is sent may be without an acknowledgement.
const USER_TIMEOUT: Duration = Duration::from_secs(10);

/// A parameter among words: its name, and its value, perhaps in quotes.
static WORD: LazyLock<Regex> = LazyLock::new(|| {
    let word = r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|\S*)";
    Regex::new(word).unwrap_or_else(|error| unreachable!("the pattern is right: {error}"))
});

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(url: &str) -> Result<Self, String> {
        let mut parameters = Parameters::default();
        let mut target = None;
        let rest = without(url, |name, value| {
            let place = match name {
                "sslmode" => &mut parameters.mode,
                "sslrootcert" => &mut parameters.root_certificate,
                "sslcert" => &mut parameters.certificate,
                "sslkey" => &mut parameters.key,
                "target_session_attrs" => &mut target,
                _ => return false,
            };
            *place = Some(value);
            true
        });
        let mut config: Config = rest.parse().map_err(|error| format!("{error}; {LOOKS_LIKE}"))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(format!("it names no host; {LOOKS_LIKE}"));
        }
        if let Some(target) = target {
            config.target_session_attrs(session_of(&target)?);
        }
        Ok(Self::new(&with_limits(config), &Encryption::new(&parameters)?))
    }
}

/// Which servers serve.
fn session_of(target: &str) -> Result<TargetSessionAttrs, String> {
    match target {
        "any" => Ok(TargetSessionAttrs::Any),
        "read-write" | "primary" => Ok(TargetSessionAttrs::ReadWrite),
        "read-only" | "standby" => Ok(TargetSessionAttrs::ReadOnly),
        other => Err(format!(
            "`target_session_attrs={other}` is unknown; there are any, read-write, read-only, primary, standby"
        )),
    }
}

/// A URL without the parameters that are taken out of it.
fn without(url: &str, mut takes: impl FnMut(&str, String) -> bool) -> String {
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !is_url {
        let words = WORD.captures_iter(url).filter_map(|word| {
            let (name, value) = (&word[1], &word[2]);
            let plain = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
            let plain =
                plain.map_or_else(|| value.to_owned(), |quoted| quoted.replace("\\'", "'").replace("\\\\", "\\"));
            (!takes(name, plain)).then(|| word[0].to_owned())
        });
        let words = words.collect::<Vec<_>>().join(" ");
        // What is no word at all is for the parser to say.
        let has_others = !WORD.replace_all(url, "").trim().is_empty();
        return if has_others { url.to_owned() } else { words };
    }
    let Some((address, query)) = url.split_once('?') else { return url.to_owned() };
    let left = query.split('&').filter(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        !takes(name, percent_decode_str(value).decode_utf8_lossy().into_owned())
    });
    match left.collect::<Vec<_>>().join("&") {
        query if query.is_empty() => address.to_owned(),
        query => format!("{address}?{query}"),
    }
}

/// With what tells soon that a connection is dead, where nothing is said of it.
pub(super) fn with_limits(mut config: Config) -> Config {
    let unsaid = Config::new();
    if config.get_keepalives_idle() == unsaid.get_keepalives_idle() {
        config.keepalives_idle(KEEPALIVE_IDLE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(KEEPALIVE_INTERVAL);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(KEEPALIVE_RETRIES);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(USER_TIMEOUT);
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_encryption_are_taken_out_of_urls_and_of_words() {
        for (url, rest, taken) in [
            ("postgres://u@h/d?sslmode=require", "postgres://u@h/d", "sslmode=require"),
            ("postgres://u@h/d?a=b&sslrootcert=%2Fetc%2Fa%20b&c=d", "postgres://u@h/d?a=b&c=d", "sslrootcert=/etc/a b"),
            ("postgres://u:a?b@h/d", "postgres://u:a?b@h/d", ""),
            ("host=h  sslmode = verify-full dbname=d", "host=h dbname=d", "sslmode=verify-full"),
            ("host=h sslkey='a b\\'c' password='x y'", "host=h password='x y'", "sslkey=a b'c"),
            ("host=h password='sslmode=disable'", "host=h password='sslmode=disable'", ""),
        ] {
            let mut found = String::new();
            let left = without(url, |name, value| {
                let is_one = name.starts_with("ssl");
                if is_one {
                    found = format!("{name}={value}");
                }
                is_one
            });
            assert_eq!((left.as_str(), found.as_str()), (rest, taken), "{url}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said() {
        for (url, word) in [
            ("postgres://u@h/d?sslmode=verify", "verify-full"),
            ("postgres://u@h/d?sslmode=verify-full&sslrootcert=/nonexistent", "/nonexistent"),
            ("postgres://u@h/d?sslmode=require&sslrootcert=system", "verify-full"),
            ("postgres://u@h/d?sslcert=/nonexistent", "sslkey"),
            ("postgres://u@h/d?target_session_attrs=prefer-standby", "read-write"),
            ("postgres://", "no host"),
            ("user=me", "no host"),
            ("nonsense", "postgres://"),
            ("host=h sslmode=disable nonsense", "postgres://"),
        ] {
            let wrong = Address::parse(url).err().unwrap_or_else(|| panic!("{url} is taken"));
            assert!(wrong.contains(word), "{url}: {wrong}");
        }
        for right in [
            "postgres://u@h/d?sslmode=allow",
            "postgres://u@a,b:5433/d?target_session_attrs=primary",
            "host=/tmp user=me sslmode=prefer",
            "postgresql://h?sslmode=disable",
        ] {
            assert!(Address::parse(right).is_ok(), "{right}");
        }
    }
}
