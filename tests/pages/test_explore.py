"""Narrowing all cases."""

import csv

from conftest import ADDRESS, get
from openpyxl import load_workbook
from selenium.webdriver.common.keys import Keys

FACETS = ("major", "highest_degree", "school_tier", "company")


def test_a_facet_keeps_what_it_promises(browser):
    browser.open("/explore")
    for field in FACETS:
        link, name, promised = browser.values(field)[1]
        before = browser.total()
        browser.click(link)
        assert browser.total() == promised <= before, field
        assert name in [it.text for it in browser.all(".chip .value")]
    assert len(browser.all(".chip")) == len(FACETS)
    assert get("offer-cases", count="exact", **browser.path[1])["total"] == browser.total()


def test_what_is_chosen_is_taken_off_again_where_it_stands(browser):
    browser.open("/explore?lang=en&highest_degree=master,bachelor&company=!unknown")
    total = browser.total()
    browser.click(browser.one(".chip a"))
    assert browser.path[1]["highest_degree"] == "bachelor" and browser.total() < total
    chosen = next(link for link, _, _ in browser.values("highest_degree") if "chosen" in link.get_attribute("class"))
    browser.click(chosen)
    assert "highest_degree" not in browser.path[1] and browser.total() >= total


def test_a_value_is_left_out_and_the_unknown_chosen(browser):
    browser.open("/explore?lang=en")
    total = browser.total()
    _, _, count = browser.values("highest_degree")[0]
    browser.click(browser.one("#facet-highest_degree a.exclude"))
    assert browser.path[1]["highest_degree"].startswith("!")
    assert browser.total() == total - count
    browser.open("/explore?city=unknown&lang=en")
    assert [it.text for it in browser.all(".chip .value")] == ["Unknown"]


def test_back_and_forward_lead_through_what_was_chosen(browser):
    browser.open("/explore")
    totals = [browser.total()]
    for field in FACETS[:2]:
        browser.click(browser.values(field)[0][0])
        totals.append(browser.total())
    for total in reversed(totals[:-1]):
        browser.driver.back()
        browser.until(lambda: browser.total() == total, "the state before")
    browser.driver.forward()
    browser.until(lambda: browser.total() == totals[1], "the state behind")


