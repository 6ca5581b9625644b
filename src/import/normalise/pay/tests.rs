//! Spellings of pay with the figures that were worked out by hand.

use super::*;

/// What a spelling says: annual package, monthly base, months.
type Expected = (Option<(i32, i32)>, Option<&'static str>, Option<&'static str>);

fn check(cell: &str, header: &str, expected: Expected, currency: &str) {
    let pay = read(cell, header);
    let decimal = |figure: Option<Hundredths>| figure.map(|figure| figure.to_string());
    let expected = (expected.0, expected.1.map(str::to_owned), expected.2.map(str::to_owned));
    let found = (pay.annual, decimal(pay.monthly_base), decimal(pay.months));
    assert_eq!((found, pay.currency), (expected, currency), "{cell} below {header}: {:?}", pay.remark);
}

#[test]
fn pay_of_a_year_is_read() {
    for (cell, low, high) in [
        ("24w", 240_000, 240_000),
        ("24万", 240_000, 240_000),
        ("２４Ｗ", 240_000, 240_000),
        ("24 万元", 240_000, 240_000),
        ("¥240,000", 240_000, 240_000),
        ("240000元", 240_000, 240_000),
        ("二十万", 200_000, 200_000),
        ("二十五万", 250_000, 250_000),
        ("三十到四十万", 300_000, 400_000),
        ("18~19W", 180_000, 190_000),
        ("18-20w", 180_000, 200_000),
        ("24w-27w", 240_000, 270_000),
        ("24万～27万", 240_000, 270_000),
        ("30万左右", 300_000, 300_000),
        ("约30w", 300_000, 300_000),
        ("年薪30-40万", 300_000, 400_000),
        ("年薪 30w", 300_000, 300_000),
        ("总包45w", 450_000, 450_000),
        ("总包: 45w", 450_000, 450_000),
        ("30w/年", 300_000, 300_000),
        ("35w（税前）", 350_000, 350_000),
        ("RMB 300k per year", 300_000, 300_000),
        ("300k", 300_000, 300_000),
        ("22.5w", 225_000, 225_000),
        ("25w+期权", 250_000, 250_000),
    ] {
        check(cell, "薪资", (Some((low, high)), None, None), "CNY");
    }
}

#[test]
fn products_give_the_year_the_month_and_the_months() {
    for (cell, annual, base, months) in [
        ("16*16", (256_000, 256_000), Some("16000.00"), Some("16.00")),
        ("15k*14", (210_000, 210_000), Some("15000.00"), Some("14.00")),
        ("10K×16", (160_000, 160_000), Some("10000.00"), Some("16.00")),
        ("18kx16", (288_000, 288_000), Some("18000.00"), Some("16.00")),
        ("18k X 16薪", (288_000, 288_000), Some("18000.00"), Some("16.00")),
        ("9*14-20", (126_000, 180_000), Some("9000.00"), None),
        ("15*（14+2）", (240_000, 240_000), Some("15000.00"), Some("16.00")),
        ("10*16=16w", (160_000, 160_000), Some("10000.00"), Some("16.00")),
        ("15.5*15=23w", (232_500, 232_500), Some("15500.00"), Some("15.00")),
        ("24w(16*15)", (240_000, 240_000), Some("16000.00"), Some("15.00")),
        ("17.5*15.5", (271_250, 271_250), Some("17500.00"), Some("15.50")),
        ("15k-20k·14薪", (210_000, 280_000), None, Some("14.00")),
        ("15-20K*15薪", (225_000, 300_000), None, Some("15.00")),
        ("base 25k, 15薪", (375_000, 375_000), Some("25000.00"), Some("15.00")),
        ("base25k 15薪", (375_000, 375_000), Some("25000.00"), Some("15.00")),
        ("1.5-2万·14薪", (210_000, 280_000), None, Some("14.00")),
        ("12000/月 14薪", (168_000, 168_000), Some("12000.00"), Some("14.00")),
        ("1.5w*14", (210_000, 210_000), Some("15000.00"), Some("14.00")),
        ("25000*14", (350_000, 350_000), Some("25000.00"), Some("14.00")),
        ("25,000*14", (350_000, 350_000), Some("25000.00"), Some("14.00")),
        ("25000元*14个月", (350_000, 350_000), Some("25000.00"), Some("14.00")),
        ("14*25k", (350_000, 350_000), Some("25000.00"), Some("14.00")),
        ("月薪15k*14", (210_000, 210_000), Some("15000.00"), Some("14.00")),
        ("15k/月*14", (210_000, 210_000), Some("15000.00"), Some("14.00")),
        ("15k*14+期权", (210_000, 210_000), Some("15000.00"), Some("14.00")),
        ("8333.33*12", (100_000, 100_000), Some("8333.33"), Some("12.00")),
    ] {
        check(cell, "薪资", (Some(annual), base, months), "CNY");
    }
}

#[test]
fn twenty_spellings_of_the_same_pay_are_the_same() {
    for cell in [
        "15k*16",
        "15K*16",
        "15k×16",
        "15kx16",
        "15K X 16",
        "15*16",
        "15＊16",
        "１５ｋ＊１６",
        "15k * 16",
        "15千*16",
        "1.5w*16",
        "1.5万×16",
        "15000*16",
        "15,000*16",
        "15000元*16",
        "¥15000*16",
        "15k*16薪",
        "15k·16薪",
        "base 15k, 16薪",
        "15k*(14+2)",
        "15*16=24w",
        "24w（15k*16）",
        "15k*16个月",
        "月薪15k，16薪",
        "十五k*16",
    ] {
        check(cell, "薪资", (Some((240_000, 240_000)), Some("15000.00"), Some("16.00")), "CNY");
    }
}

