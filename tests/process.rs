//! The program as a process: starting, its commands, its settings.

use std::os::unix::process::CommandExt;
use std::path::Path;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::harness::service::{await_no_postgres, count_cases, get};
use crate::harness::{Program, TestDatabase, free_port, made_before, scratch_dir};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_makes_everything_and_the_second_finds_it_there() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data");
    let port = free_port();
    let mut first = Program::serve(&data_dir, port);
    first.await_ready();
    assert!(first.prints("14 created"));
    assert_eq!(count_cases(port).await, 14);
    first.signal(Signal::SIGTERM);
    assert!(first.await_end().success(), "{:#?}", first.printed);
    assert_eq!(Program::postgres_processes(&data_dir), Vec::<std::path::PathBuf>::new());

    let mut second = Program::serve(&data_dir, port);
    second.await_ready();
    assert!(
        !second.printed.iter().any(|line| line.contains("migrations") || line.contains("seed")),
        "{:#?}",
        second.printed
    );
    assert_eq!(count_cases(port).await, 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_is_refused_and_an_import_uses_the_running_one() {
    let scratch = scratch_dir();
    let data_dir = made_before(&scratch);
    let port = free_port();
    let mut program = Program::serve(&data_dir, port);
    program.await_ready();
    let directory = data_dir.to_str().unwrap();

    let listen = format!("127.0.0.1:{}", free_port());
    let second = Program::run(&["--listen", &listen, "--data-dir", directory]);
    let message = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success() && message.contains("in use by another running instance"), "{message}");

    let file = scratch.path().join("mine.md");
    std::fs::write(&file, "| 公司 | 岗位 |\n|-|-|\n| 腾讯 | 大模型产品 |\n| 新公司 | 大模型产品 |\n").unwrap();
    let file = file.to_str().unwrap();
    let import = Program::run(&["import", file, "--source", "llm-product-article", "--data-dir", directory]);
    let report = String::from_utf8_lossy(&import.stdout).into_owned();
    assert!(import.status.success() && report.contains("2 created"), "{report}{import:?}");
    assert_eq!(count_cases(port).await, 16);
    let new: Value = get(port, "/api/v1/companies/xin-gong-si").await.unwrap().json().await.unwrap();
    assert_eq!(new["case_count"], 1, "{new}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seed_is_loaded_again_by_import_without_any_change() {
    let scratch = scratch_dir();
    let directory = scratch.path().join("data");
    let directory = directory.to_str().unwrap();
    for (round, expected) in ["14 created", "14 unchanged"].iter().enumerate() {
        let import = Program::run(&["import", "--data-dir", directory]);
        let report = String::from_utf8_lossy(&import.stdout).into_owned();
        assert!(import.status.success() && report.contains(expected), "round {round}: {report}{import:?}");
        assert_eq!(report.contains("seed: 0 rows"), round == 1, "{report}");
    }
    await_no_postgres(Path::new(directory));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_ends_with_the_code_that_says_how_it_went() {
    let database = TestDatabase::new(true).await;
    let scratch = scratch_dir();
    for (name, text, code) in [
        ("all.md", "| 公司 | 岗位 |\n|-|-|\n| 腾讯 | 大模型产品 |\n", 0),
        ("some.md", "| 公司 | 岗位 |\n|-|-|\n| 腾讯 | 后端 |\n| | 后端 |\n", 3),
        ("none.md", "| 公司 | 岗位 |\n|-|-|\n| | 后端 |\n", 1),
        ("no-table.md", "nothing", 1),
        ("cases.pdf", "%PDF", 1),
    ] {
        let file = scratch.path().join(name);
        std::fs::write(&file, text).unwrap();
        let arguments = ["import", file.to_str().unwrap(), "--source", "llm-product-article"];
        let output = Program::command(&arguments).env("DATABASE_URL", database.url()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {output:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn root_and_an_ordinary_user_can_both_run_it() {
    let scratch = scratch_dir();
    let program = scratch.path().join("offer-cases");
    std::fs::copy(env!("CARGO_BIN_EXE_offer-cases"), &program).unwrap();
    // Where the tests run as an ordinary user already, the other tests have shown it.
    let Ok(Some(user)) = nix::unistd::User::from_name("nobody") else { return };
    if !nix::unistd::Uid::effective().is_root() {
        return;
    }
    let home = scratch.path().join("home");
    std::fs::create_dir(&home).unwrap();
    std::os::unix::fs::chown(&home, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
    let port = free_port();
    let mut command = std::process::Command::new(&program);
    command.args(["--listen", &format!("127.0.0.1:{port}")]).current_dir("/").env_clear().env("HOME", &home);
    command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    let mut program = Program::start(&mut command);
    program.await_ready();
    assert_eq!(count_cases(port).await, 14);
    let data_dir = home.join(".local/share/offer-cases");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&data_dir).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o700, "nobody else may look in");
    program.signal(Signal::SIGINT);
    assert!(program.await_end().success(), "{:#?}", program.printed);
    await_no_postgres(&data_dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_is_missing_or_wrong_and_ends() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data").display().to_string();
    let table = scratch.path().join("mine.csv").display().to_string();
    std::fs::write(&table, "公司,岗位\n腾讯,后端开发\n").unwrap();
    let full = scratch.path().join("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("thesis.doc"), "years of work").unwrap();
    let full = full.display().to_string();
    let long = format!("{}/{}", scratch.path().display(), "x".repeat(100));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    for (arguments, variables, told) in [
        (
            vec!["--data-dir", &data_dir],
            vec![("PG_BIN_DIR", "/nonexistent")],
            vec!["apt-get install postgresql", "DATABASE_URL", "/nonexistent"],
        ),
        (vec!["--data-dir", &full], vec![], vec!["is not empty", "--data-dir"]),
        (vec!["--data-dir", &long], vec![], vec!["too long", "107"]),
        (vec!["--data-dir", &data_dir, "--listen", &taken], vec![], vec!["cannot listen on", "--listen"]),
        (
            vec!["--data-dir", &data_dir, "--metrics-listen", &taken],
            vec![],
            vec!["cannot listen on", "with --metrics-listen"],
        ),
        (
            vec!["--listen", "nowhere", "--workers", "many"],
            vec![("DATABASE_URL", "mysql://x"), ("RUST_LOG", "offer_cases=loud")],
            vec!["--listen", "--workers", "DATABASE_URL", "RUST_LOG"],
        ),
        (vec!["--seed-dir", "/nonexistent", "--data-dir", &data_dir], vec![], vec!["OFFER_CASES_SEED_DIR"]),
        (vec!["--no-such-flag"], vec![], vec!["--no-such-flag"]),
        (vec!["import", "x.md", "--data-dir", &data_dir], vec![], vec!["x.md", "No such file"]),
        (vec!["import", &table, "--data-dir", &data_dir], vec![], vec!["mine.csv", "--source is needed"]),
        (
            vec!["check", &table],
            // What is set to nothing is not set.
            vec![("OFFER_CASES_DATA_DIR", ""), ("PG_BIN_DIR", ""), ("OFFER_CASES_SEED_DIR", "")],
            vec!["mine.csv", "--source is needed"],
        ),
    ] {
        let mut command = Program::command(&arguments);
        // A free port where the case says none.
        command.env("OFFER_CASES_LISTEN", "127.0.0.1:0").envs(variables);
        let output = command.output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments:?}: {message}");
        for part in told {
            assert!(message.contains(part), "{part:?} is missing for {arguments:?}: {message}");
        }
        assert!(!message.contains("panicked"), "{message}");
    }
    assert!(Path::new(&full).join("thesis.doc").exists());
}
