//! Filters and profiles that are made by chance, of all that the specification names.

use offer_cases::model::case::Field;
use offer_cases::model::entity::Entity;
use offer_cases::model::field::{Kind, Origin};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::Specified;
use super::chance::entries;

/// Parameters of a request.
pub type Parameters = Vec<(String, String)>;

/// As they are sent.
pub fn pairs(parameters: &[(String, String)]) -> Vec<(&str, &str)> {
    parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Makes filters, each parameter in its turn.
pub struct MadeFilters {
    parameters: Vec<(String, Values)>,
    turn: usize,
}

/// What is given for a parameter.
enum Values {
    /// One of these.
    One(Vec<String>),
    /// A choice of these, also of what is not, and of the unknown.
    Choice(Vec<String>),
}

/// Values of a parameter that takes more than the specification can list, by the kind of its field.
fn values_of(parameter: &str) -> &'static [&'static str] {
    let field = Field::named(parameter);
    match (parameter, field.map(|field| (field.kind(), field.origin()))) {
        ("q", _) => &["转", "ai", "产品", "100%", "金融 AI", "\"quoted\"", "百度", "独角兽", "ICBC"],
        (_, Some((_, Origin::Middle { .. }))) => &["200000..", "..300000", "150000..450000", "100000"],
        ("company_group", _) => &["baidu", "tencent", "alibaba", "icbc", "jd"],
        ("major_class", _) => &["psychology-class", "computer-science", "finance", "mathematics"],
        ("major_discipline", _) => &["engineering", "science", "economics-discipline", "philosophy-discipline"],
        (_, Some((Kind::Reference(entity), _))) => entries(entity),
        (_, Some((Kind::Tags, _))) => entries(Entity::Tag),
        (_, Some((Kind::Date { .. }, _))) => &["2023", "2022-05..2024-02", "2024..", "..2022-06", "2023-03"],
        (_, Some((Kind::Period { is_month: false }, _))) => &["2023", "2022..2023", "2024..", "..2022"],
        (_, Some((Kind::Period { .. }, _))) => &["2023-03", "2022-05..2024-02", "2024-06..", "..2022-06"],
        (_, Some((Kind::Currency { .. }, _))) => &["CNY", "USD", "JPY"],
        (_, Some((Kind::Number { .. }, _))) => &["..3", "4", "2..5", "7..14", "30..", "0"],
        (_, Some((Kind::Time, _))) => {
            &["2025", "2024-06..2026-02", "2026-01-15T12:00:00Z..", "..2025-03-01T00:00:30.25Z", "2024-11-30.."]
        }
        _ => panic!("nothing is known to give for the filter's parameter {parameter}: say it here"),
    }
}

impl MadeFilters {
    /// Of all parameters that the specification names.
    pub fn of(specified: &Specified) -> Self {
        let values = |(name, schema): (String, &serde_json::Value)| {
            let mut words = specified.words_of(schema);
            words.retain(|word| !word.starts_with('!') && word != "unknown");
            if schema["type"] == "boolean" {
                words = vec!["true".into(), "false".into()];
            } else if words.is_empty() {
                words = values_of(&name).iter().map(|value| (*value).to_owned()).collect();
            }
            let values = if schema["type"] == "array" { Values::Choice(words) } else { Values::One(words) };
            (name, values)
        };
        Self { parameters: specified.filter().into_iter().map(values).collect(), turn: 0 }
    }

    /// A filter; sometimes of nothing.
    pub fn make(&mut self, random: &mut StdRng) -> Parameters {
        if random.random_bool(0.1) {
            return Vec::new();
        }
        let mut chosen = vec![self.turn % self.parameters.len()];
        self.turn += 1;
        chosen.extend((0..random.random_range(0..3)).map(|_| random.random_range(0..self.parameters.len())));
        let names = |wanted: &[usize], name: &str| wanted.iter().any(|index| self.parameters[*index].0 == name);
        if names(&chosen, "major_exact") && !names(&chosen, "major") {
            chosen.extend(self.parameters.iter().position(|(name, _)| name == "major"));
        }
        chosen.sort_unstable();
        chosen.dedup();
        let made = |index: usize| (self.parameters[index].0.clone(), self.parameters[index].1.make(random));
        chosen.into_iter().map(made).collect()
    }
}

impl Values {
    fn make(&self, random: &mut StdRng) -> String {
        let values = match self {
            Self::One(values) => return values.choose(random).unwrap().clone(),
            Self::Choice(values) => values,
        };
        let count = random.random_range(1..4);
        let mut chosen: Vec<String> = values.sample(random, count).cloned().collect();
        if random.random_bool(0.25) {
            chosen.push("unknown".into());
        }
        for value in &mut chosen {
            if random.random_bool(0.25) {
                value.insert(0, '!');
            }
        }
        chosen.join(",")
    }
}

/// A profile of some of the dimensions, at least of one.
pub fn made_profile(random: &mut StdRng, specified: &Specified) -> Parameters {
    let parameters = specified.parameters("/api/v1/comparable-cases");
    let value = |random: &mut StdRng, dimension: &str| {
        let (_, schema) = parameters.iter().find(|(name, _)| name == dimension).unwrap();
        let words = specified.words_of(schema);
        if let Some(word) = words.choose(random) {
            return word.clone();
        }
        match dimension {
            "tags" => {
                let tags = entries(Entity::Tag);
                let count = random.random_range(1..tags.len());
                tags.sample(random, count).copied().collect::<Vec<_>>().join(",")
            }
            "offered_on" => (*["2023", "2023-05", "2024-02-29"].choose(random).unwrap()).to_owned(),
            _ => (*values_of(dimension).choose(random).unwrap()).to_owned(),
        }
    };
    let mut dimensions = specified.compared();
    let always = dimensions.choose(random).unwrap().clone();
    dimensions.retain(|dimension| *dimension == always || random.random_bool(0.4));
    dimensions.into_iter().map(|dimension| (dimension.clone(), value(random, &dimension))).collect()
}