#[test]
fn pay_of_a_month_or_a_day_gives_only_the_monthly_base() {
    for (cell, base) in [
        ("月薪15k", "15000.00"),
        ("15k", "15000.00"),
        ("15k/月", "15000.00"),
        ("4000/月", "4000.00"),
        ("4000元每月", "4000.00"),
        ("0.8w/月", "8000.00"),
        ("200/天", "4350.00"),
        ("日薪200", "4350.00"),
        ("150/day", "3262.50"),
        ("150元一天", "3262.50"),
        ("base 15k", "15000.00"),
    ] {
        check(cell, "薪资", (None, Some(base), None), "CNY");
    }
    // The signing bonus is money too, but whether it counts for each year is not said.
    check("20k*12+3w签字费", "薪资", (None, Some("20000.00"), Some("12.00")), "CNY");
    check("15k*12+年终", "薪资", (None, Some("15000.00"), Some("12.00")), "CNY");
    check("16薪", "薪资", (None, None, Some("16.00")), "CNY");
}

#[test]
fn other_currencies_are_kept() {
    for (cell, annual, currency) in [
        ("$150k/year", 150_000, "USD"),
        ("$150,000", 150_000, "USD"),
        ("USD 120k p.a.", 120_000, "USD"),
        ("12万美元/年", 120_000, "USD"),
        ("HK$ 480k annual", 480_000, "HKD"),
        ("48万港币/年", 480_000, "HKD"),
        ("S$90k/year", 90_000, "SGD"),
        ("£60k per year", 60_000, "GBP"),
        ("€70,000/year", 70_000, "EUR"),
    ] {
        check(cell, "pay", (Some((annual, annual)), None, None), currency);
    }
    check("30k*12", "薪资(HKD)", (Some((360_000, 360_000)), Some("30000.00"), Some("12.00")), "HKD");
}

#[test]
fn a_header_may_say_period_and_unit() {
    check("24", "年薪（万）", (Some((240_000, 240_000)), None, None), "CNY");
    check("18-20", "年薪(w)", (Some((180_000, 200_000)), None, None), "CNY");
    check("15", "月薪(k)", (None, Some("15000.00"), None), "CNY");
    check("8000", "月薪", (None, Some("8000.00"), None), "CNY");
    check("16*16", "年薪（万）", (Some((256_000, 256_000)), Some("16000.00"), Some("16.00")), "CNY");
}

#[test]
fn what_cannot_be_read_for_sure_gives_no_figure() {
    for (cell, why) in [
        ("详情请看备注", "words"),
        ("面议", "negotiable"),
        ("薪资保密", "secret"),
        ("25w+", "a lower bound"),
        ("25w以上", "a lower bound"),
        ("30万以内", "an upper bound"),
        ("10*16=20w", "a contradiction"),
        ("24w(15*14)", "a contradiction"),
        ("税后15k", "after tax"),
        ("15k after tax", "after tax"),
        ("到手1.2w", "after tax"),
        ("3w", "of a month or of a year"),
        ("24", "no unit"),
        ("16*8", "8 months"),
        ("16*30", "30 months"),
        ("200*22", "pay of a day times days"),
        ("150*20", "pay of a day times days"),
        ("500*14", "neither thousands nor units"),
        ("2*14", "too little"),
        ("15*14+2", "months or money"),
        ("15*14-16*15", "two products"),
        ("50/小时", "by the hour"),
        ("3000/周", "by the week"),
        ("5万亿", "a word"),
        ("1.5万", "of a month or of a year"),
        ("一万五", "a colloquial number"),
        ("1w5", "a colloquial number"),
        ("-24w", "a sign"),
        ("24w 27w", "two amounts"),
        ("24w/27w", "two amounts"),
        ("27w-24w", "a range upside down"),
        ("15-20k/月", "a range of monthly pay"),
        ("$30k", "which period is not sure"),
        ("HK$120k", "which period is not sure"),
        ("1w美元+2w人民币", "two currencies"),
        ("2000w", "not believed"),
        ("1w/年", "not believed"),
        ("总包45w含股票", "a word"),
        ("总包45w(股票10w)", "stock in it"),
        ("base 30w", "base pay only"),
        ("年薪30", "no unit"),
        ("月薪15", "no unit"),
        ("15薪", "months only"),
        ("15k*16薪*2", "three factors"),
        ("abc", "a word"),
        ("1.2.3w", "no number"),
        ("99999999999999w", "too long"),
        ("300万*16", "not believed"),
    ] {
        let pay = read(cell, "薪资");
        assert_eq!((pay.annual, pay.monthly_base), (None, None), "{cell}: {why}");
        assert!(pay.remark.is_some() || cell == "15薪", "{cell}: {why} is remarked");
    }
    for cell in ["", "-", "无", "N/A"] {
        assert_eq!(read(cell, "薪资"), Pay::default(), "{cell}");
    }
}
