//! Reads labels of school tier, school and degree, such as `985本硕`, `硕士211`, `海硕`, `浙大本硕`, `二本`.

mod place;
mod schooling;
mod vocabulary;
mod words;

use crate::model::closed_sets::Degree;
use crate::parameters::{Message, message};
pub use place::Place;
pub use schooling::Education;
pub use vocabulary::Vocabulary;
use words::Word;

/// Why a label says nothing that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Something in it is not understood.
    Word(String),
    /// Tiers and degrees do not pair up.
    Unpaired,
    /// A tier without a degree.
    NoDegree,
    /// The same degree twice.
    DegreeTwice,
}

impl Unreadable {
    /// What a reader is told.
    pub fn message(&self) -> Message {
        match self {
            Self::Word(word) => message!(
                "`{word}` in it is no school tier, school or degree",
                "其中的 `{word}` 不是院校层次、院校或学历"
            ),
            Self::Unpaired => {
                message!("it is not clear which school tier belongs to which degree", "不清楚哪个院校层次属于哪个学历")
            }
            Self::NoDegree => message!("it names a school tier without a degree", "有院校层次，没有学历"),
            Self::DegreeTwice => {
                message!("it gives two school tiers for the same degree", "同一学历有两个院校层次")
            }
        }
    }
}

