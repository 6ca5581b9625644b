//! The catalog of the seed's reference files, without any database.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::files::SeedFiles;
use super::rows::{
    self, AliasRow, CompanyRow, MajorRow, NamedRow, RoleRow, SchoolRow, SchoolTierRow, SeedFileError, SourceRow, TagRow,
};
use crate::catalog::{Alias, Catalog, Company, Entries, Major, Role, School, SchoolTier, Source, Tag};

/// The catalog that the seed's files make. Numbers of entries are places in the files, and not those of any database.
///
/// # Errors
/// Where a file is refused.
pub fn catalog(files: &SeedFiles) -> Result<Catalog, SeedFileError> {
    let (tiers, mut tier_aliases) = named::<SchoolTierRow>(files, "school_tiers.csv")?;
    let ranks: HashMap<String, i16> = tiers.iter().zip(1..).map(|(tier, rank)| (tier.slug.clone(), rank)).collect();
    let tier = |(row, rank): (SchoolTierRow, i16)| SchoolTier {
        id: rank,
        aliases: tier_aliases.remove(&row.slug).unwrap_or_default(),
        slug: row.slug,
        name: row.name,
        name_en: row.name_en,
        rank,
    };
    let entries = Entries {
        companies: companies(files)?,
        roles: roles(files)?,
        majors: majors(files)?,
        school_tiers: tiers.into_iter().zip(1..).map(tier).collect(),
        schools: schools(files, &ranks)?,
        tags: read::<TagRow>(files, "tags.csv")?.into_iter().zip(1..).map(tag).collect(),
        sources: read::<SourceRow>(files, "sources.csv")?.into_iter().zip(1..).map(source).collect(),
    };
    Ok(Catalog::new(0, entries))
}

fn read<Row: DeserializeOwned>(files: &SeedFiles, file: &str) -> Result<Vec<Row>, SeedFileError> {
    files.get(file).map_or_else(|| Ok(Vec::new()), |bytes| rows::read(file, bytes))
}

type Named<Row> = (Vec<Row>, HashMap<String, Vec<Alias>>);

/// Rows, and their aliases by slug.
fn named<Row: NamedRow + DeserializeOwned>(files: &SeedFiles, file: &str) -> Result<Named<Row>, SeedFileError> {
    let rows: Vec<Row> = read(files, file)?;
    let mut aliases: HashMap<String, Vec<Alias>> = HashMap::new();
    for AliasRow { slug, alias, former, ambiguous, .. } in rows::aliases(file, &rows)? {
        aliases.entry(slug).or_default().push(Alias { alias, former, ambiguous });
    }
    Ok((rows, aliases))
}

/// The number of each row by its slug.
fn numbers<Row: NamedRow>(rows: &[Row]) -> HashMap<String, i32> {
    rows.iter().zip(1..).map(|(row, number)| (row.slug().to_owned(), number)).collect()
}

fn companies(files: &SeedFiles) -> Result<Vec<Company>, SeedFileError> {
    let (rows, mut aliases) = named::<CompanyRow>(files, "companies.csv")?;
    let numbers = numbers(&rows);
    let company = |(row, id): (CompanyRow, i32)| Company {
        id,
        aliases: aliases.remove(&row.slug).unwrap_or_default(),
        parent_id: row.parent.and_then(|parent| numbers.get(&parent).copied()),
        slug: row.slug,
        name: row.name,
        name_en: row.name_en,
        kind: row.kind,
    };
    Ok(rows.into_iter().zip(1..).map(company).collect())
}

fn roles(files: &SeedFiles) -> Result<Vec<Role>, SeedFileError> {
    let (rows, mut aliases) = named::<RoleRow>(files, "roles.csv")?;
    let role = |(row, id): (RoleRow, i32)| Role {
        id,
        aliases: aliases.remove(&row.slug).unwrap_or_default(),
        slug: row.slug,
        name: row.name,
        name_en: row.name_en,
        family: row.family,
    };
    Ok(rows.into_iter().zip(1..).map(role).collect())
}

fn majors(files: &SeedFiles) -> Result<Vec<Major>, SeedFileError> {
    let (rows, mut aliases) = named::<MajorRow>(files, "majors.csv")?;
    let numbers = numbers(&rows);
    let major = |(row, id): (MajorRow, i32)| Major {
        id,
        aliases: aliases.remove(&row.slug).unwrap_or_default(),
        parent_id: row.parent.and_then(|parent| numbers.get(&parent).copied()),
        slug: row.slug,
        name: row.name,
        name_en: row.name_en,
        code: row.code,
        level: row.level,
    };
    Ok(rows.into_iter().zip(1..).map(major).collect())
}

fn schools(files: &SeedFiles, ranks: &HashMap<String, i16>) -> Result<Vec<School>, SeedFileError> {
    const FILE: &str = "schools.csv";
    let (rows, mut aliases) = named::<SchoolRow>(files, FILE)?;
    let school = |(row, id): (SchoolRow, i32)| {
        let Some(tier_id) = ranks.get(&row.tier).copied() else {
            let message = format!("`{}` has the tier `{}`, which there is not", row.slug, row.tier);
            return Err(SeedFileError { file: FILE.to_owned(), message });
        };
        Ok(School {
            id,
            aliases: aliases.remove(&row.slug).unwrap_or_default(),
            slug: row.slug,
            name: row.name,
            name_en: row.name_en,
            country: row.country,
            province: row.province,
            city: row.city,
            tier_id,
        })
    };
    rows.into_iter().zip(1..).map(school).collect()
}

fn tag((row, id): (TagRow, i32)) -> Tag {
    Tag {
        id,
        slug: row.slug,
        name: row.name,
        name_en: row.name_en,
        meaning: row.meaning,
        meaning_en: row.meaning_en,
        keywords: row.keywords.0,
    }
}

fn source((row, id): (SourceRow, i32)) -> Source {
    Source {
        id,
        slug: row.slug,
        title: row.title,
        title_en: row.title_en,
        url: row.url,
        kind: row.kind,
        licence: row.licence,
        note: row.note,
        note_en: row.note_en,
        min_group_size: row.min_group_size,
    }
}
