//! Statistics over a choice of cases: counts, shares and pay, with what they cannot tell.
//!
//! [`parameters`] is what may be asked, [`answer`] what is answered, [`compute`] goes from one to the other:
//! [`group_name`] says what groups are called, [`suppression`] keeps back groups that are too small, [`categories`]
//! are the values of a dimension in order;
//! [`comparison`] is two of them beside each other;
//! [`share`] and [`pay`] are the figures of a group, [`notices`] what must be known to read them.
//! [`histogram`] is how pay is spread, [`position`] where a pay stands in it, [`facets`] are the values of every dimension. A [`place`] is where a page of groups
//! begins; a [`table`] is statistics or facets as CSV.

pub mod answer;
pub mod categories;
pub mod comparison;
pub mod compute;
pub mod facets;
pub mod group_name;
pub mod histogram;
pub mod notices;
pub mod parameters;
pub mod pay;
pub mod place;
pub mod position;
pub mod share;
pub mod suppression;
pub mod table;
