//! Statistics as SVG pictures: bars, a heat map, box plots, a histogram, and dots with
//! intervals for the differences of two groups. A page can show them in an `<img>`, or have them
//! within itself, where each mark is a link.
//!
//! [`parameters`] is what may be asked, [`picture`] makes of statistics what is drawn ([`comparison`] of two groups), [`words`] says it. [`mod@bar`],
//! [`mod@heatmap`], [`mod@boxes`], [`mod@histogram`] and [`mod@dots`] draw, on a [`canvas`] and in a [`plot`] with a value axis, in the colours of a
//! [`palette`]; [`text`] measures and writes texts. [`inline`] is what a picture within a page has of its own: [`marks`] are its
//! links. Nothing is drawn from a file, a font or the network, so that the same input always gives the same bytes; but [`png`]
//! makes pixels of a picture, with the fonts that are installed.

mod bar;
mod boxes;
mod canvas;
mod comparison;
mod dots;
mod heatmap;
mod histogram;
pub(crate) mod inline;
mod marks;
mod palette;
pub(crate) mod parameters;
pub(crate) mod picture;
mod plot;
pub(crate) mod png;
mod text;
mod words;

#[cfg(test)]
mod link_tests;
#[cfg(test)]
mod tests;

use crate::parameters::Language;
use inline::Place;
use palette::Theme;
use text::Unit;

/// What every chart has besides its numbers. An empty text leaves its line out.
#[derive(Debug, Clone, Default)]
struct Frame {
    /// The heading, also the picture's accessible name.
    title: String,
    /// A visible line under the heading: the filter, the number of cases.
    subtitle: String,
    /// What the picture says, for those who cannot see it; not drawn.
    description: String,
    /// Visible lines at the foot: where the numbers come from, what they cannot tell.
    source: String,
    /// What stands in the place of the picture where there is nothing to draw, and why.
    empty: String,
    /// The name of what runs from left to right: the value axis, or the columns of a heat map.
    x_label: String,
    /// The name of what the rows stand for.
    y_label: String,
    /// The language of all texts.
    language: Language,
    /// The colours to draw with.
    theme: Theme,
    /// How the ticks of a value axis are written.
    unit: Unit,
    /// Where the picture stands.
    place: Place,
}
