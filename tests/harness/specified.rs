//! What the service says of itself. Tests go through these lists and not through their own, so that they fail on what
//! is new until it is covered.

use serde_json::Value;

use super::TestApp;

/// The specification, as it is served.
pub struct Specified(Value);

/// Paths that take the filter's parameters under their plain names.
const FILTERED: &[&str] = &[
    "/api/v1/offer-cases",
    "/api/v1/offer-cases.csv",
    "/api/v1/offer-cases.ndjson",
    "/api/v1/offer-cases.xlsx",
    "/api/v1/offer-cases/{id}/comparable",
    "/api/v1/stats",
    "/api/v1/facets",
    "/api/v1/facets.csv",
    "/api/v1/stats.csv",
    "/api/v1/charts/bar.svg",
    "/api/v1/charts/box.svg",
    "/api/v1/charts/heatmap.svg",
    "/api/v1/charts/histogram.svg",
];

impl Specified {
    /// Asks the service.
    pub async fn by(app: &TestApp) -> Self {
        Self(app.get("/openapi.json", &[]).await.ok())
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.resolve(self.0.pointer(reference.trim_start_matches('#')).expect(reference)),
            None => value,
        }
    }

    /// The paths.
    pub fn paths(&self) -> Vec<String> {
        self.0["paths"].as_object().unwrap().keys().cloned().collect()
    }

    /// The parameters of a path in their order, each with its schema.
    pub fn parameters(&self, path: &str) -> Vec<(String, &Value)> {
        let operation = &self.0["paths"][path]["get"];
        assert!(operation.is_object(), "no {path}");
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters =
            parameters.map(|parameter| self.resolve(parameter)).filter(|parameter| parameter["in"] != "header");
        parameters
            .map(|parameter| (parameter["name"].as_str().unwrap().to_owned(), self.resolve(&parameter["schema"])))
            .collect()
    }

    /// The words that a parameter takes.
    pub fn words(&self, path: &str, name: &str) -> Vec<String> {
        let parameters = self.parameters(path);
        let (_, schema) = parameters.iter().find(|(other, _)| other == name).unwrap_or_else(|| panic!("no {name}"));
        let words = self.words_of(schema);
        assert!(!words.is_empty(), "{name} of {path} has no words: {schema}");
        words
    }

    /// The words of a schema, or of its items, without the sign that may stand in front; none where it takes any text.
    pub fn words_of(&self, schema: &Value) -> Vec<String> {
        let items = self.resolve(schema.get("items").unwrap_or(schema));
        let signed = items["pattern"].as_str().and_then(|pattern| {
            let starts = ["^!?(", "^-?(", "^("];
            let words = starts.iter().find_map(|start| pattern.strip_prefix(start))?.strip_suffix(")$")?;
            let are_words =
                words.chars().all(|character| character.is_ascii_alphanumeric() || "_|-".contains(character));
            are_words.then(|| words.split('|').map(str::to_owned).collect())
        });
        let plain = items["enum"].as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned());
        signed.unwrap_or_else(|| plain.collect())
    }

    /// The filter's parameters in their order, each with its schema.
    pub fn filter(&self) -> Vec<(String, &Value)> {
        let all = self.parameters("/api/v1/comparable-cases");
        let filter: Vec<(String, &Value)> = all
            .into_iter()
            .filter_map(|(name, schema)| Some((name.strip_prefix("filter.")?.to_owned(), schema)))
            .collect();
        assert!(filter.len() > 20, "{filter:?}");
        for path in FILTERED {
            let parameters = self.parameters(path);
            let missing = filter.iter().find(|filter| !parameters.contains(filter));
            assert!(missing.is_none(), "{path} lacks {missing:?}");
        }
        filter
    }

    /// What cases can be grouped by.
    pub fn dimensions(&self) -> Vec<String> {
        let dimensions = self.words("/api/v1/stats", "group_by");
        assert_eq!(dimensions, self.words("/api/v1/facets", "dimensions"));
        dimensions
    }

    /// What cases are compared by.
    pub fn compared(&self) -> Vec<String> {
        let parameters = self.parameters("/api/v1/comparable-cases");
        let (_, weights) = parameters.iter().find(|(name, _)| name == "weights").unwrap();
        let pattern = weights["items"]["pattern"].as_str().unwrap();
        let words = pattern.strip_prefix("^(").and_then(|rest| rest.split_once("):")).expect(pattern).0;
        let compared: Vec<String> = words.split('|').map(str::to_owned).collect();
        let profile = parameters.iter().map(|(name, _)| name.as_str());
        let profile: Vec<&str> =
            profile.filter(|name| !name.contains('.') && !["weights", "limit"].contains(name)).collect();
        assert_eq!(profile, compared, "what a profile takes is what is weighed");
        compared
    }
}
