//! Reads the catalog from the database.

use std::collections::HashMap;
use std::hash::Hash;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Alias, Catalog, Company, Entries, Major, MajorLevel, Role, School, SchoolTier, Source, Tag};
use crate::database::schema::{
    companies, company_aliases, major_aliases, majors, role_aliases, roles, school_aliases, school_tier_aliases,
    school_tiers, schools, sources, tags,
};

impl Catalog {
    /// Reads all reference data; `version` is what it counts as.
    ///
    /// Call it within one transaction that sees one state, with the version read in it.
    pub(crate) async fn load(connection: &mut AsyncPgConnection, version: i64) -> QueryResult<Self> {
        let entries = Entries {
            companies: load_companies(connection).await?,
            roles: load_roles(connection).await?,
            majors: load_majors(connection).await?,
            school_tiers: load_school_tiers(connection).await?,
            schools: load_schools(connection).await?,
            tags: load_tags(connection).await?,
            sources: load_sources(connection).await?,
        };
        Ok(Self::new(version, entries))
    }
}

/// Aliases by the id of what they name, in the order of their keys.
struct Aliases<Id>(HashMap<Id, Vec<Alias>>);

impl<Id: Eq + Hash> Aliases<Id> {
    fn of(&mut self, id: &Id) -> Vec<Alias> {
        self.0.remove(id).unwrap_or_default()
    }
}

impl<Id: Eq + Hash> FromIterator<(Id, String, bool, bool)> for Aliases<Id> {
    fn from_iter<Rows: IntoIterator<Item = (Id, String, bool, bool)>>(rows: Rows) -> Self {
        let mut aliases: HashMap<Id, Vec<Alias>> = HashMap::new();
        for (id, alias, former, ambiguous) in rows {
            aliases.entry(id).or_default().push(Alias { alias, former, ambiguous });
        }
        Self(aliases)
    }
}

async fn load_companies(connection: &mut AsyncPgConnection) -> QueryResult<Vec<Company>> {
    use companies as c;
    use company_aliases as a;
    let aliases: Vec<(i32, String, bool, bool)> = a::table
        .select((a::company_id, a::alias, a::former, a::ambiguous))
        .order((a::company_id, a::alias_key))
        .load(connection)
        .await?;
    let mut aliases: Aliases<i32> = aliases.into_iter().collect();
    let rows = c::table.select((c::id, c::slug, c::name, c::name_en, c::kind, c::parent_id)).load(connection).await?;
    Ok(rows
        .into_iter()
        .map(|(id, slug, name, name_en, kind, parent_id)| {
            let aliases = aliases.of(&id);
            Company { id, slug, name, name_en, kind, parent_id, aliases }
        })
        .collect())
}

async fn load_roles(connection: &mut AsyncPgConnection) -> QueryResult<Vec<Role>> {
    use role_aliases as a;
    use roles as r;
    let aliases: Vec<(i32, String, bool)> = a::table
        .select((a::role_id, a::alias, a::ambiguous))
        .order((a::role_id, a::alias_key))
        .load(connection)
        .await?;
    let mut aliases: Aliases<i32> = never_former(aliases);
    let rows = r::table.select((r::id, r::slug, r::name, r::name_en, r::family)).load(connection).await?;
    Ok(rows
        .into_iter()
        .map(|(id, slug, name, name_en, family)| Role { id, slug, name, name_en, family, aliases: aliases.of(&id) })
        .collect())
}

async fn load_majors(connection: &mut AsyncPgConnection) -> QueryResult<Vec<Major>> {
    use major_aliases as a;
    use majors as m;
    let aliases: Vec<(i32, String, bool)> = a::table
        .select((a::major_id, a::alias, a::ambiguous))
        .order((a::major_id, a::alias_key))
        .load(connection)
        .await?;
    let mut aliases: Aliases<i32> = never_former(aliases);
    let rows: Vec<(_, _, _, _, _, MajorLevel, _)> = m::table
        .select((m::id, m::slug, m::name, m::name_en, m::code, m::level, m::parent_id))
        .load(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, slug, name, name_en, code, level, parent_id)| {
            let aliases = aliases.of(&id);
            Major { id, slug, name, name_en, code, level, parent_id, aliases }
        })
        .collect())
}

async fn load_school_tiers(connection: &mut AsyncPgConnection) -> QueryResult<Vec<SchoolTier>> {
    use school_tier_aliases as a;
    use school_tiers as t;
    let aliases: Vec<(i16, String, bool)> = a::table
        .select((a::school_tier_id, a::alias, a::ambiguous))
        .order((a::school_tier_id, a::alias_key))
        .load(connection)
        .await?;
    let mut aliases: Aliases<i16> = never_former(aliases);
    let rows = t::table.select((t::id, t::slug, t::name, t::name_en, t::rank)).order(t::rank).load(connection).await?;
    Ok(rows
        .into_iter()
        .map(|(id, slug, name, name_en, rank)| SchoolTier { id, slug, name, name_en, rank, aliases: aliases.of(&id) })
        .collect())
}

async fn load_schools(connection: &mut AsyncPgConnection) -> QueryResult<Vec<School>> {
    use school_aliases as a;
    use schools as s;
    let aliases: Vec<(i32, String, bool)> = a::table
        .select((a::school_id, a::alias, a::ambiguous))
        .order((a::school_id, a::alias_key))
        .load(connection)
        .await?;
    let mut aliases: Aliases<i32> = never_former(aliases);
    let rows = s::table
        .select((s::id, s::slug, s::name, s::name_en, s::country, s::province, s::city, s::school_tier_id))
        .load(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, slug, name, name_en, country, province, city, tier_id)| {
            let aliases = aliases.of(&id);
            School { id, slug, name, name_en, country, province, city, tier_id, aliases }
        })
        .collect())
}

async fn load_tags(connection: &mut AsyncPgConnection) -> QueryResult<Vec<Tag>> {
    use tags as t;
    let rows = t::table
        .select((t::id, t::slug, t::name, t::name_en, t::meaning, t::meaning_en, t::keywords))
        .load(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, slug, name, name_en, meaning, meaning_en, keywords)| Tag {
            id,
            slug,
            name,
            name_en,
            meaning,
            meaning_en,
            keywords,
        })
        .collect())
}

async fn load_sources(connection: &mut AsyncPgConnection) -> QueryResult<Vec<Source>> {
    use sources as s;
    let rows = s::table
        .select((
            (s::id, s::slug, s::title, s::title_en),
            (s::url, s::kind, s::licence),
            (s::note, s::note_en, s::min_group_size),
        ))
        .load(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|((id, slug, title, title_en), (url, kind, licence), (note, note_en, min_group_size))| Source {
            id,
            slug,
            title,
            title_en,
            url,
            kind,
            licence,
            note,
            note_en,
            min_group_size,
        })
        .collect())
}

/// Aliases of a kind that keeps no former names.
fn never_former<Id: Eq + Hash>(rows: Vec<(Id, String, bool)>) -> Aliases<Id> {
    rows.into_iter().map(|(id, alias, ambiguous)| (id, alias, false, ambiguous)).collect()
}
