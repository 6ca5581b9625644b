//! The fields of a row that its summary may say too.

use super::super::setting::Memos;
use super::super::{shown, summary, tags};
use super::CaseDraft;
use crate::import::read::header::column_name;
use crate::model::case::Field;
use crate::model::value::Value;

impl CaseDraft<'_> {
    /// Compares the major with what the summary says of it.
    pub(super) fn check_major(&mut self, said: Option<&str>) {
        let Some(Value::Reference(major_id)) = self.values.get(Field::Major) else { return };
        let (Some(said), Some(major)) = (said, self.cell(Field::Major)) else { return };
        let majors = &self.setting.catalog.majors;
        let code = majors.root_of(*major_id).and_then(|discipline| discipline.text("code"));
        self.conflicts.extend(summary::major_conflict(said, major, code));
    }

    /// Reads the cell of a column, and the summary for the same field. What the cell says goes before what the summary
    /// says; where they differ, that is a conflict. Tags are taken of both.
    pub(super) fn read_with_summary(&mut self, field: Field, said: Option<&str>, memos: &mut Memos) {
        let setting = self.setting;
        self.read(field, memos);
        let Some(summary) = said.and_then(|said| setting.rule(field).in_summary(said, setting)) else { return };
        let value = match self.values.get(field) {
            None => summary.clone(),
            Some(Value::Texts(cell)) => match &summary {
                Value::Texts(summary) => Value::Texts(tags::joined(cell, summary, &setting.catalog.tags)),
                _ => return,
            },
            Some(cell) if *cell == summary => return,
            Some(cell) => {
                let [cell, summary] = [cell, &summary].map(|value| shown(field, value, setting.catalog));
                let name = field.name();
                return self.conflicts.push(format!("{name}: the cell says {cell}, the summary says {summary}"));
            }
        };
        self.derive(Field::Summary, field, column_name(field), &summary);
        self.values.set(field, Some(value));
    }
}
