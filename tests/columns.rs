//! What is answered from memory is what the database holds, at once after every change, on every instance.

use nix::sys::signal::Signal;
use offer_cases::settings::DEFAULT_MEMORY_LIMIT_MIB;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, IteratorRandom};
use rand::{RngExt, SeedableRng};

use crate::harness::chance::{insert_made_cases, store_made_cases};
use crate::harness::questions::{MadeFilters, Parameters, made_profile, pairs};
use crate::harness::service::get;
use crate::harness::{Program, Specified, TestApp, TestDatabase, free_port};
use crate::oracle::{Oracle, assert_known};

/// Changes after each of which memory and database are compared.
const STEPS: usize = 30;

/// A change that is made by chance.
fn made_change(random: &mut StdRng, step: usize) -> String {
    let case = format!("id = (select id from offer_cases order by md5(id::text || {step}) limit 1)");
    let some = format!("(hashtext(id::text || {step}) & 15) = 0");
    let numbers = 1000 + step * 10..1000 + step * 10 + random.random_range(1..8);
    match random.random_range(0..12) {
        0..3 => insert_made_cases(random, numbers),
        3 => format!(
            "insert into cities (slug, name) values ('city-{step}', '城{step}') on conflict do nothing; \
             update offer_cases set city_id = (select id from cities where slug = 'city-{step}') where {case}"
        ),
        4 => format!(
            "update offer_cases set pay_annual_min = 100001, pay_annual_max = 300000, pay_currency = 'CNY' where {some}"
        ),
        5 => format!("update offer_cases set retired_at = case when retired_at is null then now() end where {some}"),
        6 => format!("delete from offer_case_revisions where case_{case}; delete from offer_cases where {case}"),
        7 => "update companies set kind = 'unicorn' where slug = 'baidu'".into(),
        8 => format!(
            "insert into companies (slug, name) values ('new-{step}', '新公司{step}'); \
             update offer_cases set company_id = (select id from companies where slug = 'new-{step}') where {some}"
        ),
        9 => format!(
            "begin; {}; update offer_cases set tags = '{{}}' where {some}; rollback",
            insert_made_cases(random, numbers)
        ),
        10 => "update roles set family = 'data' where slug = 'sales'".into(),
        // The connections of all instances break.
        _ => "select pg_terminate_backend(pid) from pg_stat_activity \
              where datname = current_database() and pid <> pg_backend_pid()"
            .into(),
    }
}

/// Makes questions by chance, of all that the specification names.
struct Questions {
    specified: Specified,
    filters: MadeFilters,
    dimensions: Vec<String>,
    turn: usize,
}

impl Questions {
    async fn about(app: &TestApp) -> Self {
        let specified = Specified::by(app).await;
        let (filters, dimensions) = (MadeFilters::of(&specified), specified.dimensions());
        assert!(dimensions.len() < STEPS, "not each has its turn");
        Self { specified, filters, dimensions, turn: 0 }
    }

