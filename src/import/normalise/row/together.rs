//! The fields of a row that several cells say together: education by label and schools, pay by text and city, and what
//! a summary says too.

use std::sync::LazyLock;

use super::super::education::{self, Education, SchoolCell};
use super::super::pay_table::{self, PayRow};
use super::super::rules::Extract;
use super::super::setting::Memos;
use super::super::text::folded;
use super::super::{left_unknown, ornaments, shown, tags, wrapping};
use super::CaseDraft;
use crate::import::read::column::Column;
use crate::import::read::header::{EDUCATION, PAY, column_name, spoken};
use crate::import::report::Remark;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::model::value::Value;
use crate::parameters::{Message, message};
use crate::word_tables;

/// Sides of learning that a summary may name, each with the codes of the disciplines that are of another.
static BACKGROUNDS: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| word_tables::words(include_str!("../../../../seed/import/backgrounds.csv")));

/// The ends of ranges of pay, each of which may stand in a column of its own.
const ENDS: [[Field; 2]; 2] =
    [[Field::PayAnnualMin, Field::PayAnnualMax], [Field::PayMonthlyMin, Field::PayMonthlyMax]];

/// Keeps of what a column of one end of a range says what is that end: of a year or of a month, whichever it says.
fn keep_end(column: Field, extract: &mut Extract) {
    let place = ENDS.iter().find_map(|ends| ends.iter().position(|end| *end == column)).unwrap_or_default();
    let [annual, monthly] = ENDS.map(|ends| ends[place]);
    let [other, other_monthly] = ENDS.map(|ends| ends[1 - place]);
    // A range within a column of one end is none.
    let is_range = extract.get(annual) != extract.get(other) || extract.get(other_monthly).is_some();
    let is_of_ends = |field: Field| ENDS.iter().flatten().any(|end| *end == field);
    extract.values.retain(|(field, _)| !is_of_ends(*field) || (*field == annual && !is_range));
    for (field, _) in &mut extract.values {
        if *field == Field::PayMonthlyBase {
            *field = monthly;
        }
    }
}

/// Which of several columns said each value of education.
#[derive(Debug, Default)]
struct SaidBy(Vec<(Field, Value, Field)>);

impl SaidBy {
    /// What is known of education once a column was read: what is new or has changed is what it said.
    fn add(&mut self, column: Field, education: &Education) {
        for (field, value) in values_of(education) {
            match self.0.iter_mut().find(|(other, ..)| *other == field) {
                Some((_, known, _)) if *known == value => {}
                Some(said) => (said.1, said.2) = (value, column),
                None => self.0.push((field, value, column)),
            }
        }
    }

    fn column_of(&self, field: Field) -> Option<Field> {
        self.0.iter().find(|(other, ..)| *other == field).map(|(.., column)| *column)
    }
}

