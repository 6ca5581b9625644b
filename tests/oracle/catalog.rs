//! Reference data as it stands in the database.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::TestDatabase;

/// Entries by slug.
type Entries = BTreeMap<String, Value>;

/// All reference data that cases refer to.
pub struct Catalog {
    /// What cases refer to: field, column, table.
    pub references: Vec<(String, String, String)>,
    tables: BTreeMap<String, Entries>,
    /// Other names by table and slug.
    aliases: BTreeMap<(&'static str, String), Vec<String>>,
    /// The words of closed sets in their order, by dimension.
    words: BTreeMap<String, Vec<String>>,
}

/// Columns with a foreign key to a table whose entries have slugs.
const REFERENCES: &str = "select to_jsonb(array[column_of.attname::text, confrelid::regclass::text]) from pg_constraint \
    join pg_attribute column_of on column_of.attrelid = conrelid and column_of.attnum = conkey[1] \
    join pg_attribute slug on slug.attrelid = confrelid and slug.attname = 'slug' \
    where conrelid = 'offer_cases'::regclass and contype = 'f'";

/// The words of the closed sets that cases have, and of those that their company and role have.
const WORDS: &str = "select to_jsonb(array_prepend(name, array_agg(enumlabel::text order by enumsortorder))) from ( \
    select attname::text as name, atttypid as type from pg_attribute where attrelid = 'offer_cases'::regclass \
    union select typname::text, oid from pg_type where typname in ('company_kind', 'role_family') \
    ) sets join pg_enum on enumtypid = type group by name";

impl Catalog {
    /// Reads all of it.
    pub async fn read(database: &TestDatabase) -> Self {
        let texts = async |sql: &str| -> Vec<Vec<String>> {
            database.column(sql).await.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
        };
        let field = |column: &str| column.strip_suffix("_id").unwrap_or(column).to_owned();
        let references: Vec<(String, String, String)> =
            texts(REFERENCES).await.into_iter().map(|row| (field(&row[0]), row[0].clone(), row[1].clone())).collect();
        let mut tables = BTreeMap::new();
        for table in ["tags", "provinces"] {
            tables.insert(table.to_owned(), read(database, table).await);
        }
        for (.., table) in &references {
            if !tables.contains_key(table) {
                tables.insert(table.clone(), read(database, table).await);
            }
        }
        let mut aliases = BTreeMap::<_, Vec<String>>::new();
        for (table, one) in [("companies", "company"), ("roles", "role"), ("majors", "major")] {
            let sql = format!(
                "select to_jsonb(array[slug::text, alias]) from {one}_aliases join {table} on {table}.id = {one}_id"
            );
            for row in texts(&sql).await {
                aliases.entry((table, row[0].clone())).or_default().push(row[1].clone());
            }
        }
        let words = texts(WORDS).await.into_iter().map(|row| (row[0].clone(), row[1..].to_vec())).collect();
        Self { references, tables, aliases, words }
    }

    /// The table that a field of a case refers to.
    pub fn table_of(&self, field: &str) -> Option<&str> {
        self.references.iter().find(|(other, ..)| other == field).map(|(.., table)| table.as_str())
    }

    /// An entry.
    pub fn entry(&self, table: &str, slug: &str) -> &Value {
        self.tables[table].get(slug).unwrap_or_else(|| panic!("{slug} is not among {table}"))
    }

    /// What is known of an entry.
    pub fn text(&self, table: &str, slug: &str, field: &str) -> Option<String> {
        self.entry(table, slug)[field].as_str().map(str::to_owned)
    }

    /// The province of a city.
    pub fn province(&self, city: &str) -> Option<String> {
        let id = &self.entry("cities", city)["province_id"];
        self.tables["provinces"].iter().find(|(_, province)| province["id"] == *id).map(|(slug, _)| slug.clone())
    }

    /// A major with all that stands above it, itself first.
    pub fn upwards(&self, major: &str) -> Vec<String> {
        let above = |slug: &String| self.text("majors", slug, "parent");
        std::iter::successors(Some(major.to_owned()), above).collect()
    }

    /// A major, or what stands above it, of a level.
    pub fn of_level(&self, major: &str, level: &str) -> Option<String> {
        self.upwards(major).into_iter().find(|slug| self.text("majors", slug, "level").as_deref() == Some(level))
    }

    /// The company that is at the top of a company's group.
    pub fn group(&self, company: &str) -> Option<String> {
        let parent = |slug: &String| self.text("companies", slug, "parent");
        std::iter::successors(Some(company.to_owned()), parent).last()
    }

    /// Slug and names of an entry, and its other names.
    pub fn names(&self, table: &'static str, slug: &str) -> (Vec<String>, &[String]) {
        let names = ["slug", "name", "name_en"].into_iter().filter_map(|field| self.text(table, slug, field));
        let aliases = self.aliases.get(&(table, slug.to_owned()));
        (names.collect(), aliases.map_or(&[], Vec::as_slice))
    }

    /// Where a value stands in the own order of a dimension.
    pub fn rank(&self, dimension: &str, value: &str) -> (usize, String) {
        if let Some(words) = self.words.get(dimension) {
            return (words.iter().position(|word| word == value).unwrap(), String::new());
        }
        match self.table_of(dimension.split('_').next().filter(|it| *it == "major").unwrap_or(dimension)) {
            Some("school_tiers") => self.rank_of_tier(value),
            _ if dimension == "any_tier" => self.rank_of_tier(value),
            Some("majors") => match self.text("majors", value, "code") {
                Some(code) => (0, code),
                None => (1, value.to_owned()),
            },
            _ => (0, value.to_owned()),
        }
    }

    fn rank_of_tier(&self, slug: &str) -> (usize, String) {
        (usize::try_from(self.entry("school_tiers", slug)["rank"].as_u64().unwrap()).unwrap(), String::new())
    }
}

/// The entries of a table, each with the slug of its `parent`.
async fn read(database: &TestDatabase, table: &str) -> Entries {
    let sql = format!(
        "select to_jsonb(it) || jsonb_build_object('parent', \
             (select slug from {table} above where above.id = (to_jsonb(it) ->> 'parent_id')::integer)) from {table} it"
    );
    let rows = database.column(&sql).await;
    let rows = rows.iter().map(|row| serde_json::from_str::<Value>(row).unwrap());
    rows.map(|row| (row["slug"].as_str().unwrap().to_owned(), row)).collect()
}
