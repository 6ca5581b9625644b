//! Folders of the code depend on each other in one direction: no circle, whatever way round.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

/// The folders that each folder of `src` names, with a file that does so.
type Arrows = BTreeMap<String, BTreeMap<String, PathBuf>>;

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn arrows() -> Arrows {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let named = Regex::new(r"\bcrate::(\w+)").unwrap();
    let mut files = Vec::new();
    source_files(&root, &mut files);
    let mut arrows = Arrows::new();
    for file in files {
        let inside = file.strip_prefix(&root).unwrap();
        let folder = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        let text = std::fs::read_to_string(&file).unwrap();
        for other in named.captures_iter(&text).map(|captures| captures[1].to_owned()).filter(|other| other != folder) {
            arrows.entry(folder.to_owned()).or_default().insert(other, inside.to_owned());
        }
    }
    arrows
}

/// A way from a folder back to itself.
fn circle(arrows: &Arrows, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> Option<Vec<String>> {
    let last = way.last()?.clone();
    for next in arrows.get(&last).into_iter().flat_map(BTreeMap::keys) {
        if let Some(start) = way.iter().position(|folder| folder == next) {
            return Some(way[start..].to_vec());
        }
        if !done.contains(next) {
            way.push(next.clone());
            if let Some(found) = circle(arrows, way, done) {
                return Some(found);
            }
            way.pop();
        }
    }
    done.insert(last);
    None
}

#[test]
fn no_folder_of_the_code_depends_on_itself_by_way_of_others() {
    let arrows = arrows();
    assert!(arrows.len() > 10, "the folders were not found: {:?}", arrows.keys());
    let mut done = BTreeSet::new();
    for folder in arrows.keys() {
        if let Some(circle) = circle(&arrows, &mut vec![folder.clone()], &mut done) {
            let files: Vec<String> = circle
                .iter()
                .zip(circle.iter().cycle().skip(1))
                .map(|(from, to)| format!("{from} -> {to} in {}", arrows[from][to].display()))
                .collect();
            panic!("a circle: {}", files.join("; "));
        }
    }
}

#[test]
fn what_is_below_knows_no_http_and_no_paths_of_it() {
    let arrows = arrows();
    for folder in
        ["text", "model", "parameters", "database", "catalog", "cases", "engine", "statistics", "comparable", "import"]
    {
        let above = ["http", "server", "cli", "charts"];
        let named: Vec<&str> =
            above.into_iter().filter(|name| arrows.get(folder).is_some_and(|all| all.contains_key(*name))).collect();
        assert!(named.is_empty(), "{folder} names {named:?}");
    }
}

#[test]
fn a_circle_is_found() {
    let arrow = |to: &str| BTreeMap::from([(to.to_owned(), PathBuf::new())]);
    let arrows = Arrows::from([("a".into(), arrow("b")), ("b".into(), arrow("c")), ("c".into(), arrow("b"))]);
    let found = circle(&arrows, &mut vec!["a".into()], &mut BTreeSet::new());
    assert_eq!(found, Some(vec!["b".to_owned(), "c".to_owned()]));
}
