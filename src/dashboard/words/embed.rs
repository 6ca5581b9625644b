//! What charts in pages of others say.

words! {
    OPEN_IN_SITE = "在 offer 案例库中查看这些案例", "Open these cases in offer-cases";
}
