//! Tells the family of a post by the words of its title.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::{Directory, Resolved, RoleFamily};
use crate::model::closed_set::ClosedSet;
use crate::text::search_text;
use crate::word_tables;

/// How much a word says of what the post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Weight {
    /// It is the trade, or the head of the title.
    Full,
    /// It is a head that many trades have: of 芯片工程师 and 数据分析师 the word before it decides.
    Light,
}

#[derive(Debug, Deserialize)]
struct FamilyWord {
    word: String,
    family: RoleFamily,
    weight: Weight,
}

/// Words with the family that they tell. In Chinese as in English the head of a title stands last: of 数据产品经理 it is
/// 产品经理, of UI Developer it is developer.
static WORDS: LazyLock<Vec<FamilyWord>> = LazyLock::new(|| {
    let words: Vec<FamilyWord> = word_tables::rows(include_str!("../../../seed/import/role_families.csv"));
    words.into_iter().map(|row| FamilyWord { word: search_text(&row.word), ..row }).collect()
});

/// The family of a post that is new to the catalog; where several posts are called so, that of all of them.
pub fn of_new(title: &str, roles: &Directory) -> Option<RoleFamily> {
    let Some(Resolved::Ambiguous { entries, by }) = roles.known(title) else { return guess(title) };
    if !by.is_exact() {
        return guess(title);
    }
    let family = entries.first()?.text("family");
    let is_of_all = entries.iter().all(|entry| entry.text("family") == family);
    family.filter(|_| is_of_all).and_then(RoleFamily::from_slug)
}

/// The family that a title tells; `None` where it tells none.
pub fn guess(title: &str) -> Option<RoleFamily> {
    let title = search_text(title);
    let main = main_part(&title);
    if names_several(main) {
        return None;
    }
    told(main).or_else(|| (main.len() < title.len()).then(|| told(&title)).flatten())
}

/// Whether a title names posts of different families: 算法/数据.
fn names_several(title: &str) -> bool {
    if !title.contains(['/', '、', '&']) {
        return false;
    }
    let mut families: Vec<RoleFamily> = title.split(['/', '、', '&']).filter_map(|part| told(part.trim())).collect();
    families.dedup();
    families.len() > 1
}

/// A title without what stands behind it in brackets, behind a dash or a comma: the field, the place, the team. What stands
/// in brackets before it is a note.
fn main_part(title: &str) -> &str {
    let title = ["(", "【", "["].iter().find_map(|open| title.strip_prefix(open)).map_or(title, |rest| {
        rest.find([')', '】', ']']).map_or(title, |end| rest[end..].trim_start_matches([')', '】', ']', ' ', '-']))
    });
    let is_end = |(at, character): &(usize, char)| match character {
        '(' | '【' | '[' | ',' | '，' | '|' | '：' | ':' | '—' | '–' | ';' => true,
        // Front-end is one word.
        '-' => !title[..*at].ends_with(|it: char| it.is_ascii_alphanumeric()) || title[..*at].ends_with(' '),
        _ => false,
    };
    let end = title.char_indices().find(is_end).map_or(title.len(), |(at, _)| at);
    let main = title[..end].trim();
    if main.is_empty() { title } else { main }
}

/// The family of the last word of full weight, else that of the last of the others.
fn told(text: &str) -> Option<RoleFamily> {
    let last = |weight: Weight| {
        let words = WORDS.iter().filter(|word| word.weight == weight);
        let said = words.filter_map(|word| Some((end_of(text, &word.word)?, word.word.len(), word.family)));
        said.max_by_key(|(end, length, _)| (*end, *length)).map(|(.., family)| family)
    };
    last(Weight::Full).or_else(|| last(Weight::Light))
}

