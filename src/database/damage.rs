//! Damage of the database: what tells of it, and what was found of it.
//!
//! The server says itself where a page or a file cannot be read; [`super::row_sums`] says where rows have vanished without a
//! word. Whatever was found, nothing more is served until it is put right: what is left would be taken for all.

use std::sync::{Arc, PoisonError, RwLock};

use diesel::result::Error as QueryError;
use log::{error, info};
use tokio_postgres::error::SqlState;

use super::DatabaseError;

/// What was found damaged, for as long as it is not put right; all copies are one.
#[derive(Debug, Clone, Default)]
pub struct Damage(Arc<RwLock<Option<String>>>);

impl Damage {
    /// Remembers what was found, and tells it in the log where it is not known yet.
    pub fn found(&self, what: &str) -> DatabaseError {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.as_deref() != Some(what) {
            error!("the database is damaged, and nothing is served of it until it is put right: {what}");
            *known = Some(what.to_owned());
        }
        DatabaseError::Damaged(what.to_owned())
    }

    /// Fails with what was found.
    ///
    /// # Errors
    /// [`DatabaseError::Damaged`].
    pub fn check(&self) -> Result<(), DatabaseError> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map_or(Ok(()), |what| Err(DatabaseError::Damaged(what.clone())))
    }

    /// Forgets what was found, since it was put right.
    pub fn mended(&self) {
        if self.0.write().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            info!("the database is served again: it was put right");
        }
    }

    /// What the failure of a query says of the database on a connection that lives.
    pub(super) fn of_query(&self, error: QueryError) -> DatabaseError {
        if tells_of_damage(&error) { self.found(&error.to_string()) } else { DatabaseError::Query(error) }
    }
}

/// The row of the version of the data is gone.
#[derive(Debug, thiserror::Error)]
#[error("the table dataset has no row")]
pub(super) struct NoDataset;

/// Whether the server says that it cannot read what it should have.
pub fn is_damage(error: &tokio_postgres::Error) -> bool {
    let told = [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED, SqlState::UNDEFINED_FILE, SqlState::IO_ERROR];
    error.code().is_some_and(|code| told.contains(code))
}

/// The same of an error of Diesel, which keeps the message alone.
fn tells_of_damage(error: &QueryError) -> bool {
    const TOLD: &[&str] = &[
        "invalid page in block",
        "could not read block",
        "could not open file",
        "could not access file",
        "contains unexpected zero page",
        "contains corrupted page",
        "missing chunk number",
        "unexpected chunk",
    ];
    // What the system lacks for the moment is no damage: the file is there.
    const LACKING: &[&str] =
        &["Too many open files", "No space left", "Cannot allocate memory", "Interrupted system call"];
    let has = |text: &str, signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    match error {
        QueryError::DatabaseError(_, told) => has(told.message(), TOLD) && !has(told.message(), LACKING),
        QueryError::QueryBuilderError(error) => error.is::<NoDataset>(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_damage_and_what_the_system_lacks_is_none() {
        let tells = |message: &str| {
            let told = Box::new(message.to_owned());
            tells_of_damage(&QueryError::DatabaseError(DatabaseErrorKind::Unknown, told))
        };
        for damage in [
            "invalid page in block 3 of relation base/5/16384",
            "could not read block 7 in file \"base/5/16384\": read only 0 of 8192 bytes",
            "could not open file \"base/5/16384\": No such file or directory",
        ] {
            assert!(tells(damage), "{damage}");
        }
        for other in [
            "could not open file \"base/5/16384\": Too many open files in system",
            "could not read block 7 in file \"base/5/16384\": Cannot allocate memory",
            "relation \"offer_cases\" does not exist",
            "canceling statement due to statement timeout",
        ] {
            assert!(!tells(other), "{other}");
        }
    }
}
