//! How new an answer must be: no older than what this instance has answered, than a request asks for, and than the answer that
//! a client has.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::{Header, HeaderName, IfNoneMatch};

use super::state::AppState;
use super::token::Token;
use crate::database::dataset::{self, CATCH_UP, Dataset};
use crate::database::{DatabaseError, Lease, LongLease};
use crate::http::error::ApiError;
use crate::parameters::{ParameterError, message};

/// The header that says of which version an answer must be, or of a later one.
pub const MIN_DATASET_VERSION: HeaderName = HeaderName::from_static("min-dataset-version");

/// How new an answer must be.
#[derive(Debug, Clone, Default)]
pub(super) struct Least {
    /// What was answered already.
    floor: Option<Dataset>,
    /// What a client has seen.
    seen: Vec<Token>,
}

impl Least {
    /// Whether the data is new enough.
    fn is_met_by(&self, dataset: &Dataset) -> bool {
        let is_met = |token: &Token| token.is_of_history(dataset) && dataset.version >= token.version;
        !self.floor.as_ref().is_some_and(|floor| dataset.is_behind(floor)) && self.seen.iter().all(is_met)
    }

    /// Whether the data of a server that takes writes is: there is nothing newer. Of a history that it does not know any more
    /// nothing is to be waited for, nor of that of the data, where that has ended: what is written next is of another one.
    fn is_met_by_all_there_is(&self, dataset: &Dataset, has_ended: bool) -> bool {
        let comes_no_more = |token: &Token| !token.is_of_history(dataset) || (has_ended && token.says_history());
        self.seen.iter().all(|token| dataset.version >= token.version || comes_no_more(token))
    }
}

/// The newest data that was answered.
#[derive(Debug, Default)]
pub(super) struct Floor(Mutex<Option<Dataset>>);

impl Floor {
    fn current(&self) -> Option<Dataset> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Nothing earlier is answered from now on.
    fn raise(&self, dataset: &Dataset) {
        let mut floor = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !floor.as_ref().is_some_and(|floor| floor == dataset || dataset.is_behind(floor)) {
            *floor = Some(dataset.clone());
        }
    }

    /// What came later is lost.
    fn lower(&self, dataset: &Dataset) {
        log::warn!("the database is at version {} again: what was written later is lost", dataset.version);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(dataset.clone());
    }
}

impl AppState {
    /// How new the answer to a request must be.
    ///
    /// # Errors
    /// Where `Min-Dataset-Version` is no version.
    pub(super) fn least(&self, request: &HttpRequest) -> Result<Least, ApiError> {
        let mut seen = Vec::new();
        if let Some(asked) = request.headers().get(MIN_DATASET_VERSION) {
            let text = asked.to_str().unwrap_or_default();
            let token = Token::parse(text).ok_or_else(|| {
                let what = message!(
                    "`{text}` is not a version as `Dataset-Version` gives it, such as 63 or 63-0a1b2c3d",
                    "`{text}` 不是 `Dataset-Version` 给出的版本，例如 63 或 63-0a1b2c3d"
                );
                vec![ParameterError::new("Min-Dataset-Version", what)]
            })?;
            seen.push(token);
        }
        if let Ok(IfNoneMatch::Items(tags)) = IfNoneMatch::parse(request) {
            seen.extend(tags.iter().filter_map(|tag| Token::of_tag(tag.tag())));
        }
        Ok(Least { floor: self.floor.current(), seen })
    }

    /// How new any answer must be.
    pub(super) fn least_of_all(&self) -> Least {
        Least { floor: self.floor.current(), seen: Vec::new() }
    }

    /// Whether data that was read is new enough, which is remembered then.
    pub(super) fn is_new_enough(&self, dataset: &Dataset, least: &Least) -> bool {
        let is_met = least.is_met_by(dataset);
        if is_met {
            self.floor.raise(dataset);
        }
        is_met
    }

