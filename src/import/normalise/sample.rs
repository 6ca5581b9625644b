//! A small catalog made by hand, for tests.

use serde_json::{Value, json};

use super::education::Vocabulary;
use crate::catalog::{Alias, Catalog, Entity, Entry};

/// An entry with the values of its attributes, and its aliases with `|` between them.
fn entry<const N: usize>(entity: Entity, id: i32, slug: &str, values: [Value; N], names: &str) -> Entry {
    let alias = |alias: &str| Alias { alias: alias.to_owned(), former: false, ambiguous: false };
    let aliases = names.split('|').filter(|name| !name.is_empty()).map(alias);
    Entry::new(entity, id, slug.to_owned(), values.to_vec(), aliases.collect())
}

/// The catalog.
pub fn sample() -> Catalog {
    Catalog::new(0, entries(schools()))
}

fn entries(schools: Vec<Entry>) -> Vec<Entry> {
    [companies(), roles(), majors(), school_tiers(), schools, tags()].concat()
}

fn companies() -> Vec<Entry> {
    let company = |id, slug: &str, name: &str, names: &str| {
        entry(Entity::Company, id, slug, [json!(name), Value::Null, Value::Null, Value::Null], names)
    };
    vec![
        company(1, "baidu", "百度", "百度公司"),
        company(2, "360", "360", "奇虎360"),
        company(3, "58", "58同城", ""),
        company(4, "tencent", "腾讯", "鹅厂"),
        company(5, "one", "甲公司", "同名"),
        company(6, "other", "乙公司", "同名"),
    ]
}

fn roles() -> Vec<Entry> {
    let role = |id, slug: &str, name: &str, family: &str, names: &str| {
        entry(Entity::Role, id, slug, [json!(name), Value::Null, json!(family)], names)
    };
    vec![
        role(1, "llm-product", "大模型产品", "product", "大模型产品经理"),
        role(2, "test-engineer", "测试工程师", "engineering", "测试"),
    ]
}

fn majors() -> Vec<Entry> {
    let major = |id, slug: &str, name: &str, code: &str, level: &str, parent: Option<i32>| {
        entry(Entity::Major, id, slug, [json!(name), Value::Null, json!(code), json!(level), json!(parent)], "")
    };
    vec![
        major(1, "engineering", "工科", "08", "discipline", None),
        major(2, "computer-science", "计算机", "0809", "class", Some(1)),
    ]
}

/// Those of the seed, with their aliases.
fn school_tiers() -> Vec<Entry> {
    let tiers = [
        ("985", "985", "985高校|C9"),
        ("211", "211", "211高校"),
        ("double_first_class", "双一流", "双一流大学"),
        ("first_tier", "一本", "一本院校|重点本科|普通一本"),
        ("second_tier", "双非及二本", "二本|二本院校|双非|双非院校|普通本科|普本"),
        ("vocational", "大专", "专科|高职|高职高专|职业学院"),
        ("hong_kong", "香港", "港|港校|香港高校|HK"),
        ("macau_taiwan", "澳门和台湾", "澳台|澳门|台湾"),
        ("overseas", "海外", "海|海外高校|海归|国外|留学"),
        ("other", "其他", "其它"),
    ];
    let tier = |((slug, name, names), rank): (&(&str, &str, &str), i32)| {
        let name_en = format!("The tier {slug}");
        entry(Entity::SchoolTier, rank, slug, [json!(name), json!(name_en), json!(rank)], names)
    };
    tiers.iter().zip(1..).map(tier).collect()
}

/// The words of labels by the tiers of this catalog and the schools of the seed.
pub fn seed_vocabulary() -> Vocabulary {
    let tiers = school_tiers();
    let mut seed = csv::Reader::from_reader(include_str!("../../../seed/schools.csv").as_bytes());
    let schools = seed.records().zip(1..).map(|(record, id)| {
        let record = record.expect("a row of the seed");
        let text = |place: usize| record.get(place).unwrap_or_default().to_owned();
        let name_en = Some(text(2)).filter(|name| !name.is_empty());
        let tier = tiers.iter().find(|tier| tier.slug() == text(6)).expect("a tier").id();
        school(id, &text(0), &text(1), name_en.as_deref(), tier, &text(7))
    });
    Vocabulary::of(&Catalog::new(0, entries(schools.collect())))
}

fn school(id: i32, slug: &str, name: &str, name_en: Option<&str>, tier: i32, names: &str) -> Entry {
    let values = [json!(name), json!(name_en), json!("CN"), Value::Null, Value::Null, json!(tier)];
    entry(Entity::School, id, slug, values, names)
}

fn schools() -> Vec<Entry> {
    let school = |id, name: &str, name_en: &str, tier, names: &str| {
        school(id, &name_en.to_lowercase().replace(' ', "-"), name, Some(name_en), tier, names)
    };
    vec![
        school(1, "浙江大学", "Zhejiang University", 1, "浙大|ZJU"),
        school(2, "北京邮电大学", "Beijing University of Posts and Telecommunications", 2, "北邮|BUPT"),
        school(3, "华中科技大学", "Huazhong University of Science and Technology", 1, "华科|科大"),
        school(4, "湖南科技大学", "Hunan University of Science and Technology", 5, "湖科大|科大"),
        school(5, "卡内基梅隆大学", "Carnegie Mellon University", 9, "CMU"),
        school(6, "香港大学", "The University of Hong Kong", 7, "港大|HKU"),
        school(7, "中国科学院大学", "University of Chinese Academy of Sciences", 3, "国科大|中科院"),
        school(8, "清华大学", "Tsinghua University", 1, "清华"),
        school(9, "北京大学", "Peking University", 1, "北大"),
    ]
}

/// Two of the seed.
pub fn tags() -> Vec<Entry> {
    let tag = |id, slug: &str, name: &str, name_en: &str, keywords: &[&str]| {
        entry(Entity::Tag, id, slug, [json!(name), json!(name_en), json!(""), json!(""), json!(keywords)], "")
    };
    vec![
        tag(1, "career-switch", "转行", "Career switch", &["转产", "转入"]),
        tag(2, "unicorn", "独角兽", "Unicorn", &["独角兽"]),
    ]
}

/// The words of labels by this catalog.
pub fn vocabulary() -> Vocabulary {
    Vocabulary::of(&sample())
}

/// A source of reports by the people themselves.
pub fn source() -> Entry {
    let values = ["Survey", "", "", "survey"].map(|text| if text.is_empty() { Value::Null } else { json!(text) });
    entry(Entity::Source, 1, "survey", values, "")
}
