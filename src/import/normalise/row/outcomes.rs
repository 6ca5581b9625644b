//! Whether a row tells of an offer at all: what its columns of outcome say together.

use super::super::outcome::{self, Outcome};
use super::super::setting::Memos;
use super::CaseDraft;
use crate::import::read::column::Column;
use crate::import::report::Remark;
use crate::model::case::Field;
use crate::parameters::{Message, message};

/// The rule that rejects a row without an offer.
const RULE: &str = "outcome";

impl CaseDraft<'_> {
    /// Refuses a row that does not say that there was an offer, in a table that says it of each row; and one whose
    /// remark says nothing but that there was none.
    ///
    /// A column that says so counts, whatever others say of steps before it. Columns that contradict each other are no
    /// offer for sure.
    pub(super) fn check_outcome(&self, memos: &mut Memos) -> Result<(), Remark> {
        let columns = &self.setting.columns;
        if columns.tells_applications_alone() {
            let place = columns.place(Column::Application).unwrap_or_default();
            return Err(self.refused(place, applications_alone()));
        }
        let mut said: Vec<(usize, Outcome)> = Vec::new();
        let mut first = None;
        for place in columns.places_of(Column::Outcome) {
            first = first.or(Some(place));
            let cell = self.cells.get(place).map_or("", |cell| cell.trim());
            if !cell.is_empty() {
                let memo = memos.outcomes.entry(place).or_default();
                said.push((place, *memo.get(cell, || outcome::read_below(cell, columns.title_at(place)))));
            }
        }
        if let Some(first) = first {
            return together(&said).map_err(|(place, message)| self.refused(place.unwrap_or(first), message));
        }
        match columns
            .place(Field::Summary)
            .filter(|place| self.cells.get(*place).is_some_and(|it| outcome::is_failure(it)))
        {
            Some(place) => Err(self.refused(place, no_offer())),
            None => Ok(()),
        }
    }

    fn refused(&self, place: usize, message: Message) -> Remark {
        let cell = self.cells.get(place).map_or("", String::as_str);
        Remark::new(self.number, self.setting.columns.title_at(place), cell, RULE, message)
    }
}

/// What the columns of a row say together; the column that speaks against an offer, and why.
fn together(said: &[(usize, Outcome)]) -> Result<(), (Option<usize>, Message)> {
    let that_says = |wanted: Outcome| said.iter().find(|(_, outcome)| *outcome == wanted).map(|(place, _)| *place);
    let refused = that_says(Outcome::Refused);
    if let Some(place) = that_says(Outcome::NoOffer) {
        let message = if that_says(Outcome::Offer).is_some() { contradiction() } else { no_offer() };
        return Err((Some(place), message));
    }
    if that_says(Outcome::Offer).is_some() {
        // Who refuses beside an offer is the person.
        return Ok(());
    }
    match (refused, that_says(Outcome::Unclear), that_says(Outcome::NotYet)) {
        (Some(place), ..) => Err((Some(place), no_offer())),
        (None, Some(place), _) => Err((Some(place), unclear())),
        (None, None, Some(place)) => {
            Err((Some(place), message!("the row says that there is no offer yet", "该行说明尚未拿到 offer")))
        }
        (None, None, None) => Err((
            None,
            message!(
                "the table says of each row whether there was an offer, and of this one it does not",
                "这张表逐行说明是否拿到 offer，而该行没有说明"
            ),
        )),
    }
}

fn no_offer() -> Message {
    message!("the row says that there was no offer", "该行说明没有拿到 offer")
}

fn contradiction() -> Message {
    message!("one column says that there was an offer, this one that there was none", "一列说有 offer，这一列说没有")
}

fn unclear() -> Message {
    message!(
        "it does not say for sure whether there was an offer; write offer or 挂",
        "没有明确说明是否拿到 offer；请写 offer 或 挂"
    )
}

fn applications_alone() -> Message {
    message!(
        "the table tells of applications, and no column says whether there was an offer",
        "这张表记录的是投递，没有一列说明是否拿到 offer"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_agree_are_taken_and_those_that_do_not_are_refused() {
        use Outcome::{NoOffer, NotYet, Offer, Refused, Unclear};
        for (said, is_offer) in [
            (&[Offer][..], true),
            (&[Offer, NotYet], true),
            (&[Offer, Refused], true),
            (&[Offer, Unclear], true),
            (&[], false),
            (&[NoOffer], false),
            (&[NoOffer, Offer], false),
            (&[Refused], false),
            (&[Refused, NotYet], false),
            (&[NotYet], false),
            (&[Unclear], false),
        ] {
            let said: Vec<(usize, Outcome)> = said.iter().copied().enumerate().collect();
            assert_eq!(together(&said).is_ok(), is_offer, "{said:?}");
        }
    }
}
