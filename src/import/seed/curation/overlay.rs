//! Lays curations over the rows of a reference file.

use serde_json::{Value, json};

use super::super::rows::{ReferenceFile, ReferenceRow, SeedFileError, value_of};
use super::{Action, Curation};
use crate::model::entity::Table;
use crate::text::name_key;

impl ReferenceFile {
    /// The file with those curations laid over it that are of its table and of rows that it has.
    ///
    /// # Errors
    /// Where one cannot be laid over it: a name would mean two rows, or a value is none of its attribute.
    pub(in crate::import::seed) fn curated(&self, curations: &[Curation]) -> Result<Self, SeedFileError> {
        let mut rows = self.rows.clone();
        for curation in curations.iter().filter(|curation| curation.file == self.table.file) {
            let refused = |message| SeedFileError::new(self.table.file, format!("`{}`: {message}", curation.slug));
            lay_over(self.table, &mut rows, curation).map_err(refused)?;
        }
        Self::of(self.table, rows)
    }

    /// The file with all curations laid over it that can be: what a seed says by now goes before a curation against which
    /// it speaks, which is logged.
    pub(in crate::import::seed) fn curated_as_far_as_possible(self, curations: &[Curation]) -> Self {
        if let Ok(curated) = self.curated(curations) {
            return curated;
        }
        let mut file = self;
        for curation in curations {
            match file.curated(std::slice::from_ref(curation)) {
                Ok(curated) => file = curated,
                Err(error) => log::warn!("a curation is not laid over the seed any more: {error}"),
            }
        }
        file
    }

    /// The rows that are not so in another file of the same table.
    pub(in crate::import::seed) fn changed_since(&self, earlier: &Self) -> Result<Self, SeedFileError> {
        let is_there = |row: &ReferenceRow| earlier.aliases_and_row(&row.slug) == self.aliases_and_row(&row.slug);
        let rows: Vec<ReferenceRow> = self.rows.iter().filter(|row| !is_there(row)).cloned().collect();
        let aliases = self.aliases.iter().filter(|alias| rows.iter().any(|row| row.slug == alias.slug));
        Ok(Self { table: self.table, aliases: aliases.cloned().collect(), rows })
    }

    fn aliases_and_row(&self, slug: &str) -> Option<(&[Value], Vec<&super::super::rows::AliasRow>)> {
        let row = self.rows.iter().find(|row| row.slug == slug)?;
        Some((&row.values, self.aliases.iter().filter(|alias| alias.slug == slug).collect()))
    }
}

fn lay_over(table: &Table, rows: &mut Vec<ReferenceRow>, curation: &Curation) -> Result<(), String> {
    let Some(index) = rows.iter().position(|row| row.slug == curation.slug) else { return Ok(()) };
    let row = &mut rows[index];
    match &curation.action {
        Action::Set { attribute, value } => {
            let place = table.index_of(attribute).ok_or_else(|| format!("there is no attribute `{attribute}`"))?;
            let value = value_of(&table.attributes[place], value.as_deref().unwrap_or_default(), 0);
            row.values[place] = value.map_err(|message| format!("`{attribute}` {message}"))?;
        }
        Action::AddAlias(alias) => {
            row.other_names.retain(|(other, _)| name_key(other) != name_key(alias));
            row.other_names.push((alias.clone(), false));
        }
        Action::RemoveAlias(alias) => row.other_names.retain(|(other, _)| name_key(other) != name_key(alias)),
        Action::Merge { into } => merge(table, rows, index, into),
    }
    Ok(())
}

/// Takes a row out; what stood under it stands under the other one.
fn merge(table: &Table, rows: &mut Vec<ReferenceRow>, index: usize, into: &str) {
    let gone = rows.remove(index);
    let Some(parent) = table.parent() else { return };
    for row in rows.iter_mut().filter(|row| row.values[parent].as_str() == Some(&gone.slug)) {
        row.values[parent] = if row.slug == into { gone.values[parent].clone() } else { json!(into) };
    }
}