impl CaseDraft<'_> {
    pub(super) fn education(&mut self, memos: &mut Memos) {
        let vocabulary = &self.setting.vocabulary;
        let mut result = Education::default();
        if let Some(cell) = self.readable(EDUCATION) {
            let read = || {
                education::read(ornaments::unadorned(&wrapping::unwrapped(cell)), vocabulary)
                    .map_err(|unreadable| left_unknown(unreadable.message()))
            };
            match memos.education.get(cell, read) {
                Ok(education) => result = education.clone(),
                Err(message) => self.remarks.push(self.remark(EDUCATION, "education", message.clone())),
            }
        }
        self.left_open(EDUCATION, &mut result);
        let (mut said, mut last) = (SaidBy::default(), EDUCATION);
        for column in [Field::School, Field::BachelorSchool] {
            if self.setting.derives {
                said.add(std::mem::replace(&mut last, column), &result);
            }
            let Some(cell) = self.readable(column) else { continue };
            let read = || {
                education::read_school(ornaments::unadorned(&wrapping::unwrapped(cell)), vocabulary)
                    .map_err(|unreadable| unreadable.message())
            };
            let message = match memos.schools.get(cell, read) {
                Ok(SchoolCell::Place(place)) => {
                    match column {
                        Field::School => result.at_highest(place, vocabulary),
                        _ => result.at_bachelor(place, vocabulary),
                    }
                    result.open = place.open.iter().map(|open| open.message().clone()).collect();
                    self.left_open(column, &mut result);
                    continue;
                }
                Ok(SchoolCell::Education(other)) => match result.merge(other, vocabulary) {
                    Ok(()) => {
                        self.left_open(column, &mut result);
                        continue;
                    }
                    Err(unreadable) => unreadable.message(),
                },
                Err(message) => message.clone(),
            };
            self.remarks.push(self.remark(column, "school", left_unknown(message)));
        }
        if self.setting.derives {
            said.add(last, &result);
        }
        self.take_education(result, &said);
    }

    /// Tells what a cell leaves open of schools.
    fn left_open(&mut self, column: Field, education: &mut Education) {
        let rule = if column == EDUCATION { "education" } else { "school" };
        for open in std::mem::take(&mut education.open) {
            self.remarks.push(self.remark(column, rule, left_unknown(open)));
        }
    }

    fn take_education(&mut self, education: Education, said: &SaidBy) {
        let column =
            [EDUCATION, Field::School, Field::BachelorSchool].into_iter().find(|column| self.cell(*column).is_some());
        let Some(column) = column else { return };
        for conflict in &education.conflicts {
            self.remarks.push(self.remark(column, "conflict", conflict.clone()));
        }
        for (field, value) in values_of(&education) {
            let is_school = [Field::BachelorSchool, Field::School].contains(&field);
            self.derive(
                said.column_of(field).unwrap_or(column),
                field,
                if is_school { "school" } else { "education" },
                &value,
            );
            self.values.set(field, Some(value));
        }
        self.conflicts.extend(education.conflicts);
    }

    /// The figures of pay of all its columns, in one currency.
    pub(super) fn pay(&mut self, memos: &mut Memos) {
        let setting = self.setting;
        self.read(Field::PayMonths, memos);
        if pay_table::COLUMNS.iter().any(|column| self.cell(*column).is_some()) {
            let city = match self.values.get(Field::City) {
                Some(Value::Reference(id)) => setting.catalog.directory(Entity::City).get(*id),
                _ => None,
            };
            let row = PayRow {
                company: self.text(Field::Company).unwrap_or_default(),
                role: self.text(Field::Role).unwrap_or_default(),
                city_cell: self.text(Field::City),
                city,
                currency: self.text(Field::PayCurrency),
                period: setting.columns.cell(self.cells, Column::PayPeriod),
                catalog: setting.catalog,
            };
            let context = memos.pay.context(&row, &setting.pay);
            for column in pay_table::COLUMNS {
                let Some(cell) = self.readable(column) else { continue };
                if let Some(extract) = memos.pay.read(cell, column, context, &setting.pay) {
                    let remarks = self.remarks.len();
                    self.take_pay(column, extract);
                    self.tell_once(remarks);
                }
            }
        }
        self.complete_pay();
    }

    /// Takes over what a cell says of pay; what an earlier column says otherwise is unknown.
    fn take_pay(&mut self, column: Field, extract: &Extract) {
        let is_end = ENDS.iter().flatten().any(|end| *end == column);
        if !is_end && !extract.values.iter().any(|(field, _)| self.values.is_known(*field)) {
            return self.take(column, extract);
        }
        let mut extract = extract.clone();
        let says = |field: Field, value: &Value| self.values.get(field).is_some_and(|known| known != value);
        if extract.get(Field::PayCurrency).is_some_and(|currency| says(Field::PayCurrency, currency)) {
            let message = message!("an earlier column says another currency", "前面的列说的是另一种货币");
            extract = Extract { remark: Some((column_name(PAY), message)), ..Extract::default() };
        }
        if is_end {
            keep_end(column, &mut extract);
        }
        let differing: Vec<Field> = extract
            .values
            .iter()
            .filter(|(field, value)| self.values.get(*field).is_some_and(|known| known != value))
            .map(|(field, _)| *field)
            .collect();
        extract.values.retain(|(field, _)| !differing.contains(field));
        self.take(column, &extract);
        for field in differing {
            self.forget(field);
            let name = field.name();
            let message =
                message!("another column says another {name}; left unknown", "另一列写的 {name} 不同；留作未知");
            self.remarks.push(self.remark(column, column_name(PAY), message));
        }
    }

    /// Leaves out what was told of an earlier column already, of the remarks from this one on.
    fn tell_once(&mut self, from: usize) {
        let is_pay = |remark: &Remark| remark.rule == column_name(PAY);
        let new = self.remarks.split_off(from);
        for remark in new {
            let is_told = self.remarks.iter().any(|told| is_pay(told) && told.message == remark.message);
            if !is_told {
                self.remarks.push(remark);
            }
        }
    }

    /// Makes a value unknown that was taken before, with the other end of a range.
    fn forget(&mut self, field: Field) {
        let ends = ENDS.into_iter().filter(|ends| ends.contains(&field)).flatten();
        for field in ends.chain([field]) {
            self.values.set(field, None);
            self.derivations.retain(|derivation| derivation.field != field.name());
        }
    }

    /// What the columns of pay say together: a range of which only one end is said is none, and where no figure is left
    /// there is no currency.
    fn complete_pay(&mut self) {
        for [min, max] in ENDS {
            let is_range = match (self.values.get(min), self.values.get(max)) {
                (Some(Value::Hundredths(low)), Some(Value::Hundredths(high))) => low <= high,
                (Some(Value::Number(low)), Some(Value::Number(high))) => low <= high,
                (None, None) => true,
                _ => false,
            };
            if !is_range {
                self.forget(min);
                let (name, zh) = (spoken(min), min.label().zh);
                let message = message!("it is no range: {name} or the other end", "不成区间：{zh}或另一端");
                let column = [min, max].into_iter().find(|end| self.cell(*end).is_some()).unwrap_or(PAY);
                self.remarks.push(self.remark(column, column_name(PAY), message));
            }
        }
        self.check_package();
        self.multiply_pay();
        let Kind::Currency { of } = Field::PayCurrency.kind() else { return };
        if !of.iter().any(|figure| self.values.is_known(*figure)) {
            self.forget(Field::PayCurrency);
        }
    }

    /// A whole package beside which stock stands in a column of its own may have the stock in it: then what of it is cash is
    /// not said.
    fn check_package(&mut self) {
        let says_some = |cell: &str| cell.contains(|character: char| matches!(character, '1'..='9'));
        let has_stock = self.cell(Field::PayStockAnnual).is_some_and(says_some);
        if has_stock && self.values.is_known(Field::PayAnnualMax) && self.setting.pay.says_whole_package() {
            self.forget(Field::PayAnnualMax);
            let message = message!(
                "whether the stock is in the whole package is not said; left unknown",
                "没有说总包里是否含股票；留作未知"
            );
            self.remarks.push(self.remark(PAY, column_name(PAY), message));
        }
    }

    /// The package of a monthly base and the months paid, where each stands in a column of its own.
    fn multiply_pay(&mut self) {
        let alone = [Field::PayMonthlyBase, Field::PayMonths].iter().all(|column| self.cell(*column).is_some());
        let others = [PAY, Field::PayAnnualMin, Field::PayAnnualMax, Field::PayAnnualBase]
            .iter()
            .any(|column| self.cell(*column).is_some());
        let (Some(Value::Hundredths(base)), Some(Value::Hundredths(months)), true) =
            (self.values.get(Field::PayMonthlyBase), self.values.get(Field::PayMonths), alone && !others)
        else {
            return;
        };
        let Ok(annual) = i32::try_from((base * months + 5_000) / 10_000) else { return };
        for field in [Field::PayAnnualMin, Field::PayAnnualMax] {
            let value = Value::Number(annual);
            self.derive(Field::PayMonthlyBase, field, "pay_product", &value);
            self.values.set(field, Some(value));
        }
    }

    /// Compares what texts say behind a label with what the columns say; pay has several figures, which are not compared.
    pub(super) fn compare_labelled(&mut self, memos: &mut Memos) {
        let setting = self.setting;
        for fact in self.labelled.iter().filter(|fact| fact.column != PAY) {
            if self.fact(fact.column).is_some_and(|used| used == fact) {
                continue;
            }
            let values = match fact.column {
                EDUCATION => match education::read(&fact.text, &setting.vocabulary) {
                    Ok(education) => values_of(&education),
                    Err(_) => continue,
                },
                Field::School | Field::BachelorSchool => continue,
                column => memos.read(&fact.text, column, setting).values.clone(),
            };
            for (field, value) in values {
                let Some(known) = self.values.get(field).filter(|known| **known != value) else { continue };
                let [known, said] = [known, &value].map(|value| shown(field, value, setting.catalog));
                let (name, text) = (field.name(), &fact.text);
                self.conflicts.push(message!(
                    "{name}: the cell says {known}, `{text}` says {said}",
                    "{name}：单元格写的是 {known}，`{text}` 写的是 {said}"
                ));
            }
        }
    }

    /// Compares the major with what the summary says of it.
    pub(super) fn check_major(&mut self, said: Option<&str>) {
        let Some(Value::Reference(major_id)) = self.values.get(Field::Major) else { return };
        let (Some(said), Some(major)) = (said, self.cell(Field::Major)) else { return };
        let majors = self.setting.catalog.directory(Entity::Major);
        let code = majors.root_of(*major_id).and_then(|discipline| discipline.text("code"));
        self.conflicts.extend(major_conflict(said, major, code));
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
                Value::Texts(summary) => {
                    Value::Texts(tags::joined(cell, summary, setting.catalog.directory(Entity::Tag)))
                }
                _ => return,
            },
            Some(cell) if *cell == summary => return,
            Some(cell) => {
                let [cell, summary] = [cell, &summary].map(|value| shown(field, value, setting.catalog));
                let name = field.name();
                return self.conflicts.push(message!(
                    "{name}: the cell says {cell}, the summary says {summary}",
                    "{name}：单元格写的是 {cell}，备注写的是 {summary}"
                ));
            }
        };
        self.derive(Field::Summary, field, column_name(field), &summary);
        self.values.set(field, Some(value));
    }
}

