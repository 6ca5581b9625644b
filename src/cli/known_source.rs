//! The source that a check is of: one of the seed, else one of the database, where there is one.

use serde_json::{Value, json};

use super::runtime;
use crate::catalog::{Catalog, Entry};
use crate::database::private_server::Cancel;
use crate::import::sources;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::{SourceKind, Visibility};
use crate::model::entity::Entity;
use crate::server::{OpenDatabase, RunByAnother};
use crate::settings::{DatabaseLocation, DatabaseSettings};

/// The source of this slug, and what is to be known of it. A check goes on without a database: a source that could not be
/// looked for is taken for own records.
///
/// # Errors
/// Where there is a database, and it has no such source either.
pub fn known_source(
    slug: &str,
    seed: &Catalog,
    settings: &DatabaseSettings,
) -> anyhow::Result<(Entry, Option<String>)> {
    if let Ok(entry) = sources::find(seed.directory(Entity::Source), slug) {
        return Ok((entry.clone(), None));
    }
    let reason = match database_catalog(settings)? {
        Ok(catalog) => return Ok((sources::find(catalog.directory(Entity::Source), slug)?.clone(), None)),
        Err(reason) => reason,
    };
    let note = format!(
        "the seed has no source `{slug}`, and {reason}: checked as own records; `sources add {slug}` or \
         `import --new-source {slug}` makes it"
    );
    Ok((own_records(slug), Some(note)))
}

/// What the database has, or why it is not asked. One that is not there is not made.
fn database_catalog(settings: &DatabaseSettings) -> anyhow::Result<Result<Catalog, String>> {
    if let DatabaseLocation::Private { data_dir, .. } = &settings.location
        && !data_dir.join("postgres").is_dir()
    {
        return Ok(Err("there is no database yet".to_owned()));
    }
    runtime()?.block_on(async {
        let open = match OpenDatabase::open(settings, RunByAnother::Use, Cancel::default()).await {
            Ok(open) => open,
            Err(error) => return Ok(Err(format!("the database cannot be asked ({error:#})"))),
        };
        let catalog = async { anyhow::Ok(Catalog::load(&mut open.database.connect().await?, 0).await?) }.await;
        open.close().await?;
        Ok(catalog.map_err(|error| format!("the database cannot be asked ({error:#})")))
    })
}

/// A source of own records of which nothing more is known.
fn own_records(slug: &str) -> Entry {
    let value = |name: &str| match name {
        "title" => json!(slug),
        "kind" => json!(SourceKind::OwnRecords.slug()),
        "min_group_size" => json!(1),
        "visibility" => json!(Visibility::Open.slug()),
        _ => Value::Null,
    };
    let values = Entity::Source.table().attributes.iter().map(|attribute| value(attribute.name)).collect();
    Entry::new(Entity::Source, 0, slug.to_owned(), values, Vec::new())
}
