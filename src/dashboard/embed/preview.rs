//! What a page says of itself to those who show a preview of a link to it: Open Graph, cards, and where oEmbed is answered.

use maud::{Markup, html};

use super::{OEMBED_PATH, picture_of};
use crate::dashboard::address::Address;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;
use crate::parameters::LANG;

/// The width of the picture in a preview.
pub(super) const PICTURE_WIDTH_PX: u32 = 1200;

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
