//! What is said of a single case.

use super::words;

words! {
    OF_OFFER = "offer", "The offer";
    OF_PERSON = "这个人", "The person";
    OF_PAY = "薪资", "Pay";
    IN_WORDS = "原话", "In words";
    OF_STORAGE = "收录", "How it is stored";
    NO_MORE_KNOWN = "未知", "Unknown";
    RAW_ROW = "原始记录", "The row as it was read";
    RAW_ROW_HINT = "原表中的每一格，以及它成为了哪些字段。", "Each cell of the row in its source, and what became of it.";
    COLUMN = "列", "Column";
    CELL = "单元格", "Cell";
    BECAME = "成为", "Became";
    TAKEN_BY_NONE = "未用到", "Not used";
    THE_SOURCE = "来源及其偏差", "The source, and its bias";
    BIAS = "偏差", "Bias";
    NOTE = "说明", "Note";
    LICENCE = "许可", "Licence";
    PUBLISHED_AT = "发布于", "Published at";
    EARLIER_STATES = "历史版本", "Earlier states";
    NEVER_CHANGED = "收录以来没有变化。", "It has not changed since it was stored.";
    SIMILAR_CASES = "相近的案例", "Similar cases";
    COMPARE_IT = "与全部案例比较", "Compare with all cases";
    NO_CELL = "空", "blank";
    BY_SLUG = "按代号找到", "found by its slug";
    BY_NAME = "按名称找到", "found by its name";
    BY_ALIAS = "按别名找到", "found by another name of it";
    BY_PLACE = "按所在地找到", "found by where it is";
    BY_FORM = "去掉名称前后的修饰后找到", "found without what stands around the name";
    BY_PINYIN = "按拼音找到", "found by its pinyin";
    BY_INITIALS = "按拼音首字母找到", "found by its initials";
    AS_NEW = "按原文新建", "made of the name as it is written";
    RULE_NAMED = "从文字中读出的名称", "a name that the text says";
    RULE_LABELLED = "文字中的标签后写明", "written behind a label in the text";
    RULE_REPEATED = "空格，沿用上一行", "blank: as in the row above";
    RULE_VERBATIM = "照录原文", "word for word";
    RULE_CONFLICT = "原文自相矛盾", "the text contradicts itself";
    RULE_TITLE = "职位名称中写明", "said by the title";
    RULE_SOURCE_KIND = "由来源的类型得出", "by the kind of the source";
    RULE_PAY_PRODUCT = "月薪乘以月数", "pay of a month times the months";
    RULE_KEY = "原文中的编号", "as the row is marked";
    RULE_SUMMARY = "从摘要的文字中得出", "from the words of the summary";
    RULE_WORD = "按其中的词判断", "by the word for it";
    RULE_NUMBER = "读出的数字", "the number in it";
    RULE_DATE = "读出的日期", "the date in it";
    RULE_PAY = "读出的金额，按单位折算", "the sum in it, by its unit";
    RULE_TAGS = "按关键词判断", "by its keywords";
    RULE_COLUMN = "按列名对应", "by the name of the column";
    OTHERWISE_TODAY = "现在会读作别的值；这里是导入或更正时的值", "would be read otherwise today; this is the value of the import or of a correction";
    WORKED_OUT = "由其他字段得出", "worked out of other fields";
    BY_SERVICE = "由本服务生成", "set by this service";
    CHANGED_FROM = "原为", "was";
    CHANGED_TO = "改为", "became";
    REPLACED = "被替换于", "replaced";
}
