//! What a page says of itself to those who show a preview of a link to it: Open Graph, cards, and where oEmbed is answered.

use maud::{Markup, html};

use super::{OEMBED_PATH, chart_in_frame, picture_of};
use crate::charts::parameters::ChartKind;
use crate::dashboard::address::Address;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::model::case::Field;
use crate::parameters::LANG;
use crate::statistics::parameters::GROUP_BY;

/// The width of the picture in a preview.
pub(super) const PICTURE_WIDTH_PX: u32 = 1200;

/// What a page of the cases of a filter has in its head: the picture is of these cases by company.
pub(in crate::dashboard) fn of_cases(visit: &Visit, title: &str, description: &str, filter: &Address) -> Markup {
    let chart = chart_in_frame(ChartKind::Bar, &filter.with(GROUP_BY.name, Field::Company.name()));
    head(visit, title, description, &chart)
}

/// What a page with a chart has in its head; `chart` is the address of that for a frame.
pub(in crate::dashboard) fn head(visit: &Visit, title: &str, description: &str, chart: &Address) -> Markup {
    let origin = visit.origin();
    // Whoever makes the preview says nothing of the language of who will see it.
    let chart = chart.with(LANG.name, visit.language.tag());
    let absolute = |address: &Address| format!("{origin}{}", address.href());
    let frame = absolute(&chart);
    let oembed = Address::parse(OEMBED_PATH, "").with("url", &frame).with("format", "json");
    html! {
        meta property="og:type" content="website";
        meta property="og:site_name" content=(visit.t(words::SITE));
        meta property="og:locale" content=(visit.language.of("zh_CN", "en_US"));
        meta property="og:title" content=(title);
        meta property="og:description" content=(description);
        meta property="og:url" content=(absolute(&visit.address));
        meta property="og:image" content=(absolute(&picture_of(&chart)));
        meta property="og:image:type" content="image/png";
        meta property="og:image:width" content=(PICTURE_WIDTH_PX);
        meta property="og:image:alt" content=(title);
        meta name="twitter:card" content="summary_large_image";
        link rel="alternate" type="application/json+oembed" href=(absolute(&oembed)) title=(title);
    }
}
