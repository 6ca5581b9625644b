//! Statistics and facets page by page, and as CSV.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::exports::rows;
use crate::harness::{Answer, CaseBuilder, TestApp};

/// A seed with 1,100 companies more, of one to three cases each, of most with pay.
async fn many_companies() -> TestApp {
    let app = TestApp::seeded().await;
    app.database
        .execute(
            "insert into companies (slug, name) select 'made-' || n, '造' || n from generate_series(1, 1100) n;
             insert into offer_cases (id, company_id, role_id, raw, source_id, source_key, pay_annual_min, pay_annual_max, pay_currency)
             select gen_random_uuid(), companies.id, (select min(id) from roles), '{}',
                 (select id from sources where slug = 'own-records'), slug || '-' || n,
                 nullif(companies.id % 4, 0) * 100000, nullif(companies.id % 4, 0) * 100000 + n * 1000,
                 case when companies.id % 4 > 0 then 'CNY' end
             from companies, generate_series(1, 3) n where slug like 'made-%' and n <= 1 + companies.id % 3",
        )
        .await;
    app
}

/// The pages of an answer from a cursor on, by the cursors that `of` takes out of one.
async fn pages(
    app: &TestApp,
    path: &str,
    parameters: &[(&str, &str)],
    from: Option<String>,
    of: impl Fn(&Value) -> Option<String>,
) -> Vec<Value> {
    let (mut pages, mut cursor) = (Vec::new(), from);
    loop {
        let place = cursor.as_deref().map(|cursor| ("cursor", cursor));
        let page = app.get(path, &[parameters, place.as_slice()].concat()).await.ok();
        cursor = of(&page);
        pages.push(page);
        if cursor.is_none() {
            return pages;
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_beyond_a_thousand_are_reached_by_cursor_and_back_again_in_every_order() {
    let app = many_companies().await;
    for sort in ["count", "-count", "value", "-value", "pay_median", "-pay_median"] {
        let parameters = [("group_by", "company"), ("metrics", "pay"), ("sort", sort), ("limit", "300")];
        let on = pages(&app, "/api/v1/stats", &parameters, None, |page| text(&page["next_cursor"])).await;
        assert_eq!(on.len(), 4, "sort={sort}");
        let groups: Vec<&Value> = on.iter().flat_map(|page| page["groups"].as_array().unwrap()).collect();
        let keys: BTreeSet<String> = groups.iter().map(|group| group["keys"].to_string()).collect();
        assert_eq!((groups.len(), keys.len()), (1111, 1111), "sort={sort}");
        let counted: u64 = groups.iter().map(|group| group["count"].as_u64().unwrap()).sum();
        assert_eq!(counted, on[0]["total"].as_u64().unwrap(), "sort={sort}");
        let whole = [&parameters[..3], &[("limit", "1000")]].concat();
        let whole = app.get("/api/v1/stats", &whole).await.ok();
        let first: Vec<&Value> = whole["groups"].as_array().unwrap().iter().collect();
        assert_eq!(groups[..1000], first, "the length of a page changes nothing: sort={sort}");
        let last = text(&on[2]["next_cursor"]);
        let mut back = pages(&app, "/api/v1/stats", &parameters, last, |page| text(&page["prev_cursor"])).await;
        back.reverse();
        assert_eq!(back, on, "sort={sort}");
        for (number, page) in on.iter().enumerate() {
            let behind = 1111_u64.saturating_sub(300 * (number as u64 + 1));
            let groups = page["other"].get("groups").map_or(0, |groups| groups.as_u64().unwrap());
            assert_eq!(groups, behind, "sort={sort}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn months_go_on_with_those_before() {
    let app = TestApp::seeded().await;
    let months = "offered_on = date '2024-01-01' + (source_row - 1) * interval '1 month', offered_precision = 'month'";
    app.database.execute(&format!("update offer_cases set {months} where source_row <= 11")).await;
    let parameters = [("group_by", "offered_month"), ("limit", "5")];
    let on = pages(&app, "/api/v1/stats", &parameters, None, |page| text(&page["next_cursor"])).await;
    let values = |page: &Value| -> Vec<String> {
        let groups = page["groups"].as_array().unwrap();
        groups.iter().map(|group| text(&group["keys"][0]["value"]).unwrap()).collect()
    };
    let whole = app.get("/api/v1/stats", &[("group_by", "offered_month")]).await.ok();
    let mut walked = Vec::new();
    for page in on.iter().rev() {
        walked.extend(values(page));
    }
    assert_eq!((walked.len(), on.len()), (12, 3));
    assert_eq!(walked, values(&whole), "each page in order of time, the latest page first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_of_one_question_and_one_version_of_the_data() {
    let app = TestApp::seeded().await;
    for (path, own, others) in [
        (
            "/api/v1/stats",
            vec![("group_by", "company"), ("limit", "3")],
            [vec![("group_by", "role")], vec![("group_by", "company"), ("sort", "value")]],
        ),
        (
            "/api/v1/facets",
            vec![("dimensions", "company"), ("limit", "3")],
            [vec![("dimensions", "role")], vec![("dimensions", "company"), ("major", "工科")]],
        ),
    ] {
        let page = app.get(path, &own).await.ok();
        let cursor = text(&page["next_cursor"]).or_else(|| text(&page["facets"][0]["next_cursor"])).unwrap();
        let place = [("cursor", cursor.as_str())];
        app.get(path, &[&own[..], &place].concat()).await.ok();
        // Another length of a page is the same question, and so is a default that is said.
        let said = [("limit", "5"), ("major_exact", "false")];
        app.get(path, &[&own[..1], &said[..], &place].concat()).await.ok();
        for other in others {
            let problem = app.get(path, &[&other[..], &place].concat()).await.problem(400);
            assert_eq!(problem["errors"][0]["parameter"], "cursor", "{problem}");
        }
        for broken in ["x", "Y29tcGFueSA1", &cursor[1..]] {
            app.get(path, &[&own[..], &[("cursor", broken)]].concat()).await.problem(400);
        }
        CaseBuilder::new(path, "tencent").store(&app.database).await;
        let problem = app.get(path, &[&own[..], &place].concat()).await.problem(400);
        let message = problem["errors"][0]["message"].to_string();
        assert!(message.contains("begin anew") || message.contains("从头开始"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_through_a_facet_tells_each_value_once_what_is_chosen_first() {
    let app = TestApp::seeded().await;
    for chosen in ["", "tencent,xiaomi", "baidu", "unknown,didi"] {
        let parameters = [("dimensions", "company"), ("company", chosen), ("limit", "4")];
        let facet = |page: &Value| page["facets"][0].clone();
        let on = pages(&app, "/api/v1/facets", &parameters, None, |page| text(&facet(page)["next_cursor"])).await;
        let walked: Vec<Value> = on.iter().flat_map(|page| facet(page)["values"].as_array().unwrap().clone()).collect();
        let keys: BTreeSet<String> = walked.iter().map(|value| value["value"].to_string()).collect();
        assert_eq!(walked.len(), keys.len(), "{chosen}: {walked:?}");
        let counted: u64 = walked.iter().map(|value| value["count"].as_u64().unwrap()).sum();
        assert_eq!(counted, 14, "{chosen}");
        let first: Vec<String> =
            facet(&on[0])["values"].as_array().unwrap().iter().filter_map(|it| text(&it["value"])).collect();
        assert!(
            chosen.split(',').filter(|name| !name.is_empty()).all(|name| first.contains(&name.to_owned())),
            "{first:?}"
        );
        let last = text(&facet(&on[on.len() - 2])["next_cursor"]);
        let mut back = pages(&app, "/api/v1/facets", &parameters, last, |page| text(&facet(page)["prev_cursor"])).await;
        back.reverse();
        assert_eq!(back, on, "{chosen}");
    }
}

/// What a cell says of a value of JSON.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with('=') => format!("'{text}"),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap().to_string(),
        other => other.to_string(),
    }
}

/// Where the same stands as JSON.
fn described_by(answer: &Answer) -> String {
    let mut links = answer.headers.get_all("link").iter().map(|link| link.to_str().unwrap());
    let same = links.find(|link| link.contains("rel=\"describedby\"")).expect("a link to the notices");
    same.strip_prefix('<').and_then(|link| link.split_once('>')).unwrap().0.to_owned()
}

/// Cases with pay in two currencies, a company that a spreadsheet would run, and groups that are too small to be shown.
async fn told_in_tables() -> TestApp {
    let app = TestApp::seeded().await;
    app.database.execute("insert into companies (slug, name) values ('formula', '=1+1')").await;
    for (key, company) in [("a", "formula"), ("b", "tencent"), ("c", "tencent"), ("d", "tencent"), ("e", "tencent")] {
        let (currency, pay) = if key == "b" { ("'USD'", "90000") } else { ("'CNY'", "300000") };
        let case = CaseBuilder::new(key, company).with("pay_currency", currency);
        case.with("pay_annual_min", pay).with("pay_annual_max", pay).store(&app.database).await;
    }
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_as_csv_say_what_they_say_as_json() {
    let app = told_in_tables().await;
    for min_group_size in [1, 3] {
        let size = format!("update sources set min_group_size = {min_group_size} where slug = 'llm-product-article'");
        app.database.execute(&size).await;
        for query in [
            "group_by=company&metrics=share,pay",
            "group_by=company&limit=3",
            "group_by=company,school_tier&metrics=share,pay&normalize=row",
            "group_by=role&metrics=count&min_count=2",
            "group_by=tag&q=nothing-has-this",
        ] {
            let answer = app.get_raw(&format!("/api/v1/stats.csv?{query}&bom=false")).await;
            let table = rows(&answer);
            assert_eq!(described_by(&answer), format!("/api/v1/stats?{query}"));
            let statistics = app.get_raw(&described_by(&answer)).await.ok();
            assert!(!statistics["notices"].as_array().unwrap().is_empty());
            let column = |name: &str| table[0].iter().position(|column| column == name);
            let groups = statistics["groups"].as_array().unwrap();
            let told = ["other", "suppressed"].map(|name| &statistics[name]).into_iter().filter(|it| !it.is_null());
            assert_eq!(table.len(), 1 + groups.len() + told.count() + 1, "{query}");
            for (row, group) in table[1..].iter().zip(groups) {
                assert_eq!((&row[0][..], &row[column("count").unwrap()]), ("group", &group["count"].to_string()));
                for key in group["keys"].as_array().unwrap() {
                    for (end, part) in [("", "value"), ("_name", "name"), ("_name_en", "name_en")] {
                        let name = format!("{}{end}", key["dimension"].as_str().unwrap());
                        assert_eq!(row[column(&name).unwrap()], cell(&key[part]), "{name} of {query}");
                    }
                }
                for (name, part) in [("sources", "count"), ("largest_source_share", "largest_share")] {
                    let told = group.get("sources").map_or_else(String::new, |it| cell(&it[part]));
                    assert_eq!(row[column(name).unwrap()], told, "{name} of {query}");
                }
                for (share, end, part) in [
                    ("share", "", "value"),
                    ("share", "_denominator", "denominator"),
                    ("share", "_low", "low"),
                    ("share", "_high", "high"),
                    ("share_of_known", "", "value"),
                    ("share_of_known", "_denominator", "denominator"),
                    ("share_of_known", "_low", "low"),
                    ("share_of_known", "_high", "high"),
                    ("share_bounds", "_least", "least"),
                    ("share_bounds", "_most", "most"),
                ] {
                    let name = format!("{share}{end}");
                    let told =
                        group.get("share").map(|_| group.get(share).map_or_else(String::new, |it| cell(&it[part])));
                    assert_eq!(column(&name).map(|at| row[at].clone()), told, "{name} of {query}");
                }
            }
            let pays = |row: &[String], pay: &Value| {
                for pay in pay.as_array().into_iter().flatten().filter(|pay| !pay["currency"].is_null()) {
                    for part in ["n", "p10", "p25", "median", "median_low", "median_high", "p75", "p90", "reason"] {
                        let name = format!("pay_{}_{part}", pay["currency"].as_str().unwrap());
                        assert_eq!(row[column(&name).unwrap()], cell(&pay[part]), "{name} of {query}");
                    }
                }
            };
            table[1..].iter().zip(groups).for_each(|(row, group)| pays(row, &group["pay"]));
            let total = table.last().unwrap();
            assert_eq!((&total[0][..], &total[column("count").unwrap()]), ("total", &statistics["total"].to_string()));
            pays(total, &statistics["pay"]);
            for name in ["other", "suppressed"] {
                let row = table.iter().find(|row| row[0] == name);
                assert_eq!(
                    row.map(|row| row[column("count").unwrap()].clone()),
                    statistics[name].get("count").map(cell)
                );
            }
        }
    }
    let first = app.get("/api/v1/stats.csv", &[("group_by", "company"), ("limit", "1")]).await;
    assert!(
        first.text.starts_with(
            "\u{feff}row,company,company_name,company_name_en,count,groups,sources,largest_source_share,share,"
        ),
        "{first:?}"
    );
    assert!(first.header("content-disposition").contains("filename=\"stats-"));
    assert!(first.headers.get_all("link").iter().any(|link| link.to_str().unwrap().contains("rel=\"next\"")));
    app.request(reqwest::Method::GET, "/api/v1/stats?group_by=company", &[("accept", "text/csv")]).await.problem(406);
    app.get_raw("/api/v1/stats.csv?limit=3").await.problem(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_as_csv_say_what_they_say_as_json() {
    let app = told_in_tables().await;
    app.database.execute("update sources set min_group_size = 3 where slug = 'llm-product-article'").await;
    for query in ["", "dimensions=company,tag&limit=2", "company=tencent,baidu&limit=1", "q=nothing-has-this"] {
        let answer = app.get_raw(&format!("/api/v1/facets.csv?{query}")).await;
        let table = rows(&answer);
        assert_eq!(table[0], ["row", "dimension", "value", "name", "name_en", "count", "groups"]);
        let facets = app.get_raw(&described_by(&answer)).await.ok();
        let mut expected: Vec<Vec<String>> = Vec::new();
        for facet in facets["facets"].as_array().unwrap() {
            let row = |row: &str, key: &Value, counts: &Value| {
                let key = ["value", "name", "name_en"].map(|part| cell(&key[part]));
                let counts = ["count", "groups"].map(|part| cell(&counts[part]));
                [vec![row.to_owned(), cell(&facet["dimension"])], key.to_vec(), counts.to_vec()].concat()
            };
            expected.extend(facet["values"].as_array().unwrap().iter().map(|value| row("value", value, value)));
            for name in ["other", "suppressed"] {
                expected.extend((!facet[name].is_null()).then(|| row(name, &Value::Null, &facet[name])));
            }
            expected.push(row("total", &Value::Null, &json!({"count": facet["total"]})));
        }
        assert_eq!(table[1..], expected, "{query}");
    }
}
