//! Lists: orders, limits, cursors.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Specified, TestApp};

/// A database in which every sort key has known, equal and unknown values.
async fn many_cases() -> TestApp {
    let app = TestApp::seeded().await;
    app.database
        .execute(
            "insert into offer_cases (id, company_id, role_id, raw, source_id, source_key, offered_on,
                 offered_precision, pay_annual_min, pay_annual_max, pay_currency, interview_rounds, preparation_days, created_at)
             select gen_random_uuid(), companies[1 + n % 7], 1, '{}', 1, 'many-' || n,
                 case when n % 5 > 0 then date '2020-01-01' + n % 40 end, case when n % 5 > 0 then 'day'::date_precision end,
                 case when n % 3 > 0 then 100000 + n % 11 * 1000 end, case when n % 3 > 0 then 200000 + n % 11 * 1000 end, 'CNY',
                 nullif(n % 6, 0), nullif(n % 9, 0), now() - n % 13 * interval '1 hour'
             from generate_series(1, 300) n, (select array_agg(id order by id) as companies from companies) them",
        )
        .await;
    app
}

/// The pages of an order from a cursor on, by the cursors that they call so; `None` = from the first.
async fn pages(app: &TestApp, sort: &str, limit: &str, from: Option<String>, by: &str) -> Vec<Value> {
    let (mut pages, mut cursor) = (Vec::new(), from);
    loop {
        let mut parameters = vec![("sort", sort), ("limit", limit)];
        parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = app.get("/api/v1/offer-cases", &parameters).await.ok();
        cursor = page[by].as_str().map(str::to_owned);
        pages.push(page);
        if cursor.is_none() {
            return pages;
        }
    }
}

/// All cases of an order, page by page.
async fn walk(app: &TestApp, sort: &str, limit: &str) -> Vec<Value> {
    let pages = pages(app, sort, limit, None, "next_cursor").await;
    pages.iter().flat_map(|page| page["items"].as_array().unwrap()).cloned().collect()
}

