//! Classes of requests, by what they take.

use clap::ValueEnum as _;

use crate::cases::filter::SEARCH;
use crate::cases::format::Format;
use crate::cases::list::COUNT;
use crate::parameters::names_given;

/// What kind of work a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Whether the service is well: never refused and never kept waiting.
    Health,
    /// What an index or the memory has at once.
    Read,
    /// What is worked out of many cases, or looked for among all texts.
    Costly,
    /// A file of all cases that fit.
    Export,
}

impl Class {
    /// The class of a request. What is not known to be cheap is costly.
    pub fn of(path: &str, query: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["health", ..] => Self::Health,
            ["openapi.json"] | ["docs" | "assets", ..] | ["guide"] => Self::Read,
            ["api", "v1", rest @ ..] => Self::of_api(rest, query),
            _ => Self::Costly,
        }
    }

    fn of_api(parts: &[&str], query: &str) -> Self {
        /// What a list of cases cannot have at once: words, and a number of all that fit.
        const COSTLY: [&str; 2] = [SEARCH, COUNT.name];
        let is_file = |name: &str| Format::value_variants().iter().any(|format| format.ending() == name);
        match parts {
            [file] if file.strip_prefix("offer-cases.").is_some_and(is_file) => Self::Export,
            ["offer-cases"] if names_given(query).any(|name| COSTLY.contains(&name.as_ref())) => Self::Costly,
            ["offer-cases"] | ["offer-cases", _] | ["meta" | "resolve" | "guide"] | ["imports", ..] => Self::Read,
            _ => Self::Costly,
        }
    }

    /// What a request of it counts as, where the cheapest is 1.
    pub const fn units(self) -> u32 {
        match self {
            Self::Health => 0,
            Self::Read => 1,
            Self::Costly => 5,
            Self::Export => 20,
        }
    }

    /// What a request with so long a target counts as, where the cheapest is 1. Each name in it takes time, too.
    pub(super) fn cost(self, target_bytes: usize) -> u32 {
        const BYTES: usize = 1024;
        self.units() + u32::try_from(target_bytes / BYTES).unwrap_or(u32::MAX / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cheap_is_known_and_the_rest_is_costly() {
        for (path, query, class) in [
            ("/health/live", "", Class::Health),
            ("//health/ready/", "", Class::Health),
            ("/api/v1/offer-cases", "company=baidu&limit=20", Class::Read),
            ("/api/v1/offer-cases/", "quarter=1&counted=2", Class::Read),
            ("/api/v1/offer-cases", "company=baidu&q=x", Class::Costly),
            ("/api/v1/offer-cases", "%71=x", Class::Costly),
            ("/api/v1/offer-cases", "count=exact", Class::Costly),
            ("/api/v1/offer-cases/10bfdab1-46dd-522a-a44e-e39c3449f35e", "", Class::Read),
            ("/api/v1/offer-cases/10bfdab1-46dd-522a-a44e-e39c3449f35e/comparable", "", Class::Costly),
            ("/api/v1/offer-cases.xlsx/", "", Class::Export),
            ("/api/v1/stats", "", Class::Costly),
            ("/api/v1/stats.csv", "", Class::Costly),
            ("/api/v1/charts/heatmap.svg", "", Class::Costly),
            ("/explore", "", Class::Costly),
            ("/", "", Class::Costly),
            ("/healthy", "", Class::Costly),
            ("/docs/index.html", "", Class::Read),
        ] {
            assert_eq!(Class::of(path, query), class, "{path}?{query}");
        }
    }

    #[test]
    fn a_long_target_costs_more_than_a_short_one() {
        assert_eq!(Class::Read.cost(100), 1);
        assert_eq!(Class::Read.cost(60 * 1024), 61);
        assert!(Class::Export.cost(0) > Class::Costly.cost(0));
    }
}
