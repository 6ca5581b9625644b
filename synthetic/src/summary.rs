//! Summaries of made-up cases: a few phrases each. Words of two characters stand in them as often as in real ones: some
//! in every tenth summary, most in one of some hundreds, and those of code names in one of some ten thousands.
//!
//! What they say must not contradict the other cells: no numbers of interviews or of days, no channel.

use crate::chance::{Chance, Weights, Words};
use crate::words::{ADVICE, EXPERIENCES, INTERVIEWS, NAME_ENDS, NAME_STARTS, STRENGTHS, TOPICS, WORKS};

/// Draws summaries.
#[derive(Debug)]
pub(crate) struct Summaries {
    experiences: Words,
    topics: Words,
    works: Words,
    strengths: Words,
    interviews: Words,
    advice: Words,
    phrases: Weights,
}

impl Summaries {
    /// All that summaries may say.
    pub fn new() -> Self {
        Self {
            experiences: Words::new(EXPERIENCES, 1),
            topics: Words::new(TOPICS, 2),
            works: Words::new(WORKS, 1),
            strengths: Words::new(STRENGTHS, 2),
            interviews: Words::new(INTERVIEWS, 1),
            advice: Words::new(ADVICE, 1),
            phrases: Weights::of([26, 26, 24, 14, 10].into_iter()),
        }
    }

    /// A summary; empty where the case has none.
    pub fn draw(&self, chance: &mut Chance) -> String {
        if chance.percent(7) {
            return String::new();
        }
        let mut summary = String::with_capacity(160);
        let phrases = chance.weighted(&[(1, 15), (2, 45), (3, 32), (4, 8)]);
        // Each kind of phrase at most once, from a chance one on.
        let first = self.phrases.draw(chance);
        for index in 0..phrases {
            if index > 0 {
                summary.push('，');
            }
            self.add_phrase((first + index) % 5, &mut summary, chance);
        }
        summary
    }

    fn add_phrase(&self, kind: usize, summary: &mut String, chance: &mut Chance) {
        match kind {
            0 => summary.push_str(self.experiences.draw(chance)),
            1 => {
                summary.push_str(self.topics.draw(chance));
                summary.push_str(self.works.draw(chance));
                if chance.percent(25) {
                    summary.push('“');
                    summary.push_str(chance.one_of(NAME_STARTS));
                    summary.push_str(chance.one_of(NAME_ENDS));
                    summary.push('”');
                }
            }
            2 => summary.push_str(self.strengths.draw(chance)),
            3 => summary.push_str(self.interviews.draw(chance)),
            _ => summary.push_str(self.advice.draw(chance)),
        }
    }
}
