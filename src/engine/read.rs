//! Reading cases from the database into columns.

use std::collections::{BTreeMap, HashSet};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::TryStreamExt;
use futures_util::stream::select_all;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::BinaryCopyOutStream;
use tokio_postgres::types::Type;

use super::Columns;
use super::chunk::CodedCase;
use super::coding::{FIXED, read_case};
use super::dictionary::Dictionaries;
use super::duplicates::{Block, Duplicates, MajorParents};
use super::slots::{SLOTS, slot};
use super::withheld::withhold;
use crate::database::DatabaseError;
use crate::database::damage::is_damage;
use crate::database::dataset::{self, Dataset};
use crate::database::row_sums::{self, CASES, Compared, Kept, RowSum};
use crate::model::case::Field;
use crate::model::entity::Entity;

/// Why cases could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database failed.
    #[error("{}", crate::database::describe(.0))]
    Database(tokio_postgres::Error),
    /// The database cannot be reached.
    #[error(transparent)]
    Away(#[from] DatabaseError),
    /// No database that can be reached is as far as the data that was seen.
    #[error("the database that is read from is at version {0} still")]
    Behind(i64),
    /// They cannot be read, or are not those that there should be.
    #[error("{0}")]
    Damaged(String),
    /// They do not fit into columns.
    #[error("there are too many different values of {0}")]
    TooMany(&'static str),
    /// Reading was broken off.
    #[error("reading was broken off: {0}")]
    Stopped(String),
    /// They take more memory than is allowed.
    #[error("the cases take more than the {allowed_mib} MiB that are allowed")]
    TooLarge {
        /// The limit.
        allowed_mib: u64,
    },
}

impl From<tokio_postgres::Error> for ReadError {
    fn from(error: tokio_postgres::Error) -> Self {
        if is_damage(&error) { Self::Damaged(crate::database::describe(&error)) } else { Self::Database(error) }
    }
}

/// From where cases are read: connections that see the state of the data that is read, as [`begin`] lets them.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// What has changed, over one connection.
    Changed(&'a Client),
    /// All cases, half of them over each connection: two processes of the database write them out. All over the first where
    /// the second does not see the same state, as through a proxy that has led it to another server.
    All([&'a Client; 2]),
}

impl Source<'_> {
    /// The connection over which all is read that is read once.
    fn first(&self) -> &Client {
        match self {
            Self::Changed(client) | Self::All([client, _]) => client,
        }
    }
}

/// The state of the data that a connection sees from now on, until [`end`], and whether it is that of a replica.
pub async fn begin(client: &Client) -> Result<(Dataset, bool), ReadError> {
    client.batch_execute(BEGIN).await?;
    let row = client.query_one(&format!("select {}, pg_is_in_recovery() from dataset", dataset::COLUMNS), &[]).await?;
    Ok((Dataset::of_row(&row)?, row.try_get(5)?))
}

/// Which history a server that takes writes would write now, as [`dataset::lineage_of_now`] asks.
pub async fn lineage_of_now(client: &Client) -> Result<String, ReadError> {
    Ok(client.query_one(&format!("select {}", dataset::LINEAGE_OF_NOW), &[]).await?.try_get(0)?)
}

/// Lets a connection see what comes.
pub async fn end(client: &Client) -> Result<(), ReadError> {
    Ok(client.batch_execute("commit").await?)
}

const BEGIN: &str = "begin isolation level repeatable read read only";

/// Reads all cases that the columns lack of the state of the data that the connections see, which is `dataset`; `progress`
/// learns how many there are so far. The connections see that state still, until their transactions [`end`].
///
/// A new version is made and the old one left as it is, so that whoever gives up in the middle leaves nothing half-done.
pub async fn read_missing(
    source: Source<'_>,
    columns: &Columns,
    dataset: &Dataset,
    limit_bytes: u64,
    progress: impl FnMut(usize) + Send,
) -> Result<Columns, ReadError> {
    let began_at = Instant::now();
    let mut columns = columns.clone();
    // Before the cases: what is asked behind them on a connection is answered once they have come.
    let majors = Arc::new(major_parents(source.first()).await?);
    let (rows, kept) = match source {
        Source::Changed(client) => {
            let closed = ClosedSources::read(client).await?;
            let changed = closed.with_all_of(&changed_since(&columns));
            (Rows { parts: vec![copy_out(client, "0::bigint", &changed).await?], closed }, None)
        }
        Source::All(clients) => {
            let (rows, kept) = all_rows(clients).await?;
            (rows, Some(kept))
        }
    };
    let mut dictionaries = std::mem::take(&mut columns.dictionaries);
    let last_before = columns.last_ordinal;
    // Where all cases are read, so are all that are likely the same.
    let touched = kept.is_none().then(HashSet::new);
    let mut filling = Filling { columns: &mut columns, last_before, added: 0, touched, limit_bytes, progress };
    let sum = rows.read_into(&mut dictionaries, &mut filling).await?;
    let (added, touched) = (filling.added, filling.touched);
    columns.dictionaries = dictionaries;
    let too_large = || ReadError::TooLarge { allowed_mib: limit_bytes >> 20 };
    if columns.bytes() > limit_bytes {
        return Err(too_large());
    }
    columns.rows = if kept.is_some() { sum.rows } else { columns.rows + added };
    check(kept, sum)?;
    let with_duplicates = move || with_duplicates(columns, touched, majors);
    let found = tokio::task::spawn_blocking(with_duplicates).await;
    let mut columns = found.map_err(|error| ReadError::Stopped(error.to_string()))?;
    if columns.bytes() > limit_bytes {
        return Err(too_large());
    }
    columns.read_at = began_at;
    columns.dataset = dataset.clone();
    Ok(columns)
}

/// The columns with which of their cases are likely the same: all anew, or those of some blocks.
fn with_duplicates(columns: Columns, touched: Option<HashSet<Block>>, majors: Arc<MajorParents>) -> Columns {
    let duplicates = match touched {
        Some(touched) => columns.duplicates.renew(&columns, &touched, majors),
        None => Duplicates::find(&columns, majors),
    };
    Columns { duplicates: Arc::new(duplicates), ..columns }
}

async fn major_parents(client: &Client) -> Result<MajorParents, ReadError> {
    const PARENTS: &str = "select id, parent_id from majors where parent_id is not null";
    Ok(client.query(PARENTS, &[]).await?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Reads all cases and compares them with columns of the state of the data that the connections see: whether these are just
/// what would be read.
///
/// # Errors
/// Where they cannot be read, or are not those that there should be.
pub async fn are_what_is_there(columns: &Columns, clients: [&Client; 2]) -> Result<bool, ReadError> {
    let (rows, kept) = all_rows(clients).await?;
    let mut comparing = Comparing { columns, in_use: 0, are_equal: true };
    let sum = rows.read_into(&mut Arc::clone(&columns.dictionaries), &mut comparing).await?;
    if !comparing.are_equal {
        return Ok(false);
    }
    check(Some(kept), sum)?;
    Ok(comparing.in_use == columns.cases())
}

/// What cases that are read go into.
trait Sink {
    /// Takes one.
    fn put(&mut self, case: &CodedCase);

    /// Learns how many rows there are so far; false where no more are wanted.
    fn goes_on(&mut self, rows: i64) -> bool;
}

/// Columns that are being filled.
struct Filling<'a, P> {
    columns: &'a mut Columns,
    /// The highest ordinal that there was before.
    last_before: u32,
    /// How many rows have come that were not there before.
    added: i64,
    /// The blocks of likely duplicates that change; `None` where all do.
    touched: Option<HashSet<Block>>,
    limit_bytes: u64,
    progress: P,
}

impl<P: FnMut(usize) + Send> Sink for Filling<'_, P> {
    fn put(&mut self, case: &CodedCase) {
        self.added += i64::from(case.ordinal > self.last_before);
        if let Some(touched) = &mut self.touched {
            touched.extend(self.columns.block_of_ordinal(case.ordinal));
            touched.extend(case.block());
        }
        self.columns.put(case);
    }

    fn goes_on(&mut self, rows: i64) -> bool {
        if rows % 100_000 == 0 {
            (self.progress)(usize::try_from(rows).unwrap_or_default());
        }
        rows % 10_000 != 0 || self.columns.bytes() <= self.limit_bytes
    }
}

/// Columns that cases are compared with.
struct Comparing<'a> {
    columns: &'a Columns,
    in_use: u64,
    are_equal: bool,
}

impl Sink for Comparing<'_> {
    fn put(&mut self, case: &CodedCase) {
        self.in_use += u64::from(case.is_in_use);
        self.are_equal &= self.columns.have(case);
    }

    fn goes_on(&mut self, _rows: i64) -> bool {
        self.are_equal
    }
}

