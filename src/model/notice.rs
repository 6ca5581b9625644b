//! What a reader must know to read an answer rightly.

use serde::Serialize;
use utoipa::ToSchema;

/// Something that a reader must know to read an answer rightly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "offers_only",
    "message": "只收录了拿到的 offer，没有收录失败的求职，因此不能由此得出成功率。",
    "message_en": "Only offers are stored, no rejections: no success rate can be read from this.",
}))]
pub struct Notice {
    /// Stable code: `offers_only`, `source`, `pay_known`, `several_currencies`, `mixed_currencies`, `overlapping`, `nested`,
    /// `suppressed`, `closed_sources`, `mixed_years`, `chosen_sample`, `many_unknown`, `many_comparisons`, `order_turns`, `cases_in_both`, `likely_duplicates`, `too_few_to_compare`,
    /// `too_few_for_position`, `no_forecast`, `no_proof`.
    #[schema(value_type = String)]
    pub code: &'static str,
    /// In Chinese.
    pub message: String,
    /// In English.
    pub message_en: String,
}

impl Notice {
    /// A notice in both languages.
    pub fn new(code: &'static str, message: impl Into<String>, message_en: impl Into<String>) -> Self {
        Self { code, message: message.into(), message_en: message_en.into() }
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
            "不同货币的薪资直接按数字大小比较，没有折算（10 万美元排在 30 万元之后）；请选定一种货币（`pay_currency`，如 `CNY`）。",
            "Pay in different currencies is compared by the bare number, nothing is converted (100,000 USD comes below 300,000 \
             CNY). Choose one currency (`pay_currency`, such as `CNY`).",
        )
    }
}
