//! Reads the company and the role of a row: known ones by all their names, others as new ones.

use super::setting::Setting;
use super::{MAX_NAME_CHARS, check, names, ornaments, post, role_family, role_level, wrapping};
use crate::catalog::cities::city_in;
use crate::catalog::{Directory, Entry, Resolved};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::RoleLevel;
use crate::model::entity::Entity;
use crate::model::value::Value;
use crate::parameters::{Message, message};
use crate::text::{is_invisible, name_key};

/// A company or role as a cell names it.
#[derive(Debug)]
pub struct Name {
    /// The entry, or what is to be made.
    pub value: Value,
    /// The rule by which it was read.
    pub rule: &'static str,
    /// What is to be known of each row that has it.
    pub remark: Option<Message>,
    /// What is to be known of it once: known entries that are called nearly so.
    pub near: Option<Message>,
    /// The level that a title says beside the post.
    pub level: Option<RoleLevel>,
}

/// A name; or the rule and the reason why the row is rejected.
pub type NameReading = Result<Name, (&'static str, Message)>;

/// The rule of a name that stands there as it is known.
const BY_NAME: &str = "name";

/// The company or role that a cell names.
///
/// A company that several have for an alias only is rejected: with whom somebody is, is what a case is about, and no company
/// is better known by a name that is none's. A role is kept as it is written, since the rest of the case holds whichever of
/// several posts is meant. A name of one that is an alias elsewhere is taken and remarked.
pub fn name(cell: &str, field: Field, setting: &Setting<'_>, near: &mut NearNames) -> NameReading {
    let (what, zh) = (field.name(), field.label().zh);
    no_text(cell, field)?;
    let cell: String = wrapping::unwrapped(cell).chars().filter(|character| !is_invisible(*character)).collect();
    let name = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(("needed", message!("a case needs a {what}", "缺少{zh}，每条案例都必须有")));
    }
    let (cell, name, meaning) = match names::meaning(setting.catalog, field, &name) {
        Some(Resolved::Unknown) | None => plain(name, cell, field, setting)?,
        known => (cell, name, known),
    };
    let (cell, name, meaning) = match meaning {
        Some(Resolved::Unknown) | None if field == Field::Role => of_post(name, cell, setting),
        known => (cell, name, known),
    };
    no_name(&name, meaning.as_ref(), field, setting)?;
    let level = if field == Field::Role { role_level::within(&name) } else { None };
    let written = if cell.contains(['\n', '\r', '\t']) { name.clone() } else { cell };
    let is_exact = match &meaning {
        Some(Resolved::Found { by, .. } | Resolved::Ambiguous { by, .. }) => by.is_exact(),
        _ => false,
    };
    if field == Field::Role
        && !is_exact
        && let Some(name) = without_level(&name, meaning.as_ref(), setting, near)
    {
        return Ok(Name { level: name.level.or(level), ..name });
    }
    let directory = names::of(setting.catalog, field).unwrap_or_else(|| setting.catalog.directory(Entity::Role));
    let posts =
        if field == Field::Role && !is_found(meaning.as_ref()) { post::several(&name, setting) } else { Vec::new() };
    let named = named(written, meaning.as_ref(), directory, near);
    let remark = named.remark.or_else(|| {
        let Message { en, zh } = names::listed(&posts);
        (posts.len() > 1)
            .then(|| message!("kept as it is written; it names several: {en}", "按原文保留；写了几个岗位：{zh}"))
    });
    Ok(Name { level, remark, ..named })
}

/// Refuses a cell that is no text of a name.
fn no_text(cell: &str, field: Field) -> Result<(), (&'static str, Message)> {
    let (what, zh) = (field.name(), field.label().zh);
    if cell.chars().count() > MAX_NAME_CHARS {
        let message = message!(
            "a {what} of more than {MAX_NAME_CHARS} characters is no name",
            "超过 {MAX_NAME_CHARS} 个字符的不是{zh}名"
        );
        return Err((BY_NAME, message));
    }
    if let Some(reason) = check::mojibake(cell) {
        return Err(("mojibake", reason));
    }
    if let Some(items) = wrapping::several(cell) {
        let items = items.join(", ");
        let message = message!("it names several: {items}; write one {what}", "写了多个：{items}；请只写一个{zh}");
        return Err(("several", message));
    }
    Ok(())
}

/// Refuses what is no name, or that of several companies.
fn no_name(
    name: &str,
    meaning: Option<&Resolved<'_>>,
    field: Field,
    setting: &Setting<'_>,
) -> Result<(), (&'static str, Message)> {
    let (what, zh) = (field.name(), field.label().zh);
    Err(match meaning {
        Some(Resolved::Found { .. }) => return Ok(()),
        Some(Resolved::Ambiguous { entries, by }) if by.is_exact() && field == Field::Company => {
            ("ambiguous", names::may_mean(entries).with(&message!("; write one of them", "；请写其中一个")))
        }
        _ if name_key(name) == name_key(setting.columns.title(field)) => {
            ("header", message!("the row repeats the header", "该行重复了表头"))
        }
        _ if check::is_placeholder(name) => (
            "placeholder",
            message!("it only fills the cell; write the name of the {what}", "只是占位；请写{zh}的名称"),
        ),
        _ if field == Field::Role && post::is_none(name) => (
            "no_post",
            message!(
                "it says how somebody was hired or at which level, and no post; write the post, or --set role=...",
                "说的是招聘方式或职级，不是岗位；请写岗位，或用 --set role=... 说明"
            ),
        ),
        _ if field == Field::Role && is_place(name, setting) => {
            ("place", message!("it names a place, and no post", "是地名，不是岗位"))
        }
        _ => return Ok(()),
    })
}

/// A name as it is kept and as it is looked for, and what it means.
type NameMeaning<'s> = (String, String, Option<Resolved<'s>>);