/// Rows on their way.
struct Rows {
    parts: Vec<Pin<Box<BinaryCopyOutStream>>>,
    closed: ClosedSources,
}

impl Rows {
    /// Reads them; those of closed sources are put in at the end, with what they have in common.
    async fn read_into(
        self,
        dictionaries: &mut Arc<Dictionaries>,
        sink: &mut (impl Sink + Send),
    ) -> Result<RowSum, ReadError> {
        let Self { parts, closed } = self;
        let mut of_closed: BTreeMap<i32, Vec<CodedCase>> = BTreeMap::new();
        let mut rows = select_all(parts);
        let mut sum = RowSum::default();
        let mut case = CodedCase { codes: vec![0; SLOTS.all.len()], ..CodedCase::default() };
        while let Some(row) = rows.try_next().await? {
            sum.add(read_case(&row, dictionaries, &mut case)?);
            match closed.source_of(&case, dictionaries) {
                Some(source) => of_closed.entry(source).or_default().push(case.clone()),
                None => sink.put(&case),
            }
            if !sink.goes_on(sum.rows) {
                return Ok(sum);
            }
        }
        for (source, mut cases) in of_closed {
            withhold(&mut cases, closed.least_alike(source));
            cases.iter().for_each(|case| sink.put(case));
        }
        Ok(sum)
    }
}

