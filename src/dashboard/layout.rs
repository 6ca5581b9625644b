//! What every page has: head, navigation, foot.

use maud::{DOCTYPE, Markup, html};

use super::assets;
use super::visit::{THEME, Theme, Visit};
use super::words;
use crate::model::field::Label;
use crate::parameters::{LANG, Language};

/// A place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// No place of the navigation.
    None,
    /// Narrowing all cases.
    Explore,
    /// Cases like a profile.
    Compare,
    /// The guide.
    Guide,
    /// Sources and imports.
    Data,
}

/// The places of the navigation, in order.
const NAVIGATION: [(Section, &str, Label); 4] = [
    (Section::Explore, "/explore", words::EXPLORE),
    (Section::Compare, "/compare", words::COMPARE),
    (Section::Guide, "/guide", words::GUIDE),
    (Section::Data, "/data", words::DATA),
];

/// A page without what every page has.
pub(super) struct Content {
    /// The title of the window, without the name of the site.
    pub(super) title: String,
    /// What the page tells, in a sentence, for those who have only a link to it.
    pub(super) description: String,
    /// Where it stands.
    pub(super) section: Section,
    /// More of the head.
    pub(super) head: Markup,
    /// What it shows.
    pub(super) main: Markup,
}

/// The whole page.
pub(super) fn page(visit: &Visit, content: &Content) -> Markup {
    let Content { title, description, section, head, main } = content;
    let language = visit.language.of("zh-CN", "en");
    html! {
        (DOCTYPE)
        html lang=(language) data-theme=(visit.theme.name()) {
            head {
                (head_of_every_page(visit, title, description))
                script type="module" src=(assets::path("app.js")) {}
                (alternates(visit))
                (head)
            }
            body {
                a.skip href="#main" { (visit.t(words::SKIP)) }
                (header(visit, *section))
                main #main tabindex="-1" { (main) }
                (footer(visit))
            }
        }
    }
}

/// What also pages for frames have in their head.
pub(super) fn head_of_every_page(visit: &Visit, title: &str, description: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (title) " · " (visit.t(words::SITE)) }
        meta name="description" content=(description);
        meta name="color-scheme" content=(match visit.theme {
            Theme::Auto => "light dark",
            Theme::Light => "light",
            Theme::Dark => "dark",
        });
        link rel="icon" type="image/svg+xml" href=(assets::path("icon.svg"));
        link rel="stylesheet" href=(assets::path("style.css"));
    }
}

/// The same page in either language, for those who look for pages.
fn alternates(visit: &Visit) -> Markup {
    let origin = visit.origin();
    html! {
        @for language in [Language::Chinese, Language::English] {
            link rel="alternate" hreflang=(language.tag())
                href=(format!("{origin}{}", visit.address.with(LANG.name, language.tag()).href()));
        }
    }
}

fn header(visit: &Visit, section: Section) -> Markup {
    let other = visit.language.of(Language::English, Language::Chinese);
    html! {
        header.site {
            a.brand href=(visit.link("/")) { (visit.t(words::SITE)) }
            nav aria-label=(visit.t(words::MAIN_NAVIGATION)) {
                ul {
                    @for (place, path, label) in NAVIGATION {
                        li { a href=(visit.link(path)) aria-current=[(place == section).then_some("page")] { (visit.t(label)) } }
                    }
                    li { a href="/docs/index.html" { (visit.t(words::API)) } }
                }
            }
            a.language href=(visit.address.with(LANG.name, other.tag()).href()) lang=(other.of("zh-CN", "en")) hreflang=(other.tag()) {
                (other.of("中文", "English"))
            }
        }
    }
}

fn footer(visit: &Visit) -> Markup {
    let themes =
        [(Theme::Auto, words::COLOURS_AUTO), (Theme::Light, words::COLOURS_LIGHT), (Theme::Dark, words::COLOURS_DARK)];
    html! {
        footer.site {
            p { (visit.t(words::OFFERS_ONLY)) }
            nav aria-label=(visit.t(words::COLOURS)) {
                span { (visit.t(words::COLOURS)) }
                ul {
                    @for (theme, label) in themes {
                        li {
                            a href=(visit.address.with(THEME.name, theme.name()).href()) rel="nofollow"
                                aria-current=[(theme == visit.theme).then_some("true")] { (visit.t(label)) }
                        }
                    }
                }
            }
        }
    }
}
