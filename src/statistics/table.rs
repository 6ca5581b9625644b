//! Statistics and facets as tables: a row for each group or value, then rows for what is told together and for the whole.

use std::iter::repeat_n;

use super::answer::{Group, Statistics};
use super::categories::GroupKey;
use super::facets::Facets;
use super::parameters::{Metrics, StatisticsQuery};
use super::pay::Pay;
use super::share::Share;
use crate::cases::table::{begun, keep_from_running};
use crate::engine::tally::Others;

/// The columns of what a share is told by.
const SHARE: [&str; 10] = [
    "share",
    "share_denominator",
    "share_low",
    "share_high",
    "share_of_known",
    "share_of_known_denominator",
    "share_of_known_low",
    "share_of_known_high",
    "share_bounds_least",
    "share_bounds_most",
];
/// The columns of the sources of a group; empty where the whole answer is of one.
const SOURCES: [&str; 2] = ["sources", "largest_source_share"];
/// The columns of the pay in a currency, behind its code.
const PAY: [&str; 9] = ["n", "p10", "p25", "median", "median_low", "median_high", "p75", "p90", "reason"];
/// The columns of a value of a facet.
const FACET: [&str; 7] = ["row", "dimension", "value", "name", "name_en", "count", "groups"];

/// A table that is being written.
struct Table(csv::Writer<Vec<u8>>);

impl Table {
    /// Writes a row, no cell of which a spreadsheet runs.
    fn row(&mut self, cells: impl IntoIterator<Item = String>) -> csv::Result<()> {
        for cell in cells {
            let mut cell = cell.into_bytes();
            keep_from_running(&mut cell);
            self.0.write_field(&cell)?;
        }
        self.0.write_record(None::<&[u8]>)
    }

    fn finish(self) -> Vec<u8> {
        // Writing into memory does not fail.
        self.0.into_inner().unwrap_or_default()
    }
}

/// Statistics as CSV. `row` says what a row is: a `group`, the `other` or `suppressed` groups as one, or the `total`, which is
/// all cases of the filter; the pay in each currency has columns of its own.
///
/// # Errors
/// Never, in memory.
pub fn of_statistics(statistics: &Statistics, query: &StatisticsQuery, with_bom: bool) -> csv::Result<Vec<u8>> {
    let Metrics { share: with_share, .. } = query.metrics;
    let of_all = statistics.pay.as_deref().unwrap_or_default();
    let currencies: Vec<&str> = of_all.iter().filter_map(|pay| pay.currency.as_deref()).collect();
    let mut table = Table(begun(with_bom));
    let keys =
        statistics.group_by.iter().flat_map(|name| [(*name).into(), format!("{name}_name"), format!("{name}_name_en")]);
    let shares = SHARE.iter().filter(|_| with_share).map(|name| (*name).to_owned());
    let pay = currencies.iter().flat_map(|code| PAY.iter().map(move |name| format!("pay_{code}_{name}")));
    let numbers = ["count".to_owned(), "groups".to_owned()].into_iter().chain(SOURCES.map(str::to_owned));
    table.row(["row".into()].into_iter().chain(keys).chain(numbers).chain(shares).chain(pay))?;
    let no_keys = || repeat_n(String::new(), 3 * statistics.group_by.len()).collect::<Vec<_>>();
    let mut write = |row: &str, keys: Vec<String>, numbers: [String; 2], group: Option<&Group>, pay: &[Pay]| {
        let shares = group.map(share_cells).unwrap_or_default().into_iter().filter(|_| with_share);
        let sources = group.and_then(|group| group.sources);
        let sources = sources.map(|it| [it.count.to_string(), it.largest_share.to_string()]).unwrap_or_default();
        let pay = currencies.iter().flat_map(|code| pay_cells(pay, code));
        table.row([row.to_owned()].into_iter().chain(keys).chain(numbers).chain(sources).chain(shares).chain(pay))
    };
    for group in &statistics.groups {
        let keys = group.keys.iter().flat_map(|key| key_cells(key)).collect();
        let pay = group.pay.as_deref().unwrap_or_default();
        write("group", keys, [group.count.to_string(), String::new()], Some(group), pay)?;
    }
    if let Some(other) = statistics.other {
        write("other", no_keys(), other_cells(other), None, &[])?;
    }
    if let Some(suppressed) = statistics.suppressed {
        write("suppressed", no_keys(), [suppressed.count.to_string(), String::new()], None, &[])?;
    }
    write("total", no_keys(), [statistics.total.to_string(), String::new()], None, of_all)?;
    Ok(table.finish())
}

/// Facets as CSV; `row` says what a row is: a `value`, the `other` or `suppressed` values of a dimension as one, or its
/// `total`.
///
/// # Errors
/// Never, in memory.
pub fn of_facets(facets: &Facets, with_bom: bool) -> csv::Result<Vec<u8>> {
    let mut table = Table(begun(with_bom));
    table.row(FACET.map(str::to_owned))?;
    for facet in &facets.facets {
        let dimension = || facet.dimension.to_owned();
        for value in &facet.values {
            let numbers = [value.count.to_string(), String::new()];
            table.row(["value".to_owned(), dimension()].into_iter().chain(key_cells(&value.key)).chain(numbers))?;
        }
        let none = || String::new();
        let counted = |count: u64| [count.to_string(), none()];
        let together = [
            ("other", facet.other.map(other_cells)),
            ("suppressed", facet.suppressed.map(|suppressed| counted(suppressed.count))),
            ("total", Some(counted(facet.total))),
        ];
        for (row, numbers) in together.into_iter().filter_map(|(row, numbers)| Some((row, numbers?))) {
            table.row([row.to_owned(), dimension(), none(), none(), none()].into_iter().chain(numbers))?;
        }
    }
    Ok(table.finish())
}

fn key_cells(key: &GroupKey) -> [String; 3] {
    [key.value.clone(), key.name.clone(), key.name_en.clone()]
}

fn other_cells(other: Others) -> [String; 2] {
    [other.count.to_string(), other.groups.to_string()]
}

fn share_cells(group: &Group) -> [String; SHARE.len()] {
    let cells = |share: Option<Share>| -> [String; 4] {
        let cells =
            |it: Share| [it.value.to_string(), it.denominator.to_string(), it.low.to_string(), it.high.to_string()];
        share.map(cells).unwrap_or_default()
    };
    let [value, denominator, low, high] = cells(group.share);
    let [of_known, of_known_denominator, of_known_low, of_known_high] = cells(group.share_of_known);
    let bounds = group.share_bounds.map(|it| [it.least.to_string(), it.most.to_string()]);
    let [least, most] = bounds.unwrap_or_default();
    [value, denominator, low, high, of_known, of_known_denominator, of_known_low, of_known_high, least, most]
}

/// The pay in a currency; empty cells where a row has none.
fn pay_cells(pay: &[Pay], currency: &str) -> [String; PAY.len()] {
    let Some(pay) = pay.iter().find(|pay| pay.currency.as_deref() == Some(currency)) else { return Default::default() };
    let amount = |amount: Option<f64>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    let [p10, p25, median, low, high, p75, p90] =
        [pay.p10, pay.p25, pay.median, pay.median_low, pay.median_high, pay.p75, pay.p90].map(amount);
    let n = pay.n.map(|n| n.to_string()).unwrap_or_default();
    [n, p10, p25, median, low, high, p75, p90, pay.reason.map(|reason| reason.code().to_owned()).unwrap_or_default()]
}
