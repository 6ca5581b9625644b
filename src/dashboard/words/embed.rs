//! What charts in pages of others say.

words! {
    EMBED = "嵌入图表", "Embed this chart";
    OPEN_IN_SITE = "在 offer 案例库中查看这些案例", "Open these cases in offer-cases";
}