/// All rows, those of retired cases too, with what there should be of them.
async fn all_rows(clients: [&Client; 2]) -> Result<(Rows, Kept), ReadError> {
    let first = clients[0];
    let unknown = Compared { table: CASES.to_owned(), kept: None, found: RowSum::default() };
    let kept = row_sums::kept(first, CASES).await?.ok_or_else(|| ReadError::Damaged(unknown.to_string()))?;
    let closed = ClosedSources::read(first).await?;
    let parts = match at_one_moment(clients).await {
        Ok(()) => copy_all(clients, &kept.hash).await?,
        Err(error) => {
            log::debug!("cases are read over one connection: {error}");
            vec![copy_out(first, &kept.hash, "true").await?]
        }
    };
    Ok((Rows { parts, closed }, kept))
}

/// What has changed since columns were read.
fn changed_since(columns: &Columns) -> String {
    format!("ordinal > {} or changed_in > {}", columns.last_ordinal, columns.dataset.version)
}

/// Sources whose cases stand in statistics alone, each with how many of them are alike at least.
struct ClosedSources(BTreeMap<i32, usize>);

impl ClosedSources {
    async fn read(client: &Client) -> Result<Self, ReadError> {
        const CLOSED: &str = "select id, min_group_size from sources where visibility = 'aggregates_only'";
        let closed = client.query(CLOSED, &[]).await?;
        let least = |size: i32| usize::try_from(size).unwrap_or(usize::MAX);
        Ok(Self(closed.iter().map(|row| (row.get(0), least(row.get(1)))).collect()))
    }

    /// The condition for what has changed, and for all cases of closed sources where one of them has: what they have in common is
    /// of all of them.
    fn with_all_of(&self, changed: &str) -> String {
        if self.0.is_empty() {
            return changed.to_owned();
        }
        let ids: Vec<String> = self.0.keys().map(i32::to_string).collect();
        let ids = ids.join(", ");
        format!(
            "{changed} or (source_id in ({ids})
                 and exists (select from offer_cases where source_id in ({ids}) and ({changed})))"
        )
    }

    /// The closed source that a case is of, if it is of one.
    fn source_of(&self, case: &CodedCase, dictionaries: &Dictionaries) -> Option<i32> {
        let source = *dictionaries.entries(Entity::Source).value(case.codes[slot(Field::Source)])?;
        self.0.contains_key(&source).then_some(source)
    }

    fn least_alike(&self, source: i32) -> usize {
        self.0.get(&source).copied().unwrap_or_default()
    }
}

/// Lets the second connection see what the first one does.
async fn at_one_moment([first, second]: [&Client; 2]) -> Result<(), ReadError> {
    let moment: String = first.query_one("select pg_export_snapshot()", &[]).await?.get(0);
    Ok(second.batch_execute(&format!("{BEGIN}; set transaction snapshot '{moment}'")).await?)
}

/// All rows, those of retired cases too: half of them over each connection.
async fn copy_all([first, second]: [&Client; 2], hash: &str) -> Result<Vec<Pin<Box<BinaryCopyOutStream>>>, ReadError> {
    let half: i64 = first.query_one("select coalesce(max(ordinal), 0) / 2 from offer_cases", &[]).await?.get(0);
    let below = copy_out(first, hash, &format!("ordinal <= {half}")).await?;
    Ok(vec![below, copy_out(second, hash, &format!("ordinal > {half}")).await?])
}

/// Compares the rows that came with those that there should be.
fn check(kept: Option<Kept>, found: RowSum) -> Result<(), ReadError> {
    match kept.map(|kept| kept.against(found)) {
        Some(compared) if !compared.is_whole() => Err(ReadError::Damaged(compared.to_string())),
        _ => Ok(()),
    }
}

async fn copy_out(client: &Client, hash: &str, condition: &str) -> Result<Pin<Box<BinaryCopyOutStream>>, ReadError> {
    let fixed = FIXED.iter().map(|(expression, sql_type)| (*expression, sql_type.clone()));
    let fixed = fixed.chain([(hash, Type::INT8)]);
    let of_slots = SLOTS.all.iter().filter_map(|slot| slot.expression.as_ref());
    let of_slots = of_slots.map(|(expression, sql_type)| (expression.as_str(), sql_type.clone()));
    let (expressions, types): (Vec<&str>, Vec<Type>) = fixed.chain(of_slots).unzip();
    let copy = format!(
        "copy (select {} from offer_cases where {condition}) to stdout (format binary)",
        expressions.join(", ")
    );
    Ok(Box::pin(BinaryCopyOutStream::new(client.copy_out(&copy).await?, &types)))
}
