//! Closed sources: their cases stand in statistics alone, and nobody learns there what few of them have.

use std::collections::HashMap;

use serde_json::Value;

use crate::harness::{Program, TestApp, scratch_dir};

/// Cases of the closed source.
const CASES: u32 = 2000;

/// Two thousand cases of a closed source, and some of an open one, with what real ones are like: few large companies and tiers,
/// many small ones. The numbers are the same in every run.
async fn with_closed_cases() -> TestApp {
    let app = TestApp::seeded().await;
    let numbered = |table: &str, rows: u32| {
        format!("(select id, row_number() over (order by slug) as place from {table} order by slug limit {rows})")
    };
    let (companies, majors) = (numbered("companies", 80), numbered("majors", 25));
    let insert = format!(
        "select setseed(0.5);
         update sources set visibility = 'aggregates_only' where slug = 'own-records';
         with drawn as materialized (
             select number, case when number <= {CASES} then 'own-records' else 'llm-product-article' end as source,
                 1 + floor(80 * power(random(), 2)) as company, floor(6 * power(random(), 2)) as tier,
                 1 + floor(25 * random()) as major, floor(3 * random()) as degree, 2022 + floor(4 * random()) as year,
                 case when random() < 0.6 then 100000 + floor(500000 * random()) end as pay
             from generate_series(1, {CASES} + 300) as number
         )
         insert into offer_cases (id, company_id, role_id, source_id, source_key, bachelor_tier, highest_degree, major_id,
             offered_on, offered_precision, pay_annual_min, pay_annual_max, pay_currency, raw)
         select gen_random_uuid(), companies.id, (select id from roles where slug = 'llm-product'),
             (select id from sources where slug = source), number,
             tiers.id, 'bachelor', majors.id, make_date(year::integer, 5, 1), 'month', pay, pay,
             case when pay is not null then 'CNY' end, '{{}}'
         from drawn join {companies} companies on companies.place = company join {majors} majors on majors.place = major
             join school_tiers tiers on tiers.slug =
                 (array['985', '211', 'double_first_class', 'ordinary', 'second_tier', 'overseas'])[1 + tier::integer]"
    );
    app.database.execute(&insert).await;
    app
}

/// A group of which the closed source has few cases.
#[derive(Debug)]
struct Cell {
    company: String,
    tier: String,
    cases: u64,
    /// The pay of its only case, where it has one that is known.
    pay: Option<u64>,
}

/// The smallest groups by company and school tier of the closed source, as they are stored.
async fn hidden_cells(app: &TestApp) -> Vec<Cell> {
    let lines = app
        .database
        .column(
            "select concat_ws(' ', companies.slug, tiers.slug, count(*), case when count(*) = 1 then max(pay_annual_min) end)
             from offer_cases join companies on companies.id = company_id join sources on sources.id = source_id
                 join school_tiers tiers on tiers.id = school_tier
             where sources.slug = 'own-records' group by companies.slug, tiers.slug having count(*) < 5
             order by md5(companies.slug || tiers.slug)",
        )
        .await;
    let cell = |line: &String| {
        let mut words = line.split(' ').map(str::to_owned);
        let mut next = || words.next().unwrap_or_default();
        Cell { company: next(), tier: next(), cases: next().parse().unwrap(), pay: next().parse().ok() }
    };
    lines.iter().map(cell).collect()
}

/// Somebody who asks for groups and works out what is not told.
struct Attacker<'a>(&'a TestApp);

