//! The files of `deploy/`: what they say of the program is so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

use crate::harness::{Program, Server, TestApp};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What Prometheus is asked: of an expression's text all names that are ours, or of the process.
fn names_in(text: &str) -> BTreeSet<String> {
    let name = Regex::new(r"\b(?:offer_cases|process)_[a-z_]+\b").unwrap();
    name.find_iter(text).map(|name| name.as_str().to_owned()).collect()
}

/// The files of `deploy/` and of folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_and_dashboard_ask_for_nothing_that_metrics_do_not_give() {
    let server = Server::seeded().await;
    let url = server.url();
    let app = TestApp::reading(&server.database(), &url, Some(&url)).await;
    app.get_raw("/api/v1/stats?group_by=company").await.ok();
    let metrics = app.metrics();
    let values = metrics.once(|values| values.get("offer_cases_import_running").is_some()).await;
    let given: BTreeSet<String> = values.names().map(str::to_owned).collect();
    for (file, at_least) in
        [("prometheus/alerts.yml", 15), ("prometheus/alerts.test.yml", 15), ("grafana/dashboard.json", 20)]
    {
        let asked = names_in(&read(file));
        assert!(asked.len() >= at_least, "{file}: {asked:?}");
        let unknown: Vec<_> = asked.difference(&given).collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}, which /metrics does not give: {given:#?}");
    }
}

#[test]
fn every_alert_says_what_to_do_and_is_tried() {
    let (rules, tried) = (read("prometheus/alerts.yml"), read("prometheus/alerts.test.yml"));
    let alerts: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() > 10, "{alerts:?}");
    for part in ["labels: {severity: ", "summary: ", "action: "] {
        assert_eq!(rules.matches(part).count(), alerts.len(), "{part}");
    }
    let untried: Vec<_> = alerts.iter().filter(|alert| !tried.contains(&format!("alertname=\"{alert}\""))).collect();
    assert!(untried.is_empty(), "{untried:?}");
}

#[test]
fn the_dashboard_is_a_grid_of_panels_that_each_ask_something() {
    let dashboard: Value = serde_json::from_str(&read("grafana/dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let (mut taken, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for panel in panels {
        let at = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        assert!(ids.insert(panel["id"].as_u64()), "{panel}");
        assert!(at("x") + at("w") <= 24, "{panel}");
        for cell in (at("x")..at("x") + at("w")).flat_map(|x| (at("y")..at("y") + at("h")).map(move |y| (x, y))) {
            assert!(taken.insert(cell), "two panels at {cell:?}: {}", panel["title"]);
        }
        let asks = panel["targets"].as_array().map_or(0, Vec::len);
        assert!(panel["type"] == "row" || asks > 0, "{panel}");
    }
}

#[test]
fn every_setting_that_a_file_of_deploy_names_is_one_of_the_program() {
    let help = Program::run(&["serve", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let (variable, flag) =
        (Regex::new(r"\bOFFER_CASES_[A-Z_]+").unwrap(), Regex::new(r"(?:^|[\s`(])(--[a-z][a-z-]+)").unwrap());
    let mut found = 0;
    for path in files(&root) {
        let text = std::fs::read_to_string(&path).unwrap();
        for name in variable.find_iter(&text).map(|name| name.as_str()) {
            assert!(help.contains(name), "{name} in {}", path.display());
            found += 1;
        }
        let is_alerts = path.ends_with("alerts.yml");
        for name in flag.captures_iter(&text).map(|captures| captures.get(1).unwrap().as_str()).filter(|_| is_alerts) {
            assert!(help.contains(name), "{name} in {}", path.display());
        }
    }
    assert!(found > 10, "{found}");
}
