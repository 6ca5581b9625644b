//! What headers are called, in Chinese and English, and what may stand around a name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::header::{EDUCATION, column_name};
use crate::model::case::Field;
use crate::text::name_key;

/// Names of headers, with `|` between them, by the name of the column that they mean; compared as names are. What has
/// no line here is no column of a table.
const HEADERS: &[(&str, &str)] = &[
    (
        "company",
        "公司 | 公司名称 | 公司名 | 公司全称 | 公司简称 | 名称 | 企业 | 企业名称 | 单位 | 单位名称 | \
         用人单位 | 雇主 | 厂 | 大厂 | 入职公司 | 签约公司 | offer公司 | company | company name | employer | \
         firm | organization | organisation",
    ),
    (
        "role",
        "岗位 | offer类型 | 职位 | 岗位名称 | 职位名称 | 岗位类型 | 职位类型 | 应聘岗位 | \
         应聘职位 | 投递岗位 | offer岗位 | 职务 | role | role name | position | position name | job | \
         title | job title | job role | offer type",
    ),
    (
        "role_track",
        "岗位方向 | 方向 | 业务方向 | 职位方向 | 细分方向 | 岗位细分 | 赛道 | track | role track | direction | specialty",
    ),
    (
        "major",
        "专业 | 专业方向 | 所学专业 | 专业名称 | 专业背景 | 主修 | major | major name | field of study | \
         discipline",
    ),
    (
        "education",
        "院校/学历 | 学历 | 学历/院校 | 院校学历 | 学历院校 | 学校/学历 | 学历/学校 | 学校学历 | 学历学校 | \
         教育 | 教育背景 | 教育经历 | 学历背景 | 最高学历 | 学历层次 | 学校背景 | 院校背景 | 学历/学校档次 | \
         education | degree | education level | education background | academic background",
    ),
    (
        "school",
        "学校 | 院校 | 毕业院校 | 毕业学校 | 最高学历院校 | 最高学历学校 | 学校名称 | 院校名称 | 大学 | \
         硕士院校 | 硕士学校 | 研究生院校 | 研究生学校 | 就读院校 | 就读学校 | 高校 | school | school name | \
         university | university name | college | institution",
    ),
    (
        "bachelor_school",
        "本科院校 | 本科学校 | 本科毕业院校 | 本科大学 | 第一学历院校 | 第一学历学校 | bachelor school | \
         bachelor school name | undergraduate school | undergraduate university | bachelor university",
    ),
    (
        "city",
        "地点 | 城市 | 工作地点 | 工作城市 | 地区 | 所在城市 | 所在地 | 工作地 | base地 | base城市 | base | \
         city | location | work location | work city | place",
    ),
    (
        "pay",
        "薪资 | 薪酬 | 待遇 | 年薪 | 总包 | 薪水 | 工资 | 薪资待遇 | 薪酬待遇 | 年总包 | 总薪资 | 税前年薪 | \
         年包 | 月薪 | 薪资范围 | 薪资情况 | package | salary | pay | tc | total compensation | \
         compensation | total package | annual pay | annual salary",
    ),
    (
        "date",
        "日期 | 时间 | 创建日期 | 创建时间 | offer时间 | offer日期 | 发布时间 | 发布日期 | 录取时间 | \
         上岸时间 | 上岸日期 | 提交时间 | 签约时间 | date | time | offer date | offered on | date of offer | \
         created | created date",
    ),
    (
        "offer_channel",
        "招聘类型 | 渠道 | 校招社招 | 校招/社招 | 社招/校招 | 招聘渠道 | 招聘方式 | offer渠道 | 求职类型 | \
         实习/校招/社招 | channel | offer channel | recruitment type | hiring type | recruitment channel",
    ),
    (
        "interview_rounds",
        "面试轮次 | 轮次 | 面试轮数 | 轮数 | 面试次数 | rounds | interview rounds | number of rounds | \
         interviews",
    ),
    (
        "preparation",
        "准备时间 | 准备周期 | 备战时长 | 备战时间 | 准备时长 | 备战周期 | 辅导周期 | 辅导时长 | 上岸周期 | \
         用时 | preparation | preparation time | preparation days | prep time | time to prepare",
    ),
    ("tags", "标签 | 关键词 | 关键字 | tags | tag | labels | keywords"),
    (
        "summary",
        "特点总结 | 备注 | 总结 | 特点 | 说明 | 备注信息 | 案例特点 | 亮点 | 详情 | 补充说明 | 评价 | \
         summary | notes | note | remark | remarks | comment | comments | description",
    ),
    ("key", "编号 | 序号 | id | key | no | no. | 案例编号 | source key | case id | #"),
];

/// What may stand beside a name without changing what it means: the unit of an amount.
const UNITS: &[&str] =
    &["万", "万元", "元", "k", "w", "年", "月", "天", "日", "周", "rmb", "cny", "人民币", "千", "税前", "days", "yuan"];

/// Every column that a table may have, with the names of its headers.
pub(super) static COLUMNS: LazyLock<Vec<(Field, &str)>> = LazyLock::new(|| {
    let field = |name: &str| Field::ALL.iter().copied().find(|field| column_name(*field) == name);
    HEADERS.iter().filter_map(|(name, names)| Some((field(name)?, *names))).collect()
});

static BY_KEY: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    let columns = COLUMNS.iter().map(|(column, _)| (name_key(column_name(*column)), *column));
    columns.chain(names().map(|(column, name)| (name_key(name), column))).collect()
});

/// Every name with what it means.
fn names() -> impl Iterator<Item = (Field, &'static str)> {
    COLUMNS.iter().flat_map(|(column, names)| names.split('|').map(|name| (*column, name)))
}