impl Attacker<'_> {
    async fn number(&self, path: &str, parameters: &[(&str, &str)], pointer: &str) -> i64 {
        let answer = self.0.get(path, parameters).await.ok();
        answer.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
    }

    async fn total(&self, filter: &[(&str, &str)]) -> i64 {
        self.number("/api/v1/stats", &[filter, &[("group_by", "source")]].concat(), "/total").await
    }

    /// What each way of asking says of how many cases of the closed source a group has.
    async fn guesses(&self, Cell { company, tier, .. }: &Cell, others: &[String]) -> HashMap<&'static str, i64> {
        let (company, tier) = (company.as_str(), tier.as_str());
        let not_tier = format!("!{tier}");
        let both = [("company", company), ("school_tier", tier)];
        let but_tier = [("company", company), ("school_tier", not_tier.as_str())];
        let of_closed = ("source", "own-records");
        let open = self.number("/api/v1/offer-cases", &[&both[..], &[("count", "exact")]].concat(), "/total").await;
        let mut guesses = HashMap::from([
            ("the total of the source", self.total(&[both[0], both[1], of_closed]).await),
            ("the total less the list", self.total(&both).await - open),
            (
                "a complement",
                self.total(&[("company", company), of_closed]).await
                    - self.total(&[but_tier[0], but_tier[1], of_closed]).await
                    - self.total(&[both[0], ("school_tier", "unknown"), of_closed]).await,
            ),
            (
                "a facet of the source",
                self.number(
                    "/api/v1/facets",
                    &[both[0], both[1], of_closed, ("dimensions", "offered_year")],
                    "/facets/0/total",
                )
                .await,
            ),
            (
                "an exact number of the list",
                self.number("/api/v1/offer-cases", &[both[0], both[1], of_closed, ("count", "exact")], "/total").await,
            ),
            (
                "what was considered as comparable",
                self.number(
                    "/api/v1/comparable-cases",
                    &[
                        ("major", "psychology"),
                        ("filter.company", company),
                        ("filter.school_tier", tier),
                        ("filter.source", "own-records"),
                    ],
                    "/considered",
                )
                .await,
            ),
            (
                "figures of pay",
                self.number(
                    "/api/v1/stats",
                    &[both[0], both[1], of_closed, ("metrics", "pay"), ("group_by", "source")],
                    "/groups/0/pay/0/n",
                )
                .await,
            ),
        ]);
        // Each tier of the company, and what is left of it.
        let by_tier = [("company", company), of_closed, ("group_by", "school_tier")];
        let by_tier = self.0.get("/api/v1/stats", &by_tier).await.ok();
        let groups = by_tier["groups"].as_array().unwrap();
        let of_others: i64 = groups
            .iter()
            .filter(|group| group["keys"][0]["value"] != tier)
            .map(|it| it["count"].as_i64().unwrap())
            .sum();
        guesses.insert("what groups leave of the total", by_tier["total"].as_i64().unwrap() - of_others);
        // The mean of differences, which takes away whatever is rounded or added by chance.
        let mut sum = 0;
        for other in others {
            let with = format!("{company},{other}");
            let tier = ("school_tier", tier);
            sum += self.total(&[("company", &with), tier, of_closed]).await
                - self.total(&[("company", other), tier, of_closed]).await;
        }
        guesses.insert("the mean of differences", (sum as f64 / others.len() as f64).round() as i64);
        // Year by year.
        let mut by_year = 0;
        for year in ["2022", "2023", "2024", "2025"] {
            by_year += self.total(&[both[0], both[1], of_closed, ("offered_year", year)]).await;
        }
        guesses.insert("the sum of years", by_year);
        guesses
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_small_group_of_a_closed_source_can_be_worked_out() {
    let app = with_closed_cases().await;
    let cells = hidden_cells(&app).await;
    assert!(cells.len() >= 200, "{} groups are small", cells.len());
    let attacker = Attacker(&app);
    let companies = app.database.column("select slug from companies order by slug limit 80").await;
    for cell in cells.iter().take(200) {
        let others: Vec<String> = companies.iter().filter(|it| **it != cell.company).take(3).cloned().collect();
        let guesses = attacker.guesses(cell, &others).await;
        assert_eq!(guesses.len(), 10);
        for (way, guess) in guesses {
            assert_ne!(guess, cell.cases as i64, "{way} tells how many there are: {cell:?}");
        }
    }
    // What many have in common is told, and the source as a whole.
    let of_closed = [("source", "own-records"), ("group_by", "company,school_tier"), ("limit", "100")];
    let statistics = app.get("/api/v1/stats", &of_closed).await.ok();
    assert_eq!(statistics["total"], CASES);
    let told = statistics["groups"].as_array().unwrap().iter().filter(|group| {
        let [company, tier] = [0, 1].map(|place| group["keys"][place]["value"].as_str().unwrap());
        assert!(group["count"].as_u64().unwrap() >= 5, "{group}");
        company != "unknown" && tier != "unknown"
    });
    assert!(told.count() > 80);
    assert!(statistics["notices"].to_string().contains("\"closed_sources\""), "{}", statistics["notices"]);
    // Of an open source the same ways do tell it.
    app.database.execute("update sources set visibility = 'open' where slug = 'own-records'").await;
    for (way, guess) in attacker.guesses(&cells[0], &companies[..3]).await {
        let is_of_all = !["the total less the list", "figures of pay", "the mean of differences"].contains(&way);
        assert!(!is_of_all || guess == cells[0].cases as i64, "{way}: {guess}, {:?}", cells[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_figure_of_pay_of_a_closed_source_can_be_worked_out() {
    let app = with_closed_cases().await;
    let attacker = Attacker(&app);
    let cells = hidden_cells(&app).await;
    let alone: Vec<(&Cell, u64)> = cells.iter().filter_map(|cell| Some((cell, cell.pay?))).take(20).collect();
    assert_eq!(alone.len(), 20);
    for (cell, pay) in alone {
        let of_closed = ("source", "own-records");
        let company = ("company", cell.company.as_str());
        let (is_tier, not_tier) = (("school_tier", cell.tier.as_str()), format!("!{}", cell.tier));
        let rest = ("school_tier", not_tier.as_str());
        for filter in [vec![company, of_closed, is_tier], vec![company, of_closed], vec![company, of_closed, rest]] {
            let parameters = [filter, vec![("metrics", "pay"), ("group_by", "school_tier")]].concat();
            let text = app.get("/api/v1/stats", &parameters).await.ok().to_string();
            assert!(!text.contains(&pay.to_string()), "{cell:?}: {text}");
        }
        // Where the number of those below a figure jumps.
        let below = async |figure: u64| {
            let range = format!("..{figure}");
            let range = ("pay_annual", range.as_str());
            attacker.total(&[company, of_closed, range]).await
                - attacker.total(&[company, of_closed, rest, range]).await
        };
        let at_just_this = below(pay).await - below(pay - 1).await;
        assert_eq!(at_just_this, 0, "{cell:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_memory_of_a_closed_source_is_the_same_however_it_came_there() {
    let app = with_closed_cases().await;
    let by = [("group_by", "company,school_tier"), ("metrics", "count,share,pay"), ("limit", "100")];
    let before = app.get("/api/v1/stats", &by).await.ok();
    app.database
        .execute(
            "delete from offer_cases where id in (select id from offer_cases order by source_key limit 3);
             update offer_cases set retired_at = now() where source_key in ('700', '701');
             update offer_cases set highest_degree = 'master', revision = revision + 1 where source_key in ('800', '801')",
        )
        .await;
    let directory = tempfile::tempdir().unwrap();
    app.keep_columns(directory.path()).await;
    app.database.execute("update offer_cases set retired_at = now() where source_key in ('710', '711')").await;
    let after = app.get("/api/v1/stats", &by).await.ok();
    assert_ne!(before["total"], after["total"]);
    let anew = app.beside(1024).await.get("/api/v1/stats", &by).await.ok();
    assert_eq!(after["groups"], anew["groups"]);
    let kept = app.keeping_columns(directory.path()).get("/api/v1/stats", &by).await.ok();
    assert_eq!(kept["groups"], anew["groups"], "those of the disk, and what has changed since");
}

/// Imports a table into a source that is there; the id of a case of this company.
async fn import(app: &TestApp, table: &str, source: &str) {
    let folder = scratch_dir();
    let file = folder.path().join("survey.csv");
    std::fs::write(&file, table).unwrap();
    run(app, &["import", file.to_str().unwrap(), "--source", source]);
}

fn run(app: &TestApp, arguments: &[&str]) {
    let mut command = Program::command(arguments);
    command.env("DATABASE_URL", app.database.url()).env("RUST_LOG", "warn").stdin(std::process::Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A survey of seven people, six of whom have an offer of the same company, and one of another that nobody knows.
const SURVEY: &str = "公司,岗位,专业,学历,薪资,备注\n\
    保密甲科技,大模型产品,心理学,硕士,20w,钥匙串\n保密甲科技,大模型产品,心理学,硕士,21w,\n保密甲科技,大模型产品,心理学,硕士,22w,\n\
    保密甲科技,大模型产品,心理学,硕士,23w,\n保密甲科技,大模型产品,心理学,硕士,24w,\n保密甲科技,大模型产品,心理学,硕士,25w,\n\
    孤例乙丙丁戊,大模型产品,心理学,硕士,30w,\n";

#[tokio::test(flavor = "multi_thread")]
async fn cases_of_a_closed_source_stand_in_statistics_alone() {
    let app = TestApp::seeded().await;
    run(&app, &["sources", "add", "survey", "--kind", "survey", "--visibility", "aggregates_only"]);
    import(&app, SURVEY, "survey").await;
    let known = app.database.value("select slug from companies where name = '保密甲科技'").await;
    let lonely = app.database.value("select slug from companies where name = '孤例乙丙丁戊'").await;
    let id = app.database.value("select id from offer_cases order by ordinal desc limit 1").await;
    let import_id = app.database.value("select max(id) from imports").await;

    let statistics =
        app.get("/api/v1/stats", &[("source", "survey"), ("metrics", "pay"), ("group_by", "company")]).await.ok();
    let groups: Vec<(&Value, &Value)> =
        statistics["groups"].as_array().unwrap().iter().map(|it| (&it["keys"][0]["value"], &it["count"])).collect();
    // One of the six is with the seventh: where fewer than five would be left apart, nobody is told apart.
    assert_eq!(statistics["total"], 7);
    assert!(!groups.iter().any(|(company, _)| **company == lonely), "{groups:?}");

    for (target, expected) in [
        ("/api/v1/offer-cases?source=survey", "\"items\":[]"),
        ("/api/v1/offer-cases?source=survey&count=exact", "\"total\":0"),
        ("/api/v1/offer-cases?q=钥匙串&count=exact", "\"total\":0"),
        ("/api/v1/stats?group_by=company&q=钥匙串", "\"total\":0"),
        ("/api/v1/facets?source=survey&dimensions=company", "\"total\":0"),
        ("/api/v1/comparable-cases?major=psychology&filter.source=survey", "\"considered\":0"),
        ("/api/v1/companies?q=孤例乙", "\"items\":[]"),
        ("/api/v1/sources/survey", "\"last_import\":null"),
    ] {
        let answer = app.get_raw(target).await;
        assert!(answer.status == 200 && answer.text.contains(expected), "{target}: {answer:?}");
    }
    for target in [
        format!("/api/v1/offer-cases/{id}"),
        format!("/api/v1/offer-cases/{id}?include=raw,revisions"),
        format!("/api/v1/offer-cases/{id}/comparable"),
        format!("/api/v1/offer-cases/{id}/likely-duplicates"),
        format!("/cases/{id}"),
        format!("/api/v1/imports/{import_id}"),
        format!("/api/v1/companies/{lonely}"),
    ] {
        assert_eq!(app.get_raw(&target).await.status, 404, "{target}");
    }
    for target in
        [format!("/api/v1/offer-cases?company={lonely}"), format!("/api/v1/stats?group_by=source&company={lonely}")]
    {
        assert_eq!(app.get_raw(&target).await.status, 400, "{target}: the name is not known");
    }
    for target in [
        "/api/v1/offer-cases.csv",
        "/api/v1/offer-cases.ndjson?include=raw",
        "/api/v1/imports",
        "/api/v1/resolve?kind=company&q=孤例乙丙丁戊",
        "/data",
    ] {
        let answer = app.get_raw(target).await;
        assert!(
            answer.status == 200 && !answer.text.contains(&lonely) && !answer.text.contains(&id),
            "{target}: {answer:?}"
        );
    }
    // What an import of another source tells of near names is for everybody.
    import(&app, "公司,岗位\n孤例乙丙丁己,大模型产品\n", "own-records").await;
    let report = app.get_raw("/api/v1/imports").await.items();
    let newest = app.get_raw(&format!("/api/v1/imports/{}", report[0]["id"])).await;
    assert!(newest.text.contains("孤例乙丙丁己") && !newest.text.contains("near "), "{newest:?}");
    // A name that enough of them have is told, and so is one that somebody names openly.
    assert_eq!(app.get_raw(&format!("/api/v1/companies/{known}")).await.status, 200);
    import(&app, "公司,岗位\n孤例乙丙丁戊,大模型产品\n", "own-records").await;
    assert_eq!(app.get("/api/v1/offer-cases", &[("company", "孤例乙丙丁戊")]).await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_closed_and_opened_at_once() {
    let app = TestApp::seeded().await;
    let number = async || app.get("/api/v1/offer-cases", &[("count", "exact")]).await.ok()["total"].as_u64().unwrap();
    let all = number().await;
    assert!(all > 5);
    run(&app, &["sources", "edit", "llm-product-article", "--visibility", "aggregates_only"]);
    assert_eq!(number().await, 0);
    let counted = app.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
    assert_eq!(counted["total"], all, "they still count");
    assert!(
        counted["groups"].as_array().unwrap().iter().all(|group| group["count"].as_u64().unwrap() >= 5),
        "{counted}"
    );
    run(&app, &["sources", "edit", "llm-product-article", "--visibility", "open"]);
    assert_eq!(number().await, all);
    let counted = app.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
    assert!(counted["groups"].as_array().unwrap().iter().any(|group| group["count"].as_u64().unwrap() < 5));
}
