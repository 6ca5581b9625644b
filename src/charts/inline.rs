//! Pictures within a page, which gives them their dark colours and says where their marks lead.
//!
//! Such a picture has no style of its own, so that it can stand in a page whose policy forbids that: [`style_sheet`] has it
//! for all of them.

use super::palette;
use super::parameters::ChartQuery;
use super::picture::Content;
use crate::statistics::answer::Statistics;

/// How lines and rectangles are drawn: straight edges lie on whole pixels, and without smoothing they stay sharp.
pub(super) const SHARP_EDGES: &str = "shape-rendering:crispEdges";

/// Makes the address that cases of these parameters of the filter, and their values, stand at.
pub(crate) type MakeAddress<'a> = dyn Fn(&[(&str, String)]) -> String + 'a;

/// The page that a picture stands in.
#[derive(Clone, Copy)]
pub(crate) struct Inline<'a> {
    /// What the ids of the picture begin with; no other picture of the page has the same.
    pub(crate) id: &'a str,
    /// Makes the address of the cases for which these parameters of the filter are so, besides the filter of the picture.
    pub(crate) link: &'a MakeAddress<'a>,
    /// Whether heading and foot are drawn; where not, the page has them as its own text, by [`caption`].
    pub(crate) with_heading: bool,
    /// Whether links are opened beside the page, as those of a page in a frame.
    pub(crate) opens_beside: bool,
}

impl Inline<'_> {
    pub(super) fn place(&self) -> Place {
        Place::Page { id: self.id.to_owned(), has_heading: self.with_heading, opens_beside: self.opens_beside }
    }
}

/// Where a picture stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// In a document of its own.
    #[default]
    Alone,
    /// In a page: what its ids begin with, whether it has heading and foot, and whether links are opened beside it.
    Page { id: String, has_heading: bool, opens_beside: bool },
}

impl Place {
    pub(super) fn has_heading(&self) -> bool {
        matches!(self, Self::Alone | Self::Page { has_heading: true, .. })
    }

    /// The attributes of a link that say where it is opened.
    pub(super) fn target(&self) -> &'static str {
        match self {
            Self::Page { opens_beside: true, .. } => " target=\"_blank\" rel=\"noopener\"",
            _ => "",
        }
    }
}

/// What a mark of a picture leads to, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The address; `None` where it has no case, or no filter can say which.
    pub(super) address: Option<String>,
    /// What the mark is, in words.
    pub(super) words: String,
}

/// What stands beside a picture that has no heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caption {
    /// The heading.
    pub(crate) title: String,
    /// How many cases of which filter, and what is not drawn of them.
    pub(crate) subtitle: String,
    /// Where the numbers come from and what they cannot tell, in lines.
    pub(crate) source: String,
}

/// Draws statistics as a part of a page, as `<svg class="chart">` with links.
pub(crate) fn inline(query: &ChartQuery, statistics: &Statistics, page: &Inline<'_>) -> String {
    let content = Content { query, statistics, page: Some(page) };
    content.draw(&content.frame())
}

/// How wide and how high a picture is, as it says itself.
pub(crate) fn size_px(svg: &str) -> (u32, u32) {
    let number = |name: &str| svg.split_once(name)?.1.split_once('"')?.0.parse().ok();
    (number(" width=\"").unwrap_or(0), number(" height=\"").unwrap_or(0))
}

/// What is to be said beside a picture.
pub(crate) fn caption(query: &ChartQuery, statistics: &Statistics) -> Caption {
    let frame = Content { query, statistics, page: None }.frame();
    Caption { title: frame.title, subtitle: frame.subtitle, source: frame.source }
}

/// The rules for all pictures of a page: sharp edges, an outline of the mark that is pointed at or has the focus, and the
/// dark colours, where the page asks for them by `data-theme` or the viewer's system does and the page does not say.
pub(crate) fn style_sheet() -> String {
    let dark = |root: &str| -> String {
        let rules = |colour: palette::Pair| {
            ["fill", "stroke"].map(|attribute| format!("{root} .chart {}", colour.turn_dark(attribute))).concat()
        };
        palette::all().map(rules).collect()
    };
    format!(
        ".chart line,.chart rect{{{SHARP_EDGES}}}.chart a:hover .target{{stroke-width:1}}\
         .chart a:focus-visible{{outline:none}}.chart a:focus-visible .target{{stroke-width:3}}\
         @media (prefers-color-scheme:dark){{{}}}{}",
        dark(":root:not([data-theme=light])"),
        dark(":root[data-theme=dark]")
    )
}
