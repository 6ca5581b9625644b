//! The guide: tracks, stages, criteria, interview checks, in Chinese and English.

use diesel::prelude::*;
use diesel::sql_types::Jsonb;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;

use crate::model::closed_set::{ClosedSet, closed_set};
use crate::model::entity::{Attribute, AttributeKind, Entity, Table};

closed_set! {
    /// What a guide entry is.
    pub enum GuideKind ("guide_kind") {
        /// A kind of post.
        Track = "track" ("岗位方向", "Track"),
        /// How far along somebody is.
        Stage = "stage" ("阶段", "Stage"),
        /// What counts as real experience.
        Criterion = "criterion" ("经历标准", "Criterion"),
        /// A question that shows whether experience is real.
        InterviewCheck = "interview_check" ("面试检验", "Interview check"),
        /// What to do.
        Advice = "advice" ("建议", "Advice"),
        /// Something else that is said.
        Remark = "remark" ("补充", "Remark"),
        /// What to know about the source.
        Caveat = "caveat" ("注意", "Caveat"),
    }
}

/// The table of the guide, and its seed file.
pub static TABLE: Table = Table {
    name: "guide_entries",
    file: "guide.csv",
    attributes: &[
        Attribute::text("title", "Title in Chinese."),
        Attribute::text("title_en", "Title in English."),
        Attribute::member("kind", &GuideKind::SET, "What the entry is."),
        Attribute::new("position", AttributeKind::Integer, "Place among the entries of its kind, from 1."),
        Attribute::text("description", "What it covers, in Chinese."),
        Attribute::text("description_en", "What it covers, in English."),
        Attribute::text("advice", "What it asks for, or what to do next, in Chinese.").nullable(),
        Attribute::text("advice_en", "What it asks for, or what to do next, in English.").nullable(),
        Attribute::new("source", AttributeKind::Reference(Entity::Source, "source_id"), "Where its facts come from."),
    ],
    aliases: None,
};

/// One entry of the guide.
#[derive(Debug, Clone, Deserialize)]
pub struct GuideEntry {
    /// What it is.
    pub kind: GuideKind,
    /// Stable identifier.
    pub slug: String,
    /// Place among the entries of its kind, from 1.
    pub position: i16,
    /// Title in Chinese.
    pub title: String,
    /// Title in English.
    pub title_en: String,
    /// What it covers, in Chinese.
    pub description: String,
    /// What it covers, in English.
    pub description_en: String,
    /// What it asks for, or what to do next, in Chinese.
    pub advice: Option<String>,
    /// What it asks for, or what to do next, in English.
    pub advice_en: Option<String>,
    /// Number of the source of its facts.
    pub source_id: i32,
}

#[derive(QueryableByName)]
struct JsonRow {
    #[diesel(sql_type = Jsonb)]
    entry: serde_json::Value,
}

/// All entries, by kind and position.
pub async fn read(connection: &mut AsyncPgConnection) -> QueryResult<Vec<GuideEntry>> {
    let query = "select to_jsonb(guide_entries) as entry from guide_entries order by kind, position";
    let rows: Vec<JsonRow> = diesel::sql_query(query).load(connection).await?;
    let entry = |row: JsonRow| {
        serde_json::from_value(row.entry).map_err(|error| diesel::result::Error::DeserializationError(error.into()))
    };
    rows.into_iter().map(entry).collect()
}