    /// A connection whose data is new enough: of a replica, once it has it, else of the server that is written to.
    ///
    /// # Errors
    /// [`ApiError::VersionNotReached`] where no server that can be reached has it.
    pub(super) async fn lease(&self, least: &Least) -> Result<(Lease, Dataset), ApiError> {
        let (mut earlier, mut away) = (None, None);
        for database in self.databases.to_read_from() {
            match database.lease().await {
                Ok((mut lease, dataset)) => match self.caught_up(&mut lease, dataset, least).await? {
                    Ok(dataset) => return Ok((lease, dataset)),
                    Err(dataset) => earlier = Some(dataset),
                },
                Err(error) if earlier.is_some() || self.may_turn_to_writes(&error) => away = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        match (earlier, away) {
            (None, Some(error)) => Err(error.into()),
            (earlier, _) => Err(not_reached(earlier)),
        }
    }

    /// Whether what replicas do not give is asked of the server that is written to.
    pub(super) fn may_turn_to_writes(&self, error: &DatabaseError) -> bool {
        self.databases.has_replicas() && matches!(error, DatabaseError::Away(_))
    }

    /// The data of a connection once it is new enough; that which there is where it does not become so.
    pub(super) async fn caught_up(
        &self,
        lease: &mut Lease,
        mut dataset: Dataset,
        least: &Least,
    ) -> Result<Result<Dataset, Dataset>, ApiError> {
        if self.is_new_enough(&dataset, least) {
            return Ok(Ok(dataset));
        }
        let is_replica = lease.run(async |connection| dataset::is_of_replica(connection).await).await?;
        for pause in CATCH_UP {
            tokio::time::sleep(*pause).await;
            dataset = lease.run(async |connection| dataset::read(connection).await).await?;
            if self.is_new_enough(&dataset, least) {
                return Ok(Ok(dataset));
            }
            if !is_replica {
                break;
            }
        }
        if is_replica {
            return Ok(Err(dataset));
        }
        let lineage_of_now = lease.run(async |connection| dataset::lineage_of_now(connection).await).await?;
        if !least.is_met_by_all_there_is(&dataset, dataset.has_ended(&lineage_of_now)) {
            return Ok(Err(dataset));
        }
        if let Some(floor) = least.floor.as_ref().filter(|floor| dataset.is_behind(floor)) {
            if !floor.has_ended(&lineage_of_now) {
                return Ok(Err(dataset));
            }
            self.floor.lower(&dataset);
            self.columns.forget_later_than(&dataset);
        }
        Ok(Ok(dataset))
    }

    /// A connection that sees one state of the data, which is new enough.
    ///
    /// # Errors
    /// As [`Self::lease`].
    pub(super) async fn long_lease(&self, least: &Least) -> Result<(LongLease, Dataset), ApiError> {
        if self.databases.replicas_are_silent()
            && let Ok(begun) = self.long_lease_of_writes(least).await
        {
            return Ok(begun);
        }
        for pause in CATCH_UP {
            tokio::time::sleep(*pause).await;
            match begun(self.databases.reads.long_lease().await).await {
                Ok((lease, dataset)) if self.is_new_enough(&dataset, least) => return Ok((lease, dataset)),
                Ok(_) if self.databases.has_replicas() => {}
                // The version was looked at before; there is nothing newer.
                Ok(begun) => return Ok(begun),
                Err(error) if self.may_turn_to_writes(&error) => break,
                Err(error) => return Err(error.into()),
            }
        }
        self.long_lease_of_writes(least).await
    }

    /// The same on the server that is written to.
    async fn long_lease_of_writes(&self, least: &Least) -> Result<(LongLease, Dataset), ApiError> {
        let (lease, dataset) = begun(self.databases.writes.long_lease().await).await?;
        if let Some(floor) = least.floor.as_ref().filter(|floor| dataset.is_behind(floor)) {
            let lineage_of_now = lease.to.while_it_answers(dataset::lineage_of_now(&lease.connection)).await?;
            if !floor.has_ended(&lineage_of_now.map_err(DatabaseError::from)?) {
                return Err(not_reached(Some(dataset)));
            }
        }
        Ok((lease, dataset))
    }
}

async fn begun(lease: Result<LongLease, DatabaseError>) -> Result<(LongLease, Dataset), DatabaseError> {
    let mut lease = lease?;
    match lease.to.clone().while_it_answers(dataset::read(&lease.connection)).await? {
        Ok(dataset) => Ok((lease, dataset)),
        Err(error) => Err(lease.failure(error).await),
    }
}

fn not_reached(there: Option<Dataset>) -> ApiError {
    ApiError::VersionNotReached(there.map(|dataset| dataset.token()).unwrap_or_default())
}

/// How long the server that is written to may take to say that it is there.
pub(super) const WRITES_LIMIT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_behind_another_one_of_the_same_history_or_of_a_timeline_before() {
        let now = Dataset::at(60, "1.10");
        for (version, lineage, is_behind) in [
            (59, "1.10", true),
            (60, "1.10", false),
            (61, "1.10", false),
            (99, "1.9", true),
            (1, "1.11", false),
            (1, "2.1", false),
            (1, "", false),
        ] {
            assert_eq!(Dataset::at(version, lineage).is_behind(&now), is_behind, "{version} of {lineage}");
        }
    }

    #[test]
    fn what_was_answered_is_a_floor_and_what_was_seen_is_waited_for_as_far_as_there_is_a_history_of_it() {
        let state = Dataset::at(60, "1.2");
        let seen = |text: &str| Least { floor: None, seen: vec![Token::parse(text).expect("a token")] };
        for (least, met, met_by_all, met_where_it_ended) in [
            (Least { floor: Some(Dataset::at(61, "1.2")), seen: Vec::new() }, false, true, true),
            (Least { floor: Some(Dataset::at(61, "1.1")), seen: Vec::new() }, true, true, true),
            (seen("60"), true, true, true),
            (seen("61"), false, false, false),
            (seen(&Dataset::at(61, "1.2").token()), false, false, true),
            (seen(&Dataset::at(60, "1.2").token()), true, true, true),
            (seen(&Dataset::at(61, "1.1").token()), false, true, true),
        ] {
            let of_all = |has_ended| least.is_met_by_all_there_is(&state, has_ended);
            let found = (least.is_met_by(&state), of_all(false), of_all(true));
            assert_eq!(found, (met, met_by_all, met_where_it_ended), "{least:?}");
        }
    }
}
