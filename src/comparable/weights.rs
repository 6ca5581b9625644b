//! How much each dimension counts: `weights=major:3,school_tier:2`.

use super::parameters::NAMES;
use crate::model::case::Field;
use crate::parameters::message;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader};

/// The parameter that says how much dimensions count.
pub const WEIGHTS: Parameter = Parameter {
    name: "weights",
    description: "How much dimensions count: numbers from 0 to 100 with at most 3 decimals; only their proportions \
        matter. 0 leaves a dimension out. A dimension that is not named keeps its weight: `major` 3; `highest_degree`, \
        `school_tier` and `role` 2; all others 1. Of dimensions that the profile does not give, weights do nothing.",
    kind: Kind::Weights { of: NAMES },
    example: "major:3,school_tier:2.5",
};

/// How much a dimension counts, in thousandths, so that sums are exact.
pub type Weight = i64;

/// Reads a number from 0 to 100 with at most 3 decimals.
fn parse_weight(text: &str) -> Option<Weight> {
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|character| character.is_ascii_digit());
    if !is_number(whole) || decimals.is_some_and(|decimals| !is_number(decimals) || decimals.len() > 3) {
        return None;
    }
    let thousandths: Weight = format!("{:0<3}", decimals.unwrap_or_default()).parse().ok()?;
    let weight = whole.parse::<Weight>().ok()?.checked_mul(1000)?.checked_add(thousandths)?;
    (weight <= 100_000).then_some(weight)
}

/// The weights that a request asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weights(Vec<(Field, Weight)>);

impl Weights {
    /// Takes `weights` out of a request; mistakes stay with the reader.
    pub fn parse(reader: &mut ParameterReader) -> Self {
        let mut weights = Self::default();
        for text in reader.list(WEIGHTS.name) {
            match parse_one(&text) {
                Ok((dimension, _)) if weights.0.iter().any(|(other, _)| *other == dimension) => {
                    reader.wrong(ParameterError::new(
                        WEIGHTS.name,
                        message!("gives a dimension twice: `{text}`", "同一维度给了两次：`{text}`"),
                    ));
                }
                Ok(weight) => weights.0.push(weight),
                Err(mistake) => reader.wrong(mistake),
            }
        }
        weights
    }

    /// The weight of a dimension.
    pub fn of(&self, field: Field) -> Weight {
        let asked_for = self.0.iter().find(|(other, _)| *other == field).map(|(_, weight)| *weight);
        let default = || field.definition().compare.map_or(0, |comparison| 1000 * comparison.weight);
        asked_for.unwrap_or_else(default)
    }
}

fn parse_one(text: &str) -> Result<(Field, Weight), ParameterError> {
    let Some((name, number)) = text.split_once([':', '：']) else {
        return Err(ParameterError::new(
            WEIGHTS.name,
            message!(
                "`{text}` is not a dimension with its weight such as `major:3`",
                "`{text}` 不是维度加权重，如 `major:3`"
            ),
        ));
    };
    let (name, number) = (name.trim(), number.trim());
    let dimension = Field::named(name).filter(|_| NAMES.contains(&name)).ok_or_else(|| {
        let names = NAMES.iter().copied();
        ParameterError::new(WEIGHTS.name, message!("`{name}` is not a dimension", "`{name}` 不是可比较的维度"))
            .allowing(name, names)
    })?;
    let weight = parse_weight(number).ok_or_else(|| {
        let message = message!(
            "`{number}` of `{name}` is not a number from 0 to 100 with at most 3 decimals",
            "`{name}` 的 `{number}` 不是 0 至 100、最多三位小数的数"
        );
        ParameterError::new(WEIGHTS.name, message)
    })?;
    Ok((dimension, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_a_number_from_0_to_100_with_at_most_three_decimals() {
        for (text, thousandths) in
            [("0", 0), ("3", 3000), ("2.5", 2500), ("0.001", 1), ("100", 100_000), ("100.000", 100_000), ("007", 7000)]
        {
            assert_eq!(parse_weight(text), Some(thousandths), "{text}");
        }
        for text in ["", "-1", "+1", "100.001", "101", "0.0001", "1.", ".5", "1e1", "1.5.1", "99999999999", "三", "NaN"]
        {
            assert_eq!(parse_weight(text), None, "{text}");
        }
    }
}
