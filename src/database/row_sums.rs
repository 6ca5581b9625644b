//! Whether a table has the rows that changes have left in it. Their number and a sum over them are kept by triggers, in the
//! transaction of each change (`sum_rows` of the migrations), and compared when the rows are read.

use std::fmt;

use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use tokio_postgres::{Client, Row};

use super::damage::is_damage;
use super::{Database, DatabaseError, dataset, describe};
use crate::parameters::Message;

/// The table of the cases, whose rows are compared as they are read into memory.
pub const CASES: &str = "offer_cases";

/// How many rows a table has, and the sum of the numbers that are made of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowSum {
    /// How many there are.
    pub rows: i64,
    /// The sum of their numbers.
    pub checksum: i128,
}

impl RowSum {
    /// Counts a row by its number.
    pub fn add(&mut self, number: i64) {
        self.rows += 1;
        self.checksum += i128::from(number);
    }

    /// Of a row with both, the checksum as text.
    fn read(row: &Row, rows: usize, checksum: usize) -> Self {
        let checksum = row.get::<_, &str>(checksum).parse().unwrap_or_default();
        Self { rows: row.get(rows), checksum }
    }
}

/// What is kept of a table.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The table.
    pub table: String,
    /// The SQL of the number that is made of a row.
    pub hash: String,
    /// What it should have.
    pub sum: RowSum,
}

impl Kept {
    /// Compares with what was found.
    pub fn against(&self, found: RowSum) -> Compared {
        Compared { table: self.table.clone(), kept: Some(self.sum), found }
    }
}

/// What a table should have, and what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The table.
    pub table: String,
    /// What it should have; `None` where even that is gone.
    pub kept: Option<RowSum>,
    /// What it has.
    pub found: RowSum,
}

impl Compared {
    /// Whether all of it is there.
    pub fn is_whole(&self) -> bool {
        self.kept == Some(self.found)
    }
}

impl Compared {
    /// What it is, in both languages.
    pub fn message(&self) -> Message {
        let Self { table, kept, found } = self;
        let rows = found.rows;
        let zh = match kept {
            None => format!("表 {table} 应有什么已无从知道；现有 {rows} 行"),
            Some(kept) if kept == found => format!("表 {table} 的 {rows} 行都在"),
            Some(kept) if kept.rows == rows => format!("表 {table} 有 {rows} 行，行数相符，但不是应有的那些行"),
            Some(kept) => format!("表 {table} 有 {rows} 行，应有 {} 行", kept.rows),
        };
        Message { en: self.to_string(), zh }
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, kept, found } = self;
        match kept {
            None => {
                write!(formatter, "what table {table} should have is not known any more; it has {} rows", found.rows)
            }
            Some(kept) if kept == found => write!(formatter, "table {table} has its {} rows", found.rows),
            Some(kept) if kept.rows == found.rows => {
                write!(
                    formatter,
                    "table {table} has {} rows as it should, and they are not those that it should have",
                    found.rows
                )
            }
            Some(kept) => write!(formatter, "table {table} has {} rows and should have {}", found.rows, kept.rows),
        }
    }
}

/// What is kept of each table of which something should be kept: of those whose changes are counted.
const KEPT: &str = "select relname::text, coalesce(hash, '0'), row_count, checksum::text
     from pg_trigger join pg_class on pg_class.oid = tgrelid left join row_sums on table_name = relname
     where tgname = relname || '_sum_rows_on_insert' order by relname";

/// What is kept of one table; `None` where it is gone.
pub async fn kept(client: &Client, table: &str) -> Result<Option<Kept>, tokio_postgres::Error> {
    let of_table = "select table_name, hash, row_count, checksum::text from row_sums where table_name = $1";
    let row = client.query_opt(of_table, &[&table]).await?;
    Ok(row.map(|row| Kept { table: row.get(0), hash: row.get(1), sum: RowSum::read(&row, 2, 3) }))
}

/// What is kept of all tables, by their names.
pub async fn all_kept(client: &Client) -> Result<Vec<(String, RowSum)>, tokio_postgres::Error> {
    let all = "select table_name, row_count, checksum::text from row_sums order by table_name";
    Ok(client.query(all, &[]).await?.iter().map(|row| (row.get(0), RowSum::read(row, 1, 2))).collect())
}

/// Compares all tables but one, as they are at one moment.
///
/// # Errors
/// Where something cannot be read.
pub async fn compare(database: &Database, but: Option<&str>) -> Result<Vec<Compared>, DatabaseError> {
    let (client, to) = database.connect_raw().await?;
    let compared = to.while_it_answers(compare_all(&client, but)).await?;
    compared.map_err(|error| match is_damage(&error) {
        true => DatabaseError::Damaged(describe(&error)),
        false => DatabaseError::Away(describe(&error)),
    })
}

async fn compare_all(client: &Client, but: Option<&str>) -> Result<Vec<Compared>, tokio_postgres::Error> {
    client.batch_execute("begin isolation level repeatable read read only").await?;
    let mut compared = Vec::new();
    for row in client.query(KEPT, &[]).await? {
        let (table, hash): (String, String) = (row.get(0), row.get(1));
        if but == Some(&table) {
            continue;
        }
        let is_kept = row.get::<_, Option<i64>>(2).is_some();
        let kept = is_kept.then(|| RowSum::read(&row, 2, 3));
        // The whole table, whatever an index would say of it.
        let sum = format!("select count(*), coalesce(sum({hash}), 0)::text from {table}");
        let found = RowSum::read(&client.query_one(&sum, &[]).await?, 0, 1);
        compared.push(Compared { table, kept, found });
    }
    client.batch_execute("commit").await?;
    Ok(compared)
}

/// Takes what is there for all that there should be, and lets everybody read it anew.
///
/// # Errors
/// Where something cannot be read.
pub async fn accept(database: &Database) -> Result<(), DatabaseError> {
    let mut connection = database.connect().await?;
    let accepted = connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            let accept = "select renew_row_sums();
                 update dataset set version = version + 1, catalog_version = version + 1, reread_version = version + 1,
                     changed_at = now(), accepted_at = now()";
            connection.batch_execute(accept).await
        })
        .await;
    accepted.map_err(DatabaseError::of_query)
}

/// When somebody last took what was there for whole, as text.
///
/// # Errors
/// Where the database gives no answer.
pub async fn accepted_at(database: &Database) -> Result<Option<String>, DatabaseError> {
    let (client, to) = database.connect_raw().await?;
    let row = to.while_it_answers(client.query_one("select accepted_at::text from dataset", &[])).await?;
    row.map(|row| row.get(0)).map_err(|error| DatabaseError::Away(describe(&error)))
}
