//! What people write for names: what it is taken for, and what it must not be taken for, in `/resolve`, in filters and in
//! imports alike.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use offer_cases::catalog::{Catalog, Entity, Entry, Resolved};
use offer_cases::database::Database;
use offer_cases::import::seed::{self, SeedFiles};
use offer_cases::import::{ImportFile, ImportOptions, import_files};
use serde_json::Value;

use crate::harness::{CaseBuilder, TestApp, TestDatabase};

/// A name as somebody writes it: kind, what is written, a slug, and a word on it.
type Row = [String; 4];

fn rows(csv: &str) -> Vec<Row> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().map(|row| row.expect("four cells")).collect()
}

fn known() -> Vec<Row> {
    rows(include_str!("names/known.csv"))
}

fn different() -> Vec<Row> {
    rows(include_str!("names/different.csv"))
}

async fn resolve(app: &TestApp, kind: &str, q: &str) -> Value {
    app.get("/api/v1/resolve", &[("kind", kind), ("q", q)]).await.ok()
}

/// Imports a numbered row for each name: the cells that were remarked, each with the remark.
async fn import(database: &TestDatabase, rows: &[Row]) -> Vec<(String, String)> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["编号", "公司", "岗位", "专业", "学校"]).unwrap();
    for (number, [kind, written, ..]) in rows.iter().enumerate() {
        let cell = |of: &str, usual: &'static str| if kind == of { written.clone() } else { usual.to_owned() };
        let cells = [cell("company", "百度"), cell("role", "产品经理"), cell("major", ""), cell("school", "")];
        table.write_record([number.to_string()].iter().chain(&cells)).unwrap();
    }
    let file = ImportFile::of("names.csv", &table.into_inner().unwrap()[..]);
    let database = Database::new(database.config(), 2, Duration::from_secs(60));
    let options = ImportOptions::default();
    let outcome = import_files(&database, &[file], "own-records", &options, &Arc::default()).await.expect("imported");
    let remarks = outcome.reports.into_iter().flat_map(|report| report.findings.remarks);
    remarks.map(|remark| (remark.cell, remark.message)).collect()
}

/// What became of the names of the rows that were not rejected, by the number of the row.
async fn imported(app: &TestApp, rows: &[Row]) -> BTreeMap<usize, String> {
    let sql =
        "select raw ->> '编号' || ' ' || coalesce(companies.slug, '-') || ' ' || coalesce(roles.slug, '-') || ' ' ||
            coalesce(majors.slug, '-') || ' ' || coalesce(schools.slug, '-')
        from offer_cases join companies on companies.id = company_id join roles on roles.id = role_id
            left join majors on majors.id = major_id left join schools on schools.id = school_id
            join sources on sources.id = source_id where sources.slug = 'own-records'";
    let of = |line: &String| {
        let words: Vec<&str> = line.split(' ').collect();
        let number: usize = words[0].parse().unwrap();
        let place = ["company", "role", "major", "school"].iter().position(|kind| *kind == rows[number][0]).unwrap();
        (number, words[place + 1].to_owned())
    };
    app.database.column(sql).await.iter().map(of).collect()
}

