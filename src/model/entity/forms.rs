//! What people write around the names of an entity, which says nothing of which entry is meant: legal forms, places,
//! parts, notes. The catalog takes it off.
//!
//! Texts are as [`search_text`](crate::text::search_text) gives them, and the longer of two that end alike comes first.

/// What stands around the names of an entity.
#[derive(Debug)]
pub struct Forms {
    /// Stand behind a name, whichever it is: `公司`, `专业`.
    pub endings: &'static [&'static str],
    /// End a full legal name: `有限公司`, `inc`. What is left must be a name, or an alias that is long enough to mean only
    /// one: 长城 is a car maker, and 长城集团 may be any company.
    pub legal_forms: &'static [&'static str],
    /// Of these the ones that a group of companies has: what stands before them is its name, with trade and all.
    pub group_forms: &'static [&'static str],
    /// Stand between a name and its legal form, and in no other place: `科技`, `technologies`.
    pub trades: &'static [&'static str],
    /// Parts of an entry that may stand directly behind its name, with a place between: `分公司`, `软件学院`.
    pub parts: &'static [&'static str],
    /// What a part ends with that stands in brackets or behind a dash: `事业群`.
    pub part_endings: &'static [&'static str],
    /// Notes that stand in brackets or behind a dash: `校招`; a year may stand before them, or alone.
    pub notes: &'static [&'static str],
    /// Words that are written short, each with the whole: `univ`.
    pub short_words: &'static [(&'static str, &'static str)],
    /// What units are called that have a number before it, directly behind a name: `14所`, `第五研究院`.
    pub numbered_parts: &'static [&'static str],
    /// Countries that may stand behind the name of a foreign entry, where its branch is.
    pub countries: &'static [&'static str],
    /// Whether a place may stand around a name.
    pub places: PlaceForms,
}

/// Where a place of the mainland may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceForms {
    /// Nowhere.
    Nowhere,
    /// In brackets or behind a dash.
    SetOff,
    /// There, behind a name, and before one that has a legal form, unless the attribute has this value: 北京现代 is a joint
    /// venture of 现代.
    AroundUnlessBefore(&'static str, &'static str),
    /// In brackets, behind a dash or behind a name, of entries whose attribute has this value: 纽约大学（上海） is another
    /// university than that of New York.
    BehindWhere(&'static str, &'static str),
}

impl Forms {
    /// None at all.
    pub const NONE: Self = Self {
        endings: &[],
        legal_forms: &[],
        group_forms: &[],
        trades: &[],
        parts: &[],
        part_endings: &[],
        notes: &[],
        short_words: &[],
        numbered_parts: &[],
        countries: &[],
        places: PlaceForms::Nowhere,
    };

