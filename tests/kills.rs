//! Imports, the program and the database killed at random moments: nothing acknowledged is lost, nothing is half done, and
//! the next import begins at once or says what it waits for.
//!
//! `KILL_ROUNDS=100 cargo test killed_at_random -- --nocapture` kills a hundred times, for some fifteen minutes;
//! `KILL_SEED` chooses other moments.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use tokio_postgres::Client;

use crate::harness::service::{await_no_postgres, await_status, count_cases, has_asked, private_client};
use crate::harness::{Program, free_port, made_before, scratch_dir};

/// How long the next import may wait without a word of it.
const SILENT_LIMIT: Duration = Duration::from_secs(5);

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Import,
    Service,
    Database,
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap())
}

/// A service with a table that is imported again and again, each row another each time.
struct Place {
    scratch: tempfile::TempDir,
    rows: i64,
    port: u16,
    service: Program,
}

impl Place {
    fn data_dir(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    /// Begins an import whose rows say that they are of a round.
    fn import(&self, round: u64) -> Program {
        let file = self.scratch.path().join("cases.csv");
        let row = |row: i64| format!("key-{row}x,公司{}号,后端开发,第{round}次\n", row % 40);
        let rows: String = (0..self.rows).map(row).collect();
        std::fs::write(&file, format!("编号,公司,岗位,备注\n{rows}")).unwrap();
        let import = ["import", file.to_str().unwrap(), "--source", "own-records", "--data-dir"];
        Program::start(Program::command(&import).arg(self.data_dir()))
    }

    async fn client(&self) -> Client {
        private_client(&self.data_dir()).await
    }

    /// The round that all rows are of.
    async fn round(&self) -> u64 {
        let query = "select summary, count(*) from offer_cases join sources on sources.id = source_id
             where slug = 'own-records' and retired_at is null group by 1";
        let rows = self.client().await.query(query, &[]).await.unwrap();
        let rounds: Vec<(String, i64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert!(matches!(rounds.as_slice(), [(_, rows)] if *rows == self.rows), "half done: {rounds:?}");
        rounds[0].0.trim_start_matches('第').trim_end_matches('次').parse().unwrap()
    }

    async fn kill(&mut self, victim: Victim, import: &mut Program) {
        match victim {
            Victim::Import if import.is_running() => import.kill(),
            Victim::Import => {}
            Victim::Service => {
                self.service.kill();
                import.await_end();
                self.service = Program::serve(&self.data_dir(), self.port);
                self.service.await_ready();
            }
            Victim::Database => {
                self.service.printed.clear();
                Program::kill_postgres(&self.data_dir());
                import.await_end();
                assert!(self.service.prints("runs again"), "{:#?}", self.service.printed);
                await_status(self.port, "/health/ready", 200).await;
            }
        }
    }

    fn assert_whole(&self, place: &str) {
        let check = Program::run(&["database", "check", "--data-dir", self.data_dir().to_str().unwrap()]);
        assert!(check.status.success(), "{place}: {}", String::from_utf8_lossy(&check.stdout));
    }
}

/// How much the database has written into its log so far, in bytes.
async fn written(client: &Client) -> Option<i64> {
    let query = "select (pg_current_wal_insert_lsn() - '0/0')::bigint";
    client.query_one(query, &[]).await.ok().map(|row| row.get(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_nothing_acknowledged_is_lost_and_the_next_import_begins_at_once() {
    let (rounds, seed) = (setting("KILL_ROUNDS", 3), setting("KILL_SEED", 7));
    let mut random = StdRng::seed_from_u64(seed);
    let scratch = scratch_dir();
    let (rows, port) = (if rounds > 3 { 5_000 } else { 1_000 }, free_port());
    let mut service = Program::serve(&made_before(&scratch), port);
    service.await_ready();
    Program::let_recover_soon(&scratch.path().join("data"));
    let mut place = Place { scratch, rows, port, service };
    assert!(place.import(0).await_end().success());
    let client = place.client().await;
    let before = written(&client).await.unwrap();
    assert!(place.import(1).await_end().success());
    let whole = written(&client).await.unwrap() - before;
    let (mut stored, mut longest, mut outcomes) = (1, Duration::ZERO, [0, 0]);
    for round in 2..rounds + 2 {
        let victim = match round {
            2 => Victim::Import,
            3 => Victim::Service,
            4 => Victim::Database,
            _ => *[Victim::Import, Victim::Service, Victim::Database].choose(&mut random).unwrap(),
        };
        // A moment by how much of what an import writes has been written: some lie behind its end.
        let moment = whole * random.random_range(0..105) / 100;
        let client = place.client().await;
        let begin = written(&client).await.unwrap();
        let mut import = place.import(round);
        while import.is_running() && written(&client).await.is_some_and(|now| now < begin + moment) {}
        let acknowledged = !import.is_running() && import.await_end().success();
        place.kill(victim, &mut import).await;
        let told = format!("seed {seed}, round {round}, {victim:?} killed at {} %", moment * 100 / whole);
        let found = place.round().await;
        assert!(found == round || !acknowledged && found == stored, "{told}: {found} is there, {stored} was");
        outcomes[usize::from(found == round)] += 1;
        place.assert_whole(&told);
        // The next one.
        let observer = place.client().await;
        let started = Instant::now();
        let mut next = place.import(round);
        while next.is_running() && !has_asked(&observer, "staged_cases").await {}
        let waited = started.elapsed();
        let status = next.await_end();
        assert!(status.success(), "{told}: {:#?}", next.printed);
        let says_why = next.printed.iter().any(|line| line.contains("waiting for its end"));
        assert!(waited < SILENT_LIMIT || says_why, "{told}: the next import began after {waited:?}");
        longest = longest.max(waited);
        stored = place.round().await;
        assert_eq!(stored, round, "{told}");
    }
    assert_eq!(count_cases(port).await, 200);
    println!(
        "killed {rounds} times (seed {seed}): {} before and {} after a commit; the next import began within {longest:?}",
        outcomes[0], outcomes[1]
    );
    place.service.kill();
    await_no_postgres(&place.data_dir());
}
