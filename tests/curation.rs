//! Names that imports made, and what people put right of them.

use std::path::Path;

use crate::harness::{Program, TestApp, scratch_dir};

/// Runs a command of the program on the database of an application; what it printed, and its exit code.
fn run(app: &TestApp, arguments: &[&str]) -> (String, i32) {
    let url = app.database.url();
    let mut command = Program::command(arguments);
    let output = command.args(["--database-url", &url]).env("RUST_LOG", "warn").output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (printed, output.status.code().unwrap_or(-1))
}

#[track_caller]
fn done(app: &TestApp, arguments: &[&str]) -> String {
    let (printed, code) = run(app, arguments);
    assert_eq!(code, 0, "{arguments:?}: {printed}");
    printed
}

/// Imports rows of company and role as own records.
fn import(app: &TestApp, directory: &Path, name: &str, rows: &str) {
    let file = directory.join(name);
    std::fs::write(&file, format!("公司,岗位\n{rows}")).unwrap();
    done(app, &["import", file.to_str().unwrap(), "--source", "own-records"]);
}

/// The seed of the project with something replaced in one of its files.
fn changed_seed(directory: &Path, file: &str, change: impl Fn(String) -> String) -> String {
    let seed = directory.join("seed");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed");
    std::fs::create_dir_all(seed.join("cases")).unwrap();
    for folder in ["", "cases"] {
        for entry in std::fs::read_dir(from.join(folder)).unwrap().map(Result::unwrap) {
            if entry.path().is_file() {
                std::fs::copy(entry.path(), seed.join(folder).join(entry.file_name())).unwrap();
            }
        }
    }
    let text = std::fs::read_to_string(seed.join(file)).unwrap();
    std::fs::write(seed.join(file), change(text)).unwrap();
    seed.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_imports_made_are_listed_with_their_cases_and_rows_until_somebody_looked_at_them() {
    let (app, scratch) = (TestApp::seeded().await, scratch_dir());
    import(&app, scratch.path(), "a.csv", "星河造物,后端开发\n星河造物,星河岗\n字节跳勤,后端开发\n");
    let listed = done(&app, &["names", "new", "company"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines[0], "company\txing-he-zao-wu\t星河造物\t2 cases\town-records:1, own-records:2", "{listed}");
    assert!(lines[1].contains("字节跳勤\t1 cases") && lines[1].contains("near: bytedance"), "{listed}");
    assert!(done(&app, &["names", "new"]).contains("role\txing-he-gang\t星河岗\t1 cases"), "{listed}");
    done(&app, &["names", "set", "company", "星河造物", "kind=startup"]);
    assert!(!done(&app, &["names", "new"]).contains("星河造物"));
    assert_eq!(app.get("/api/v1/companies/xing-he-zao-wu", &[]).await.ok()["kind"], "startup");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_moves_cases_and_keeps_all_names_also_when_the_seed_is_loaded_again() {
    let (app, scratch) = (TestApp::seeded().await, scratch_dir());
    import(&app, scratch.path(), "a.csv", "企鹅厂,后端开发\n企鹅厂,算法\n");
    let before = app.count_of(&[("company", "tencent"), ("source", "own-records")]).await;
    assert_eq!(before, 0);
    let printed = done(&app, &["names", "merge", "company", "企鹅厂", "腾讯"]);
    assert!(printed.contains("tencent now; cases that moved: 2"), "{printed}");
    let seed = changed_seed(scratch.path(), "roles.csv", |text| text.replace("后端开发,", "后端开发工程,"));
    for arguments in [&["import"][..], &["import", "--seed-dir", &seed]] {
        done(&app, arguments);
        for name in ["tencent", "企鹅厂", "qi-e-chang"] {
            let count = app.count_of(&[("company", name), ("source", "own-records")]).await;
            assert_eq!(count, 2, "{name} after {arguments:?}");
        }
    }
    // The same name in another file is the company that it was merged into.
    import(&app, scratch.path(), "b.csv", "企鹅厂,产品经理\n");
    assert_eq!(app.count_of(&[("company", "tencent"), ("source", "own-records")]).await, 3);
    let revisions =
        app.get("/api/v1/offer-cases", &[("company", "tencent"), ("role", "算法"), ("include", "revisions")]);
    let case = &revisions.await.items()[0];
    assert_eq!(case["revisions"][0]["earlier"]["company"]["slug"], "tencent", "{case}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_right_of_the_seed_survives_another_seed_and_is_told_as_rows_of_its_files() {
    let (app, scratch) = (TestApp::seeded().await, scratch_dir());
    done(&app, &["names", "rename", "company", "baidu", "百度集团"]);
    done(&app, &["names", "alias", "add", "company", "baidu", "熊厂二号"]);
    done(&app, &["names", "alias", "remove", "company", "bilibili", "B站"]);
    done(&app, &["names", "merge", "company", "duxiaoman", "baidu"]);
    let is_so = async || {
        let baidu = app.get("/api/v1/companies/baidu", &[]).await.ok();
        assert_eq!(baidu["name"], "百度集团");
        let aliases: Vec<&str> =
            baidu["aliases"].as_array().unwrap().iter().map(|it| it["alias"].as_str().unwrap()).collect();
        for alias in ["百度", "熊厂二号", "度小满", "duxiaoman"] {
            assert!(aliases.contains(&alias), "{alias}: {aliases:?}");
        }
        // Its address leads to what it has become.
        assert_eq!(app.get("/api/v1/companies/duxiaoman", &[]).await.ok()["slug"], "baidu");
        let bilibili = app.get("/api/v1/companies/bilibili", &[]).await.ok();
        assert!(!bilibili["aliases"].to_string().contains("\"B站\""), "{bilibili}");
    };
    is_so().await;
    let seed = changed_seed(scratch.path(), "companies.csv", |text| text + "xinghe,星河造物,,startup,,,\n");
    done(&app, &["import", "--seed-dir", &seed]);
    is_so().await;
    let diff = done(&app, &["seed", "diff"]);
    let lines: Vec<&str> = diff.lines().collect();
    assert_eq!(lines[..2], ["--- companies.csv", "+++ companies.csv"], "{diff}");
    assert!(lines.iter().any(|line| line.starts_with("+baidu,百度集团,")), "{diff}");
    assert!(lines.iter().any(|line| line.starts_with("-duxiaoman,")), "{diff}");
    assert!(!lines.iter().any(|line| line.starts_with("+duxiaoman,")), "{diff}");
    // A seed that has taken the rows over says all of it itself.
    let curated = changed_seed(scratch.path(), "companies.csv", |text| {
        let gone: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix('-')).collect();
        let slug = |line: &str| line.split(',').next().unwrap_or_default().to_owned();
        let gone: Vec<String> = gone.into_iter().map(slug).collect();
        let kept = text.lines().filter(|line| !gone.contains(&slug(line)));
        let new = lines[2..].iter().filter_map(|line| line.strip_prefix('+'));
        kept.chain(new).map(|line| format!("{line}\n")).collect()
    });
    assert_eq!(done(&app, &["seed", "diff", "--seed-dir", &curated]), "");
    done(&app, &["import", "--seed-dir", &curated]);
    is_so().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_curated_name_is_the_entry_of_a_later_seed_that_has_it() {
    let (app, scratch) = (TestApp::seeded().await, scratch_dir());
    import(&app, scratch.path(), "a.csv", "星河造物,后端开发\n");
    done(&app, &["names", "alias", "add", "company", "星河造物", "星河厂"]);
    let seed = changed_seed(scratch.path(), "companies.csv", |text| text + "xinghe,星河造物,,startup,,,\n");
    done(&app, &["import", "--seed-dir", &seed]);
    for name in ["xinghe", "星河造物", "星河厂"] {
        assert_eq!(app.count_of(&[("company", name)]).await, 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_put_right_is_refused_and_changes_nothing() {
    let app = TestApp::seeded().await;
    let version = app.database.value("select version::text from dataset").await;
    for (arguments, message) in [
        (&["names", "rename", "company", "baidu", "腾讯"][..], "names both"),
        (&["names", "rename", "company", "没有这家", "x"], "no company is called `没有这家`"),
        (&["names", "merge", "company", "baidu", "百度"], "the same already"),
        (&["names", "merge", "company", "baidu", "没有这家"], "no company is called"),
        (&["names", "set", "company", "baidu", "kind=large"], "is one of"),
        (&["names", "set", "company", "baidu", "size=1"], "there is no attribute `size`"),
        (&["names", "set", "company", "baidu", "parent=nobody"], "which is not in the file"),
        (&["names", "set", "company", "baidu", "parent=baidu"], "stands under itself"),
        (&["names", "alias", "remove", "company", "baidu", "没有"], "has no alias"),
        (&["names", "alias", "add", "company", "baidu", "腾讯"], "`腾讯` is the name of tencent"),
        (&["names", "alias", "add", "company", "baidu", "TENCENT"], "is the name of tencent"),
        (&["names", "rename", "tier", "985", "x"], "it is one of company, role"),
        (&["names", "set", "company", "baidu", "kind"], "ATTRIBUTE=VALUE"),
    ] {
        let (printed, code) = run(&app, arguments);
        assert!(code != 0 && printed.contains(message), "{arguments:?}: {code} {printed}");
    }
    assert_eq!(app.database.value("select version::text from dataset").await, version);
    assert_eq!(app.database.value("select count(*)::text from curations").await, "0");
}
