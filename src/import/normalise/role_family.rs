//! Tells the family of a post by the words of its title.

use crate::catalog::RoleFamily;
use crate::text::{contains_word, search_text};

/// Words by family. The first that a title has decides, so that what a word means together with another comes before
/// what it means alone: 产品运营 is operations, 数据产品 is product, 测试开发 is engineering.
const WORDS: &[(RoleFamily, &[&str])] = &[
    // Product work, whatever it is about.
    (
        RoleFamily::Product,
        &[
            "产品经理",
            "产品助理",
            "产品负责人",
            "产品总监",
            "产品专家",
            "产品策划",
            "product manager",
            "product owner",
            "product lead",
            "pm",
        ],
    ),
    // Operations, by what is operated; and what only sounds like it.
    (RoleFamily::Engineering, &["运营开发", "devops", "运维", "site reliability", "sre", "operations engineer"]),
    (RoleFamily::Data, &["运营分析", "增长分析", "运营数据", "商业分析", "business analyst", "data analy"]),
    (RoleFamily::Design, &["运营设计"]),
    (RoleFamily::Operations, &["运营", "operations", "community manager", "增长运营"]),
    (RoleFamily::Design, &["产品设计", "product design", "算法可视化"]),
    (
        RoleFamily::Engineering,
        &["产品工程师", "结构工程师", "产品导入", "框架开发", "产品开发", "产品研发", "产品测试", "product engineer"],
    ),
    (
        RoleFamily::Other,
        &["产品销售", "产品市场", "product marketing", "硬件产品工程师", "产品支持", "产品培训", "产品顾问"],
    ),
    (RoleFamily::Product, &["产品"]),
    (
        RoleFamily::Engineering,
        &["测试开发", "测开", "算法测试", "算法工程化", "数据开发", "数据平台开发", "大数据", "数据库"],
    ),
    (RoleFamily::Engineering, &["data engineer", "ml engineer platform", "数据研发", "数仓"]),
    (
        RoleFamily::Algorithm,
        &[
            "算法",
            "机器学习",
            "机器视觉",
            "数据挖掘",
            "data mining",
            "深度学习",
            "machine learning",
            "deep learning",
            "research scientist",
            "applied scientist",
            "ai researcher",
            "ai research",
            "nlp",
            "algorithm",
            "自然语言处理",
            "计算机视觉",
            "computer vision",
            "大模型研究",
        ],
    ),
    (
        RoleFamily::Data,
        &[
            "数据分析",
            "数据科学",
            "数据挖掘",
            "data scien",
            "data mining",
            "analytics",
            "bi分析",
            "数据策略",
            "数据运营",
        ],
    ),
    (RoleFamily::Operations, &["增长", "growth"]),
    // A designer of circuits or chips is an engineer.
    (RoleFamily::Engineering, &["芯片设计", "电路设计", "结构设计", "硬件设计", "版图设计", "ic设计", "机械设计"]),
    (
        RoleFamily::Design,
        &[
            "设计师",
            "交互设计",
            "视觉设计",
            "平面设计",
            "用户体验",
            "ui设计",
            "交互",
            "视觉",
            "ux",
            "ui",
            "designer",
            "原画",
            "美术",
        ],
    ),
    (
        RoleFamily::Engineering,
        &[
            "开发",
            "研发",
            "前端",
            "后端",
            "后台",
            "客户端",
            "服务端",
            "全栈",
            "测试工程师",
            "测试岗",
            "软件测试",
            "架构师",
            "嵌入式",
            "安全工程师",
            "软件工程师",
            "软件",
            "developer",
            "software",
            "frontend",
            "front-end",
            "backend",
            "back-end",
            "full stack",
            "fullstack",
            "sde",
            "sdet",
            "qa",
            "android",
            "ios",
            "java",
            "c++",
            "golang",
            "python",
            "engineer",
        ],
    ),
];

/// Titles that are wholly about selling or teaching what their words name.
const NEVER: &[&str] = &[
    "销售",
    "讲师",
    "教师",
    "老师",
    "猎头",
    "招聘",
    "hr",
    "sales",
    "recruit",
    "法务",
    "会计",
    "土木",
    "施工",
    "项目经理",
    "基金",
    "药物",
    "生物研发",
];

/// The family that a title tells; [`RoleFamily::Other`] where it tells none.
pub fn guess(title: &str) -> RoleFamily {
    let title = search_text(title);
    if NEVER.iter().any(|word| contains_word(&title, word)) {
        return RoleFamily::Other;
    }
    let says = |words: &[&str]| words.iter().any(|word| is_said(&title, word));
    WORDS.iter().find(|(_, words)| says(words)).map_or(RoleFamily::Other, |(family, _)| *family)
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
        for (title, expected) in [
            ("产品经理", Product),
            ("AI产品经理", Product),
            ("数据产品经理", Product),
            ("增长产品经理", Product),
            ("运营平台产品经理", Product),
            ("大模型产品", Product),
            ("Senior Product Manager", Product),
            ("AI PM", Product),
            ("产品运营", Operations),
            ("社区产品", Product),
            ("社区运营", Operations),
            ("用户运营", Operations),
            ("用户增长", Operations),
            ("数据运营", Operations),
            ("Community Manager", Operations),
            ("算法工程师", Algorithm),
            ("推荐算法研发", Algorithm),
            ("Machine Learning Engineer", Algorithm),
            ("Research Scientist", Algorithm),
            ("NLP工程师", Algorithm),
            ("数据分析师", Data),
            ("数据科学家", Data),
            ("Data Scientist", Data),
            ("数据开发工程师", Engineering),
            ("测试开发", Engineering),
            ("测试开发工程师", Engineering),
            ("前端工程师", Engineering),
            ("后端开发", Engineering),
            ("Java开发", Engineering),
            ("运维工程师", Engineering),
            ("SRE", Engineering),
            ("QA", Engineering),
            ("iOS Developer", Engineering),
            ("Software Engineer", Engineering),
            ("芯片设计工程师", Engineering),
            ("UI设计师", Design),
            ("UX Designer", Design),
            ("交互设计", Design),
            ("产品设计师", Design),
            ("会计", Other),
            ("销售", Other),
            ("算法销售", Other),
            ("PMO", Other),
            ("管培生", Other),
            ("", Other),
        ] {
            assert_eq!(guess(title), expected, "{title}");
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