/// How surely a header means a column: a bare name is surer than one with something around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// A known name with a unit, a translation or an ornament: `*公司`, `公司 Company`, `薪资(万/年)`.
    Decorated,
    /// A known name.
    Exact,
    /// The reader of the file said so.
    Mapped,
}

/// What a header means, if its name is known.
pub(super) fn meaning(header: &str) -> Option<(Field, Match)> {
    if let Some(column) = BY_KEY.get(&name_key(header)) {
        return Some((*column, Match::Exact));
    }
    // Headers are short; what is longer is text.
    const LONGEST: usize = 60;
    if header.chars().count() > LONGEST {
        return None;
    }
    let (outside, inside) = split_brackets(header);
    let column = undecorated(&outside).or_else(|| match has_letters(&outside) {
        true => None,
        false => undecorated(&inside),
    })?;
    Some((column, Match::Decorated))
}

/// The text outside and the text inside brackets of any width.
fn split_brackets(header: &str) -> (String, String) {
    let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0_usize);
    for character in header.chars() {
        match character {
            '(' | '（' | '[' | '【' | '［' | '「' | '〔' | '<' | '《' => depth += 1,
            ')' | '）' | ']' | '】' | '］' | '」' | '〕' | '>' | '》' => depth = depth.saturating_sub(1),
            _ if depth > 0 => inside.push(character),
            _ => outside.push(character),
        }
    }
    (outside, inside)
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// What a header means after its ornaments, its number and its translation are taken away.
fn undecorated(header: &str) -> Option<Field> {
    let ornament = |character: char| !character.is_alphanumeric();
    let name = header.trim_matches(ornament);
    let numbered = name.trim_start_matches(|character: char| character.is_ascii_digit());
    let name = if numbered.starts_with(['.', '、', '．', ':', ' ']) { numbered.trim_matches(ornament) } else { name };
    let joined: String = name.chars().filter(|character| !matches!(character, '_' | '-')).collect();
    BY_KEY.get(&name_key(name)).or_else(|| BY_KEY.get(&name_key(&joined))).copied().or_else(|| translated(name))
}

/// What a header means whose parts are names of one column, as in `公司/Company`, or units.
fn translated(header: &str) -> Option<Field> {
    let whole_parts = header.split(|character: char| !character.is_alphanumeric() && character != ' ');
    let by_script = script_runs(header);
    agreed(whole_parts.map(str::to_owned)).or_else(|| agreed(by_script.into_iter()))
}

fn agreed(parts: impl Iterator<Item = String>) -> Option<Field> {
    let mut columns = Vec::new();
    for part in parts.map(|part| name_key(&part)).filter(|part| !part.is_empty()) {
        match BY_KEY.get(&part) {
            Some(column) => columns.push(*column),
            None if UNITS.contains(&part.as_str()) => {}
            None => return None,
        }
    }
    columns.dedup();
    match columns.as_slice() {
        [only] => Some(*only),
        [Field::School, EDUCATION] | [EDUCATION, Field::School] => Some(EDUCATION),
        _ => None,
    }
}

/// The Latin and the other words of a header, apart: `公司名称CompanyName` has two.
fn script_runs(header: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut latin = None;
    for character in header.chars() {
        let is_latin = character.is_ascii_alphanumeric() || (character == ' ' && latin == Some(true));
        let is_word = is_latin || character.is_alphanumeric();
        if !is_word {
            latin = None;
        } else if latin == Some(is_latin) {
            runs.last_mut().into_iter().for_each(|run| run.push(character));
        } else {
            runs.push(character.to_string());
            latin = Some(is_latin);
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::super::header::PAY;
    use super::*;

    #[test]
    fn a_name_belongs_to_one_column() {
        assert_eq!(COLUMNS.len(), HEADERS.len(), "a line of the headers is of no field");
        let mut seen: HashMap<String, Field> = HashMap::new();
        for (column, name) in names() {
            let other = seen.insert(name_key(name), column);
            assert!(other.is_none_or(|other| other == column), "{name} means {other:?} and {column:?}");
        }
        for (column, _) in COLUMNS.iter() {
            assert_eq!(meaning(column_name(*column)), Some((*column, Match::Exact)));
        }
    }

    #[test]
    fn names_are_found_with_what_stands_around_them() {
        for (header, column) in [
            ("公司 Company", Field::Company),
            ("公司/Company", Field::Company),
            ("公司（必填）", Field::Company),
            ("*公司", Field::Company),
            ("公司名称:", Field::Company),
            ("公司名称：", Field::Company),
            ("公司\nCompany Name", Field::Company),
            ("公司名称CompanyName", Field::Company),
            ("【公司】", Field::Company),
            ("1、公司", Field::Company),
            ("company_name", Field::Company),
            ("薪资(万/年)", PAY),
            ("薪资/万", PAY),
            ("年薪（W）", PAY),
            ("院校 / 学历", EDUCATION),
            ("院校、学历", EDUCATION),
            ("本科院校（全称）", Field::BachelorSchool),
            ("准备时间（天）", Field::PreparationDays),
            ("Job Title*", Field::Role),
            ("岗位|Position", Field::Role),
        ] {
            assert_eq!(meaning(header).map(|(column, _)| column), Some(column), "header: {header}");
        }
    }

    #[test]
    fn what_only_has_a_name_in_it_is_not_taken_for_it() {
        for header in [
            "公司规模",
            "学校及格",
            "公司/岗位",
            "company_name_en",
            "offer 数量",
            "",
            "***",
            "(万)",
            "百度",
            "本科tier",
        ] {
            assert_eq!(meaning(header), None, "header: {header}");
        }
    }
}
