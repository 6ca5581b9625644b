//! What is said where cases are compared with a profile.

words! {
    COMPARE_TITLE = "和你相近的案例", "Cases like you";
    COMPARE_LEAD = "说说你的背景（填一项即可），看看和你最像的人拿到了谁的 offer、薪资多少，以及哪里相同、哪里不同。",
        "Say what you know of your background, one thing is enough: see who is most like you, who hired them, what they \
         were paid, and what is alike and what is not.";
    COMPARE_NOW = "比较", "Compare";
    CHANGE_PROFILE = "修改背景", "Change the profile";
    YOUR_PROFILE = "你的背景", "Your profile";
    ANY = "不限", "Any";
    NAME_HINT = "中英文名称、简称皆可", "Any usual name";
    MOST_SIMILAR = "最相近的案例", "The most similar cases";
    MORE_SIMILAR = "更多相近案例", "More similar cases";
    SIMILARITY = "相似度", "Similarity";
    ALIKE = "相同或相近", "Alike";
    DIFFERS = "不同", "Differs";
    NOT_KNOWN = "案例未写明", "Not known of the case";
    YOURS = "你", "you";
    LEGEND_SAME = "相同", "same";
    LEGEND_NEAR = "部分相同", "partly";
    LEGEND_DIFFERENT = "不同", "different";
    LEGEND_UNKNOWN = "未知", "unknown";
    HOW_SAME = "相同", "the same";
    HOW_SAME_CLASS = "同一专业类", "same class of majors";
    HOW_SAME_DISCIPLINE = "同一学科门类", "same discipline";
    HOW_SAME_GROUP = "同一集团", "same group";
    HOW_SAME_KIND = "同类公司", "same kind of company";
    HOW_SAME_FAMILY = "同类岗位", "same family of roles";
    HOW_NEAR = "相近", "near";
    HOW_PART = "有一部分相同", "some of yours";
    HOW_DIFFERENT = "不同", "different";
    HOW_UNKNOWN = "未知", "unknown";
    WHERE_THEY_WENT = "这样的人去了哪里、薪资多少", "Where people like that went, and their pay";
    NOBODY_IS_SO = "还没有这样的案例。", "There is no such case yet.";
    PAID = "税前年薪", "Annual pay before tax";
    CURRENCY = "货币", "Currency";
    MIDDLE_HALF = "中间一半人的薪资", "Pay of the middle half";
    OF_THEIR_NUMBERS = "这些数字的文件", "These numbers as a file";
    YOUR_OFFER = "你的 offer 处在什么位置", "Where your offer stands";
    YOUR_PAY = "你的税前年薪", "Your annual pay before tax";
    YOUR_PAY_HINT = "如 300000、30万、300k；按这些案例中最常见的货币计算。", "Such as 300000 or 300k; compared in the commonest currency of these cases.";
    CHECK_INPUT = "有填写不对的地方", "Something is not right";
}
