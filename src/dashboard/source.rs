//! What is known of a source: what biases it, what a reader must know, where it was published.

use maud::{Markup, html};

use super::values::own;
use super::visit::Visit;
use super::words;
use crate::catalog::Entry;
use crate::statistics::notices::bias_of;

/// The facts as pairs of a list of definitions.
pub(super) fn facts(visit: &Visit, source: &Entry) -> Markup {
    let (bias, bias_en) = source.source_kind().map(bias_of).unwrap_or_default();
    let note = source.text(visit.language.of("note", "note_en")).or_else(|| source.text("note"));
    let facts = [
        (words::BIAS, Some(html! { (visit.language.of(bias, bias_en)) })),
        (words::TO_KNOW, note.map(own)),
        (words::LICENCE, source.text("licence").map(own)),
        (words::PUBLISHED_AT, source.text("url").map(outside)),
    ];
    html! {
        @for (label, fact) in facts {
            @if let Some(fact) = fact { div { dt { (visit.t(label)) } dd { (fact) } } }
        }
    }
}

/// A link to another site; what is no address of a page stays a text and leads nowhere.
fn outside(url: &str) -> Markup {
    let is_page = url.starts_with("https://") || url.starts_with("http://");
    html! { @if is_page { a href=(url) rel="external nofollow noopener noreferrer" { (own(url)) } } @else { (own(url)) } }
}
