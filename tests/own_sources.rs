//! Sources that people make themselves, without a seed of their own.

use std::path::Path;
use std::process::Output;

use crate::harness::{Program, TestApp, scratch_dir};

fn run(app: &TestApp, arguments: &[&str]) -> (String, i32) {
    let mut command = Program::command(arguments);
    command.env("DATABASE_URL", app.database.url()).env("RUST_LOG", "warn");
    let Output { stdout, stderr, status } = command.output().unwrap();
    (String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr), status.code().unwrap_or(-1))
}

#[track_caller]
fn done(app: &TestApp, arguments: &[&str]) -> String {
    let (printed, code) = run(app, arguments);
    assert_eq!(code, 0, "{arguments:?}: {printed}");
    printed
}

/// A copy of the seed whose sources are changed.
fn seed_with(directory: &Path, change: impl Fn(String) -> String) -> String {
    let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("seed"), directory.join("seed"));
    std::fs::create_dir_all(to.join("cases")).unwrap();
    for folder in ["", "cases"] {
        for file in std::fs::read_dir(from.join(folder)).unwrap().map(|file| file.unwrap().path()) {
            if file.is_file() {
                std::fs::copy(&file, to.join(folder).join(file.file_name().unwrap())).unwrap();
            }
        }
    }
    let sources = to.join("sources.csv");
    let text = std::fs::read_to_string(&sources).unwrap();
    std::fs::write(&sources, change(text)).unwrap();
    to.to_str().unwrap().to_owned()
}

