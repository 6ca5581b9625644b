//! Tells the family of a post by the words of its title.

use std::sync::LazyLock;

use crate::catalog::RoleFamily;
use crate::text::{contains_word, search_text};
use crate::word_tables;

/// Words with the family that they tell. The first that a title has decides, so that what a word means together with
/// another comes before what it means alone: 产品运营 is operations, 数据产品 is product, 测试开发 is engineering. Before
/// them all, and of no family, are those that are sold or taught: 算法销售.
static WORDS: LazyLock<Vec<(String, RoleFamily)>> =
    LazyLock::new(|| word_tables::words(include_str!("../../../seed/import/role_families.csv")));

/// The family that a title tells; [`RoleFamily::Other`] where it tells none.
pub fn guess(title: &str) -> RoleFamily {
    let title = search_text(title);
    // Of a word of no family a part is enough: hr is in hrbp.
    let tells = |word: &str, family| match family {
        RoleFamily::Other => contains_word(&title, word),
        _ => is_said(&title, word),
    };
    WORDS.iter().find(|(word, family)| tells(word, *family)).map_or(RoleFamily::Other, |(_, family)| *family)
}

/// Whether a title has a word; a short Latin one must stand alone, so that `pm` is not in `npm` or `pmo`.
fn is_said(title: &str, word: &str) -> bool {
    const SHORT: usize = 4;
    let stands_alone = word.len() <= SHORT && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !stands_alone {
        return contains_word(title, word);
    }
    title.split(|character: char| !character.is_ascii_alphanumeric()).any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_tells_its_family() {
        use RoleFamily::{Algorithm, Data, Design, Engineering, Operations, Other, Product};
        for (expected, titles) in [
            (
                Product,
                "产品经理|AI产品经理|数据产品经理|增长产品经理|运营平台产品经理|大模型产品|\
                 Senior Product Manager|AI PM|社区产品",
            ),
            (Operations, "产品运营|社区运营|用户运营|用户增长|数据运营|Community Manager"),
            (Algorithm, "算法工程师|推荐算法研发|Machine Learning Engineer|Research Scientist|NLP工程师"),
            (Data, "数据分析师|数据科学家|Data Scientist"),
            (
                Engineering,
                "数据开发工程师|测试开发|测试开发工程师|前端工程师|后端开发|Java开发|运维工程师|SRE|QA|\
                 iOS Developer|Software Engineer|芯片设计工程师",
            ),
            (Design, "UI设计师|UX Designer|交互设计|产品设计师"),
            (Other, "会计|销售|算法销售|PMO|管培生|"),
        ] {
            for title in titles.split('|') {
                assert_eq!(guess(title), expected, "{title}");
            }
        }
    }

    #[test]
    fn titles_of_the_seed_are_hardly_ever_told_wrongly() {
        use crate::model::closed_set::ClosedSet;
        let mut seed = csv::Reader::from_reader(include_str!("../../../seed/roles.csv").as_bytes());
        let (mut right, mut wrong) = (0, Vec::new());
        for row in seed.records() {
            let row = row.expect("a row of the seed");
            let (title, family) = (&row[1], &row[3]);
            match guess(title) {
                RoleFamily::Other => {}
                guess if guess.slug() == family => right += 1,
                guess => wrong.push(format!("{title}: {} for {family}", guess.slug())),
            }
        }
        assert!(wrong.len() * 20 < right, "{right} right, {} wrong: {wrong:#?}", wrong.len());
    }
}