/// Where a word ends that a text has, the last time. A Latin one starts a word; a short one stands alone, so that `pm` is
/// not in `npm` or `pmo`.
fn end_of(text: &str, word: &str) -> Option<usize> {
    const SHORT: usize = 4;
    let is_letter = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
    let is_latin = word.starts_with(|first: char| first.is_ascii_alphanumeric());
    let is_short = is_latin && word.len() <= SHORT && word.is_ascii();
    let ends = text.rmatch_indices(word).map(|(at, _)| (at, at + word.len()));
    let whole = ends.into_iter().find(|(at, end)| {
        let starts = !is_latin || !is_letter(text[..*at].chars().next_back());
        starts && (!is_short || !is_letter(text[*end..].chars().next()))
    });
    whole.map(|(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_tells_its_family_by_its_head() {
        use RoleFamily::{
            Administration, Algorithm, Data, Design, Engineering, Finance, Game, Hardware, Manufacturing, Marketing,
            Media, Medical, Operations, Product, ProjectManagement, Research, Sales, Teaching,
        };
        for (expected, titles) in [
            (
                Some(Product),
                "产品经理|AI产品经理|数据产品经理|增长产品经理|运营平台产品经理|大模型产品|\
                 Senior Product Manager|AI PM|社区产品",
            ),
            (Some(Operations), "产品运营|社区运营|用户运营|用户增长|数据运营|Community Manager|Operations Manager"),
            (Some(Algorithm), "算法工程师|推荐算法研发|Machine Learning Engineer|NLP工程师|直播推荐算法工程师"),
            (Some(Data), "数据分析师|数据科学家|Data Scientist|数据分析师（数据运营）|HR数据分析师"),
            (
                Some(Engineering),
                "数据开发工程师|测试开发|测试开发工程师|前端工程师|后端开发|Java开发|运维工程师|SRE|QA|\
                 iOS Developer|Software Engineer|UI Developer|JAVA开发工程师（云GIS产品）|Software Engineer, Machine Learning|\
                 Front-end Developer|后端開發工程師|運營開發|支付结算后端开发工程师",
            ),
            (Some(Hardware), "芯片设计工程师|硬件测试工程师|Hardware Engineer|射频工程师"),
            (Some(Manufacturing), "结构工程师|工艺工程师|Mechanical Engineer|电池研发工程师|质量工程师"),
            (Some(Design), "UI设计师|UX Designer|交互设计|产品设计师|品牌视觉设计师"),
            (Some(Game), "游戏策划|关卡策划|Game Designer"),
            (Some(Sales), "销售|算法销售|Sales Engineer|客户经理"),
            (Some(Marketing), "市场营销|Marketing Manager|产品市场经理"),
            (Some(ProjectManagement), "PMO|Project Manager|研发项目经理"),
            (Some(Finance), "会计|财务分析师|投资经理|Financial Analyst"),
            (Some(Administration), "HRBP|招聘专员|法务|Recruiter"),
            (Some(Teaching), "数学教师|讲师|Math Teacher"),
            (Some(Research), "科研助理|Research Associate"),
            (Some(Medical), "药物研发工程师|护士"),
            (Some(Media), "新媒体编辑|记者"),
            (None, "炼丹师|Widget Wrangler|"),
        ] {
            for title in titles.split('|') {
                assert_eq!(guess(title), expected, "{title}");
            }
        }
    }

    #[test]
    fn titles_of_the_seed_are_hardly_ever_told_wrongly() {
        let mut seed = csv::Reader::from_reader(include_str!("../../../seed/roles.csv").as_bytes());
        let (mut right, mut wrong) = (0, Vec::new());
        for row in seed.records() {
            let row = row.expect("a row of the seed");
            let (title, family) = (&row[1], &row[3]);
            match guess(title) {
                None => {}
                Some(guess) if guess.slug() == family => right += 1,
                Some(guess) => wrong.push(format!("{title}: {} for {family}", guess.slug())),
            }
        }
        assert!(right > 500, "{right} right");
        assert!(wrong.len() * 20 < right, "{right} right, {} wrong: {wrong:#?}", wrong.len());
    }
}
