//! What is said where a page cannot be shown.

words! {
    PROBLEM = "无法显示此页", "This page cannot be shown";
    NOT_FOUND = "没有这个页面", "There is no such page";
    DID_YOU_MEAN = "你是不是要找", "Did you mean";
    ALLOWED = "可用的值", "Allowed";
    WITHOUT_IT = "去掉这个条件", "Without this condition";
    TRY_AGAIN = "再试", "Try again";
    TO_START = "回到首页", "To the start page";
    REQUEST_ID = "请求编号", "Request id";
}
