//! Reference data: lists and single entries, with counts and aliases; the guide.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_answered_in_full() {
    let app = TestApp::seeded().await;
    insta::assert_json_snapshot!(app.get("/api/v1/companies/bilibili", &[]).await.ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_are_paged_by_slug_to_the_last() {
    let app = TestApp::seeded().await;
    let mut slugs: Vec<String> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut parameters = vec![("limit", "150")];
        parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = app.get("/api/v1/companies", &parameters).await.ok();
        slugs.extend(page["items"].as_array().unwrap().iter().map(|it| it["slug"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    let unique: BTreeSet<&String> = slugs.iter().collect();
    let stored = app.database.value("select count(*) from companies").await;
    assert_eq!((slugs.len().to_string(), unique.len()), (stored, slugs.len()));
    assert!(slugs.is_sorted());
    assert!(slugs.len() >= 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn reference_data_is_searched_and_narrowed() {
    let app = TestApp::seeded().await;
    for (path, parameters, expected) in [
        ("/api/v1/companies", vec![("q", "B站")], json!(["bilibili"])),
        ("/api/v1/companies", vec![("q", "今日头条")], json!(["bytedance"])),
        ("/api/v1/companies", vec![("q", "鹅厂")], json!(["tencent"])),
        ("/api/v1/companies", vec![("q", "面壁"), ("kind", "unicorn")], json!(["modelbest"])),
        ("/api/v1/companies", vec![("q", "面壁"), ("kind", "foreign")], json!([])),
        ("/api/v1/schools", vec![("q", "北邮")], json!(["beijing-university-of-posts-and-telecommunications"])),
        ("/api/v1/schools", vec![("q", "浙大"), ("tier", "985")], json!(["zhejiang-university"])),
        ("/api/v1/schools", vec![("q", "港大"), ("country", "hk")], json!(["the-university-of-hong-kong"])),
        ("/api/v1/roles", vec![("q", "大模型产品经理")], json!(["llm-product"])),
        ("/api/v1/schools", vec![("q", "西电"), ("limit", "1")], json!(["xidian-university"])),
        ("/api/v1/schools", vec![("q", "北大"), ("limit", "1")], json!(["peking-university"])),
    ] {
        let items = app.get(path, &parameters).await.items();
        let slugs: Vec<&Value> = items.iter().map(|item| &item["slug"]).collect();
        assert_eq!(json!(slugs), expected, "{path} {parameters:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_of_majors_has_the_official_disciplines_and_classes_with_counts() {
    let app = TestApp::seeded().await;
    let tree = app.get("/api/v1/majors", &[]).await.items();
    let at_level = |level: &str| tree.iter().filter(|major| major["level"] == level).count();
    assert_eq!(at_level("discipline"), 13);
    let children = tree.iter().flat_map(|major| major["children"].as_array().unwrap());
    let classes: Vec<&Value> = children.filter(|child| child["level"] == "class").collect();
    // Those of 2026, and 0832 of 2025. Under discipline 14 majors stand without one.
    assert_eq!(classes.len(), 93);
    let engineering = tree.iter().find(|major| major["code"] == "08").expect("工学");
    assert_eq!((&engineering["case_count"], &engineering["case_count_with_descendants"]), (&json!(5), &json!(9)));
    let broad = tree.iter().find(|major| major["slug"] == "liberal-arts").expect("文科");
    assert_eq!((&broad["level"], &broad["children"]), (&json!("broad"), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_major_comes_with_what_stands_above_and_under_it() {
    let app = TestApp::seeded().await;
    let class = app.get("/api/v1/majors/computer-science", &[]).await.ok();
    assert_eq!(
        (&class["code"], &class["parent"]["slug"], &class["case_count"]),
        (&json!("0809"), &json!("engineering"), &json!(4))
    );
    let children = class["children"].as_array().unwrap();
    assert!(children.iter().any(|major| major["code"] == "080901"), "计算机科学与技术 stands under it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_lists_are_answered_in_full() {
    let app = TestApp::seeded().await;
    for (name, path) in
        [("school_tiers", "/api/v1/school-tiers"), ("tags", "/api/v1/tags"), ("sources", "/api/v1/sources")]
    {
        let answer = app.get(path, &[]).await.ok();
        insta::assert_json_snapshot!(name, answer, { ".items[].last_import.finished_at" => "[time]" });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn single_entries_agree_with_their_lists() {
    let app = TestApp::seeded().await;
    for path in ["companies", "roles", "school-tiers", "schools", "tags", "sources", "majors"] {
        let first = app.get(&format!("/api/v1/{path}"), &[]).await.items()[0].clone();
        let slug = first["slug"].as_str().unwrap();
        assert_eq!(app.get(&format!("/api/v1/{path}/{slug}"), &[]).await.ok(), first, "{path}/{slug}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_speaks_chinese_and_english() {
    let app = TestApp::seeded().await;
    let chinese = app.get("/api/v1/guide", &[]).await.ok();
    let english = app.get("/api/v1/guide", &[("lang", "en")]).await.ok();
    let outline = |guide: &Value| -> Vec<(Value, Value)> {
        guide["items"].as_array().unwrap().iter().map(|it| (it["kind"].clone(), it["slug"].clone())).collect()
    };
    assert_eq!((&chinese["lang"], &english["lang"]), (&json!("zh"), &json!("en")));
    assert_eq!(outline(&chinese), outline(&english));
    let of_kind = |kind: &str| outline(&english).iter().filter(|(it, _)| it == kind).count();
    assert_eq!((of_kind("track"), of_kind("stage"), of_kind("criterion"), of_kind("interview_check")), (2, 4, 3, 3));
    let has_chinese = |text: &Value| text.as_str().unwrap().chars().any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it));
    for (zh, en) in chinese["items"].as_array().unwrap().iter().zip(english["items"].as_array().unwrap()) {
        assert!(has_chinese(&zh["description"]) && !has_chinese(&en["description"]), "{en}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schools_of_the_mainland_have_their_official_numbers_by_tier() {
    let app = TestApp::seeded().await;
    let by_tier =
        "select tiers.slug || ' ' || count(*) from schools join school_tiers tiers on tiers.id = school_tier_id
        where country = 'CN' group by tiers.slug, tiers.rank order by tiers.rank";
    // 39 universities of Project 985, 115 of Project 211 with those, 147 double first-class with those.
    assert_eq!(
        app.database.column(by_tier).await,
        ["985 39", "211 76", "double_first_class 32", "ordinary 1138", "vocational 1500", "sino_foreign 11"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_paged_with_what_is_called_just_so_first() {
    let app = TestApp::seeded().await;
    let whole = app.get("/api/v1/schools", &[("q", "北大"), ("limit", "200")]).await.items();
    let mut paged: Vec<Value> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut parameters = vec![("q", "北大"), ("limit", "3")];
        parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = app.get("/api/v1/schools", &parameters).await.ok();
        paged.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert!(whole.len() > 3);
    assert_eq!(paged, whole);
}
