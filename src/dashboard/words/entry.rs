//! What is said of an entry of reference data.

words! {
    OTHER_NAMES = "别名", "Other names";
    FORMER_NAME = "曾用名", "former";
    AMBIGUOUS_NAME = "另有同名", "others are called so too";
    NO_OTHER_NAMES = "没有收录别名", "No other names are known";
    ITS_PLACE = "所在位置", "Where it stands";
    UNDER_IT = "下级", "Under it";
    OF_JUST_THIS = "其中只写到这一级的", "of just this";
    NO_CASES_OF_IT = "还没有它的案例。", "There is no case of it yet.";
    ALL_OF_ITS_CASES = "查看全部案例", "See all of its cases";
    EACH_AS_WRITTEN = "每条案例只计一次，计在原文写明的那一级：只写“工科”的计在“工学”，不计入其下的专业。",
        "Each case counts once, at the level that was written: who wrote only “engineering” counts there, and in no major under it.";
    BREAKDOWNS = "他们是谁、做什么", "Who they are and what they do";
}
