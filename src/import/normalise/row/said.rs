//! The fields of a row that its summary may say too.

use super::super::setting::Memos;
use super::super::shown::Shown;
use super::super::{interview_rounds, offer_channel, preparation, summary, tags, text};
use super::Row;
use crate::catalog::Entry;
use crate::import::read::header::Column;
use crate::model::closed_sets::OfferChannel;

impl Row<'_> {
    pub(super) fn major_conflict(&self, said: Option<&str>, major_id: Option<i32>) -> Option<String> {
        let code = self.setting.references.discipline_code(major_id?);
        summary::major_conflict(said?, self.cell(Column::Major)?, code)
    }

    /// What the cell says before what the summary says; where they differ, that is a conflict.
    fn agreed<T: PartialEq + Shown>(
        &mut self,
        (field, rule): (&'static str, &'static str),
        cell: Option<T>,
        summary: Option<T>,
        conflicts: &mut Vec<String>,
    ) -> Option<T> {
        match (cell, summary) {
            (Some(cell), Some(summary)) if cell != summary => {
                conflicts.push(format!(
                    "{field}: the cell says {}, the summary says {}",
                    cell.shown(),
                    summary.shown()
                ));
                Some(cell)
            }
            (None, Some(summary)) => {
                self.derive(Column::Summary, field, rule, || summary.shown());
                Some(summary)
            }
            (cell, _) => cell,
        }
    }

    pub(super) fn channel(
        &mut self,
        said: Option<&str>,
        conflicts: &mut Vec<String>,
        memos: &mut Memos,
    ) -> Option<OfferChannel> {
        let (field, rule) = ("offer_channel", "offer_channel");
        let cell =
            self.read(Column::OfferChannel, field, rule, |cell| memos.channels.get(cell, || offer_channel::read(cell)));
        self.agreed((field, rule), cell, said.and_then(offer_channel::in_summary), conflicts)
    }

    pub(super) fn rounds(&mut self, said: Option<&str>, conflicts: &mut Vec<String>, memos: &mut Memos) -> Option<i16> {
        let (field, rule) = ("interview_rounds", "interview_rounds");
        let cell = self
            .read(Column::InterviewRounds, field, rule, |cell| memos.rounds.get(cell, || interview_rounds::read(cell)));
        self.agreed((field, rule), cell, said.and_then(interview_rounds::in_summary), conflicts)
    }

    pub(super) fn preparation(
        &mut self,
        said: Option<&str>,
        conflicts: &mut Vec<String>,
        memos: &mut Memos,
    ) -> Option<i16> {
        let (field, rule) = ("preparation_days", "preparation");
        let header = self.header(Column::Preparation);
        let cell = self.read(Column::Preparation, field, rule, |cell| {
            memos.preparation.get(cell, || preparation::read(cell, header))
        });
        self.agreed((field, rule), cell, said.and_then(preparation::in_summary), conflicts)
    }

    /// Tags of the cell and of the summary, in the order of the controlled list.
    pub(super) fn tags(&mut self, said: Option<&str>, memos: &mut Memos) -> Vec<String> {
        let directory = self.setting.references.tags;
        let mut slugs = said.map(|said| self.setting.keywords.in_summary(&text::folded(said))).unwrap_or_default();
        if !slugs.is_empty() {
            self.derive(Column::Summary, "tags", "tags", || slugs.join(", "));
        }
        let Some(cell) = self.readable(Column::Tags) else { return slugs };
        let read = memos.tags.get(cell, || tags::read(cell, directory));
        if !read.unknown.is_empty() {
            let known = directory.entries().iter().map(Entry::slug).collect::<Vec<_>>().join(", ");
            let message = format!("no tag is called {}; there are {known}", read.unknown.join(", "));
            self.remarks.push(self.remark(Column::Tags, "tags", message));
        }
        if !read.slugs.is_empty() {
            self.derive(Column::Tags, "tags", "tags", || read.slugs.join(", "));
            let said = |slug: &str| slugs.iter().chain(&read.slugs).any(|other| other == slug);
            slugs =
                directory.entries().iter().filter(|tag| said(tag.slug())).map(|tag| tag.slug().to_owned()).collect();
        }
        slugs
    }
}
