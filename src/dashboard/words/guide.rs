//! What the guide says beside its entries.

words! {
    GUIDE_TITLE = "大模型产品求职指南", "Guide to large-model product offers";
    GUIDE_LEAD = "岗位分哪两类，走到哪一步该做什么，什么经历算数，面试怎么检验；每一条都注明出处，并连到相关案例。",
        "Two kinds of post, what to do at which stage, which experience counts and how interviews test it; each entry names its source and leads to the cases it bears on.";
    CONTENTS = "目录", "Contents";
    WHAT_TO_DO = "怎么做", "What to do";
    CASES_OF_TRACK = "这一方向的案例", "Cases of this track";
    CASES_OF_SOURCE = "同一来源的案例", "Cases of the same source";
}
