//! Finding the cases that have the words of a filter, which only the database looks for.

use std::sync::Arc;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::filter::{CaseFilter, SearchWord};
use super::filter_sql::FilterCondition;
use crate::database::dataset::Dataset;
use crate::database::schema::offer_cases;

/// The ordinals of all cases in use that have these words, upwards, and the version of the data that they are of, in one
/// statement.
pub async fn find(connection: &mut AsyncPgConnection, words: &[SearchWord]) -> QueryResult<(Vec<u32>, Version)> {
    let filter = CaseFilter { words: words.to_vec(), ..Default::default() };
    let found =
        "coalesce(array_agg(offer_cases.ordinal), '{}'), (select version from dataset), (select lineage from dataset)";
    let found = offer_cases::table.select(sql::<(Array<BigInt>, BigInt, Text)>(found)).filter(FilterCondition(&filter));
    let (ordinals, version, lineage): (Vec<i64>, i64, String) = found.get_result(connection).await?;
    let mut ordinals: Vec<u32> = ordinals.into_iter().filter_map(|ordinal| u32::try_from(ordinal).ok()).collect();
    ordinals.sort_unstable();
    Ok((ordinals, (version, lineage)))
}

/// The version of the data, and the history that it is of.
type Version = (i64, String);

/// What words are looked for in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Search {
    words: Vec<SearchWord>,
    /// The data as it was: another database may have come to the same version.
    dataset: Dataset,
}

/// Bytes of what was found that are kept.
const MAX_KEPT_BYTES: u64 = 32 << 20;
/// Searches for which there is room at first. Of so few the cache is one, and not several with a part of the bytes each.
const SEARCHES: usize = 32;
/// Bytes of a search itself, about.
const SEARCH_BYTES: usize = 1000;

/// Weighs a search by the bytes of what was found.
#[derive(Debug, Clone)]
struct FoundBytes;

impl Weighter<Search, Arc<[u32]>> for FoundBytes {
    fn weight(&self, _: &Search, found: &Arc<[u32]>) -> u64 {
        (SEARCH_BYTES + size_of_val(&**found)) as u64
    }
}

/// Why nothing was found.
#[derive(Debug)]
pub enum SearchError<E> {
    /// The data is of another version by now.
    Moved,
    /// What the database or the way to it has.
    Failed(E),
}

/// What was found of late: many who look for the same words wait for one search.
#[derive(Debug)]
pub struct Searches(Cache<Search, Arc<[u32]>, FoundBytes>);

impl Default for Searches {
    fn default() -> Self {
        Self(Cache::with_weighter(SEARCHES, MAX_KEPT_BYTES, FoundBytes))
    }
}

impl Searches {
    /// The ordinals of all cases of the data as it was that have these words, upwards, as kept, or as `look` gives them
    /// with the version that they are of: [`find`].
    ///
    /// # Errors
    /// Where the data is of another version by now, or `look` fails.
    pub async fn find<E>(
        &self,
        words: &[SearchWord],
        dataset: &Dataset,
        look: impl Future<Output = Result<(Vec<u32>, Version), E>>,
    ) -> Result<Arc<[u32]>, SearchError<E>> {
        let search = Search { words: words.to_vec(), dataset: dataset.clone() };
        let look = async {
            match look.await {
                Ok((found, (version, lineage))) if version == dataset.version && lineage == dataset.lineage => {
                    Ok(found.into())
                }
                Ok(_) => Err(SearchError::Moved),
                Err(error) => Err(SearchError::Failed(error)),
            }
        };
        self.0.get_or_insert_async(&search, look).await
    }
}