/// A source as the service tells it.
async fn told(app: &TestApp, slug: &str) -> serde_json::Value {
    app.get(&format!("/api/v1/sources/{slug}"), &[]).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_made_changed_and_survives_another_seed() {
    let app = TestApp::seeded().await;
    let add = ["sources", "add", "class-survey", "--title", "班级问卷", "--kind", "survey", "--min-group-size", "5"];
    done(&app, &add);
    let source = told(&app, "class-survey").await;
    assert_eq!(
        (&source["title"], &source["kind"], &source["min_group_size"]),
        (&"班级问卷".into(), &"survey".into(), &5.into())
    );
    let (printed, code) = run(&app, &add);
    assert!(code == 1 && printed.contains("already"), "{printed}");
    done(&app, &["sources", "edit", "class-survey", "--title-en", "Class survey"]);
    done(&app, &["sources", "edit", "own-records", "--title", "我的记录", "--visibility", "aggregates-only"]);
    let scratch = scratch_dir();
    // A seed of before sources could be closed, which says something else of one that was changed by hand, and has one more.
    let other = seed_with(scratch.path(), |text| {
        assert!(text.contains("own-records,"));
        let text = text.replace(",visibility\n", "\n").replace(",open\n", "\n");
        text.replace("own-records,", "own-records,别的").trim_end().to_owned()
            + "\nanother,另一个,Another,,survey,,,,2\n"
    });
    done(&app, &["import", "--seed-dir", &other]);
    let own = told(&app, "own-records").await;
    assert_eq!((&own["title"], &own["visibility"]), (&"我的记录".into(), &"aggregates_only".into()), "it stays closed");
    assert_eq!(told(&app, "another").await["visibility"], "open");
    assert_eq!(told(&app, "class-survey").await["title_en"], "Class survey");
    let listed = done(&app, &["sources", "list"]);
    assert!(listed.contains("class-survey\tsurvey\there\t0 cases\t班级问卷"), "{listed}");
    assert!(listed.contains("another\tsurvey\tseed\t0 cases"), "{listed}");
    // The seed inside the program has it not, and what came by no seed stays.
    done(&app, &["import"]);
    let listed = done(&app, &["sources", "list"]);
    assert!(listed.contains("class-survey") && !listed.contains("another"), "{listed}");
    for (arguments, told) in [
        (&["sources", "add", "我的"][..], "is no slug"),
        (&["sources", "edit", "nowhere", "--title", "x"], "known are: class-survey, "),
        (&["sources", "edit", "own-records"], "say what is to be changed"),
        (&["sources", "edit", "own-records", "--title", " "], "the title of a source is needed"),
    ] {
        let (printed, code) = run(&app, arguments);
        assert!(code == 1 && printed.contains(told), "{arguments:?}: {printed}");
    }
    let (printed, code) = run(&app, &["sources", "add", "x", "--kind", "friends"]);
    assert!(code == 2 && printed.contains("own_records"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_makes_its_source_in_passing_or_not_at_all() {
    let app = TestApp::seeded().await;
    let scratch = scratch_dir();
    let file = scratch.path().join("theirs.csv");
    let import = ["import", file.to_str().unwrap(), "--new-source", "my-friends", "--title", "朋友们"];
    std::fs::write(&file, "x,y\n1,2\n").unwrap();
    assert_eq!(run(&app, &import).1, 1);
    std::fs::write(&file, "公司,岗位\n腾讯,后端开发\n").unwrap();
    assert_eq!(run(&app, &[&import[..], &["--dry-run"]].concat()).1, 0);
    app.get("/api/v1/sources/my-friends", &[]).await.problem(404);
    for told_of in ["1 created", "1 unchanged"] {
        let printed = done(&app, &import);
        assert!(printed.contains(told_of), "{printed}");
    }
    let source = told(&app, "my-friends").await;
    assert_eq!((&source["title"], &source["kind"]), (&"朋友们".into(), &"own_records".into()));
    assert_eq!(app.count_of(&[("source", "my-friends")]).await, 1);
    // A check knows it where there is a database, and goes on where there is none.
    let check = ["check", file.to_str().unwrap(), "--source", "my-friends"];
    let known = done(&app, &check);
    assert!(!known.contains("checked as own records") && known.contains("`my-friends`"), "{known}");
    let (printed, code) = run(&app, &["check", file.to_str().unwrap(), "--source", "nobody"]);
    assert!(code == 1 && printed.contains("no source has the slug `nobody`"), "{printed}");
    let nowhere = scratch.path().join("nowhere");
    let output = Program::run(&[&check[..], &["--data-dir", nowhere.to_str().unwrap()]].concat());
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && printed.contains("checked as own records"), "{printed}");
    assert!(printed.contains("1 rows read, 0 would be rejected") && !nowhere.exists(), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_say_what_they_did_and_what_is_wrong_in_the_language_that_is_asked_for() {
    let app = TestApp::seeded().await;
    let id = app.database.value("select id::text from offer_cases limit 1").await;
    let nobody = "00000000-0000-0000-0000-000000000000";
    for (arguments, code, zh, en) in [
        (&["sources", "add", "my-friends"][..], 0, "已添加 my-friends", "my-friends added"),
        (&["sources", "add", "own-records"], 1, "已有来源 `own-records`", "there is a source `own-records` already"),
        (&["sources", "add", "My Friends"], 1, "不能作代号", "is no slug"),
        (&["sources", "edit", "nowhere", "--title", "x"], 1, "没有来源 `nowhere`", "no source has the slug"),
        (&["sources", "list"], 0, "种子\t14 条", "seed\t14 cases"),
        (&["cases", "retire", id.as_str()], 0, "已停用", "cases retired"),
        (&["cases", "restore", id.as_str()], 0, "已恢复", "cases restored"),
        (&["cases", "erase", "--yes", nobody], 1, "没有这样的案例", "no case has the id"),
        (&["names", "alias", "add", "company", "baidu", "度厂"], 0, "完成", "done"),
        (&["names", "alias", "add", "company", "没有", "x"], 1, "没有叫“没有”的", "no company is called"),
        (&["database", "check"], 0, "所有行都在", "all rows are there"),
        (&["migrate"], 0, "数据库已是最新", "the database is up to date"),
    ] {
        // What was done the first time may be so already.
        for (language, part) in [("zh", zh), ("en", en)] {
            let (printed, ended) = run(&app, &[arguments, &["--lang", language]].concat());
            let is_again = language == "en" && code == 0 && ["sources", "names"].contains(&arguments[0]);
            assert!(is_again || (ended == code && printed.contains(part)), "{arguments:?}, {language}: {printed}");
        }
    }
    let (printed, code) = run(&app, &["sources", "list", "--lang", "fr"]);
    assert!(code == 2 && printed.contains("zh or en"), "{printed}");
}
