//! The way out of a page: files of what it shows, and the call that it is made of, in three languages.

use maud::{Markup, html};

use crate::dashboard::address::Address;
use crate::dashboard::visit::Visit;
use crate::dashboard::words;

/// What may be taken away of a page.
pub(in crate::dashboard) struct TakeAway {
    /// Files, each with what it is called.
    pub(in crate::dashboard) files: Vec<(&'static str, Address)>,
    /// The call of the API that the page is made of.
    pub(in crate::dashboard) call: Address,
}

/// Links to the files, and the call as a line of a shell, in Python and in JavaScript.
pub(in crate::dashboard) fn shown(visit: &Visit, take_away: &TakeAway) -> Markup {
    let url = format!("{}{}", visit.origin(), take_away.call.href());
    let calls = [
        ("curl", "call-curl", format!("curl -s '{}'", url.replace('\'', "%27"))),
        ("Python", "call-python", format!("import requests\n\nanswer = requests.get({url:?}).json()")),
        ("JavaScript", "call-javascript", format!("const answer = await (await fetch({url:?})).json();")),
    ];
    html! {
        section.take-away aria-labelledby="take-away" {
            h2 #take-away { (visit.t(words::TAKE_AWAY)) }
            p { (visit.t(words::DOWNLOAD)) ": "
                @for (index, (name, address)) in take_away.files.iter().enumerate() {
                    @if index > 0 { " · " } a href=(address.href()) download[!matches!(*name, "JSON" | "SVG")] { (name) }
                } }
            details { summary { (visit.t(words::AS_A_CALL)) }
                p { (visit.t(words::AS_A_CALL_HINT)) }
                @for (name, id, text) in calls {
                    div.call { h3 { (name) } pre tabindex="0" role="region" aria-label=(name) { code id=(id) { (text) } }
                        button type="button" data-copy=(id) data-copied=(visit.t(words::COPIED)) hidden { (visit.t(words::COPY)) " " (name) } }
                }
            }
        }
    }
}
