//! The fields of an offer case: each is declared here, and nowhere else.
//!
//! A line says of a field what it is called, what it means, what its values are, and what it can do. Answers, tables,
//! filters, groups, orders, comparisons, imports and the specification are made of this table.

use super::closed_set::ClosedSet as _;
use super::closed_sets::{
    CompanyKind, DatePrecision, Degree, OfferChannel, RoleFamily, RoleLevel, RoleTrack, TierBasis, Verification,
};
use super::entity::Entity;
use super::field::{
    Abilities, CONFOUNDER, CREATES, Definition, FILTER, GENERATED, GROUP, Grading, INDEXED, Kind, Level, MERGED,
    ON_REQUEST, Origin, REQUIRED, SHOWN, SORT, Unit, WITHIN, compare, help, label, unit,
};

pub use super::selection::{COMPARED, COMPARED_COUNT, count, names, select};

/// Declares [`Field`] and its table. What is not said of a field is as [`Definition::new`] has it.
macro_rules! case_fields {
    ($( $(#[doc = $description:literal])+ $field:ident = $name:literal { $($part:ident: $value:expr),+ $(,)? } )+) => {
        /// A field of an offer case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Field { $( $(#[doc = $description])+ $field, )+ }

        impl Field {
            /// All fields, in the order in which they stand in answers.
            pub const ALL: &'static [Self] = &[$(Self::$field),+];
        }

        pub(super) const TABLE: &[Definition] = &[
            $( Definition { $($part: $value,)+ ..Definition::new($name, concat!($($description),+)) }, )+
        ];
    };
}

/// Money in `pay_currency` a year, and a month.
const A_YEAR: Option<Unit> = unit("pay_currency_per_year", "每年", "a year");
const A_MONTH: Option<Unit> = unit("pay_currency_per_month", "每月", "a month");
/// What a dimension that an import sets can do.
const DIMENSION: Abilities = SHOWN | FILTER | GROUP | MERGED;
/// The figures of pay.
const PAY: &[Field] = &[
    Field::PayAnnualMax,
    Field::PayAnnualBase,
    Field::PayMonthlyBase,
    Field::PayMonthlyMax,
    Field::PayStockAnnual,
    Field::PaySignOn,
];
/// The tiers of the schools of all degrees; that of an associate degree stands in the last alone.
const TIERS: &[Field] = &[Field::BachelorTier, Field::MasterTier, Field::DoctorTier, Field::SchoolTier];
const SMALL: Kind = Kind::Number { least: 0, is_small: true };
const COUNTED: Kind = Kind::Number { least: 1, is_small: true };
const MONEY: Kind = Kind::Number { least: 1, is_small: false };
const MONTHLY: Kind = Kind::Amount { digits: 10, decimals: 2 };

case_fields! {
    /// Stable identifier, derived from source and row: the same on any machine.
    Id = "id" { kind: Kind::Id, label: label("编号", "Id"), can: SHOWN | REQUIRED }

    /// Who made the offer.
    Company = "company" {
        kind: Kind::Reference(Entity::Company), origin: Origin::Column("company_id"), label: label("公司", "Company"),
        can: DIMENSION | REQUIRED | SORT | INDEXED | CREATES | WITHIN,
        filter: help("Who made the offer: slug, Chinese or English name, or any alias (`B站` is `bilibili`). \
            Comma = or, `!` in front = not, `unknown` = no value; so for every dimension.", "B站,baidu"),
        compare: compare(5, 1, Grading::Group, "Who made the offer: slug, name or alias. A company of the same group counts \
            0.7, one of the same kind 0.4 (but not of `other`).", "baidu"),
    }

    /// The group of companies that made the offer: a company with all that stands under it.
    CompanyGroup = "company_group" {
        kind: Kind::Reference(Entity::Company), label: label("所属集团", "Group of companies"),
        origin: Origin::Above { of: Field::Company, level: Level::Top }, can: REQUIRED | FILTER | GROUP | WITHIN,
        filter: help("The group of companies that made the offer: the company at its top, which stands for all of its \
            subsidiaries (`baidu` also for `iqiyi`).", "baidu"),
    }

    /// Kind of employer.
    CompanyKind = "company_kind" {
        kind: Kind::Closed(&CompanyKind::SET), label: label("公司类型", "Kind of company"), can: FILTER | GROUP | WITHIN,
        origin: Origin::Attribute { of: Field::Company, attribute: "kind" },
        filter: help("Kind of employer; `unknown` = companies of which it is not known.", "big_tech"),
    }

    /// For which post.
    Role = "role" {
        kind: Kind::Reference(Entity::Role), origin: Origin::Column("role_id"), label: label("岗位", "Role"),
        can: DIMENSION | REQUIRED | INDEXED | CREATES | WITHIN,
        filter: help("The post: slug, name or alias.", "llm-product"),
        compare: compare(6, 2, Grading::Family, "The post: slug, name or alias. One of the same family counts 0.5 (but not \
            of `other`).", "大模型产品"),
    }

    /// Family of work that the post belongs to.
    RoleFamily = "role_family" {
        kind: Kind::Closed(&RoleFamily::SET), label: label("岗位类别", "Role family"), can: FILTER | GROUP | WITHIN,
        origin: Origin::Attribute { of: Field::Role, attribute: "family" },
        filter: help("Family of work that the post belongs to; `unknown` = posts whose title tells none.", "product"),
    }

    /// Level that the title says beside the post.
    RoleLevel = "role_level" {
        kind: Kind::Closed(&RoleLevel::SET), label: label("岗位级别", "Role level"), can: DIMENSION | WITHIN,
        filter: help("Level that the title says beside the post (`高级`, `Intern`); `unknown` = it says none, as most do.",
            "unknown"),
    }

    /// Platform or application side.
    RoleTrack = "role_track" {
        kind: Kind::Closed(&RoleTrack::SET), label: label("岗位方向", "Role track"), can: DIMENSION,
        filter: help("Platform or application side, as the guide tells them apart.", "unknown"),
        compare: compare(7, 1, Grading::Same, "Platform or application side, by slug or name.", "application"),
    }

    /// What the person studied, as finely as the source says.
    Major = "major" {
        kind: Kind::Reference(Entity::Major), origin: Origin::Column("major_id"), label: label("专业", "Major"),
        can: DIMENSION | INDEXED,
        filter: help("What the person studied: slug, name or alias, with everything under it (`工科` includes `计算机`) \
            unless `major_exact` is true.", "工科"),
        compare: compare(1, 3, Grading::Tree, "What the person studied: slug, name or alias. The same major counts 1, one \
            of the same class (专业类) 0.6, one of the same discipline (门类) 0.3. Broad labels such as `文科` are like \
            nothing but themselves. One of the parameters of the profile must be given, each takes one value.", "心理学"),
    }

    /// The class (专业类) of what the person studied; unknown where only a discipline or a broad label is known.
    MajorClass = "major_class" {
        kind: Kind::Reference(Entity::Major), label: label("专业类", "Class of majors"),
        origin: Origin::Above { of: Field::Major, level: Level::Called("class") }, can: FILTER | GROUP | WITHIN,
        filter: help("The class (专业类) of what the person studied, such as `计算机类`. A case is in one class at most, so that \
            classes exclude each other, as majors do not.", "computer-science"),
    }

    /// The discipline (学科门类) of what the person studied; unknown where only a broad label is known.
    MajorDiscipline = "major_discipline" {
        kind: Kind::Reference(Entity::Major), label: label("学科门类", "Discipline"),
        origin: Origin::Above { of: Field::Major, level: Level::Called("discipline") }, can: FILTER | GROUP | WITHIN,
        filter: help("The discipline (学科门类) of what the person studied, such as `工学`. A case is in one discipline at most.",
            "engineering"),
    }

    /// Tier of the bachelor's school.
    BachelorTier = "bachelor_tier" {
        kind: Kind::Reference(Entity::SchoolTier), label: label("本科院校层次", "Bachelor's school tier"),
        can: DIMENSION | WITHIN,
        filter: help("Tier of the bachelor's school, as for `school_tier`.", "211"),
        compare: compare(4, 1, Grading::Ladder, "Tier of the bachelor's school, as for `school_tier`.", "211"),
    }

    /// Tier of the master's school.
    MasterTier = "master_tier" {
        kind: Kind::Reference(Entity::SchoolTier), label: label("硕士院校层次", "Master's school tier"), can: DIMENSION,
        filter: help("Tier of the master's school, as for `school_tier`.", "overseas"),
    }

    /// Tier of the doctoral school.
    DoctorTier = "doctor_tier" {
        kind: Kind::Reference(Entity::SchoolTier), label: label("博士院校层次", "Doctoral school tier"), can: DIMENSION,
        filter: help("Tier of the doctoral school, as for `school_tier`.", "unknown"),
    }

    /// Tier of the school of any degree; a case counts in each.
    AnyTier = "any_tier" {
        kind: Kind::Reference(Entity::SchoolTier), label: label("任一学历的院校层次", "School tier of any degree"),
        origin: Origin::AnyOf(TIERS), can: FILTER | GROUP,
        filter: help("Tier of the school of any degree, as for `school_tier`; `unknown` = no tier known.", "211"),
    }

    /// Highest degree.
    HighestDegree = "highest_degree" {
        kind: Kind::Closed(&Degree::SET), label: label("最高学历", "Highest degree"), can: DIMENSION | WITHIN | CONFOUNDER,
        filter: help("Highest degree, by slug; the Chinese and English names are taken too.", "master"),
        compare: compare(2, 2, Grading::Steps, "Highest degree, by slug or name. One degree more or less counts 0.5.",
            "bachelor"),
    }

    /// Tier of the school of the highest degree.
    SchoolTier = "school_tier" {
        kind: Kind::Reference(Entity::SchoolTier), label: label("院校层次", "School tier"),
        can: SHOWN | FILTER | GROUP | GENERATED | INDEXED | WITHIN | CONFOUNDER,
        filter: help("Tier of the school of the highest degree: slug, name or alias (`985`, `211`, \
            `double_first_class`, `first_tier`, `ordinary`, `second_tier`, `vocational`, `sino_foreign`, `hong_kong`, \
            `macau_taiwan`, `overseas`, `other`). Tiers are labels as given: `211` does not include `985`, and `ordinary` \
            (双非) not those of whom the source says 一本 or 二本. `tier_basis` tells words from schools.", "985,211"),
        compare: compare(3, 2, Grading::Ladder, "Tier of the school of the highest degree: slug, name or alias. The \
            mainland's tiers (`985`, `211`, `double_first_class`, `first_tier`, `ordinary`, `second_tier`, `vocational`) \
            are a ladder: one step apart counts 0.75, two 0.5, three 0.25. The others are like nothing but themselves.",
            "211"),
    }

    /// How the tiers are known.
    TierBasis = "tier_basis" {
        kind: Kind::Closed(&TierBasis::SET), label: label("院校层次依据", "Basis of the tiers"), can: DIMENSION | WITHIN,
        filter: help("How the tiers of the case are known: by the source's word for them, or by the school that it names. \
            `双一流` by word may be 985 or 211 too; by school it is none of them.", "word"),
    }

    /// School of the bachelor's degree, where named.
    BachelorSchool = "bachelor_school" {
        kind: Kind::Reference(Entity::School), origin: Origin::Column("bachelor_school_id"),
        label: label("本科院校", "Bachelor's school"), can: SHOWN | MERGED,
    }

    /// School of the highest degree, where named.
    School = "school" {
        kind: Kind::Reference(Entity::School), origin: Origin::Column("school_id"), label: label("院校", "School"),
        can: DIMENSION,
        filter: help("School of the highest degree: slug, name or alias.", "zhejiang-university"),
    }

    /// How the offer came about.
    OfferChannel = "offer_channel" {
        kind: Kind::Closed(&OfferChannel::SET), label: label("招聘渠道", "Offer channel"), can: DIMENSION | WITHIN,
        filter: help("How the offer came about.", "intern_conversion"),
    }

    /// City of the post.
    City = "city" {
        kind: Kind::Reference(Entity::City), origin: Origin::Column("city_id"), label: label("城市", "City"),
        can: DIMENSION | CREATES | WITHIN,
        filter: help("City of the post: slug, Chinese or English name, or any alias; `北京市`, `北京-海淀` and `广东深圳` are \
            understood.", "北京"),
        compare: compare(8, 1, Grading::Same, "City of the post: slug, name or alias.", "北京"),
    }

    /// Province of the post; of a city outside of China its country.
    Province = "province" {
        kind: Kind::Reference(Entity::Province), label: label("省份", "Province"), can: FILTER | GROUP | WITHIN,
        origin: Origin::Attribute { of: Field::City, attribute: "province" },
        filter: help("Province of the post, or its country outside of China: slug, name or alias.", "广东,上海"),
    }

    /// Date of the offer, as precise as `offered_precision` says; the rest of it is 1.
    OfferedOn = "offered_on" {
        kind: Kind::Date { precision: Field::OfferedPrecision }, label: label("offer 日期", "Date of the offer"),
        can: SHOWN | FILTER | SORT | MERGED,
        filter: help("Date of the offer: a day, month or year, or a range of them (`2024-01..2024-06`, `2024..`). A date \
            that is only known by month or year fits when all of it lies in the range.", "unknown"),
        compare: compare(10, 1, Grading::DaysApart, "Date of the offer: a day, month or year. At most 90 days apart counts \
            1, 365 days 0.75, 730 days 0.5, 1461 days 0.25. Of a month or a year the first day is compared.", "2026-05"),
    }

    /// Year of the offer.
    OfferedYear = "offered_year" {
        kind: Kind::Period { is_month: false }, origin: Origin::PeriodOf(Field::OfferedOn),
        label: label("offer 年份", "Year of the offer"), can: FILTER | GROUP | WITHIN | CONFOUNDER,
        filter: help("Year of the offer, or a range of years (`2023..2025`).", "2024"),
    }

    /// Month of the offer; unknown where only the year is known.
    OfferedMonth = "offered_month" {
        kind: Kind::Period { is_month: true }, origin: Origin::PeriodOf(Field::OfferedOn),
        label: label("offer 月份", "Month of the offer"), can: FILTER | GROUP,
        filter: help("Month of the offer, or a range of months (`2024-01..2024-06`); `unknown` where only the year is \
            known too.", "2024-05"),
    }

    /// How much of `offered_on` is known.
    OfferedPrecision = "offered_precision" {
        kind: Kind::Closed(&DatePrecision::SET), label: label("日期精度", "Precision of the date"), can: SHOWN | MERGED,
    }

    /// Lower end of the whole promised cash package, in `pay_currency` a year before tax.
    PayAnnualMin = "pay_annual_min" {
        kind: MONEY, label: label("年薪下限", "Annual pay, from"), can: SHOWN | MERGED, unit: A_YEAR,
    }

    /// Upper end of the same.
    PayAnnualMax = "pay_annual_max" {
        kind: MONEY, label: label("年薪上限", "Annual pay, to"), can: SHOWN | MERGED, unit: A_YEAR,
    }

    /// Annual pay: the middle of what was promised, in the currency of the case.
    PayAnnual = "pay_annual" {
        kind: MONEY, label: label("年薪", "Annual pay"), can: FILTER | SORT, unit: A_YEAR,
        origin: Origin::Middle {
            min: Field::PayAnnualMin, max: Field::PayAnnualMax, currency: Field::PayCurrency,
        },
        filter: help("Annual pay: a figure or a range (`200000..300000`, `200000..`), in the currency of the case. Of pay \
            that is itself a range the middle counts, as in statistics.", "unknown"),
    }

    /// ISO 4217 code of all pay figures; null where there is none.
    PayCurrency = "pay_currency" {
        kind: Kind::Currency { of: PAY }, label: label("薪资货币", "Currency of pay"), can: DIMENSION | WITHIN,
        filter: help("Currency of all pay figures, by its ISO 4217 code; `unknown` = cases without any. Figures of \
            different currencies are not compared: name one where pay is filtered or sorted.", "CNY"),
    }

    /// Base pay, in `pay_currency` a year before tax: what of the package is fixed.
    PayAnnualBase = "pay_annual_base" {
        kind: MONEY, label: label("年基本工资", "Annual base pay"), can: SHOWN | MERGED, unit: A_YEAR,
    }

    /// Base pay, in `pay_currency` a month before tax.
    PayMonthlyBase = "pay_monthly_base" {
        kind: MONTHLY, label: label("月薪", "Monthly base pay"), can: SHOWN | MERGED, unit: A_MONTH,
    }

    /// Lower end of monthly pay where a range was promised, in `pay_currency` a month before tax.
    PayMonthlyMin = "pay_monthly_min" {
        kind: MONTHLY, label: label("月薪下限", "Monthly pay, from"), can: SHOWN | MERGED, unit: A_MONTH,
    }

    /// Upper end of the same.
    PayMonthlyMax = "pay_monthly_max" {
        kind: MONTHLY, label: label("月薪上限", "Monthly pay, to"), can: SHOWN | MERGED, unit: A_MONTH,
    }

    /// Months paid a year.
    PayMonths = "pay_months" {
        kind: Kind::Amount { digits: 3, decimals: 1 }, label: label("发薪月数", "Months paid a year"),
        can: SHOWN | MERGED, unit: unit("months_per_year", "个月", "months"),
    }

    /// Stock beside the cash, in `pay_currency` a year: what is handed out of it in one.
    PayStockAnnual = "pay_stock_annual" {
        kind: MONEY, label: label("每年股票", "Stock a year"), can: SHOWN | MERGED, unit: A_YEAR,
    }

    /// What is paid once at the beginning, in `pay_currency` before tax; no part of the annual package.
    PaySignOn = "pay_sign_on" {
        kind: MONEY, label: label("签字费", "Sign-on bonus"), can: SHOWN | MERGED, unit: unit("pay_currency", "一次", "once"),
    }

    /// Number of interviews.
    InterviewRounds = "interview_rounds" {
        kind: COUNTED, label: label("面试轮数", "Interviews"), can: SHOWN | FILTER | SORT | MERGED,
        unit: unit("interviews", "轮", "interviews"),
        filter: help("Number of interviews: a number or a range (`..3`).", "..3"),
    }

    /// Days from the start of preparation to the offer.
    PreparationDays = "preparation_days" {
        kind: SMALL, label: label("准备天数", "Days of preparation"), can: SHOWN | FILTER | SORT | MERGED,
        unit: unit("days", "天", "days"),
        filter: help("Days of preparation: a number or a range (`7..14`).", "7..14"),
    }

    /// Slugs of tags.
    Tags = "tags" {
        kind: Kind::Tags, label: label("标签", "Tags"), can: SHOWN | REQUIRED | MERGED,
        compare: compare(9, 1, Grading::Share, "Tags, by slug or name. The share of them that the case has is what counts.",
            "non-typical-background,career-switch"),
    }

    /// A tag; a case with several counts in each.
    Tag = "tag" {
        kind: Kind::Tags, origin: Origin::EachOf(Field::Tags), label: label("标签", "Tag"), can: FILTER | GROUP,
        filter: help("Tags, of which a case may have several: slug or name. `unknown` = no tag.", "career-switch"),
    }

    /// What the source says in words, verbatim.
    Summary = "summary" { kind: Kind::Text, label: label("原文摘要", "Summary"), can: SHOWN | MERGED }

    /// What the source says against itself, in words.
    Conflicts = "conflicts" {
        kind: Kind::Texts, label: label("自相矛盾之处", "Conflicts"), can: SHOWN | REQUIRED | MERGED,
    }

    /// Whether the source contradicts itself.
    HasConflict = "has_conflict" {
        kind: Kind::Flag, origin: Origin::IsFilled(Field::Conflicts), label: label("有矛盾", "Has a conflict"),
        can: FILTER, filter: help("Whether the source contradicts itself in the case.", "true"),
    }

    /// What stands behind the case.
    Verification = "verification" {
        kind: Kind::Closed(&Verification::SET), label: label("核实程度", "Verification"), can: DIMENSION | REQUIRED | WITHIN,
        filter: help("What stands behind the case.", "source_published"),
    }

    /// Goes up by one with every change.
    Revision = "revision" {
        kind: MONEY, label: label("修订号", "Revision"), can: SHOWN | REQUIRED | GENERATED,
    }

    /// When the case was first stored.
    CreatedAt = "created_at" {
        kind: Kind::Time, label: label("收录时间", "Stored at"), can: SHOWN | REQUIRED | SORT | GENERATED,
    }

    /// When the case was last changed.
    UpdatedAt = "updated_at" {
        kind: Kind::Time, label: label("更新时间", "Changed at"), can: SHOWN | REQUIRED | FILTER | SORT | GENERATED,
        filter: help("When the case was last changed: a day, month or year in UTC, an instant, or a range of them \
            (`2026-11-01..`, `2026-11-01T08:00:00Z..`). It counts by whole seconds; both ends belong to it. A change is dated \
            when it begins, and is seen when it is whole: who asks for what is new asks from a little before.", "2026.."),
    }

    /// Where the case comes from; only with `include=source`.
    Source = "source" {
        kind: Kind::Reference(Entity::Source), origin: Origin::Column("source_id"), label: label("来源", "Source"),
        can: ON_REQUEST | REQUIRED | FILTER | GROUP | WITHIN, include: "source",
        filter: help("Where the case comes from: slug.", "llm-product-article"),
    }

    /// What identifies the row within its source; only with `include=source`.
    SourceKey = "source_key" {
        kind: Kind::Text, label: label("来源内编号", "Key in the source"), can: ON_REQUEST | REQUIRED, include: "source",
    }

    /// Number of the row in the file, from 1, header excluded; null = not from a file; only with `include=source`.
    SourceRow = "source_row" {
        kind: MONEY, label: label("来源行号", "Row in the source"), can: ON_REQUEST, include: "source",
    }

    /// The row as it was read: column header to cell, verbatim; only with `include=raw`.
    Raw = "raw" {
        kind: Kind::Raw, label: label("原始行", "Row as read"), can: ON_REQUEST | REQUIRED | MERGED, include: "raw",
    }

    /// Earlier states, the latest first; only with `include=revisions`.
    Revisions = "revisions" {
        kind: Kind::Revisions, origin: Origin::Elsewhere, label: label("历史版本", "Earlier states"),
        can: ON_REQUEST | REQUIRED, include: "revisions",
    }

    /// Names of the codes in the fields that are given: of members of closed sets and of tags; only with `include=labels`.
    Labels = "labels" {
        kind: Kind::Labels, origin: Origin::Elsewhere, label: label("名称", "Names of codes"), can: ON_REQUEST | REQUIRED,
        include: "labels",
    }
}