    /// A path and parameters; each dimension has its turn.
    fn make(&mut self, random: &mut StdRng) -> (&'static str, Parameters) {
        self.turn += 1;
        let word = |random: &mut StdRng, path: &str, name: &str| {
            self.specified.words(path, name).choose(random).unwrap().clone()
        };
        let limit = |random: &mut StdRng| *["1", "2", "7", "50"].choose(random).unwrap();
        let mut own: Vec<(&str, String)> = Vec::new();
        let mut filter = self.filters.make(random);
        let path = match self.turn % 4 {
            0 => {
                own.push(("dimensions", self.dimensions.join(",")));
                own.push(("limit", limit(random).into()));
                "/api/v1/facets"
            }
            1 => {
                filter.iter_mut().for_each(|(name, _)| *name = format!("filter.{name}"));
                filter.extend(made_profile(random, &self.specified));
                own.push(("limit", limit(random).into()));
                "/api/v1/comparable-cases"
            }
            2 => {
                own.extend([("count", "exact".into()), ("limit", limit(random).into())]);
                if random.random_bool(0.5) {
                    own.push(("sort", word(random, "/api/v1/offer-cases", "sort")));
                }
                "/api/v1/offer-cases"
            }
            _ => {
                let mut dimensions = vec![self.dimensions[self.turn / 4 % self.dimensions.len()].as_str()];
                let others = self.dimensions.iter().filter(|other| *other != dimensions[0]);
                dimensions.extend(others.choose(random).filter(|_| random.random_bool(0.6)).map(String::as_str));
                own.push(("group_by", dimensions.join(",")));
                own.push(("metrics", "share,pay".into()));
                own.push(("limit", if random.random_bool(0.5) { "200" } else { limit(random) }.into()));
                own.push(("min_count", ["1", "3"].choose(random).unwrap().to_string()));
                if dimensions.len() == 2 {
                    own.push(("normalize", word(random, "/api/v1/stats", "normalize")));
                }
                if random.random_bool(0.5) {
                    own.push(("sort", word(random, "/api/v1/stats", "sort")));
                }
                "/api/v1/stats"
            }
        };
        filter.extend(own.into_iter().map(|(name, value)| (name.to_owned(), value)));
        (path, filter)
    }