/// A name that nobody knows without what adorns or numbers it, and what it means then; refused where it is crossed out.
fn plain<'s>(
    name: String,
    cell: String,
    field: Field,
    setting: &'s Setting<'_>,
) -> Result<NameMeaning<'s>, (&'static str, Message)> {
    let meaning = |name: &str| names::meaning(setting.catalog, field, name);
    let is_known = |name: &str| matches!(meaning(name), Some(Resolved::Found { .. }));
    if let Some(sign) = ornaments::cross(&name) {
        return Err((
            "outcome",
            message!(
                "it is marked {sign}, which may say that there was no offer; take the mark away where there was one",
                "带有 {sign}，可能表示没有拿到 offer；若拿到了，请去掉该标记"
            ),
        ));
    }
    let pageless = ornaments::without_page(&name);
    let plain = ornaments::unnumbered(ornaments::unadorned(&pageless), is_known).trim();
    let meaning = meaning(plain);
    let cell = if plain == name { cell } else { plain.to_owned() };
    Ok((cell, plain.to_owned(), meaning))
}

/// A title that nobody knows without the place in it, or as the one post that all of its parts mean.
fn of_post<'s>(name: String, cell: String, setting: &'s Setting<'_>) -> NameMeaning<'s> {
    let meaning = |name: &str| names::meaning(setting.catalog, Field::Role, name);
    if let Some(post) = post::without_place(&name, setting) {
        let meaning = meaning(&post);
        return (post.clone(), post, meaning);
    }
    let same = match post::several(&name, setting).as_slice() {
        [only] => meaning(only.name()),
        _ => meaning(&name),
    };
    (cell, name, same)
}

fn is_found(meaning: Option<&Resolved<'_>>) -> bool {
    matches!(meaning, Some(Resolved::Found { .. }))
}

/// A title that means this as a whole, as a post and a level; `None` where it says no level, or is better known as a whole.
fn without_level(
    title: &str,
    whole: Option<&Resolved<'_>>,
    setting: &Setting<'_>,
    near: &mut NearNames,
) -> Option<Name> {
    let roles = setting.catalog.directory(Entity::Role);
    let meaning = |post: &str| names::meaning(setting.catalog, Field::Role, post);
    let apart = role_level::apart(title, |post| meaning(post).is_some(), |post| role_family::of_new(post, roles))?;
    let post = meaning(&apart.post);
    if is_found(whole) && !is_found(post.as_ref()) {
        return None;
    }
    Some(Name { level: apart.level, ..named(apart.post, post.as_ref(), roles, near) })
}

/// What becomes of a name that means this.
fn named(written: String, meaning: Option<&Resolved<'_>>, directory: &Directory, near: &mut NearNames) -> Name {
    let (value, rule, remark) = match meaning {
        Some(Resolved::Found { entry, by, others }) => {
            let taken = || {
                let (taken, others) = (names::listed(&[entry]), names::listed(others));
                Message {
                    en: format!("taken as {}; it may also mean {}", taken.en, others.en),
                    zh: format!("读作{}；也可能指{}", taken.zh, others.zh),
                }
            };
            let rule = if by.is_exact() { BY_NAME } else { by.as_str() };
            (Value::Reference(entry.id()), rule, (!others.is_empty()).then(taken))
        }
        Some(Resolved::Ambiguous { entries, by }) => {
            let kept = match by.is_exact() {
                true => message!("kept as it is written; ", "按原文保留；"),
                false => message!("new; ", "新建；"),
            };
            let message = kept.with(&names::may_mean(entries));
            (Value::NewEntry(written.clone()), BY_NAME, Some(message))
        }
        Some(Resolved::Unknown) | None => (Value::NewEntry(written.clone()), BY_NAME, None),
    };
    let is_new = matches!(value, Value::NewEntry(_)) && remark.is_none();
    let near = if is_new { near.of(&written, directory) } else { None };
    Name { value, rule, remark, near, level: None }
}

/// Whether a name is that of a city or province, or of a place within a city in Chinese.
fn is_place(name: &str, setting: &Setting<'_>) -> bool {
    // Beside a city in brackets may stand a post.
    let is_one_word = !name.is_ascii() && name.chars().all(char::is_alphabetic);
    if is_one_word && city_in(name, setting.catalog).is_ok() {
        return true;
    }
    let is_exact = |by: crate::catalog::FoundBy| by.is_exact();
    [Entity::City, Entity::Province].into_iter().any(|entity| {
        let written = name.strip_suffix(['市', '省']).unwrap_or(name);
        [name, written].into_iter().any(|name| match setting.catalog.directory(entity).known(name) {
            Some(Resolved::Found { by, .. } | Resolved::Ambiguous { by, .. }) => is_exact(by),
            _ => false,
        })
    })
}

/// Looks for known names that are nearly those of new entries.
#[derive(Debug)]
pub struct NearNames {
    /// How many names are still looked up: each costs up to a millisecond, and a file may have 100,000 of them.
    left: usize,
}

impl Default for NearNames {
    fn default() -> Self {
        const MOST: usize = 2_000;
        Self { left: MOST }
    }
}

impl NearNames {
    fn of(&mut self, name: &str, directory: &Directory) -> Option<Message> {
        self.left = self.left.checked_sub(1)?;
        let near: Vec<&Entry> = directory.nearly(name).into_iter().filter(|entry| !entry.is_withheld()).collect();
        let Message { en, zh } = names::listed(&near);
        (!near.is_empty()).then(|| message!("new; near {en}", "新建；与{zh}相近"))
    }
}

impl Name {
    /// The level as a value of a case.
    pub fn level_value(&self) -> Option<Value> {
        self.level.map(|level| Value::Member(level.slug()))
    }
}
