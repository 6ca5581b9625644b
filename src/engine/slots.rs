//! Which columns are kept in memory: one for each field that is filtered, grouped or compared, or that such a field is
//! made of, and what their codes stand for.
//!
//! A code is 0 where nothing is known.

use std::sync::LazyLock;

use tokio_postgres::types::Type;

use super::days::second_of;
use crate::cases::filter_sql::expression;
use crate::model::case::Field;
use crate::model::closed_set::Members;
use crate::model::entity::Entity;
use crate::model::field::{Definition, FILTER, GROUP, Kind, Origin};

/// What the codes of a column stand for.
#[derive(Debug, Clone, Copy)]
pub enum Coding {
    /// Ids of entries, in the dictionary of their kind.
    Entries(Entity),
    /// Members of a closed set, from 1 in its order.
    Members(&'static Members),
    /// Texts, in the dictionary of the slot.
    Texts,
    /// Whole numbers: one more than what they are above this.
    Numbers(i32),
    /// Days: Julian day numbers.
    Days,
    /// Instants: seconds since 1970.
    Seconds,
    /// Periods of a date, in the dictionary of the slot: years, or months counted from year 0.
    Periods {
        /// Whether months are meant.
        is_month: bool,
        /// The slot of the date.
        date: usize,
        /// The slot of its precision.
        precision: usize,
    },
    /// The two ends of pay added up: twice the middle.
    Sums,
    /// 2 where something is so, 1 where it is not.
    Flags,
}

/// A column in memory.
#[derive(Debug)]
pub struct Slot {
    /// The field that it is of.
    pub field: Field,
    /// What its codes stand for.
    pub coding: Coding,
    /// The expression that gives what it is made of, with its type; `None` where it is made of other slots.
    pub expression: Option<(String, Type)>,
}

/// All columns in memory.
#[derive(Debug)]
pub struct Slots {
    /// The columns.
    pub all: Vec<Slot>,
    /// By field, its column.
    of: [Option<usize>; Field::COUNT],
    /// The column of the currencies of annual pay, unknown where this is; a case may have another figure in it.
    pub currency_of_pay: usize,
}

/// The columns in memory, by the table of fields.
pub static SLOTS: LazyLock<Slots> = LazyLock::new(Slots::new);

/// The number of the column that holds what a field is made of.
///
/// # Panics
/// Of a field that is not filtered, grouped or compared.
pub fn slot(field: Field) -> usize {
    SLOTS.of[field as usize].unwrap_or_else(|| unreachable!("`{}` is not kept in memory", field.name()))
}

impl Slots {
    fn new() -> Self {
        let mut slots = Self { all: Vec::new(), of: [None; Field::COUNT], currency_of_pay: 0 };
        // Of the tallies of every group.
        slots.add(Field::Source);
        for field in Field::ALL {
            if field.can(FILTER) || field.can(GROUP) || field.definition().compare.is_some() {
                slots.add(*field);
            }
        }
        slots
    }

    /// Adds the columns that a field needs, and says which is its own.
    fn add(&mut self, field: Field) -> usize {
        if let Some(known) = self.of[field as usize] {
            return known;
        }
        let Definition { kind, origin, .. } = *field.definition();
        let added = match origin {
            Origin::Attribute { of, .. } | Origin::Above { of, .. } | Origin::EachOf(of) => self.add(of),
            Origin::AnyOf(fields) => {
                let slots: Vec<usize> = fields.iter().map(|field| self.add(*field)).collect();
                slots.first().copied().unwrap_or_default()
            }
            Origin::PeriodOf(of) => {
                let (date, is_month) = (self.add(of), matches!(kind, Kind::Period { is_month: true }));
                let precision = match of.kind() {
                    Kind::Date { precision } => self.add(precision),
                    _ => date,
                };
                self.push(field, Coding::Periods { is_month, date, precision }, None)
            }
            Origin::Middle { min, max, currency } => {
                let column = |field: Field| field.column().unwrap_or_default();
                let sum = format!("{}::bigint + {}", column(min), column(max));
                let code = format!("case when {} is not null then {} end", column(max), column(currency));
                let added = self.push(field, Coding::Sums, Some((sum, Type::INT8)));
                self.currency_of_pay = self.push(currency, Coding::Texts, Some((code, Type::TEXT)));
                added
            }
            Origin::IsFilled(of) => {
                let filled = format!("{} <> '{{}}'", of.column().unwrap_or_default());
                self.push(field, Coding::Flags, Some((filled, Type::BOOL)))
            }
            Origin::Column(column) => self.add_stored(field, kind, column),
            Origin::Elsewhere => unreachable!("`{}` is of another table", field.name()),
        };
        self.of[field as usize] = Some(added);
        added
    }

    fn add_stored(&mut self, field: Field, kind: Kind, column: &str) -> usize {
        let (coding, read_as, sql_type) = match kind {
            Kind::Reference(entity) => (Coding::Entries(entity), format!("{column}::integer"), Type::INT4),
            // Enums travel as their labels.
            Kind::Closed(set) => (Coding::Members(set), column.to_owned(), Type::TEXT),
            Kind::Number { least, .. } => (Coding::Numbers(least), format!("{column}::integer"), Type::INT4),
            Kind::Date { precision } => {
                self.add(precision);
                let days = format!("case when isfinite({column}) then {column} - date '4714-11-24 BC' end");
                (Coding::Days, days, Type::INT4)
            }
            Kind::Time => (Coding::Seconds, second_of(column), Type::INT8),
            Kind::Currency { .. } => (Coding::Texts, expression(field), Type::TEXT),
            Kind::Tags => (Coding::Texts, format!("array_to_string({column}, ' ')"), Type::TEXT),
            _ => (Coding::Texts, column.to_owned(), Type::TEXT),
        };
        self.push(field, coding, Some((read_as, sql_type)))
    }

    fn push(&mut self, field: Field, coding: Coding, expression: Option<(String, Type)>) -> usize {
        self.all.push(Slot { field, coding, expression });
        self.all.len() - 1
    }
}
