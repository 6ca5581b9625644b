//! What is said of sources, of what is known of each field, and of imports.

words! {
    DATA_TITLE = "数据从哪里来", "Where the data come from";
    DATA_LEAD = "每个来源有多少案例、偏向什么，每个字段有多少是已知的，每次导入做了什么。",
        "How many cases each source has and what biases it, how much of each field is known, and what each import did.";
    SOURCES_TITLE = "来源", "Sources";
    LAST_IMPORT = "最近导入", "Last import";
    COVERAGE_TITLE = "各字段已知多少", "How much is known of each field";
    FIELD = "字段", "Field";
    KNOWN = "已知", "Known";
    IMPORTS_TITLE = "导入记录", "Imports";
    IMPORT = "导入", "Import";
    WHEN = "时间", "When";
    ROWS_READ = "读到", "Read";
    CREATED = "新增", "Created";
    UPDATED = "更新", "Updated";
    UNCHANGED = "未变", "Unchanged";
    REJECTED = "拒绝", "Rejected";
    RETIRED = "移出", "Retired";
    TAKEN_BACK = "撤回了导入", "Took back import";
    OLDER_IMPORTS = "更早的导入", "Earlier imports";
    CITE_TITLE = "下载与引用", "Download and cite";
    CITE_LEAD = "下载全部案例，或引用时写明数据版本与日期：", "Download all cases; when you cite, name the version and the date of the data:";
    VERSION = "数据版本", "Dataset version";
    REPORT_TITLE = "导入报告", "Report of the import";
    REJECTIONS = "被拒绝的行", "Rejected rows";
    REMARKS = "备注", "Remarks";
    WARNINGS = "提醒", "Warnings";
    HOW_IT_WAS_READ = "读取方式", "How the file was read";
    NEW_NAMES = "新名称", "New names";
    UNTAKEN = "没有对应字段的列", "Columns that nothing takes";
    ROW = "行", "Row";
    WHAT_IT_SAYS = "说明", "What it says";
    NOTHING_TO_REPORT = "没有需要说明的。", "There is nothing to report.";
    BACK_TO_DATA = "回到数据页", "Back to the data";
    FIRST_OF = "只列出前", "Only the first";
}