def test_an_order_and_pages_give_every_case_once(browser):
    browser.open("/explore?limit=5&highest_degree=doctor")
    browser.send("#sort", "pay_annual")
    assert browser.path[1]["sort"] == "pay_annual"
    seen, total = [], browser.total()
    for _ in range(min(total // 5, 4)):
        seen += [it.get_attribute("href") for it in browser.all(".card h3 a")]
        browser.click(browser.one("a[rel~=next]"))
    told = get("offer-cases", sort="pay_annual", highest_degree="doctor", limit=len(seen), fields="id")["items"]
    assert [link.rsplit("/", 1)[1].split("?")[0] for link in seen] == [case["id"] for case in told]
    browser.click(browser.one("a[rel~=prev]"))
    assert browser.all(".card h3 a")[0].get_attribute("href") == seen[-5]


def test_a_search_and_a_range_narrow(browser):
    browser.open("/explore")
    total = browser.total()
    browser.one("#q").send_keys("产品" + Keys.ENTER)
    browser.until(lambda: browser.total() < total, "fewer cases")
    assert browser.path[1] == {"q": "产品"}
    browser.open("/explore?pay_currency=CNY")
    pay = browser.one("[name='from.pay_annual']")
    browser.click(browser.one("summary", pay.find_element("xpath", "ancestor::details")))
    pay.send_keys("200000")
    browser.one("[name='to.pay_annual']").send_keys("300000" + Keys.ENTER)
    browser.until(lambda: browser.path[1].get("pay_annual") == "200000..300000", "the range in the address")
    assert browser.total() == get("offer-cases", count="exact", pay_annual="200000..300000", pay_currency="CNY")["total"]


def test_more_values_are_found_by_name(browser):
    browser.open("/explore")
    browser.click(browser.one("#facet-company p a"))
    assert browser.path[1]["more"] == "company" and len(browser.values("company")) > 10
    browser.one("#facet-company input[type=search]").send_keys("7" + Keys.ENTER)
    browser.until(lambda: browser.path[1].get("contains") == "7", "the words in the address")
    assert all("7" in name for _, name, _ in browser.values("company"))


def test_nothing_found_says_which_condition_to_drop(browser):
    browser.open("/explore?lang=en&highest_degree=associate&role_family=research&q=不存在的词语")
    assert browser.total() == 0
    link = browser.one(".empty a")
    promised = int("".join(it for it in link.text if it.isdigit()))
    browser.click(link)
    assert browser.total() == promised > 0


def test_the_language_is_kept_and_changes_nothing_else(browser):
    browser.open("/explore?highest_degree=master&lang=en")
    total = browser.total()
    browser.click(browser.one("a.language"))
    assert browser.driver.find_element("css selector", "html").get_attribute("lang") == "zh-CN"
    assert browser.total() == total and browser.path[1]["highest_degree"] == "master"
    browser.open("/explore")
    assert browser.one("h1").text == "探索案例"


def test_a_bar_leads_to_its_cases(browser):
    browser.open("/explore?view=chart&group_by=highest_degree&lang=en")
    marks = browser.all("svg.chart a")
    assert len(marks) >= 3
    told = get("stats", group_by="highest_degree")["groups"]
    for index in (0, len(marks) - 1):
        browser.open("/explore?view=chart&group_by=highest_degree&lang=en")
        browser.click(browser.all("svg.chart a")[index])
        asked = browser.path[1]["highest_degree"]
        assert browser.total() == next(it["count"] for it in told if it["keys"][0]["value"] == asked)


def test_a_chart_is_made_with_its_table_below(browser):
    browser.open("/explore?view=chart&lang=en")
    browser.choose("#measure", "pay")
    browser.send("#group-by", "school_tier")
    assert browser.path[1]["group_by"] == "school_tier" and browser.path[1]["value"] == "pay"
    browser.click(browser.one("figcaption summary"))
    rows = browser.all("figcaption tbody tr")
    groups = get("stats", group_by="school_tier", metrics="count,pay", limit=20)["groups"]
    assert [browser.one("th", row).text for row in rows] == [group["keys"][0]["name_en"] for group in groups]
    browser.send("#crossed-with", "highest_degree")
    assert len(browser.all("svg.chart a")) > 6
    browser.click(browser.all("svg.chart a")[0])
    assert {"school_tier", "highest_degree"} <= set(browser.path[1])


def test_files_have_just_what_is_shown(browser):
    browser.open("/explore?highest_degree=doctor&lang=en")
    total = browser.total()
    links = {it.text: it for it in browser.all(".take-away p a")}
    for name in ("CSV", "XLSX"):
        before = set(browser.downloads.iterdir())
        browser.click(links[name])
        ended = lambda: [it for it in set(browser.downloads.iterdir()) - before if it.suffix == "." + name.lower()]
        file = browser.until(ended, f"a file of {name}")[0]
        if name == "CSV":
            rows = list(csv.reader(file.open(encoding="utf-8-sig")))
        else:
            rows = list(load_workbook(file, read_only=True).active.iter_rows(values_only=True))
        assert len(rows) == total + 1, name


def test_the_call_gives_what_the_page_shows(browser):
    browser.open("/explore?highest_degree=doctor&lang=en")
    browser.click(browser.one(".take-away summary"))
    call = browser.one("#call-curl").text
    assert call.startswith(f"curl -s '{ADDRESS}/api/v1/offer-cases?") and "highest_degree=doctor" in call


def test_all_of_it_works_without_scripts(browser):
    browser.look(scripts=False)
    browser.open("/explore")
    link, _, promised = browser.values("school_tier")[0]
    link.click()
    browser.until(lambda: browser.total() == promised, "the cases of the value")
    browser.one("#q").send_keys("产品")
    browser.one("form.search button").click()
    browser.until(lambda: browser.path[1].get("q") == "产品" and browser.total() < promised, "the cases with the word")
    browser.one(".tabs a:nth-child(2)").click()
    browser.until(lambda: browser.path[1].get("view") == "chart", "the chart")
    browser.choose("#group-by", "highest_degree")
    browser.one("form.controls button").click()
    browser.until(lambda: browser.path[1].get("group_by") == "highest_degree", "the chart by degree")


def test_the_keyboard_alone_chooses_a_value_and_keeps_its_place(browser):
    browser.open("/explore?lang=en")
    browser.keys(Keys.TAB)
    assert browser.driver.switch_to.active_element.text == "Skip to content"
    link = browser.tab_to(lambda it: "value" in (it.get_attribute("class") or "") and it.find_elements("css selector", ".count"))
    promised = int(browser.one(".count", link).text.replace(",", ""))
    name = browser.one(".name", link).text
    browser.keys(Keys.ENTER)
    browser.until(lambda: browser.total() == promised, "the cases of the value")
    assert name in browser.driver.switch_to.active_element.text


def test_a_mistake_in_an_address_says_what_is_allowed(browser):
    browser.open("/explore?school_tier=986&lang=en")
    assert "986" in browser.one(".mistakes").text
    browser.click(browser.one(".mistakes a"))
    assert browser.total() > 0


def test_filters_open_on_a_phone_and_close_over_what_they_gave(browser):
    browser.look(width=360)
    browser.open("/explore?lang=en")
    assert not browser.one("#filters").is_displayed()
    browser.click(browser.one(".to-filters"))
    assert browser.one("#filters").is_displayed()
    link, _, promised = browser.values("highest_degree")[0]
    browser.click(link)
    assert browser.total() == promised and not browser.one("#filters").is_displayed()


def test_the_keyboard_alone_makes_a_chart_of_two_dimensions(browser):
    browser.open("/explore?view=chart&lang=en")
    browser.tab_to(lambda it: it.get_attribute("id") == "measure")
    browser.keys(Keys.ARROW_DOWN)
    browser.tab_to(lambda it: it.get_attribute("id") == "crossed-with")
    before = browser.path
    for _ in range(3):
        browser.keys(Keys.ARROW_DOWN)
    assert browser.path == before, "moving through a list sends nothing"
    browser.tab_to(lambda it: it.tag_name == "button")
    browser.keys(Keys.ENTER)
    browser.until(lambda: browser.path[1].get("value") == "share" and len(browser.all("svg.chart a")) > 3, "the chart")
    browser.send("#share-of", "row")
    assert browser.path[1]["normalize"] == "row"


def test_the_same_dimension_twice_is_one(browser):
    browser.open("/explore?view=chart&group_by=company&group_by=company&lang=en")
    assert browser.path[1]["group_by"] == "company" and browser.all("svg.chart a")
    assert "company" not in [it.get_attribute("value") for it in browser.all("#crossed-with option")]
