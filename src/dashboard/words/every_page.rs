//! What every page says.

words! {
    SITE = "offer 案例库", "offer-cases";
    SKIP = "跳到正文", "Skip to content";
    MAIN_NAVIGATION = "主导航", "Main";
    EXPLORE = "探索", "Explore";
    COMPARE = "找相近", "People like me";
    GUIDE = "指南", "Guide";
    DATA = "数据", "Data";
    API = "接口文档", "API";
    COLOURS = "配色", "Colours";
    COLOURS_AUTO = "跟随系统", "System";
    COLOURS_LIGHT = "浅色", "Light";
    COLOURS_DARK = "深色", "Dark";
    UNKNOWN = "未知", "Unknown";
    MAJOR_EXACT = "专业不含其下的细分", "Majors without the narrower ones in them";
    YES = "是", "Yes";
    NO = "否", "No";
    CASES = "案例", "Cases";
    WHAT_IT_CANNOT_TELL = "这些数字不能说明什么", "What these numbers cannot tell";
    OFFERS_ONLY = "只收录了拿到的 offer，没有收录失败的求职，因此不能由此得出成功率。",
        "Only offers are stored, no rejections: no success rate can be read from this.";
    COLUMN = "列", "Column";
    CELL = "单元格", "Cell";
    BIAS = "偏差", "Bias";
    LICENCE = "许可", "Licence";
    PUBLISHED_AT = "发布于", "Published at";
    TO_KNOW = "须知", "To know";
    WRITTEN = "取自", "taken from";
    READ_AS = "你也许是指", "You may mean";
}
