//! Cases that are likely the same one in other words are found, told, and counted once where that is asked for.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp, TestDatabase};
use crate::statistics::counts;

const OWN: &str = "(select id from sources where slug = 'own-records')";

/// A case of which all is known that is compared.
fn told(key: &str, company: &str) -> CaseBuilder {
    let school = "(select id from schools where slug = 'zhejiang-university')";
    let major = "(select id from majors where slug = 'computer-science-and-technology')";
    CaseBuilder::new(key, company)
        .with_city("北京")
        .with("highest_degree", "'master'")
        .with("master_tier", "(select id from school_tiers where slug = '985')")
        .with("school_id", school)
        .with("major_id", major)
        .with("offered_on", "'2025-03-10'")
        .with("offered_precision", "'day'")
        .with("pay_annual_min", "400000")
        .with("pay_annual_max", "400000")
}

/// At a company, the columns of which another source tells something else, and whether it is likely the same case still.
type Retelling = (&'static str, &'static [(&'static str, &'static str)], bool);

const CHANGES: &[Retelling] = &[
    ("jd", &[], true),
    ("meituan", &[("offered_on", "'2025-04-10'")], true),
    ("netease", &[("offered_on", "'2025-04-11'")], false),
    ("jd-health", &[("offered_on", "'2025-04-01'"), ("offered_precision", "'month'")], true),
    ("jd-logistics", &[("offered_on", "'2025-05-01'"), ("offered_precision", "'month'")], false),
    ("jd-technology", &[("offered_on", "'2025-01-01'"), ("offered_precision", "'year'")], false),
    ("netease-huyu", &[("offered_on", "null"), ("offered_precision", "null")], false),
    ("baidu", &[("pay_annual_min", "380000"), ("pay_annual_max", "380000")], true),
    ("tencent", &[("pay_annual_min", "379000"), ("pay_annual_max", "379000")], false),
    ("bytedance", &[("pay_annual_min", "null"), ("pay_annual_max", "null")], false),
    ("alibaba", &[("pay_currency", "'USD'")], false),
    ("xiaomi", &[("city_id", "null"), ("school_id", "null"), ("major_id", "null")], true),
    ("huawei", &[("city_id", "(select id from cities where name = '上海')")], false),
    ("kuaishou", &[("school_id", "(select id from schools where slug = 'peking-university')")], false),
    ("sensetime", &[("major_id", "(select id from majors where slug = 'computer-science')")], true),
    ("didi", &[("major_id", "(select id from majors where slug = 'engineering')")], true),
    ("ctrip", &[("major_id", "(select id from majors where slug = 'software-engineering')")], false),
    ("bilibili", &[("master_tier", "null")], false),
    ("oppo", &[("master_tier", "(select id from school_tiers where slug = '211')"), ("school_id", "null")], false),
    ("vivo", &[("offer_channel", "'campus'")], true),
    ("lenovo", &[("highest_degree", "'doctor'")], false),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_may_differ_between_two_tales_of_one_case_and_what_may_not() {
    let app = TestApp::seeded().await;
    for (company, changes, _) in CHANGES {
        told(&format!("{company}-1"), company).store(&app.database).await;
        let key = format!("{company}-2");
        let changed = |column: &str| changes.iter().any(|(changed, _)| *changed == column);
        let mut other = told(&key, company);
        other.forget(changed);
        let other = changes.iter().fold(other, |other, (column, value)| other.with(column, *value));
        other.with_source(OWN).store(&app.database).await;
    }
    let ask = async |duplicates: &str| {
        let parameters = [("group_by", "company"), ("limit", "1000"), ("city", "!深圳"), ("duplicates", duplicates)];
        app.get("/api/v1/stats", &parameters).await.ok()
    };
    let (all, once) = (ask("all").await, ask("once").await);
    let (of_all, of_once) = (counts(&all), counts(&once));
    let mut found = 0;
    for (company, changes, is_duplicate) in CHANGES {
        found += u64::from(*is_duplicate);
        let of_article = of_all[*company] - 2;
        assert_eq!(of_once[*company] - of_article, if *is_duplicate { 1 } else { 2 }, "{company}: {changes:?}");
    }
    let notice = |answer: &Value| {
        let notices = answer["notices"].as_array().unwrap();
        notices
            .iter()
            .find(|notice| notice["code"] == "likely_duplicates")
            .map(|notice| notice["message_en"].to_string())
    };
    assert!(notice(&all).unwrap().contains(&format!("{found} of {} cases", all["total"])), "{:?}", notice(&all));
    assert!(notice(&once).unwrap().contains(&format!("{found} cases that probably repeat")), "{:?}", notice(&once));
    assert_eq!(all["total"].as_u64().unwrap(), once["total"].as_u64().unwrap() + found);
    let remedy = json!([{
        "parameter": "duplicates", "value": "once", "label": "重复的只计一次", "label_en": "Count repeats once",
    }]);
    let told = |answer: &Value| answer["notices"].as_array().unwrap().iter().find_map(|it| it.get("remedies").cloned());
    assert_eq!((told(&all), told(&once)), (Some(remedy), None));
    // Where a filter leaves one of the two, it counts.
    let of_own = [("group_by", "company"), ("source", "own-records"), ("duplicates", "once"), ("company", "jd")];
    let of_own = app.get("/api/v1/stats", &of_own).await.ok();
    assert_eq!((&of_own["total"], notice(&of_own)), (&json!(1), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_tells_which_others_are_likely_the_same_and_why() {
    let app = TestApp::seeded().await;
    told("jd-1", "jd").store(&app.database).await;
    let mut other = told("jd-2", "jd");
    other.forget(|column| column == "offered_on" || column.starts_with("pay_annual"));
    let other =
        other.with("offered_on", "'2025-03-12'").with("pay_annual_min", "400000").with("pay_annual_max", "410000");
    other.with_source(OWN).store(&app.database).await;
    let id = async |key: &str| {
        let cases = app.get("/api/v1/offer-cases", &[("company", "jd"), ("include", "source")]).await.items();
        let case = cases.into_iter().find(|case| case["source_key"] == key).unwrap();
        case["id"].as_str().unwrap().to_owned()
    };
    let (first, second) = (id("jd-1").await, id("jd-2").await);
    let answer = app.get(&format!("/api/v1/offer-cases/{first}/likely-duplicates"), &[]).await.ok();
    let item = &answer["items"][0];
    assert_eq!(answer["items"].as_array().map(Vec::len), Some(1), "{answer}");
    assert_eq!((&item["case"]["id"], &item["case"]["source"]["slug"]), (&json!(second), &json!("own-records")));
    assert_eq!((&item["days_apart"], &item["pay_difference"]), (&json!(2), &json!(5000.0)));
    let same = ["company", "role", "major", "master_tier", "highest_degree", "school_tier", "school", "city"];
    let told: BTreeSet<&str> = item["same"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(told, BTreeSet::from(same));
    assert_eq!(answer["notices"][0]["code"], "no_proof");
    let page = app.get_raw(&format!("/cases/{first}?lang=en")).await;
    assert!(page.text.contains("reported twice") && page.text.contains(&second), "{}", page.text);

    let chart = async |query: &str| app.get_raw(&format!("/explore?view=chart&lang=en{query}")).await.text;
    let choice = "<input type=\"checkbox\" name=\"duplicates\" value=\"once\"";
    assert!(chart("").await.contains(&format!("{choice}>Count likely duplicates once")));
    let once = chart("&duplicates=once").await;
    assert!(once.contains(&format!("{choice} checked>")) && once.contains("are left out, as asked"), "{once}");
    let other = chart("&company=huawei").await;
    assert!(!other.contains(choice), "{other}");

    // Once one of them has changed, both are none.
    app.database.execute("update offer_cases set offered_on = '2024-03-12' where source_key = 'jd-2'").await;
    for id in [&first, &second] {
        let answer = app.get(&format!("/api/v1/offer-cases/{id}/likely-duplicates"), &[]).await.ok();
        assert_eq!((&answer["items"], &answer["notices"]), (&json!([]), &json!([])));
    }
    app.get("/api/v1/offer-cases/nonsense/likely-duplicates", &[]).await.assert_mistake("id", "UUID");
    let unknown = "/api/v1/offer-cases/10bfdab1-46dd-522a-a44e-000000000000/likely-duplicates";
    assert_eq!(app.get(unknown, &[]).await.problem(404)["code"], "not_found");
    app.get(&format!("/api/v1/offer-cases/{first}/likely-duplicates"), &[("limit", "1")])
        .await
        .assert_mistake("limit", "");
    app.get("/api/v1/stats", &[("group_by", "company"), ("duplicates", "twice")])
        .await
        .assert_mistake("duplicates", "twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_many_got_is_no_duplicate_and_a_source_tells_each_of_its_cases_once() {
    let app = TestApp::seeded().await;
    // The same package for five, each told by one source; a sixth of another source may be any of them.
    for number in 0..5 {
        let mut one = told(&format!("many-{number}"), "jd");
        one.forget(|column| column == "school_id");
        one.store(&app.database).await;
    }
    told("many-5", "jd").with_source(OWN).store(&app.database).await;
    // One source tells two alike, the other one: it is one of the two.
    for (number, source) in [(0, OWN), (1, OWN)] {
        let mut one = told(&format!("two-{number}"), "meituan");
        one.forget(|column| column == "city_id");
        one.with_source(source).store(&app.database).await;
    }
    told("two-2", "meituan").store(&app.database).await;
    // One source tells the very same twice.
    for number in 0..2 {
        told(&format!("same-{number}"), "netease").store(&app.database).await;
    }
    let parameters = [("group_by", "company"), ("company", "jd,meituan,netease"), ("duplicates", "once")];
    let once = counts(&app.get("/api/v1/stats", &parameters).await.ok());
    let expected = [("jd", 6), ("meituan", 2), ("netease", 1)].map(|(company, count)| (company.to_owned(), count));
    assert_eq!(once, BTreeMap::from(expected));
}

/// Few values of each field, so that many cases are alike; the same again with the same seed.
const BY_CHANCE: &str = "
    insert into sources (slug, title, kind) values ('third', 'Third', 'crowd');
    select setseed(0.25);
    insert into offer_cases (id, company_id, role_id, source_id, source_key, raw, highest_degree, master_tier, city_id,
        offer_channel, offered_on, offered_precision, pay_annual_min, pay_annual_max, pay_currency)
    select gen_random_uuid(),
        (select array_agg(id order by id) from companies where slug in ('jd', 'meituan'))[1 + floor(random() * 2)],
        (select id from roles where slug = 'llm-product'),
        (select array_agg(id order by id) from sources where slug in ('own-records', 'third', 'llm-product-article'))
            [1 + floor(random() * 3)],
        'chance-' || number, '{}', 'master',
        (select array_agg(id order by id) from school_tiers where slug in ('985', '211'))[1 + floor(random() * 3)],
        (select array_agg(id order by id) from cities where name in ('北京', '上海', '杭州'))[1 + floor(random() * 5)],
        (array['campus', 'experienced']::offer_channel[])[1 + floor(random() * 4)],
        date '2024-01-01' + 3 * floor(random() * 60)::int, 'day', pay, pay, 'CNY'
    from (select number, (array[200000, 250000, 300000, 306000])[1 + floor(random() * 5)] as pay
        from generate_series(1, 160) number) by_chance;
";

/// Pairs of ids that are alike, by the words of the rule, of different sources.
const PAIRS: &str = "
    select least(one.id, other.id) || ' ' || greatest(one.id, other.id)
    from offer_cases one join offer_cases other using (company_id, role_id, highest_degree, school_tier, pay_currency)
    where one.id <> other.id and one.source_id <> other.source_id
        and one.retired_at is null and other.retired_at is null
        and abs(one.offered_on - other.offered_on) <= 31
        and abs(one.pay_annual_max - other.pay_annual_max) <= 0.05 * greatest(one.pay_annual_max, other.pay_annual_max)
        and coalesce(one.city_id = other.city_id, true) and coalesce(one.offer_channel = other.offer_channel, true)
    group by 1
";

/// Each case of which another is likely the same, with those.
async fn found(app: &TestApp) -> BTreeMap<String, BTreeSet<String>> {
    let ids = app
        .database
        .column("select id::text from offer_cases where source_key like 'chance-%' and retired_at is null")
        .await;
    let of_case = |id: String| async move {
        let answer = app.get(&format!("/api/v1/offer-cases/{id}/likely-duplicates"), &[]).await.ok();
        let others = answer["items"].as_array().unwrap().iter();
        (id, others.map(|item| item["case"]["id"].as_str().unwrap().to_owned()).collect())
    };
    stream::iter(ids).map(of_case).buffer_unordered(1).collect().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_agrees_with_sql_and_stays_so_when_cases_change() {
    let database = TestDatabase::new(true).await;
    database.execute(BY_CHANCE).await;
    let app = TestApp::on(database).await;
    let agrees = async || {
        let found = found(&app).await;
        let pairs: BTreeSet<String> = app.database.column(PAIRS).await.into_iter().collect();
        let mut partners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (one, other) in pairs.iter().filter_map(|pair| pair.split_once(' ')) {
            partners.entry(one).or_default().insert(other);
            partners.entry(other).or_default().insert(one);
        }
        for (id, others) in &found {
            for other in others {
                assert!(found[other].contains(id), "{id} and {other} are the same, and are not");
                // All are like the first of them.
                let chain = others.iter().chain([id]).any(|first| {
                    let like_first = &partners[first.as_str()];
                    others.iter().chain([id]).all(|it| it == first || like_first.contains(it.as_str()))
                });
                assert!(chain, "{id} and {others:?} are not alike");
            }
            // Two that are like each other and nothing else are the same.
            let own = partners.get(id.as_str()).cloned().unwrap_or_default();
            if let Some(only) = own.first().filter(|_| own.len() == 1)
                && partners[only].len() == 1
            {
                assert_eq!(others, &BTreeSet::from([(*only).to_owned()]), "{id}");
            }
        }
        let count = async |duplicates| {
            let parameters = [("group_by", "company"), ("duplicates", duplicates)];
            app.get("/api/v1/stats", &parameters).await.ok()["total"].as_u64().unwrap()
        };
        let clusters: BTreeSet<BTreeSet<&String>> = found
            .iter()
            .filter(|(_, others)| !others.is_empty())
            .map(|(id, others)| others.iter().chain([id]).collect())
            .collect();
        let superfluous: usize = clusters.iter().map(|cluster| cluster.len() - 1).sum();
        assert!(superfluous > 10, "{superfluous} of the cases made by chance are alike");
        assert_eq!(count("all").await - count("once").await, superfluous as u64);
        found
    };
    let before = agrees().await;
    app.database
        .execute(
            "update offer_cases set city_id = null where source_key like 'chance-%7';
             update offer_cases set retired_at = now() where source_key like 'chance-%3';
             update offer_cases set offered_on = offered_on + 15 where source_key like 'chance-%5'",
        )
        .await;
    let after = agrees().await;
    assert_ne!(before, after);
    // Another instance, which reads all anew, finds the same.
    assert_eq!(found(&app.beside(64).await).await, after);
}