/// Every order that a list has by one key, and some of several.
async fn orders(app: &TestApp) -> Vec<String> {
    let keys = Specified::by(app).await.words("/api/v1/offer-cases", "sort");
    assert!(keys.len() > 5, "{keys:?}");
    let several = ["-offered_on,company", "company,-pay_annual", "-company,interview_rounds,-offered_on"];
    let by_one = keys.iter().flat_map(|key| [key.clone(), format!("-{key}")]);
    by_one.chain(several.map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_gives_the_pages_that_going_on_gave_in_every_order() {
    let app = many_cases().await;
    for sort in orders(&app).await {
        let on = pages(&app, &sort, "60", None, "next_cursor").await;
        assert_eq!(on.len(), 6, "sort={sort}");
        let last = on[4]["next_cursor"].as_str().map(str::to_owned);
        let mut back = pages(&app, &sort, "60", last.clone(), "prev_cursor").await;
        back.reverse();
        assert_eq!(back, on, "all pages with their cursors: sort={sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn walking_by_cursor_visits_every_case_once_in_every_order() {
    let app = many_cases().await;
    for sort in &orders(&app).await {
        let cases = walk(&app, sort, "37").await;
        let ids: BTreeSet<&str> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
        assert_eq!((cases.len(), ids.len()), (314, 314), "sort={sort}");
        let whole = walk(&app, sort, "200").await;
        assert_eq!(cases, whole, "the length of a page changes nothing: sort={sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_runs_its_way_with_the_unknown_last() {
    let app = many_cases().await;
    let fields = [
        ("offered_on", "offered_on"),
        ("pay_annual", "pay_annual_max"),
        ("interview_rounds", "interview_rounds"),
        ("preparation_days", "preparation_days"),
    ];
    for (key, field) in fields {
        for descending in [false, true] {
            let sort = format!("{}{key}", if descending { "-" } else { "" });
            let cases = walk(&app, &sort, "200").await;
            let values: Vec<&Value> = cases.iter().map(|case| &case[field]).collect();
            let known: Vec<&Value> = values.iter().copied().take_while(|value| !value.is_null()).collect();
            assert!(values[known.len()..].iter().all(|value| value.is_null()), "the unknown is last: sort={sort}");
            assert!(!known.is_empty() && known.len() < values.len(), "both kinds are there: sort={sort}");
            let in_order = known.windows(2).all(|pair| {
                let (left, right) = if descending { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
                match (left.as_str(), right.as_str()) {
                    (Some(left), Some(right)) => left <= right,
                    _ => left.as_i64() <= right.as_i64(),
                }
            });
            assert!(in_order, "sort={sort}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_page_goes_on_where_the_last_ended_while_cases_come_and_go() {
    let app = many_cases().await;
    let first = app.get("/api/v1/offer-cases", &[("sort", "company"), ("limit", "100")]).await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    // The last case of the page goes away, and others come before and behind it.
    let last = first["items"][99]["id"].as_str().unwrap();
    app.database
        .execute(&format!(
            "update offer_cases set retired_at = now() where id = '{last}';
             insert into offer_cases (id, company_id, role_id, raw, source_id, source_key)
             select gen_random_uuid(), companies.id, 1, '{{}}', 1, 'new-' || slug
             from companies where slug in ('01ai', 'zte')"
        ))
        .await;
    let second =
        app.get("/api/v1/offer-cases", &[("sort", "company"), ("limit", "200"), ("cursor", cursor)]).await.ok();
    let third_cursor = second["next_cursor"].as_str().unwrap();
    let third =
        app.get("/api/v1/offer-cases", &[("sort", "company"), ("limit", "200"), ("cursor", third_cursor)]).await.ok();
    let ids = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect()
    };
    let all: Vec<String> = [ids(&first), ids(&second), ids(&third)].concat();
    let unique: BTreeSet<&String> = all.iter().collect();
    // 314 at first, and the one that came behind; the one that came before is not seen any more.
    assert_eq!((all.len(), unique.len()), (315, 315));
    assert_eq!(third["next_cursor"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_more_has_no_cursor_and_an_empty_one_no_items() {
    let app = TestApp::seeded().await;
    let whole = app.get("/api/v1/offer-cases", &[("limit", "14")]).await.ok();
    assert_eq!((whole["items"].as_array().unwrap().len(), &whole["next_cursor"]), (14, &Value::Null));
    let part = app.get("/api/v1/offer-cases", &[("limit", "13")]).await.ok();
    assert!(part["next_cursor"].is_string());
    let none = app.get("/api/v1/offer-cases", &[("company", "tencent")]).await.ok();
    assert_eq!((&none["items"], &none["next_cursor"]), (&serde_json::json!([]), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exact_count_is_given_when_it_is_asked_for() {
    let app = many_cases().await;
    let page = app.get("/api/v1/offer-cases", &[("limit", "3"), ("count", "exact")]).await.ok();
    assert_eq!(page["total"], 314);
    let page = app.get("/api/v1/offer-cases", &[("limit", "3"), ("count", "exact"), ("company", "baidu")]).await.ok();
    assert_eq!(page["total"], app.count_of(&[("company", "baidu")]).await);
    let page = app.get("/api/v1/offer-cases", &[("limit", "3")]).await.ok();
    assert!(page.get("total").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_links_of_a_page_lead_to_the_next_and_back() {
    let app = TestApp::seeded().await;
    let mut target = "/api/v1/offer-cases?sort=company&limit=4&company=%21baidu".to_owned();
    let mut found = Vec::new();
    let mut before: Option<Value> = None;
    loop {
        let answer = app.get_raw(&target).await;
        let link = |relation: &str| {
            let links = answer.headers.get_all("link").iter().map(|link| link.to_str().unwrap());
            let end = format!(">; rel=\"{relation}\"");
            let mut targets = links.filter_map(|link| link.strip_prefix('<')?.strip_suffix(&end).map(str::to_owned));
            targets.next()
        };
        let page = answer.ok();
        assert_eq!(link("next").is_none(), page["next_cursor"].is_null());
        assert_eq!(link("prev").is_some(), before.is_some());
        if let Some(back) = link("prev") {
            assert_eq!(Some(app.get_raw(&back).await.ok()), before);
        }
        found.extend(answer.items().iter().map(|case| case["id"].as_str().unwrap().to_owned()));
        before = Some(page);
        let Some(next) = link("next") else { break };
        target = next;
    }
    let unique: BTreeSet<&String> = found.iter().collect();
    assert_eq!((found.len(), unique.len()), (11, 11));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_fits_the_answer_says_what_to_drop() {
    let app = TestApp::seeded().await;
    for (parameters, expected, why) in [
        (vec![("company", "baidu"), ("school_tier", "overseas")], Some(("company", 5)), "the one that gives more"),
        (vec![("company", "baidu"), ("q", "没有这样的词")], Some(("q", 3)), "a word that is nowhere"),
        (vec![("company", "tencent")], Some(("company", 14)), "the only one"),
        (vec![("company", "tencent"), ("pay_annual", "1..")], None, "dropping one does not help"),
        (vec![("company", "baidu")], None, "something fits"),
    ] {
        let page = app.get("/api/v1/offer-cases", &parameters).await.ok();
        let hint = page.get("hint").map(|hint| (hint["drop"].as_str().unwrap(), hint["cases"].as_u64().unwrap()));
        assert_eq!(hint, expected, "{parameters:?}: {why}");
        if let Some((drop, cases)) = hint {
            let kept: Vec<_> = parameters.into_iter().filter(|(name, _)| *name != drop).collect();
            assert_eq!(app.count_of(&kept).await as u64, cases, "the hint is true");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_come_with_their_names_where_these_are_asked_for() {
    let app = TestApp::seeded().await;
    let parameters = [("company", "百度"), ("major", "心理学"), ("include", "labels")];
    let case = &app.get("/api/v1/offer-cases", &parameters).await.items()[0];
    let labels = &case["labels"];
    assert_eq!(labels["highest_degree"], json!({"slug": "bachelor", "name": "本科", "name_en": "Bachelor"}));
    assert_eq!(labels["verification"]["slug"], case["verification"]);
    assert_eq!(labels["tags"][0]["slug"], case["tags"][0]);
    assert!(labels["tags"][0]["name"].is_string(), "{labels}");
    assert_eq!(labels["offer_channel"], Value::Null);
    let meta = app.get("/api/v1/meta", &[]).await.ok();
    for field in meta["fields"].as_array().unwrap() {
        let is_code = ["closed", "tags"].contains(&field["kind"].as_str().unwrap())
            && field["can"].as_array().unwrap().contains(&json!("show"));
        let slug = field["slug"].as_str().unwrap();
        assert_eq!(labels.get(slug).is_some(), is_code, "{slug}");
    }
    let parameters = [("fields", "id,highest_degree"), ("include", "labels"), ("limit", "1")];
    let thin = &app.get("/api/v1/offer-cases", &parameters).await.items()[0];
    assert_eq!(thin["labels"].as_object().unwrap().len(), 1, "{thin}");
    let id = case["id"].as_str().unwrap();
    let one = app.get(&format!("/api/v1/offer-cases/{id}"), &[("include", "labels")]).await.ok();
    assert_eq!(one["labels"], *labels);
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_states_name_fields_and_entries_and_no_numbers_of_the_database() {
    let app = TestApp::seeded().await;
    app.database
        .execute("update offer_cases set role_id = (select id from roles where slug = 'sales') where source_row = 1")
        .await;
    let parameters = [("company", "stepfun"), ("include", "revisions")];
    let case = &app.get("/api/v1/offer-cases", &parameters).await.items()[0];
    let earlier = case["revisions"][0]["earlier"].as_object().unwrap();
    assert_eq!(earlier["role"]["slug"], "llm-product");
    assert_eq!(earlier["pay_currency"], Value::Null, "no figure, no currency");
    for (name, value) in earlier {
        assert!(
            !name.ends_with("_id") && (case.get(name).is_some() || name == "raw" || name.starts_with("source")),
            "{name}"
        );
        if !["role", "revision", "updated_at", "created_at"].contains(&name.as_str()) && case.get(name).is_some() {
            assert_eq!(*value, case[name], "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_or_an_order_of_pay_in_several_currencies_says_so() {
    let app = TestApp::seeded().await;
    for (parameters, is_mixed) in [
        (vec![("pay_annual", "300000..")], true),
        (vec![("pay_annual", "!..300000")], true),
        (vec![("sort", "-pay_annual")], true),
        (vec![("pay_annual", "300000.."), ("pay_currency", "CNY,JPY")], true),
        (vec![("pay_annual", "300000.."), ("pay_currency", "!JPY")], true),
        (vec![("pay_annual", "300000.."), ("pay_currency", "CNY")], false),
        (vec![("sort", "-pay_annual"), ("pay_currency", "USD")], false),
        (vec![("pay_annual", "unknown")], false),
        (vec![("company", "baidu")], false),
    ] {
        let page = app.get("/api/v1/offer-cases", &parameters).await.ok();
        let codes: Vec<_> = page["notices"].as_array().into_iter().flatten().map(|it| it["code"].clone()).collect();
        let more = if is_mixed { vec!["mixed_currencies"] } else { vec![] };
        assert_eq!(codes, [vec!["offers_only"], more].concat(), "{parameters:?}");
        if parameters.iter().all(|(name, _)| *name != "sort") {
            let own = [&parameters[..], &[("group_by", "company")]].concat();
            let statistics = app.get("/api/v1/stats", &own).await.ok();
            let notices = statistics["notices"].as_array().unwrap();
            assert_eq!(notices.iter().any(|it| it["code"] == "mixed_currencies"), is_mixed, "{parameters:?}");
        }
    }
}
