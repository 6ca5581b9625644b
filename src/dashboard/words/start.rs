//! What the start page says.

words! {
    START_TITLE = "谁拿到了怎样的 offer", "Who got which offer";
    START_LEAD = "按公司、专业和院校层次整理的求职 offer 案例：每个值都能追溯到原始记录，未知就写未知。",
        "Job-offer cases by company, major and school tier: every value leads back to what was written, and unknown stays unknown.";
    START_LEAD_2 = "填写你的背景，看看和你相近的人去了哪里；或直接筛选全部案例。",
        "Say who you are and see where people like you went, or narrow all cases yourself.";
    FIND_SIMILAR = "找相近的案例", "Find cases like mine";
    EXPLORE_ALL = "浏览全部案例", "Explore all cases";
    WHAT_IS_HERE = "这里有什么", "What is here";
    MORE_CHARTS = "更多图表", "More charts";
    LATEST_CASES = "最新的案例", "Latest cases";
    BY_COMPANY = "按公司", "By company";
    BY_TIER = "按院校层次", "By school tier";
    COMPANIES = "公司", "Companies";
    SOURCES = "来源", "Sources";
    LAST_CHANGE = "最近更新", "Last change";
}