    /// Around employers.
    pub const COMPANY: Self = Self {
        endings: &["公司", "com"],
        legal_forms: &[
            "股份有限公司",
            "有限责任公司",
            "有限公司",
            "股份公司",
            "总公司",
            "股份",
            "incorporated",
            "corporation",
            "limited",
            "company",
            "corp",
            "private",
            "gmbh",
            "l.p.",
            "inc",
            "llc",
            "llp",
            "ltd",
            "plc",
            "pte",
            "pvt",
            "pty",
            "ag",
            "co",
            "lp",
            "se",
            "bv",
        ],
        group_forms: &["集团控股", "集团", "holdings", "holding", "group"],
        trades: &[
            "在线网络技术",
            "计算机系统",
            "网络科技",
            "网络技术",
            "信息科技",
            "信息技术",
            "信息服务",
            "软件技术",
            "科技发展",
            "技术服务",
            "软件服务",
            "科技",
            "技术",
            "网络",
            "管理",
            "technologies",
            "technology",
            "software",
            "services",
            "systems",
            "network",
        ],
        parts: &[
            "分公司",
            "软件研发中心",
            "研发中心",
            "软件开发中心",
            "软件中心",
            "数据中心",
            "信用卡中心",
            "研究院",
            "研究所",
            "总部",
            "总行",
            "分行",
            "支行",
        ],
        part_endings: &[
            "事业群",
            "事业部",
            "事业线",
            "业务线",
            "业务群",
            "分公司",
            "研发中心",
            "运营中心",
            "技术中心",
            "体验中心",
            "研究院",
            "研究所",
            "实验室",
            "办事处",
            "总部",
            "部门",
            "团队",
            "分行",
            "支行",
            "部",
            "bg",
            "bu",
            "team",
            "department",
        ],
        notes: &["校招", "社招", "秋招", "春招", "提前批", "总部", "特殊普通合伙", "普通合伙", "有限合伙"],
        short_words: &[("intl", "international"), ("tech", "technology")],
        numbered_parts: &["研究所", "研究院", "研究室", "所", "院"],
        // Not of Hong Kong and Taiwan, where what is called so is often a company of its own.
        countries: &[
            "india",
            "usa",
            "us",
            "america",
            "uk",
            "germany",
            "japan",
            "korea",
            "singapore",
            "canada",
            "australia",
            "armenia",
            "france",
            "malaysia",
            "vietnam",
            "thailand",
            "indonesia",
            "philippines",
            "ireland",
            "israel",
            "brazil",
            "mexico",
            "poland",
            "netherlands",
            "switzerland",
            "印度",
            "美国",
            "日本",
            "韩国",
            "新加坡",
            "英国",
            "德国",
            "加拿大",
            "澳大利亚",
        ],
        places: PlaceForms::AroundUnlessBefore("kind", "foreign"),
    };

    /// Around provinces. What stands around a city is read with its districts and its province.
    pub const PROVINCE: Self = Self { endings: &["自治区", "省", "市"], ..Self::NONE };

    /// Around posts.
    pub const ROLE: Self = Self {
        endings: &["岗位", "职位", "岗"],
        notes: &["校招", "社招", "秋招", "春招", "提前批", "全职", "正式", "正式岗", "应届", "应届生", "急招"],
        short_words: &[("mgr", "manager")],
        places: PlaceForms::SetOff,
        ..Self::NONE
    };

    /// Around fields of study.
    pub const MAJOR: Self = Self {
        endings: &["相关专业", "专业", "方向"],
        notes: &[
            "本科",
            "硕士",
            "博士",
            "学硕",
            "专硕",
            "学术学位",
            "专业学位",
            "师范",
            "师范类",
            "中外合作",
            "中外合作办学",
            "实验班",
            "卓越班",
            "卓越工程师",
            "卓越计划",
            "全英文",
            "双语",
        ],
        ..Self::NONE
    };

    /// Around universities and colleges. Of their schools only those stand here that no independent college is called
    /// after: 商学院 and 信息工程学院 are parts of one university and neighbours of another.
    pub const SCHOOL: Self = Self {
        parts: &[
            "计算机科学与技术学院",
            "计算机科学与工程学院",
            "软件与微电子学院",
            "网络空间安全学院",
            "马克思主义学院",
            "新闻与传播学院",
            "计算机学院",
            "软件工程学院",
            "人工智能学院",
            "集成电路学院",
            "数学科学学院",
            "公共管理学院",
            "微电子学院",
            "软件学院",
            "数学学院",
            "物理学院",
            "化学学院",
            "法学院",
            "研究生院",
            "计算机系",
            "数学系",
            "物理系",
            "本部",
            "校本部",
            "主校区",
            "校区",
        ],
        part_endings: &["校区", "本部"],
        notes: &["985", "211", "双一流", "本科", "硕士", "博士"],
        short_words: &[
            ("univ", "university"),
            ("inst", "institute"),
            ("tech", "technology"),
            ("sci", "science"),
            ("coll", "college"),
        ],
        places: PlaceForms::BehindWhere("country", "CN"),
        ..Self::NONE
    };
}
