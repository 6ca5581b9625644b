//! What is wrong with a request.

use serde::Serialize;
use utoipa::ToSchema;

use std::cell::Cell;

use super::language::Language;
use super::message::{Message, message};
use crate::text::nearest;

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterError {
    /// The parameter that is wrong.
    pub parameter: String,
    /// What is wrong with it.
    pub message: Message,
    /// All values that are allowed, where they are few.
    pub allowed: Vec<String>,
    /// The allowed value nearest to what was given.
    pub did_you_mean: Option<String>,
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "parameter": "school_tier",
    "message": "`986` is not a school tier",
    "allowed": ["985", "211", "double_first_class"],
    "did_you_mean": "985",
}))]
pub struct InvalidParameter {
    /// The parameter that is wrong.
    pub parameter: String,
    /// What is wrong with it, in the language of the problem.
    pub message: String,
    /// All values that are allowed, where they are few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub allowed: Vec<String>,
    /// The allowed value nearest to what was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub did_you_mean: Option<String>,
}

impl ParameterError {
    /// A mistake with nothing to propose.
    pub fn new(parameter: &str, message: Message) -> Self {
        Self { parameter: parameter.to_owned(), message, allowed: Vec::new(), did_you_mean: None }
    }

    /// As it is answered.
    pub fn answer(&self, language: Language) -> InvalidParameter {
        InvalidParameter {
            parameter: self.parameter.clone(),
            message: self.message.of(language).to_owned(),
            allowed: self.allowed.clone(),
            did_you_mean: self.did_you_mean.clone(),
        }
    }

    /// Says which values are allowed, and which of them is nearest to what was `given`.
    #[must_use]
    pub fn allowing<'a>(mut self, given: &str, allowed: impl IntoIterator<Item = &'a str> + Clone) -> Self {
        self.did_you_mean = nearest(given, allowed.clone()).map(str::to_owned);
        self.allowed = allowed.into_iter().map(str::to_owned).collect();
        self
    }

    /// Proposes what `nearest` finds, where a proposal more may be looked for, and says so where none may.
    #[must_use]
    pub fn proposing(mut self, proposals: &Proposals, nearest: impl FnOnce() -> Option<String>) -> Self {
        if proposals.take_one() {
            self.did_you_mean = nearest();
        } else {
            self.message = self.message.with(&message!(
                " (what may be meant is looked for of the first {MAX_PROPOSALS} unknown names of a request only)",
                "（一次请求只为前 {MAX_PROPOSALS} 个未知名称查找可能的名称）"
            ));
        }
        self
    }
}

/// The most unknown names of a request for which near ones are looked for.
const MAX_PROPOSALS: usize = 3;

/// For how many more unknown names of a request near ones are looked for: that takes longer than all else of most requests.
#[derive(Debug)]
pub struct Proposals(Cell<usize>);

impl Default for Proposals {
    fn default() -> Self {
        Self(Cell::new(MAX_PROPOSALS))
    }
}

impl Proposals {
    /// For none.
    pub fn none() -> Self {
        Self(Cell::new(0))
    }

    fn take_one(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}
