//! What names mean in the catalog, whatever kind of entries they are of.

use crate::catalog::{Catalog, Directory, Entry, FoundBy, Resolved};
use crate::import::read::header::spoken;
use crate::model::case::Field;
use crate::model::field::Kind;
use crate::parameters::{Message, message};

/// The directory of the entries that a field refers to; `None` where it is no reference.
pub fn of(catalog: &Catalog, field: Field) -> Option<&Directory> {
    match field.kind() {
        Kind::Reference(entity) => Some(catalog.directory(entity)),
        _ => None,
    }
}

/// What a name means as a value of a field; `None` where nothing is called so. Similar names are not looked for, and what
/// is only found by initials is no sure meaning: three letters are a name of their own too soon.
pub fn meaning<'a>(catalog: &'a Catalog, field: Field, name: &str) -> Option<Resolved<'a>> {
    Some(match of(catalog, field)?.known(name)? {
        Resolved::Found { entry, by: FoundBy::Initials, .. } => {
            Resolved::Ambiguous { entries: vec![entry], by: FoundBy::Initials }
        }
        sure => sure,
    })
}

/// Entries as a remark lists them: in English their slugs, in Chinese their names with these; of those that are withheld only that
/// there are more.
pub fn listed(entries: &[&Entry]) -> Message {
    let shown = |tell: fn(&Entry) -> String, between| {
        let told = entries.iter().filter(|entry| !entry.is_withheld()).map(|entry| tell(entry));
        let more = entries.iter().any(|entry| entry.is_withheld()).then(|| "…".to_owned());
        told.chain(more).collect::<Vec<_>>().join(between)
    };
    let in_chinese = |entry: &Entry| format!("{}（{}）", entry.name(), entry.slug());
    Message { en: shown(|entry| entry.slug().to_owned(), ", "), zh: shown(in_chinese, "、") }
}

/// That a name may mean one of several entries.
pub fn may_mean(entries: &[&Entry]) -> Message {
    let Message { en, zh } = listed(entries);
    message!("may mean {en}", "可能指{zh}")
}

/// That nothing is called so that could be the value of a field.
pub fn none_is_called_so(field: Field) -> Message {
    let (en, zh) = (spoken(field), field.label().zh);
    message!("no {en} is called so", "没有叫这个名字的{zh}")
}