/// What a cell of a school column says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchoolCell {
    /// A school or a tier alone.
    Place(Place),
    /// Degrees too.
    Education(Box<Education>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum LabelPart {
    Place { place: Place, of_bachelor: bool },
    Degrees(Vec<Degree>),
}

type Statement = Vec<LabelPart>;

/// Reads a label. White space and the order of words do not count: `211 本硕` is `本硕211`.
///
/// `X硕` gives the master's tier and says nothing of the bachelor's; `X本硕` gives both.
///
/// Where only the school is unclear the degree is kept, and so is the tier that all schools have that may be meant.
///
/// # Errors
/// Where another part of it is not understood: then nothing of it is used.
pub fn read(label: &str, vocabulary: &Vocabulary<'_>) -> Result<Education, Unreadable> {
    let mut statements = statements(label, vocabulary)?;
    if label.contains(ARROWS) || label.contains("->") {
        complete_first_step(&mut statements);
    }
    let mut education = Education::default();
    for (degrees, place) in pairs(&statements)? {
        for degree in degrees {
            education.add(degree, place.as_ref(), vocabulary)?;
        }
    }
    Ok(education)
}

/// Reads a cell of a school column: a school or a tier, with or without degrees.
///
/// # Errors
/// As [`read`], and where it names several schools without degrees.
pub fn read_school(cell: &str, vocabulary: &Vocabulary<'_>) -> Result<SchoolCell, Unreadable> {
    let statements = match statements(cell, vocabulary) {
        // Its words are not all known, but the whole may be a name: 清华大学（深圳）.
        Err(unreadable) => return vocabulary.called(cell).ok_or(unreadable).map(SchoolCell::Place),
        Ok(statements) => statements,
    };
    if let [statement] = statements.as_slice()
        && let [LabelPart::Place { place, of_bachelor: false }] = statement.as_slice()
    {
        return Ok(SchoolCell::Place(place.clone()));
    }
    read(cell, vocabulary).map(|education| SchoolCell::Education(Box::new(education)))
}

fn statements(label: &str, vocabulary: &Vocabulary<'_>) -> Result<Vec<Statement>, Unreadable> {
    let words = vocabulary.split(label)?;
    let statements = words.split(|word| *word == Word::Separator).map(|words| parts(words, vocabulary));
    let statements: Vec<Statement> = statements.collect::<Result<_, _>>()?;
    Ok(statements.into_iter().filter(|statement| !statement.is_empty()).collect())
}

/// Words that belong together as one: a school with its tier, a degree said twice.
fn parts(words: &[Word], vocabulary: &Vocabulary<'_>) -> Result<Statement, Unreadable> {
    let mut parts: Statement = Vec::new();
    for word in words {
        let (new, bachelor) = match word {
            Word::Filler | Word::Separator => continue,
            Word::Degrees(degrees) => {
                if !matches!(parts.last(), Some(LabelPart::Degrees(known)) if known == degrees) {
                    parts.push(LabelPart::Degrees(degrees.to_vec()));
                }
                continue;
            }
            Word::Tier { id, of_bachelor } => (Place::of_tier(*id), *of_bachelor),
            Word::Place(place) => (place.clone(), false),
        };
        match parts.last_mut() {
            Some(LabelPart::Place { place, of_bachelor }) => {
                *place = place.joined(&new, vocabulary).ok_or(Unreadable::Unpaired)?;
                *of_bachelor |= bachelor;
            }
            _ => parts.push(LabelPart::Place { place: new, of_bachelor: bachelor }),
        }
    }
    Ok(parts)
}

/// What stands between the steps of an education.
const ARROWS: [char; 4] = ['→', '➡', '➔', '⇒'];

/// Of what leads to a master, the first step is a bachelor: 双非→985硕.
fn complete_first_step(statements: &mut [Statement]) {
    let [first, second, ..] = statements else { return };
    let [LabelPart::Place { .. }] = first.as_slice() else { return };
    let degrees = second.iter().filter_map(|part| match part {
        LabelPart::Degrees(degrees) => Some(degrees.as_slice()),
        LabelPart::Place { .. } => None,
    });
    if degrees.eq([[Degree::Master].as_slice()]) {
        first.push(LabelPart::Degrees(vec![Degree::Bachelor]));
    }
}

type Pair = (Vec<Degree>, Option<Place>);

/// Which place belongs to which degrees. Each statement is clear on its own, or the whole has one of both.
fn pairs(statements: &[Statement]) -> Result<Vec<Pair>, Unreadable> {
    let all: Vec<&LabelPart> = statements.iter().flatten().collect();
    if let [LabelPart::Place { place, .. }, LabelPart::Degrees(degrees)]
    | [LabelPart::Degrees(degrees), LabelPart::Place { place, .. }] = all.as_slice()
    {
        return Ok(vec![(degrees.clone(), Some(place.clone()))]);
    }
    let mut pairs = Vec::new();
    for statement in statements {
        pairs.append(&mut pairs_of(statement)?);
    }
    Ok(pairs)
}

fn pairs_of(statement: &[LabelPart]) -> Result<Vec<Pair>, Unreadable> {
    if statement.iter().all(|part| matches!(part, LabelPart::Degrees(_))) {
        let degrees =
            |part: &LabelPart| if let LabelPart::Degrees(degrees) = part { degrees.clone() } else { Vec::new() };
        return Ok(statement.iter().map(|part| (degrees(part), None)).collect());
    }
    if let [LabelPart::Place { place, of_bachelor }] = statement {
        let bachelor = || vec![(vec![Degree::Bachelor], Some(place.clone()))];
        return of_bachelor.then(bachelor).ok_or(Unreadable::NoDegree);
    }
    // Places and degrees by turns, always in the same order; anything else can be read in two ways.
    let pair = |two: &[LabelPart]| match two {
        [LabelPart::Place { place, .. }, LabelPart::Degrees(degrees)] => Ok((true, degrees.clone(), place.clone())),
        [LabelPart::Degrees(degrees), LabelPart::Place { place, .. }] => Ok((false, degrees.clone(), place.clone())),
        _ => Err(Unreadable::Unpaired),
    };
    let found = statement.chunks(2).map(pair).collect::<Result<Vec<_>, _>>()?;
    if found.windows(2).any(|two| two[0].0 != two[1].0) {
        return Err(Unreadable::Unpaired);
    }
    Ok(found.into_iter().map(|(_, degrees, place)| (degrees, Some(place))).collect())
}
