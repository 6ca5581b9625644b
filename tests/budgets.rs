//! What a request may cost: more work than its answer is worth is not done, and the answer says so.

use serde_json::Value;

use crate::harness::TestApp;

/// Words of letters that many names of schools are made of, none of which is a name.
fn jumbles(count: usize) -> Vec<String> {
    let letters: Vec<char> = "universityofuniversityofuniversityof".chars().collect();
    let jumble = |number: usize| {
        let step = [5, 7, 11, 13, 17, 19, 23, 25, 29, 31][number % 10];
        (0..letters.len()).map(|place| letters[(place * step + number) % letters.len()]).collect()
    };
    (0..count).map(jumble).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn near_names_are_looked_for_of_three_unknown_names_and_the_rest_say_that_they_are_not() {
    let app = TestApp::seeded().await;
    let slips = ["tencnet", "bytedanec", "alibabaa", "bilibilii", "huaweii", "xiaomii"].join(",");
    for (path, parameters) in [
        ("/api/v1/offer-cases", [("company", slips.as_str()), ("limit", "1")]),
        ("/api/v1/stats", [("company", slips.as_str()), ("group_by", "role")]),
        ("/api/v1/offer-cases.csv", [("company", slips.as_str()), ("fields", "id")]),
    ] {
        let problem = app.get(path, &parameters).await.problem(400);
        let errors = problem["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 6, "all mistakes are told: {problem}");
        let meant: Vec<&Value> = errors.iter().map(|error| &error["did_you_mean"]).collect();
        assert_eq!(meant[..3], ["tencent", "bytedance", "alibaba"], "{path}");
        assert!(meant[3..].iter().all(|meant| meant.is_null()), "{path}: {problem}");
        for (place, error) in errors.iter().enumerate() {
            let says_so = error["message"].as_str().unwrap().contains("of the first 3 unknown names");
            assert_eq!(says_so, place >= 3, "{path}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_are_those_of_the_whole_request_whatever_its_parameters_are() {
    let app = TestApp::seeded().await;
    let parameters = [
        ("company", "tencnet"),
        ("school", "pekingg university"),
        ("role", "java engineeer"),
        ("major", "phsychology"),
    ];
    let problem = app.get("/api/v1/comparable-cases", &parameters).await.problem(400);
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.iter().filter(|error| error["did_you_mean"].is_string()).count(), 3, "{problem}");
    assert_eq!(errors.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_near_no_name_are_refused_one_by_one() {
    let app = TestApp::seeded().await;
    let problem = app.get("/api/v1/offer-cases", &[("school", &jumbles(20).join(","))]).await.problem(400);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_has_at_most_eight_words_wherever_names_are_searched() {
    let app = TestApp::seeded().await;
    // One character that is read as four words.
    let ligatures = "\u{fdfa}".repeat(3);
    for path in ["/api/v1/offer-cases", "/api/v1/companies", "/api/v1/schools"] {
        app.get(path, &[("q", "a b c d e f g h")]).await.ok();
        for words in ["a b c d e f g h i", "学 学 学 学 学 学 学 学 学", ligatures.as_str()] {
            let problem = app.get(path, &[("q", words)]).await.problem(400);
            assert_eq!(problem["errors"][0]["parameter"], "q", "{path} {words}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_longer_than_any_name_is_no_name_at_whatever_place_it_stands() {
    let app = TestApp::seeded().await;
    for text in ["北京-".repeat(300), "-".repeat(900), "(a)".repeat(300), "大学 ".repeat(300), "\u{fdfa}".repeat(900)]
    {
        let answer = app.get("/api/v1/resolve", &[("kind", "company"), ("q", text.trim())]).await.ok();
        assert_eq!(answer["resolved"], Value::Null);
        let path = format!("/api/v1/companies/{}", text.chars().take(300).collect::<String>());
        assert_eq!(app.get(&path, &[]).await.problem(404)["code"], "not_found");
    }
}
