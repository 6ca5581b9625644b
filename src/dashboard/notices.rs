//! What a reader must know of figures: that they are made up, what they are easily taken to say, and what they cannot tell, each with
//! links to what can be done about it.

use maud::{Markup, html};

use super::address::Address;
use super::values::own;
use super::visit::Visit;
use super::words;
use crate::model::notice::Notice;
use crate::statistics::notices::SYNTHETIC;

/// What a reader must know: in plain sight that cases are made up, the rest to be opened. `asked` is the address, if the page
/// has one, to which what can be done about it is added.
pub(super) fn told(visit: &Visit, notices: &[Notice], asked: Option<&Address>) -> Markup {
    html! { (made_up(visit, notices)) (limits(visit, notices, asked, &[])) }
}

/// That cases are made up, where they are.
pub(super) fn made_up(visit: &Visit, notices: &[Notice]) -> Markup {
    html! { @for notice in notices.iter().filter(|notice| notice.code == SYNTHETIC) { p.made-up { (text(visit, notice)) } } }
}

/// What figures are easily taken to say, and do not: the notices of these codes.
pub(super) fn in_sight(visit: &Visit, notices: &[Notice], codes: &[&str], asked: Option<&Address>) -> Markup {
    let seen = notices.iter().filter(|notice| codes.contains(&notice.code));
    html! { @for notice in seen { p.note.in-sight { (text(visit, notice)) (remedies(visit, notice, asked)) } } }
}

/// What else must be known, to be opened, but for what is `told` elsewhere by these codes.
pub(super) fn limits(visit: &Visit, notices: &[Notice], asked: Option<&Address>, told: &[&str]) -> Markup {
    let is_told = |code: &str| code == SYNTHETIC || told.contains(&code);
    let others: Vec<&Notice> = notices.iter().filter(|notice| !is_told(notice.code)).collect();
    html! {
        @if !others.is_empty() {
            details.notices { summary { (visit.t(words::WHAT_IT_CANNOT_TELL)) }
                ul { @for notice in others { li { (text(visit, notice)) (remedies(visit, notice, asked)) } } } }
        }
    }
}

fn text(visit: &Visit, notice: &Notice) -> Markup {
    own(visit.language.of(&notice.message, &notice.message_en))
}

/// Links to the same page with what can be done about a notice.
fn remedies(visit: &Visit, notice: &Notice, asked: Option<&Address>) -> Markup {
    let sent = notice
        .remedies
        .iter()
        .filter_map(|remedy| Some((remedy, asked?.with(remedy.parameter, remedy.value.as_deref()?))));
    html! {
        @for (remedy, address) in sent {
            " · " a.remedy href=(address.href()) { (visit.language.of(&remedy.label, &remedy.label_en)) }
        }
    }
}