/// What is known of an education, in fields.
fn values_of(education: &Education) -> Vec<(Field, Value)> {
    let tier = |tier: Option<i16>| tier.map(|tier| Value::Reference(tier.into()));
    let school = |school: Option<i32>| school.map(Value::Reference);
    let [bachelor_tier, master_tier, doctor_tier] = education.tiers();
    let values = [
        (Field::BachelorTier, tier(bachelor_tier)),
        (Field::MasterTier, tier(master_tier)),
        (Field::DoctorTier, tier(doctor_tier)),
        (Field::HighestDegree, education.highest_degree.map(|degree| Value::Member(degree.slug()))),
        (Field::TierBasis, education.tier_basis().map(|basis| Value::Member(basis.slug()))),
        (Field::BachelorSchool, school(education.bachelor_school_id())),
        (Field::School, school(education.school_id())),
    ];
    values.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// What a summary says against the major: `文科背景` of someone whose major is 工科. A broad label, which stands under no
/// discipline, contradicts nothing.
fn major_conflict(summary: &str, major: &str, discipline: Option<&str>) -> Option<Message> {
    let discipline = discipline.filter(|_| summary.contains("背景"))?;
    let text = folded(summary);
    let is_against = |(background, others): &&(String, String)| {
        text.contains(background.as_str()) && others.split('|').any(|other| other == discipline)
    };
    let (background, _) = BACKGROUNDS.iter().find(is_against)?;
    Some(message!("major says {major}, summary says {background}", "专业写的是{major}，备注写的是{background}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_background_contradicts_only_a_major_of_another_side() {
        for (summary, code, conflict) in [
            ("文科背景三轮面试细节披露", Some("08"), true),
            ("文科背景", Some("05"), false),
            ("文科背景", None, false),
            ("从文科到大厂", Some("07"), false),
        ] {
            assert_eq!(major_conflict(summary, "X", code).is_some(), conflict, "{summary} with {code:?}");
        }
    }
}
