//! What a made-up case says of the offer: where, when, how, and what it pays. Unknown is an empty cell.

use std::borrow::Cow;

use crate::chance::{Chance, Words};
use crate::education::Degree;
use crate::names::Names;

/// Cities of the mainland, the most frequent first.
const CITIES: &[&str] = &[
    "北京",
    "上海",
    "深圳",
    "杭州",
    "广州",
    "成都",
    "南京",
    "武汉",
    "西安",
    "苏州",
    "长沙",
    "合肥",
    "天津",
    "重庆",
    "厦门",
    "青岛",
    "郑州",
    "济南",
    "大连",
    "宁波",
    "无锡",
    "福州",
    "东莞",
    "珠海",
    "沈阳",
    "佛山",
    "哈尔滨",
    "长春",
    "昆明",
    "石家庄",
    "南昌",
    "太原",
    "贵阳",
    "南宁",
    "常州",
    "南通",
    "温州",
    "嘉兴",
    "海口",
    "兰州",
];

/// Cities elsewhere, with the currency as it is written, and what a thousand yuan is about in it; less in yen, whose
/// figures would not be believed otherwise.
const CITIES_ELSEWHERE: &[((&str, &str, u64), u64)] = &[
    (("香港", "港元", 1100), 40),
    (("新加坡", "新元", 190), 25),
    (("东京", "日元", 12_000), 8),
    (("伦敦", "英镑", 110), 8),
    (("纽约", "美元", 140), 8),
    (("旧金山", "美元", 140), 6),
    (("西雅图", "美元", 140), 5),
];

/// How many thousand yuan more are paid a month elsewhere.
const MORE_ELSEWHERE: u64 = 15;

/// The first year of offers; there are ten, each with more of them than the one before.
const FIRST_YEAR: u64 = 2016;
const YEARS: &[(u64, u64)] = &[(0, 5), (1, 6), (2, 7), (3, 8), (4, 9), (5, 10), (6, 11), (7, 13), (8, 15), (9, 16)];
/// Months by how many offers are made in them, with their days.
const MONTHS: &[((u64, u64), u64)] = &[
    ((1, 31), 5),
    ((2, 28), 3),
    ((3, 31), 10),
    ((4, 30), 10),
    ((5, 31), 7),
    ((6, 30), 6),
    ((7, 31), 6),
    ((8, 31), 10),
    ((9, 30), 14),
    ((10, 31), 14),
    ((11, 30), 10),
    ((12, 31), 5),
];

/// The cells of an offer.
#[derive(Debug)]
pub(crate) struct Offer {
    pub city: &'static str,
    pub date: String,
    pub channel: &'static str,
    pub pay: String,
    pub rounds: String,
    pub preparation: String,
    pub track: &'static str,
}

/// Draws offers.
#[derive(Debug)]
pub(crate) struct Offers {
    cities: Words,
}

impl Offers {
    /// All that offers may say.
    pub fn new() -> Self {
        Self { cities: Words::new(CITIES, 1) }
    }

    /// Draws an offer of the company at this place, the largest being at 0, to someone with this degree.
    pub fn draw(&self, company: usize, degree: Option<Degree>, chance: &mut Chance) -> Offer {
        let year = chance.weighted(YEARS);
        let channel = chance.weighted(&[("校招", 46), ("实习转正", 14), ("社招", 22), ("实习", 8), ("", 10)]);
        let (city, currency) = match chance.percent(5) {
            true => {
                let (city, currency, rate) = chance.weighted(CITIES_ELSEWHERE);
                (city, Some((currency, rate)))
            }
            false if chance.percent(15) => ("", None),
            false => (self.cities.draw(chance), None),
        };
        let monthly = monthly_thousands(year, company, degree, chance);
        let pay = match (chance.percent(62), currency) {
            (false, _) => String::new(),
            (true, Some((currency, rate))) => {
                format!("{}{currency}/年", (monthly + MORE_ELSEWHERE) * 13 * rate / 1000 * 1000)
            }
            (true, None) if channel == "实习" => format!("{}元/天", 100 + monthly * 10),
            (true, None) => pay_in_yuan(monthly, chance),
        };
        Offer {
            city,
            date: date(year, chance),
            channel,
            pay,
            rounds: rounds(chance),
            preparation: preparation(chance),
            track: chance.weighted(&[("平台", 10), ("应用", 20), ("", 70)]),
        }
    }
}

fn date(year: u64, chance: &mut Chance) -> String {
    let year = FIRST_YEAR + year;
    let (month, days) = chance.weighted(MONTHS);
    match chance.below(100) {
        0..8 => String::new(),
        8..15 => year.to_string(),
        15..35 => format!("{year}-{month:02}"),
        _ => format!("{year}-{month:02}-{:02}", chance.between(1, days)),
    }
}

/// Monthly pay in thousands: more for higher degrees, in larger companies and in later years.
fn monthly_thousands(year: u64, company: usize, degree: Option<Degree>, chance: &mut Chance) -> u64 {
    let of_degree = match degree {
        Some(Degree::Associate) => 0,
        None | Some(Degree::Bachelor) => 3,
        Some(Degree::Master) => 7,
        Some(Degree::Doctor) => 14,
    };
    let of_company = match company {
        ..20 => 7,
        20..200 => 3,
        _ => 0,
    };
    // Three dice lie nearer to their middle than one.
    let dice: u64 = (0..3).map(|_| chance.below(7)).sum();
    4 + of_degree + of_company + year / 2 + dice
}

fn pay_in_yuan(monthly: u64, chance: &mut Chance) -> String {
    let months = chance.weighted(&[(12, 20), (13, 20), (14, 18), (15, 16), (16, 16), (17, 3), (18, 7)]);
    let yearly = (monthly * months).div_ceil(10);
    match chance.below(100) {
        0..45 => format!("{monthly}k*{months}薪"),
        45..72 => format!("{yearly}万/年"),
        72..88 => format!("{yearly}-{}万/年", yearly + chance.between(1, 8)),
        _ => format!("{}元/月", monthly * 1000),
    }
}

fn rounds(chance: &mut Chance) -> String {
    match chance.weighted(&[(0, 35), (1, 3), (2, 12), (3, 24), (4, 15), (5, 7), (6, 3), (8, 1)]) {
        0 => String::new(),
        rounds => format!("{rounds}轮"),
    }
}

fn preparation(chance: &mut Chance) -> String {
    match chance.below(100) {
        0..50 => String::new(),
        50..65 => format!("{}天", chance.between(3, 60)),
        65..85 => format!("{}周", chance.between(1, 12)),
        _ => format!("{}个月", chance.between(1, 8)),
    }
}

/// A cell of tags: mostly none, seldom two.
pub(crate) fn tags<'n>(names: &'n Names, chance: &mut Chance) -> Cow<'n, str> {
    if !chance.percent(22) {
        return Cow::Borrowed("");
    }
    let first = names.tag(chance).unwrap_or_default();
    match names.tag(chance).filter(|second| *second != first && chance.percent(20)) {
        Some(second) => Cow::Owned(format!("{first};{second}")),
        None => Cow::Borrowed(first),
    }
}
