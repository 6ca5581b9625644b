//! What a reader must know to read an answer rightly.

use serde::Serialize;
use utoipa::ToSchema;

use super::case::Field;
use super::field::Label;

/// A change of the request after which an answer no longer needs a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "parameter": "duplicates", "value": "once", "label": "重复的只计一次", "label_en": "Count repeats once",
}))]
pub struct Remedy {
    /// The parameter to send.
    #[schema(value_type = String)]
    pub parameter: &'static str,
    /// Its value, in place of what the request has; absent where it is to be chosen, such as a currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What that does, for a button or a link, in Chinese.
    pub label: String,
    /// In English.
    pub label_en: String,
}

impl Remedy {
    /// One of the values of a field, which is to be chosen.
    fn choose(field: Field) -> Self {
        let Label { zh, en } = field.label();
        let (label, label_en) = (format!("选定{zh}"), format!("Choose one {}", en.to_lowercase()));
        Self { parameter: field.name(), value: None, label, label_en }
    }

    /// A parameter with a value.
    pub fn send(
        parameter: &'static str,
        value: impl Into<String>,
        label: impl Into<String>,
        label_en: impl Into<String>,
    ) -> Self {
        Self { parameter, value: Some(value.into()), label: label.into(), label_en: label_en.into() }
    }
}

/// Something that a reader must know to read an answer rightly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "offers_only",
    "message": "只收录了拿到的 offer，没有收录失败的求职，因此不能由此得出成功率。",
    "message_en": "Only offers are stored, no rejections: no success rate can be read from this.",
}))]
pub struct Notice {
    /// Stable code: `offers_only`, `source`, `synthetic`, `pay_known`, `several_currencies`, `mixed_currencies`, `overlapping`, `nested`,
    /// `suppressed`, `closed_sources`, `mixed_years`, `chosen_sample`, `unlike_groups`, `many_unknown`, `many_comparisons`, `order_turns`, `cases_in_both`, `likely_duplicates`, `too_few_to_compare`,
    /// `too_few_for_position`, `no_forecast`, `no_proof`.
    #[schema(value_type = String)]
    pub code: &'static str,
    /// In Chinese.
    pub message: String,
    /// In English.
    pub message_en: String,
    /// What can be done about it; absent where nothing can.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<Remedy>,
}

impl Notice {
    /// A notice in both languages.
    pub fn new(code: &'static str, message: impl Into<String>, message_en: impl Into<String>) -> Self {
        Self { code, message: message.into(), message_en: message_en.into(), remedies: Vec::new() }
    }

    /// The same with one more thing that can be done about it.
    #[must_use]
    pub fn with(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }

    /// The same without what is done by a parameter that the request cannot have.
    #[must_use]
    pub fn without(mut self, parameter: &str) -> Self {
        self.remedies.retain(|remedy| remedy.parameter != parameter);
        self
    }

    /// The same with a field of which one value is to be chosen.
    #[must_use]
    pub fn choosing(self, field: Field) -> Self {
        self.with(Remedy::choose(field))
    }

    /// What is true of all that is stored here.
    pub fn offers_only() -> Self {
        Self::new(
            "offers_only",
            "只收录了拿到的 offer，没有收录失败的求职，因此不能由此得出成功率。",
            "Only offers are stored, no rejections: no success rate can be read from this.",
        )
    }

    /// That figures of several currencies were compared as they stand there, by a range or an order of pay.
    pub fn mixed_currencies() -> Self {
        Self::new(
            "mixed_currencies",
            "不同货币的薪资直接按数字大小比较，没有折算（10 万美元排在 30 万元之后）；请选定一种货币。",
            "Pay in different currencies is compared by the bare number, nothing is converted (100,000 USD comes below 300,000 \
             CNY). Choose one currency.",
        )
        .choosing(Field::PayCurrency)
    }
}
