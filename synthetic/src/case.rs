//! A made-up case: a row of a table as people write them, which an import understands without remark.

use std::io::Write;

use csv::Writer;

use crate::chance::Chance;
use crate::companies::Companies;
use crate::education::Education;
use crate::names::Names;
use crate::offer::{self, Offers};
use crate::summary::Summaries;

/// The columns, in the order in which [`CaseWriter::write`] fills them.
const HEADER: &[&str] = &[
    "编号",
    "公司",
    "岗位",
    "岗位方向",
    "专业",
    "学历",
    "学校",
    "本科院校",
    "城市",
    "日期",
    "招聘类型",
    "薪资",
    "面试轮次",
    "准备时间",
    "标签",
    "备注",
];

/// Writes cases.
#[derive(Debug)]
pub(crate) struct CaseWriter<'n, W: Write> {
    out: Writer<W>,
    chance: Chance,
    names: &'n Names,
    companies: Companies,
    offers: Offers,
    summaries: Summaries,
}

impl<'n, W: Write> CaseWriter<'n, W> {
    /// Writes the header.
    pub fn new(out: W, seed: u64, names: &'n Names) -> csv::Result<Self> {
        let mut out = Writer::from_writer(out);
        out.write_record(HEADER)?;
        Ok(Self {
            out,
            chance: Chance::new(seed),
            names,
            companies: Companies::new(),
            offers: Offers::new(),
            summaries: Summaries::new(),
        })
    }

    /// Writes the next case; cases are numbered from 1.
    pub fn write(&mut self, number: u64) -> csv::Result<()> {
        let (names, chance) = (self.names, &mut self.chance);
        let company = self.companies.draw(chance);
        let role = names.role(chance).unwrap_or("大模型产品");
        let major = if chance.percent(93) { names.major(chance) } else { None };
        let education = Education::draw(names, chance);
        let offer = self.offers.draw(company, education.degree, chance);
        let tags = offer::tags(names, chance);
        let summary = self.summaries.draw(chance);
        self.out.write_record([
            &number.to_string(),
            self.companies.name(company),
            role,
            offer.track,
            major.unwrap_or_default(),
            &education.label,
            education.school,
            education.bachelor_school,
            offer.city,
            &offer.date,
            offer.channel,
            &offer.pay,
            &offer.rounds,
            &offer.preparation,
            &*tags,
            &summary,
        ])
    }

    /// Writes what is left.
    pub fn finish(mut self) -> csv::Result<()> {
        Ok(self.out.flush()?)
    }
}
