//! Which rows are the same case: what is a key, what only numbers rows, and what a second file of a source changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::import::key_column::KeyTrust;
use offer_cases::import::merge::{AtMost, Prune};
use offer_cases::import::read::ReadOptions;
use offer_cases::import::read::column::Column;
use offer_cases::import::read::header::KEY;
use offer_cases::import::report::Report;
use offer_cases::import::{ImportFile, ImportOptions, import_files};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use crate::harness::{Program, TestDatabase, scratch_dir};

async fn import(database: &TestDatabase, name: &str, text: &str, options: &ImportOptions) -> Report {
    let file = ImportFile::of(name, text.as_bytes());
    let database = Database::new(database.config(), 2, Duration::from_secs(60));
    let outcome = import_files(&database, &[file], "own-records", options, &Arc::default()).await.unwrap();
    outcome.reports.into_iter().next().unwrap()
}

async fn plain(database: &TestDatabase, name: &str, text: &str) -> Report {
    import(database, name, text, &ImportOptions::default()).await
}

fn counts(report: &Report) -> [usize; 4] {
    [report.created, report.updated, report.unchanged, report.rejected]
}

/// Company and role of the cases in use, with their pay.
async fn cases(database: &TestDatabase) -> Vec<String> {
    let query = "select companies.slug || ' ' || roles.slug || ' ' || coalesce(pay_annual_min::text, '-')
         from offer_cases join companies on companies.id = company_id join roles on roles.id = role_id
             join sources on sources.id = source_id
         where retired_at is null and sources.slug = 'own-records'";
    let mut cases = database.column(query).await;
    cases.sort();
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_number_names_no_case_of_another_file() {
    let database = TestDatabase::new(true).await;
    for (number, header) in ["序号", "id"].into_iter().enumerate() {
        let (mine, friends) = (format!("mine{number}.csv"), format!("friend{number}.csv"));
        let first = format!("{header},公司,岗位\n1,腾讯,后端开发\n2,美团,后端开发\n");
        let second = format!("{header},公司,岗位\n1,阿里巴巴,算法工程师\n2,腾讯,前端开发\n");
        assert_eq!(counts(&plain(&database, &mine, &first).await), [2, 0, 0, 0], "{header}");
        assert_eq!(counts(&plain(&database, &friends, &second).await), [2, 0, 0, 0], "{header}");
        assert_eq!(counts(&plain(&database, &mine, &second).await), [2, 0, 0, 0], "the same name is no same file");
        assert_eq!(counts(&plain(&database, &mine, &first).await), [0, 0, 2, 0], "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_row_of_a_numbered_file_is_the_same_case() {
    let database = TestDatabase::new(true).await;
    let table = |pay: &str, company: &str| {
        format!("序号,公司,岗位,薪资,日期\n1,{company},后端开发,{pay},2024-05\n2,美团,后端开发,21k*15,2024-06\n")
    };
    plain(&database, "mine.csv", &table("20k*15", "腾讯")).await;
    assert_eq!(counts(&plain(&database, "mine.csv", &table("22k*15", "腾讯")).await), [0, 1, 1, 0]);
    let otherwise_spelt = plain(&database, "mine.csv", &table("22k*15", "腾讯公司")).await;
    assert_eq!(counts(&otherwise_spelt), [0, 1, 1, 0], "a company that is written otherwise");
    assert_eq!(cases(&database).await, ["meituan backend-engineer 315000", "tencent backend-engineer 330000"]);
    // With a row more at the top all numbers are others, and no row is another case for that.
    let moved = "序号,公司,岗位,薪资,日期\n1,腾讯,后端开发,50k*15,2022-01\n2,腾讯公司,后端开发,22k*15,2024-05\n\
                 3,美团,后端开发,21k*15,2024-06\n";
    // Their numbers are kept with them, and nothing else of them is new.
    for expected in [[1, 2, 0, 0], [0, 0, 3, 0]] {
        assert_eq!(counts(&plain(&database, "mine.csv", moved).await), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_proves_to_be_one_names_its_case_in_every_file() {
    let database = TestDatabase::new(true).await;
    let table = |company: &str, pay: &str| {
        format!("编号,公司,岗位,薪资\nt-8f3a,{company},后端开发,{pay}\nb-91bc,百度,后端开发,20k*15\n")
    };
    plain(&database, "a.csv", &table("腾讯", "20k*15")).await;
    let corrected = plain(&database, "b.csv", &table("腾讯", "21k*15")).await;
    assert_eq!(counts(&corrected), [0, 1, 1, 0]);
    let before = cases(&database).await;
    let other = plain(&database, "c.csv", &table("阿里巴巴", "21k*15")).await;
    assert_eq!(counts(&other), [0, 0, 1, 1]);
    let reason = &other.findings.rejections[0];
    assert_eq!((reason.row, reason.column.as_str(), reason.cell.as_str()), (1, "编号", "t-8f3a"));
    assert!(format!("{reason}").contains("key t-8f3a is 腾讯, 后端开发"), "{reason}");
    assert_eq!(cases(&database).await, before);
    let said = ImportOptions { keys: KeyTrust::Said, ..ImportOptions::default() };
    let told = import(&database, "c.csv", &table("阿里巴巴", "21k*15"), &said).await;
    assert_eq!(counts(&told), [0, 1, 1, 0]);
    assert_eq!(cases(&database).await, ["alibaba backend-engineer 315000", "baidu backend-engineer 300000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_several_rows_is_told_and_loses_none() {
    let database = TestDatabase::new(true).await;
    let row = |company: &str, role: &str, pay: u32| {
        format!("{{\"id\":7,\"company\":\"{company}\",\"role\":\"{role}\",\"薪资\":\"{pay}k*15\"}}")
    };
    let (acme, bolt) = (row("Acme", "Backend Engineer", 20), row("Bolt", "Frontend Engineer", 21));
    let again = row("Acme", "Backend Engineer", 30);
    let report = plain(&database, "a.json", &format!("[{acme},{bolt},{again}]")).await;
    assert_eq!((counts(&report), report.findings.by_rule["key"]), ([3, 0, 0, 0], 2), "{report}");
    let is_told = |message: &str| message.contains("`id` is not of one row");
    assert!(report.findings.remarks.iter().any(|remark| is_told(&remark.message)), "{report}");
    let moved = plain(&database, "a.json", &format!("[{again},{bolt},{acme}]")).await;
    assert_eq!(counts(&moved), [0, 0, 3, 0], "{moved}");
    assert_eq!(cases(&database).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_of_earlier_versions_are_found_by_the_keys_that_they_had() {
    let database = TestDatabase::new(true).await;
    let table =
        |companies: [&str; 2]| format!("序号,公司,岗位\n1,{},后端开发\n2,{},后端开发\n", companies[0], companies[1]);
    let said = ImportOptions { keys: KeyTrust::Said, ..ImportOptions::default() };
    // As keys were before: the number alone, whoever's file it was.
    import(&database, "mine.csv", &table(["腾讯", "美团"]), &said).await;
    database.execute("alter table offer_cases disable trigger user; update offer_cases set content_hash = null").await;
    database.execute("alter table offer_cases enable trigger user").await;
    assert_eq!(counts(&plain(&database, "mine.csv", &table(["腾讯", "美团"])).await), [0, 0, 2, 0]);
    assert_eq!(counts(&plain(&database, "friend.csv", &table(["腾讯", "百度"])).await), [2, 0, 0, 0]);
    assert_eq!(counts(&plain(&database, "mine.csv", &table(["腾讯", "京东"])).await), [1, 0, 1, 0]);
    // And back: a column that is said to have the keys finds what was found by marks.
    assert_eq!(counts(&import(&database, "friend.csv", &table(["腾讯", "百度"]), &said).await)[0], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_corrected_and_renumbered_at_once_is_the_same_case() {
    let header = "序号,公司,岗位,学历,城市,薪资";
    let before =
        ["腾讯,后端开发,本科985,深圳,20k*15", "美团,后端开发,硕士211,北京,21k*15", "百度,产品经理,硕士985,北京,22k*15"];
    let after = [
        "京东,产品经理,本科211,北京,19k*15",
        "腾讯,后端开发,本科985,深圳,23k*15",
        "美团,后端开发,硕士211,北京,21k*15",
        "百度,产品经理,硕士985,北京,22k*15",
    ];
    let numbered = |rows: &[&str]| {
        let lines = rows.iter().zip(1..).map(|(row, number)| format!("{number},{row}\n"));
        format!("{header}\n{}", lines.collect::<String>())
    };
    let unnumbered = |rows: &[&str]| format!("{}\n{}\n", &header["序号,".len()..], rows.join("\n"));
    // The number is a cell too, and kept with the row.
    for (table, moved) in [(&numbered as &dyn Fn(&[&str]) -> String, 2), (&unnumbered, 0)] {
        let database = TestDatabase::new(true).await;
        plain(&database, "mine.csv", &table(&before)).await;
        let report = plain(&database, "mine.csv", &table(&after)).await;
        assert_eq!(counts(&report), [1, 1 + moved, 2 - moved, 0], "{report}");
        assert!(format!("{report}").contains("row 1 of the earlier version"), "{report}");
        let expected = [
            "baidu product-manager 330000",
            "jd product-manager 285000",
            "meituan backend-engineer 315000",
            "tencent backend-engineer 345000",
        ];
        assert_eq!(cases(&database).await, expected);
        assert_eq!(counts(&plain(&database, "mine.csv", &table(&after)).await), [0, 0, 4, 0]);
        // The version before comes back: nothing is lost or twice.
        assert_eq!(counts(&plain(&database, "mine.csv", &table(&before)).await), [0, 1 + moved, 2 - moved, 0]);
        assert_eq!(cases(&database).await.len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_row_of_the_same_company_and_role_is_no_correction() {
    let database = TestDatabase::new(true).await;
    let table = |row: &str| format!("公司,岗位,学历,城市,薪资\n{row}\n美团,后端开发,硕士211,北京,21k*15\n");
    plain(&database, "mine.csv", &table("腾讯,后端开发,本科985,深圳,20k*15")).await;
    for other in
        ["腾讯,后端开发,硕士海外,北京,30k*15", "腾讯,产品经理,本科985,深圳,20k*15", "阿里,后端开发,本科985,深圳,20k*15"]
    {
        assert_eq!(counts(&plain(&database, "mine.csv", &table(other)).await), [1, 0, 1, 0], "{other}");
    }
    // Nor is one that may be either of two.
    let twins = "腾讯,前端开发,本科985,深圳,20k*15\n腾讯,前端开发,本科985,深圳,21k*15";
    assert_eq!(counts(&plain(&database, "twins.csv", &table(twins)).await), [2, 0, 1, 0]);
    let both = "腾讯,前端开发,本科985,深圳,24k*15\n腾讯,前端开发,本科985,深圳,25k*15";
    assert_eq!(counts(&plain(&database, "twins.csv", &table(both)).await), [2, 0, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_the_same_name_by_somebody_else_corrects_nothing() {
    let database = TestDatabase::new(true).await;
    let mine = "序号,公司,岗位,学历,城市,薪资\n1,腾讯,后端开发,本科985,深圳,20k*15\n2,美团,后端开发,硕士211,北京,21k*15\n\
                3,百度,产品经理,硕士985,北京,22k*15\n";
    let friends = "序号,公司,岗位,学历,城市,薪资\n1,腾讯,后端开发,本科985,深圳,30k*15\n2,京东,后端开发,硕士211,北京,31k*15\n\
                   3,网易,产品经理,硕士985,北京,32k*15\n";
    plain(&database, "工作簿1.csv", mine).await;
    let report = plain(&database, "工作簿1.csv", friends).await;
    assert_eq!(counts(&report), [3, 0, 0, 0], "{report}");
    assert_eq!(cases(&database).await.len(), 6);
    for table in [mine, friends] {
        assert_eq!(counts(&plain(&database, "工作簿1.csv", table).await), [0, 0, 3, 0]);
    }
    // Which of two rows of this number, company and role is corrected nobody knows: both stay as they were.
    let corrected = friends.replace("30k*15", "33k*15");
    assert_eq!(counts(&plain(&database, "工作簿1.csv", &corrected).await), [1, 0, 2, 0]);
    assert_eq!(counts(&plain(&database, "工作簿1.csv", &corrected).await), [0, 0, 3, 0]);
    let pays: Vec<String> = cases(&database).await.into_iter().filter(|case| case.starts_with("tencent")).collect();
    let kept = [300_000, 450_000, 495_000].map(|pay| format!("tencent backend-engineer {pay}"));
    assert_eq!(pays, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_as_another_one_was_before_its_correction_is_a_case_of_its_own() {
    let database = TestDatabase::new(true).await;
    let table = |pay: &str| format!("公司,岗位,城市,薪资\n腾讯,后端开发,深圳,{pay}\n美团,后端开发,北京,21k*15\n");
    plain(&database, "mine.csv", &table("20k*15")).await;
    assert_eq!(counts(&plain(&database, "mine.csv", &table("23k*15")).await), [0, 1, 1, 0]);
    let friends = "公司,岗位,城市,薪资\n腾讯,后端开发,深圳,20k*15\n京东,后端开发,北京,20k*15\n";
    for expected in [[2, 0, 0, 0], [0, 0, 2, 0]] {
        let report = plain(&database, "friend.csv", friends).await;
        assert_eq!(counts(&report), expected, "{report}");
    }
    assert_eq!(counts(&plain(&database, "mine.csv", &table("23k*15")).await), [0, 0, 2, 0]);
    let pays: Vec<String> = cases(&database).await.into_iter().filter(|case| case.starts_with("tencent")).collect();
    assert_eq!(pays, ["tencent backend-engineer 300000", "tencent backend-engineer 345000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_is_said_to_have_the_keys_finds_what_came_in_without() {
    let database = TestDatabase::new(true).await;
    let table = |role: &str, pay: &str| {
        format!("工单,公司,岗位,薪资\nA17,腾讯,后端开发,20k*15\nA18,百度,{role},{pay}\nA19,京东,后端开发,20k*15\n")
    };
    assert_eq!(counts(&plain(&database, "told.csv", &table("后端开发", "20k*15")).await), [3, 0, 0, 0]);
    let keyed = ImportOptions {
        keys: KeyTrust::Said,
        read: ReadOptions { map: vec![("工单".to_owned(), Column::Field(KEY))], ..ReadOptions::default() },
        ..ImportOptions::default()
    };
    let import_keyed = async |name: &str, role: &str, pay: &str| {
        let report = import(&database, name, &table(role, pay), &keyed).await;
        (counts(&report), cases(&database).await.len())
    };
    assert_eq!(import_keyed("told.csv", "后端开发", "22k*15").await, ([0, 1, 2, 0], 3));
    assert_eq!(import_keyed("elsewhere.csv", "后端开发", "23k*15").await, ([0, 1, 2, 0], 3));
    assert_eq!(import_keyed("elsewhere.csv", "产品经理", "23k*15").await, ([0, 1, 2, 0], 3));
    let expected = ["baidu product-manager 345000", "jd backend-engineer 300000", "tencent backend-engineer 300000"];
    assert_eq!(cases(&database).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_rows_are_counted_and_left_out_where_that_is_asked_for() {
    let skip = ImportOptions { skip_equal: true, ..ImportOptions::default() };
    for (header, numbers) in [("序号,公司,岗位", ["1,", "2,", "3,"]), ("公司,岗位", ["", "", ""])] {
        let row = |number: usize, company: &str| format!("{}{company},后端开发\n", numbers[number]);
        let table = format!("{header}\n{}{}{}", row(0, "腾讯"), row(1, "腾讯"), row(2, "美团"));
        let database = TestDatabase::new(true).await;
        let report = plain(&database, "a.csv", &table).await;
        assert_eq!((counts(&report), report.findings.equal_rows), ([3, 0, 0, 0], 1), "{report}");
        assert_eq!(report.findings.by_rule["equal"], 1, "{report}");
        let again = import(&database, "b.csv", &table, &skip).await;
        assert_eq!((counts(&again), again.findings.equal_rows), ([0, 0, 3, 0], 3), "{again}");
        let beside = plain(&database, "b.csv", &table).await;
        assert_eq!(beside.findings.equal_rows, 3, "each is counted once: {beside}");
        let fresh = TestDatabase::new(true).await;
        let skipped = import(&fresh, "a.csv", &table, &skip).await;
        assert_eq!((counts(&skipped), skipped.findings.equal_rows), ([2, 0, 1, 0], 1), "{skipped}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_one_name_that_are_imported_together_are_of_several_people() {
    let database = TestDatabase::new(true).await;
    let scratch = scratch_dir();
    let paths = ["li", "wang"].map(|folder| {
        let folder = scratch.path().join(folder);
        std::fs::create_dir(&folder).unwrap();
        folder.join("offers.csv")
    });
    for (path, pay) in paths.iter().zip(["20k*15", "30k*15"]) {
        std::fs::write(path, format!("序号,公司,岗位,薪资\n1,腾讯,后端开发,{pay}\n")).unwrap();
    }
    for expected in ["1 created", "1 unchanged"] {
        let mut command = Program::command(&["import", "--source", "own-records"]);
        let output = command.args(&paths).env("DATABASE_URL", database.url()).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(printed.matches(expected).count(), 2, "{printed}");
        assert!(printed.contains("wang/offers.csv"), "{printed}");
    }
    assert_eq!(cases(&database).await, ["tencent backend-engineer 300000", "tencent backend-engineer 450000"]);
}

/// A row as somebody keeps it: what it says of a person, and who that is.
#[derive(Clone)]
struct Person {
    cells: [String; 6],
}

fn person(random: &mut StdRng, name: usize) -> Person {
    let any = |random: &mut StdRng, of: &[&str]| (*of.choose(random).unwrap()).to_owned();
    let cells = [
        any(random, &["腾讯", "美团", "百度"]),
        any(random, &["后端开发", "产品经理"]),
        format!("{}k*{}", random.random_range(10..90), random.random_range(12..17)),
        format!(
            "20{}-{:02}-{:02}",
            random.random_range(20..26),
            random.random_range(1..13),
            random.random_range(1..29)
        ),
        format!("第{name}人"),
        format!("{}分", random.random_range(0..1000)),
    ];
    Person { cells }
}

/// The table that is made of another one: rows gone, come, corrected, moved, and numbered anew.
fn next_version(random: &mut StdRng, before: &[(usize, Person)], names: &mut usize) -> Vec<(usize, Person)> {
    let mut rows: Vec<(usize, Person)> = before.iter().filter(|_| random.random_bool(0.85)).cloned().collect();
    for (_, person) in &mut rows {
        if random.random_bool(0.2) {
            let cell = *[2, 3, 5].choose(random).unwrap();
            person.cells[cell] = self::person(random, 0).cells[cell].clone();
        }
    }
    for _ in 0..random.random_range(4..12) {
        *names += 1;
        let place = random.random_range(0..=rows.len());
        rows.insert(place, (1000 + *names, person(random, *names)));
    }
    if random.random_bool(0.5) {
        rows.shuffle(random);
    }
    if random.random_bool(0.6) {
        rows.iter_mut().zip(1..).for_each(|((number, _), new)| *number = new);
    }
    rows
}

fn csv(rows: &[(usize, Person)]) -> String {
    let line = |(number, person): &(usize, Person)| format!("{number},{}\n", person.cells.join(","));
    format!("序号,公司,岗位,薪资,日期,备注,笔试\n{}", rows.iter().map(line).collect::<String>())
}

/// Who each case is of.
async fn persons(database: &TestDatabase) -> HashMap<String, String> {
    let query = "select id || '|' || (raw ->> '公司') || (raw ->> '岗位') || (raw ->> '备注') from offer_cases where raw ? '备注'";
    let lines = database.column(query).await;
    lines.iter().map(|line| line.split_once('|').unwrap()).map(|(id, who)| (id.to_owned(), who.to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_case_ever_becomes_another_one_whatever_tables_come() {
    let database = TestDatabase::new(true).await;
    let mut random = StdRng::seed_from_u64(15);
    let mut names = 0;
    let mut tables: Vec<Vec<(usize, Person)>> = vec![Vec::new(); 3];
    let mut who: HashMap<String, String> = HashMap::new();
    for round in 0..12 {
        let which = random.random_range(0..tables.len());
        tables[which] = next_version(&mut random, &tables[which], &mut names);
        // Two of three people call their file alike.
        let name = ["offers.csv", "offers.csv", "friend.csv"][which];
        let text = csv(&tables[which]);
        let prune = random.random_bool(0.2);
        let options = ImportOptions {
            prune: if prune { Prune::SameFile } else { Prune::Nothing },
            prune_at_most: AtMost::Percent(100),
            ..ImportOptions::default()
        };
        let report = import(&database, name, &text, &options).await;
        assert_eq!(report.rejected, 0, "round {round}: {report}");
        let now = persons(&database).await;
        for (id, person) in &who {
            assert_eq!(now.get(id), Some(person), "round {round}: a case has become another one");
        }
        for (_, person) in &tables[which] {
            let [company, role, _, _, note, _] = &person.cells;
            let is_there = now.values().any(|there| *there == format!("{company}{role}{note}"));
            assert!(is_there, "round {round}: {note} is lost");
        }
        if round % 3 == 0 {
            let again = import(&database, name, &text, &options).await;
            assert_eq!(counts(&again), [0, 0, tables[which].len(), 0], "round {round}: again");
        }
        who = now;
    }
    assert!(who.len() > 20, "{}", who.len());
}
