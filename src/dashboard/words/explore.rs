//! What is said where cases are narrowed.

words! {
    EXPLORE_TITLE = "探索案例", "Explore cases";
    FILTERS = "筛选", "Filters";
    RESULTS = "结果", "Results";
    TO_RESULTS = "跳过筛选，看结果", "Skip filters, to the results";
    SWIPE = "左右滑动可看到全图；下方表格有全部数字。", "Swipe sideways to see all of it; the table below has every number.";
    HOW_SHARES_ARE_DRAWN = "条形和右侧数字是占比；条形末端的细线是误差范围（95 % 区间）：案例越少，线越长；看不见就是误差很小。",
        "Bars and the figures beside them are shares; the thin line at the end of a bar is the margin of error (95 % interval): the \
         fewer cases, the longer it is; where none is seen, it is very short.";
    INTERVALS_BELOW = "每格的 95 % 区间见下表。", "The 95 % interval of each cell stands in the table below.";
    TO_FILTERS = "筛选条件", "To the filters";
    CHOSEN = "已选条件", "Chosen";
    NOT = "不含", "not";
    REMOVE = "去掉", "Remove";
    CLEAR_ALL = "全部清除", "Clear all";
    EXCLUDE = "排除", "Exclude";
    SEARCH = "搜索", "Search";
    SEARCH_HINT = "公司、岗位、专业、标签或原文中的词", "Words of company, role, major, tag or summary";
    APPLY = "应用", "Apply";
    FROM = "从", "From";
    TO = "到", "To";
    MORE_VALUES = "更多", "More";
    FEWER_VALUES = "收起", "Fewer";
    FIND_VALUE = "查找", "Find";
    VIEW = "视图", "View";
    VIEW_CASES = "案例", "Cases";
    VIEW_CHART = "图表", "Chart";
    VIEW_TABLE = "表格", "Table";
    SORT_BY = "排序", "Sort by";
    ASCENDING = "升序", "ascending";
    DESCENDING = "降序", "descending";
    SHOW = "显示", "Show";
    PAGES = "翻页", "Pages";
    NEXT_PAGE = "下一页", "Next page";
    PREVIOUS_PAGE = "上一页", "Previous page";
    NO_CASES = "没有符合条件的案例", "No case fits";
    NO_CASES_HINT = "每个条件单独都可能有案例，合在一起就没有了。", "Each condition may have cases; together they have none.";
    TOO_SMALL = "过小，不单列", "too small to be shown";
    OTHERS = "其余各组", "All other groups";
    GROUP_BY = "分组", "Group by";
    CROSSED_WITH = "再按", "Then by";
    SHARE_OF = "占谁的比例", "Share of";
    OF_ALL_CASES = "全部案例", "All cases";
    WITHIN = "各自的", "Within each";
    NOTHING = "不再细分", "Nothing";
    NO_GROUPS = "不分组", "No groups";
    MEASURE = "指标", "Measure";
    MEASURE_COUNT = "案例数", "Number of cases";
    MEASURE_SHARE = "占比与 95 % 区间", "Share with 95 % interval";
    MEASURE_PAY = "税前年薪", "Annual pay before tax";
    CHART_AS_TABLE = "以表格查看此图", "This chart as a table";
    SHARE = "占比", "Share";
    INTERVAL = "95 % 区间", "95 % interval";
    MEDIAN_INTERVAL = "中位数的误差范围（95 %）", "Margin of the median (95 %)";
    MEDIAN = "中位数", "Median";
    WITH_PAY = "有薪资的案例", "Cases with pay";
    TOO_FEW = "样本太少", "too few";
    COMPARE_TWO = "对比两组", "Compare two groups";
    FIRST_GROUP = "第一组", "First group";
    SECOND_GROUP = "第二组", "Second group";
    ADJUSTED_BY = "只比较相同的", "Compare only people with the same";
    NOT_ADJUSTED = "不限", "– everybody –";
    COMPARED = "比较的是", "What is compared";
    DIFFERENCE = "差值", "Difference";
    ADJUSTED = "校正后", "Adjusted";
    OF_KNOWN = "已知案例", "Known cases";
    CASES_IN_COMMON = "有共同的案例", "cases in common";
    HOW_DIFFERENCES_ARE_DRAWN = "方块是第一组减第二组的差值，细线是它的误差范围（95 % 区间）：细线跨过零线，就分不出两组谁更高。看大小请看数字：图会放大很小的差别。",
        "A square is the first group minus the second, the thin line its margin of error (95 % interval): where that crosses zero, it \
         cannot be told which of the two is higher. For how much it is, look at the figures: the picture makes small differences large.";
    DUPLICATES_ONCE = "很可能重复的案例只计一次", "Count likely duplicates once";
    TAKE_AWAY = "下载与引用", "Download and use";
    DOWNLOAD = "下载", "Download";
    AS_A_CALL = "用代码调用", "As a call";
    AS_A_CALL_HINT = "本页由这个接口调用得出：", "This page is made of this call:";
    COPY = "复制", "Copy";
    COPIED = "已复制", "Copied";
}
