"""From the start page to cases like one's own, by the mouse alone and by the keyboard alone."""

import pytest
from conftest import get
from selenium.webdriver.common.keys import Keys


def whole(text):
    return int("".join(it for it in text if it.isdigit()))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_start_page_leads_to_people_like_me_and_their_pay(browser, language):
    browser.open(f"/?lang={language}")
    browser.one("#major").send_keys("计算机")
    browser.choose("#school_tier", "211")
    browser.choose("#highest_degree", "master")
    browser.click(browser.one("form.profile button"))
    browser.until(lambda: browser.path[0] == "/compare", "the page of comparison")
    told = get("comparable-cases", major="计算机", school_tier="211", highest_degree="master")
    shown = [it.get_attribute("href").split("/cases/")[1].split("?")[0] for it in browser.all("main h3 a[href*='/cases/']")]
    assert shown[: len(told["items"])] == [item["case"]["id"] for item in told["items"]]
    counted = next(it for it in browser.all("main a[href*='/explore?']") if it.text and it.text[0].isdigit())
    promised = whole(counted.text)
    browser.click(counted)
    browser.until(lambda: browser.path[0] == "/explore", "the cases that were counted")
    assert browser.total() == promised


def test_the_keyboard_alone_asks_and_gets_an_answer(browser):
    browser.open("/?lang=en")
    browser.tab_to(lambda it: it.get_attribute("id") == "major").send_keys("computer science")
    browser.tab_to(lambda it: it.get_attribute("id") == "school_tier").send_keys("Project 211")
    browser.tab_to(lambda it: it.tag_name == "button" and it.get_attribute("type") == "submit")
    browser.keys(Keys.ENTER)
    browser.until(lambda: browser.path[0] == "/compare" and browser.all("main h3 a[href*='/cases/']"), "cases like mine")
    case = browser.tab_to(lambda it: "/cases/" in (it.get_attribute("href") or ""))
    browser.driver.execute_script("arguments[0].focus()", case)
    browser.keys(Keys.ENTER)
    browser.until(lambda: browser.path[0].startswith("/cases/"), "the case")


def test_a_name_that_nobody_knows_is_told_beside_its_input(browser):
    browser.open("/compare?lang=en")
    browser.one("#company").send_keys("Synthetic Company 00001" + Keys.ENTER)
    browser.until(lambda: browser.all("#company[aria-invalid]"), "what is wrong")
    assert browser.one("#company").get_attribute("value") == "Synthetic Company 00001"
    browser.click(browser.one("#company-mistake a[href^='/compare']"))
    browser.until(lambda: browser.all("main h3 a[href*='/cases/']"), "cases like the profile that was meant")


def test_names_are_proposed_while_they_are_typed(browser):
    browser.open("/compare?lang=en")
    browser.one("#major").send_keys("comput")
    names = lambda: [it.get_attribute("value") for it in browser.all("#major-names option")]
    browser.until(lambda: any("Computer" in name for name in names()), "names of majors")


def test_the_questions_of_the_readme_are_answered_on_the_pages(browser):
    # Who with a finance degree and a master's from abroad?
    browser.open("/explore?lang=en&major=finance&master_tier=overseas")
    assert browser.total() == get("offer-cases", major="finance", master_tier="overseas", count="exact")["total"]
    # How does 985 compare with 211, company by company?
    browser.open("/explore?lang=en&school_tier=985,211&view=chart")
    browser.send("#crossed-with", "school_tier")
    browser.click(browser.one("figcaption summary"))
    assert len(browser.all("figcaption tbody tr")) > 2
    # Which cases are most like a psychology bachelor from a 211 university?
    browser.open("/compare?lang=en&major=psychology&highest_degree=bachelor&school_tier=211")
    assert len(browser.all("main h3 a[href*='/cases/']")) == 10


def test_a_case_shows_where_each_value_comes_from(browser):
    case = get("offer-cases", source="synthetic", limit=1, fields="id")["items"][0]["id"]
    browser.open(f"/cases/{case}?lang=en")
    whole_case = get(f"offer-cases/{case}", include="raw,source,labels")
    text = browser.one("main").text
    for cell in whole_case["raw"].values():
        assert cell.strip()[:60] in text
    assert whole_case["company"]["name_en"] in text and whole_case["source"]["name_en"] in text


def test_what_a_name_was_taken_from_is_said(browser):
    browser.open("/compare?major=心理学 本科 211&lang=zh")
    assert "心理学 本科 211" in browser.one(".chips .written").text
    browser.open("/compare?major=心理学&lang=zh")
    assert not browser.all(".chips .written")