/// The slugs that the cases of a filter have in a field.
async fn filtered(app: &TestApp, field: &str, written: &str) -> Result<Vec<String>, Value> {
    let quoted = format!("\"{written}\"");
    let answer = app.get("/api/v1/offer-cases", &[(field, &quoted), ("fields", field), ("limit", "100")]).await;
    if answer.status != 200 {
        return Err(answer.problem(400));
    }
    let slug = |case: &Value| case[field]["slug"].as_str().unwrap().to_owned();
    Ok(answer.items().iter().map(slug).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_found_as_people_write_them() {
    let app = TestApp::seeded().await;
    let mut wrong = Vec::new();
    for [kind, written, slug, method] in known() {
        let answer = resolve(&app, &kind, &written).await;
        let first = &answer["candidates"][0];
        let found = [&answer["resolved"], &first["slug"], &first["method"]].map(|it| it.as_str().unwrap_or_default());
        if found != [&slug, &slug, &method] {
            wrong.push(format!("{kind} {written}: {found:?} instead of {slug} by {method}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_differ_are_not_taken_for_each_other() {
    let app = TestApp::seeded().await;
    let mut wrong = Vec::new();
    for [kind, written, not, why] in different() {
        let answer = resolve(&app, &kind, &written).await;
        if answer["resolved"] == not.as_str() {
            wrong.push(format!("{kind} {written} is {not} by {}: {why}", answer["candidates"][0]["method"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_a_filter_take_names_as_they_are_resolved() {
    let app = TestApp::seeded().await;
    let rows = known();
    import(&app.database, &rows).await;
    let imported = imported(&app, &rows).await;
    let mut wrong = Vec::new();
    for (number, [kind, written, slug, method]) in rows.iter().enumerate() {
        let of_row = imported.get(&number).map_or("rejected", String::as_str);
        // Initials are no name for an import, which makes them one.
        if method == "initials" {
            if of_row == slug {
                wrong.push(format!("{kind} {written}: imported as {of_row}"));
            }
            continue;
        }
        if of_row != slug {
            wrong.push(format!("{kind} {written}: imported as {of_row}"));
        }
        match filtered(&app, kind, written).await {
            Ok(slugs) if !slugs.is_empty() && slugs.iter().all(|it| it == slug || kind == "major") => {}
            other => wrong.push(format!("{kind} {written}: filtered {other:?} instead of {slug}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_a_filter_keep_names_apart_that_differ() {
    let app = TestApp::seeded().await;
    let rows = different();
    import(&app.database, &rows).await;
    let imported = imported(&app, &rows).await;
    let mut wrong = Vec::new();
    for (number, [kind, written, not, why]) in rows.iter().enumerate() {
        if imported.get(&number) == Some(not) {
            wrong.push(format!("{kind} {written}: imported as {not}: {why}"));
        }
        if filtered(&app, kind, written).await.is_ok_and(|slugs| slugs.contains(not)) {
            wrong.push(format!("{kind} {written}: filtered as {not}: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn initials_find_what_has_them_alone_and_an_import_only_tells_of_it() {
    let app = TestApp::seeded().await;
    CaseBuilder::new("initials", "bytedance").store(&app.database).await;
    assert_eq!(filtered(&app, "company", "zjtd").await.unwrap()[0], "bytedance");
    let several = filtered(&app, "school", "zjdx").await.unwrap_err();
    let allowed = several["errors"][0]["allowed"].as_array().expect("several").len();
    assert!(allowed > 1 && several.to_string().contains("zhejiang-university"), "{several}");
    let rows = [["company", "zjtd", "", ""], ["school", "zjdx", "", ""]].map(|row| row.map(str::to_owned));
    let remarks = import(&app.database, &rows).await;
    for (message, name) in [("new; may mean bytedance", "zjtd"), ("zhejiang-university", "zjdx")] {
        let is_said = |(cell, said): &(String, String)| cell == name && said.contains(message);
        assert!(remarks.iter().any(is_said), "{name}: {remarks:?}");
    }
}

/// All names of an entry but its slug.
fn names_of(entry: &Entry) -> impl Iterator<Item = &str> {
    let aliases = entry.aliases().iter().map(|alias| alias.alias.as_str());
    [entry.name()].into_iter().chain(entry.name_en()).chain(aliases)
}

#[test]
fn a_name_that_nobody_knows_is_hardly_ever_taken_for_another() {
    /// Of so many names at most one, such as 大众中国 where only 上汽大众 is known.
    const NAMES_FOR_ONE_MISTAKE: usize = 250;
    let whole = seed::catalog(&SeedFiles::embedded()).expect("a seed");
    for entity in [Entity::Company, Entity::School, Entity::Major, Entity::Role] {
        let entries = whole.directory(entity).entries();
        let (mut names, mut mistakes) = (0, BTreeMap::new());
        for left_out in [3, 7] {
            let is_left_out = |index: usize| index % 10 == left_out;
            let kept = (0..entries.len()).filter(|index| !is_left_out(*index)).map(|index| entries[index].clone());
            let others = if entity == Entity::School { &[][..] } else { whole.directory(Entity::School).entries() };
            let catalog = Catalog::new(0, kept.chain(others.iter().cloned()).collect());
            for entry in (0..entries.len()).filter(|index| is_left_out(*index)).map(|index| &entries[index]) {
                let left_out_entry = entry.slug();
                for name in names_of(entry) {
                    names += 1;
                    match catalog.directory(entity).known(name) {
                        Some(Resolved::Found { entry, by, .. }) if !by.is_exact() => {
                            // Spelt in several ways it is one mistake.
                            mistakes.insert(
                                (left_out_entry, entry.slug().to_owned()),
                                format!("{name} by {}", by.as_str()),
                            );
                        }
                        _ => {}
                    }
                }
            }
        }
        assert!(names > 100, "{entity:?}: {names} names");
        assert!(mistakes.len() <= names / NAMES_FOR_ONE_MISTAKE, "{entity:?}: of {names} names {mistakes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_names_in_either_script_and_in_pinyin_and_summaries_as_they_are_written() {
    let app = TestApp::seeded().await;
    CaseBuilder::new("named", "bytedance").store(&app.database).await;
    CaseBuilder::new("simplified", "tencent").with("summary", "'转岗之后的经验'").store(&app.database).await;
    CaseBuilder::new("traditional", "tencent").with("summary", "'轉崗之後的經驗'").store(&app.database).await;
    for (q, company) in
        [("字節跳動", "bytedance"), ("zijietiaodong", "bytedance"), ("騰訊", "tencent"), ("tengxun", "tencent")]
    {
        let found = app.companies_of(&[("q", q)]).await;
        assert!(!found.is_empty() && found.iter().all(|it| it == company), "{q}: {found:?}");
        let listed = app.get("/api/v1/companies", &[("q", q)]).await.items();
        assert_eq!(listed[0]["slug"], company, "{q}");
    }
    assert_eq!(app.count_of(&[("q", "转岗")]).await, 1);
    assert_eq!(app.count_of(&[("q", "轉崗")]).await, 2, "what is written so, and what is meant");
    assert_eq!(app.get("/api/v1/companies", &[("q", "腾讯科技（深圳）有限公司")]).await.items()[0]["slug"], "tencent");
}
