//! What the columns of pay of a row say together, in one currency.

use super::super::pay_table::{self, PayRow};
use super::super::rules::Extract;
use super::super::setting::Memos;
use super::CaseDraft;
use crate::import::read::column::Column;
use crate::import::read::header::{PAY, column_name, spoken};
use crate::import::report::Remark;
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::model::value::Value;
use crate::parameters::message;

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

impl CaseDraft<'_> {
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
}