    /// Asks all instances the same and compares what they say with what the database holds.
    async fn all_agree(&mut self, instances: &[&TestApp], random: &mut StdRng, why: &str) {
        let oracle = Oracle::read(instances[0]).await;
        for _ in 0..4 {
            let (path, parameters) = self.make(random);
            let expected = oracle.answer(path, &parameters);
            for instance in instances {
                let answer = instance.get(path, &pairs(&parameters)).await.ok();
                assert_known(&answer, &expected, format_args!("{path} {parameters:?} after {why}"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_and_database_agree_after_every_change_on_every_instance() {
    let first = TestApp::seeded().await;
    let second = first.beside(DEFAULT_MEMORY_LIMIT_MIB).await;
    let mut questions = Questions::about(&first).await;
    let mut random = StdRng::seed_from_u64(20_261_125);
    store_made_cases(&first.database, &mut random, 0..300).await;
    for step in 0..STEPS {
        let change = made_change(&mut random, step);
        first.database.execute(&change).await;
        questions.all_agree(&[&first, &second], &mut random, &change).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_writer_sees_its_case_at_once_on_every_instance() {
    let first = TestApp::seeded().await;
    let second = first.beside(DEFAULT_MEMORY_LIMIT_MIB).await;
    let writer = async |writer: usize| {
        let mut random = StdRng::seed_from_u64(writer as u64);
        for number in 0..12 {
            let number = 10_000 * (writer + 1) + number;
            let insert = insert_made_cases(&mut random, number..number + 1);
            let pay = (1_000_000 + number).to_string();
            let own = format!(
                "pay_annual_min = {pay}, pay_annual_max = {pay}, pay_currency = 'CNY', retired_at = null where source_key = 'made-{number}'"
            );
            first.database.execute(&format!("begin; {insert}; update offer_cases set {own}; commit")).await;
            for app in [&first, &second] {
                let seen = app.get("/api/v1/stats", &[("group_by", "city"), ("pay_annual", &pay)]).await.ok();
                assert_eq!(seen["total"], 1, "{number}: {seen}");
            }
            if number.is_multiple_of(3) {
                first
                    .database
                    .execute(&format!("update offer_cases set retired_at = now() where pay_annual_min = {pay}"))
                    .await;
                let seen = second.get("/api/v1/facets", &[("dimensions", "tag"), ("pay_annual", &pay)]).await.ok();
                assert_eq!(seen["facets"][0]["total"], 0, "{number}: {seen}");
            }
        }
    };
    futures_util::future::join_all((0..4).map(writer)).await;
    let mut questions = Questions::about(&first).await;
    questions.all_agree(&[&first, &second], &mut StdRng::seed_from_u64(7), "concurrent writers").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_cases_take_more_memory_than_is_allowed_lists_answer_and_the_rest_says_why_not() {
    let app = TestApp::seeded().await;
    let small = app.beside(0).await;
    for path in ["/api/v1/stats?group_by=company", "/api/v1/facets", "/health/ready"] {
        let refused = small.get(path, &[]).await;
        assert_eq!(refused.status, 503, "{path}: {}", refused.text);
        assert!(refused.text.contains("MiB"), "{path}: {}", refused.text);
    }
    small.get("/api/v1/offer-cases", &[]).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_begins_with_the_cases_of_the_disk_answers_what_the_database_holds() {
    let app = TestApp::seeded().await;
    let mut random = StdRng::seed_from_u64(20_261_130);
    store_made_cases(&app.database, &mut random, 0..300).await;
    let mut questions = Questions::about(&app).await;
    let directory = tempfile::tempdir().unwrap();
    app.keep_columns(directory.path()).await;
    for step in 0..STEPS / 3 {
        let change = made_change(&mut random, step);
        app.database.execute(&change).await;
        let kept = app.keeping_columns(directory.path());
        questions
            .all_agree(&[&app, &kept], &mut random, &format!("{change}, and a start with the cases of the disk"))
            .await;
    }
}

/// A program that serves a database with so much memory for cases.
fn program_with_memory(database: &TestDatabase, port: u16, mib: &str) -> Program {
    let listen = format!("127.0.0.1:{port}");
    let mut command = Program::command(&["--no-seed", "--listen", &listen, "--columns-memory-mib", mib]);
    let mut program = Program::start(command.env("DATABASE_URL", database.url()));
    program.await_ready();
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn where_cases_do_not_fit_they_are_not_read_again_for_each_change() {
    const ADD: &str = "insert into companies (slug, name) values (md5(random()::text), md5(random()::text))";
    let database = TestDatabase::new(true).await;
    let port = free_port();
    let mut program = program_with_memory(&database, port, "0");
    let is_tried = |line: &String| line.contains("cases are not in memory");
    // What follows changes nothing, changes data, changes cases, and removes one, in whose place another has come.
    let replaced = insert_made_cases(&mut StdRng::seed_from_u64(1), 0..1)
        + "; delete from offer_cases where id = (select id from offer_cases where id not in (select case_id from \
           offer_case_revisions) limit 1)";
    for change in ["select 1", ADD, "update offer_cases set tags = '{}'", &replaced] {
        database.execute(change).await;
        assert_eq!(get(port, "/api/v1/stats?group_by=company").await.unwrap().status(), 503, "{change}");
    }
    assert!(database.value("select reread_version from dataset").await != "1", "none was removed");
    // Fewer might fit.
    database.execute("truncate offer_cases cascade").await;
    assert_eq!(get(port, "/api/v1/stats?group_by=company").await.unwrap().status(), 200);
    program.signal(Signal::SIGTERM);
    program.await_end();
    assert_eq!(program.printed.iter().filter(|line| is_tried(line)).count(), 1, "{:#?}", program.printed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_that_cases_take_and_may_take_is_told() {
    let app = TestApp::seeded().await;
    let memory = async || app.get("/health/ready", &[]).await.ok()["memory"].clone();
    let told = memory().await;
    assert_eq!((&told["cases"], &told["limit_bytes"]), (&14.into(), &(DEFAULT_MEMORY_LIMIT_MIB << 20).into()));
    assert!(told["bytes"].as_u64().unwrap() > 0);
    app.database.execute("update offer_cases set retired_at = now() where pay_annual_min is null").await;
    let in_use = app.database.value("select count(*) from offer_cases where retired_at is null").await;
    assert_eq!(memory().await["cases"].to_string(), in_use);
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_are_removed_by_hand_are_gone_from_memory() {
    let app = TestApp::seeded().await;
    let total = async || app.get("/api/v1/stats", &[("group_by", "company")]).await.ok()["total"].clone();
    assert_eq!(total().await, 14);
    app.database.execute("truncate offer_cases cascade").await;
    assert_eq!(total().await, 0);
}
