//! Statistics as SVG pictures that a page can show in an `<img>`: bars, a heat map and box plots.
//!
//! [`parameters`] is what may be asked, [`picture`] makes of statistics what is drawn, and says it in words. [`mod@bar`],
//! [`mod@heatmap`] and [`mod@boxes`] draw, on a [`sheet`] with an [`axis`] in the colours of a [`palette`]; [`document`]
//! completes the picture, [`text`] measures and writes texts. Nothing is drawn from a file, a font or the network, so
//! that the same input always gives the same bytes.

mod axis;
mod bar;
mod boxes;
mod document;
mod heatmap;
mod palette;
pub mod parameters;
pub mod picture;
mod sheet;
mod text;

#[cfg(test)]
mod tests;

pub use bar::{Bar, bar};
pub use boxes::{BoxGroup, Spread, boxes};
pub use heatmap::{Heatmap, heatmap};
pub use palette::Theme;
pub use text::Unit;

/// What every chart has besides its numbers. An empty text leaves its line out.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The heading, also the picture's accessible name.
    pub title: String,
    /// A visible line under the heading: the filter, the number of cases.
    pub subtitle: String,
    /// What the picture says, for those who cannot see it; not drawn.
    pub description: String,
    /// Visible lines at the foot: where the numbers come from, what they cannot tell.
    pub source: String,
    /// The name of what runs from left to right: the value axis, or the columns of a heat map.
    pub x_label: String,
    /// The name of what the rows stand for.
    pub y_label: String,
    /// The language of all texts as a BCP 47 tag: `zh` or `en`.
    pub lang: &'static str,
    /// The colours to draw with.
    pub theme: Theme,
    /// How the ticks of a value axis are written.
    pub unit: Unit,
}

/// Why a chart could not be drawn: the drawing library refused an element.
#[derive(Debug, thiserror::Error)]
#[error("the chart could not be drawn: {0}")]
pub struct ChartError(String);
