//! The closed sets of cases and of reference data.

use super::closed_set::closed_set;

closed_set! {
    /// An academic degree, lowest first.
    pub enum Degree ("degree", ordered) {
        Associate = "associate" ("大专", "Associate"),
        Bachelor = "bachelor" ("本科", "Bachelor"),
        Master = "master" ("硕士", "Master"),
        Doctor = "doctor" ("博士", "Doctor"),
    }
}

closed_set! {
    /// How the tiers of a case are known. A word may be wide: of those who say 双一流, 985 and 211 are not left out.
    pub enum TierBasis ("tier_basis") {
        /// The source says the tier, as in 211本.
        Word = "word" ("按说法", "By word"),
        /// The source names the school, or several of one tier.
        School = "school" ("按学校", "By school"),
        /// That of one degree in this way, that of another in that.
        Mixed = "mixed" ("两者皆有", "By both"),
    }
}

closed_set! {
    /// The level that a title says beside the post, lowest first. Grades of one company, such as P6, are none.
    pub enum RoleLevel ("role_level", ordered) {
        Intern = "intern" ("实习", "Intern"),
        /// Also for graduates.
        Junior = "junior" ("初级", "Junior"),
        Mid = "mid" ("中级", "Mid-level"),
        /// 高级 and 资深.
        Senior = "senior" ("高级", "Senior"),
        Lead = "lead" ("组长", "Lead"),
        Staff = "staff" ("资深专家", "Staff"),
        Principal = "principal" ("首席", "Principal"),
        Manager = "manager" ("经理", "Manager"),
        Director = "director" ("总监", "Director"),
        Executive = "executive" ("高管", "Executive"),
    }
}

closed_set! {
    /// The two kinds of post that the guide tells apart.
    pub enum RoleTrack ("role_track") {
        /// Training, inference, evaluation systems.
        Platform = "platform" ("底层/平台/算法侧", "Platform side"),
        /// Scenarios built on models.
        Application = "application" ("应用层/落地场景", "Application side"),
    }
}

closed_set! {
    /// How the offer came about.
    pub enum OfferChannel ("offer_channel") {
        Campus = "campus" ("校招", "Campus recruiting"),
        /// Conversion of an internship into a post.
        InternConversion = "intern_conversion" ("实习转正", "Intern conversion"),
        Experienced = "experienced" ("社招", "Experienced hire"),
        /// An offer of an internship.
        Internship = "internship" ("实习", "Internship"),
    }
}

closed_set! {
    /// How much of a date is known; the rest of it is 1.
    pub enum DatePrecision ("date_precision") {
        Day = "day" ("日", "Day"),
        Month = "month" ("月", "Month"),
        Year = "year" ("年", "Year"),
    }
}

closed_set! {
    /// What stands behind a case, weakest first.
    pub enum Verification ("verification", ordered) {
        None = "none" ("未核实", "Not verified"),
        SelfReported = "self_reported" ("本人自述", "Self-reported"),
        /// The source published it under its name.
        SourcePublished = "source_published" ("来源公开发布", "Published by the source"),
        Document = "document" ("见过凭证", "Document seen"),
    }
}

closed_set! {
    /// What kind of employer a company is; the first that fits of `state_owned`, `foreign`, `big_tech`, `listed`, `unicorn`, `startup`, `other`.
    pub enum CompanyKind ("company_kind") {
        /// One of the large mainland technology companies (大厂).
        BigTech = "big_tech" ("大厂", "Big tech"),
        /// Private, valued at over a billion US dollars (独角兽).
        Unicorn = "unicorn" ("独角兽", "Unicorn"),
        /// Listed, and none of the others (上市公司).
        Listed = "listed" ("上市公司", "Listed company"),
        /// Young and private (创业公司).
        Startup = "startup" ("创业公司", "Start-up"),
        StateOwned = "state_owned" ("央国企", "State-owned"),
        /// With its seat outside of China (外企).
        Foreign = "foreign" ("外企", "Foreign company"),
        Other = "other" ("其他", "Other"),
    }
}

closed_set! {
    /// The family of work a role belongs to.
    pub enum RoleFamily ("role_family") {
        Product = "product" ("产品", "Product"),
        /// Software, with its testing and running.
        Engineering = "engineering" ("研发", "Engineering"),
        Algorithm = "algorithm" ("算法", "Algorithms"),
        Data = "data" ("数据", "Data"),
        Design = "design" ("设计", "Design"),
        Operations = "operations" ("运营", "Operations"),
        /// Chips, electronics, communications, optics.
        Hardware = "hardware" ("硬件", "Hardware"),
        /// Machines, vehicles, processes, materials, energy, quality.
        Manufacturing = "manufacturing" ("制造与能源", "Manufacturing and energy"),
        /// With real estate.
        Construction = "construction" ("建筑与地产", "Construction and real estate"),
        /// What is invented for players (策划); programmers and artists of games are with theirs.
        Game = "game" ("游戏策划", "Game design"),
        Marketing = "marketing" ("市场", "Marketing"),
        /// With what is done for customers before and after.
        Sales = "sales" ("销售与客户", "Sales"),
        ProjectManagement = "project_management" ("项目管理", "Project management"),
        /// With purchase and logistics.
        SupplyChain = "supply_chain" ("供应链", "Supply chain"),
        Consulting = "consulting" ("咨询", "Consulting"),
        /// Accounting, banking, securities, insurance.
        Finance = "finance" ("金融财会", "Finance"),
        /// Functional staff: personnel, law, administration.
        Administration = "administration" ("职能", "Administration"),
        /// Of the state.
        CivilService = "civil_service" ("公职", "Civil service"),
        Teaching = "teaching" ("教育", "Teaching"),
        Research = "research" ("科研", "Research"),
        Media = "media" ("传媒", "Media"),
        Medical = "medical" ("医药", "Medicine"),
        Other = "other" ("其他", "Other"),
    }
}

closed_set! {
    /// Depth in the tree of majors, or `broad` for a label that the official catalogue does not know.
    pub enum MajorLevel ("major_level") {
        /// 门类, such as 工学.
        Discipline = "discipline" ("门类", "Discipline"),
        /// 专业类, such as 计算机类.
        Class = "class" ("专业类", "Class"),
        /// 专业, such as 软件工程.
        Major = "major" ("专业", "Major"),
        /// A label such as 文科; nothing stands under it, since where it ends is not agreed.
        Broad = "broad" ("宽泛说法", "Broad label"),
    }
}

closed_set! {
    /// Where the cases of a source come from, which decides what can be concluded from them.
    pub enum SourceKind ("source_kind") {
        /// A coaching provider's advertisement: successes only.
        CoachingAd = "coaching_ad" ("辅导机构广告", "Coaching advertisement"),
        Survey = "survey" ("问卷", "Survey"),
        /// Reported by many people without check.
        Crowd = "crowd" ("众包", "Crowd-sourced"),
        OwnRecords = "own_records" ("机构自有记录", "Own records"),
        /// Made up, for tests and measurements.
        Synthetic = "synthetic" ("合成数据", "Synthetic"),
    }
}

closed_set! {
    /// In which answers the cases of a source stand.
    pub enum Visibility ("source_visibility") {
        /// In all of them.
        Open = "open" ("公开", "Open"),
        /// In statistics alone, each without what too few of them have in common.
        AggregatesOnly = "aggregates_only" ("只用于统计", "Statistics only"),
    }
}

impl Visibility {
    /// So many cases of a closed source are alike at least in what statistics tell of them, whatever it asks for itself.
    pub const LEAST_ALIKE: usize = 5;
}
