//! The guide: tracks, stages, criteria, interview checks, in Chinese and English.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use utoipa::ToSchema;

use super::Catalog;
use super::load::unreadable;
use super::reference::Reference;
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

/// One entry of the guide, in the language that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GuideAnswer)]
pub struct GuideEntry {
    /// What it is.
    pub kind: GuideKind,
    /// Stable identifier.
    pub slug: String,
    /// Place among the entries of its kind, from 1.
    pub position: i16,
    /// Title.
    pub title: String,
    /// What it covers, or how to recognise it.
    pub description: String,
    /// What it asks for, or what to do next; null = nothing said.
    #[schema(required)]
    pub advice: Option<String>,
    /// Where the facts come from.
    #[schema(required)]
    pub source: Option<Reference>,
}

#[derive(QueryableByName)]
struct GuideRow {
    #[diesel(sql_type = Jsonb)]
    entry: serde_json::Value,
    #[diesel(sql_type = Integer)]
    source_id: i32,
}

/// All entries, by kind and position, in English or in Chinese.
pub async fn read(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    is_english: bool,
) -> QueryResult<Vec<GuideEntry>> {
    let en = if is_english { "_en" } else { "" };
    let query = format!(
        "select jsonb_build_array(kind, slug, position, title{en}, description{en}, advice{en}) as entry,
             source_id::integer
         from guide_entries order by kind, position"
    );
    let rows: Vec<GuideRow> = diesel::sql_query(query).load(connection).await?;
    let entry = |GuideRow { entry, source_id }: GuideRow| {
        let (kind, slug, position, title, description, advice) = serde_json::from_value(entry).map_err(unreadable)?;
        let source = catalog.directory(Entity::Source).get(source_id).map(Reference::to);
        Ok(GuideEntry { kind, slug, position, title, description, advice, source })
    };
    rows.into_iter().map(entry).collect()
}
