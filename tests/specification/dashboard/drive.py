"""Opens the page in a browser, served from another origin than the service, and uses it in both languages as a reader would.

What stands in it is compared with what the service answers. `drive.py <address of the service> <port of the page>`; the
service must allow the page's origin.
"""

import functools
import http.server
import json
import os
import shutil
import sys
import threading
import urllib.parse
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

API, PORT = sys.argv[1], int(sys.argv[2])
PATIENCE_SECONDS = 30


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve_page():
    handler = functools.partial(Files, directory=Path(__file__).parent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def get(path, **query):
    with urllib.request.urlopen(f"{API}/api/v1/{path}?{urllib.parse.urlencode(query)}") as answer:
        return json.load(answer)


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--window-size=1400,2400"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))


class Page:
    """The page in one language."""

    def __init__(self, driver, language):
        self.driver, self.name = driver, "name_en" if language == "en" else "name"
        self.meta = get("meta")
        driver.get(f"http://127.0.0.1:{PORT}/?{urllib.parse.urlencode({'api': API, 'lang': language})}")
        self.settle()

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        """At once: elements may be replaced between two questions."""
        script = "return [...document.querySelectorAll(arguments[0])].map(it => it.firstChild?.textContent ?? '')"
        return self.driver.execute_script(script, selector)

    def until(self, holds, what):
        WebDriverWait(self.driver, PATIENCE_SECONDS).until(lambda _: holds(), what)

    def settle(self):
        self.until(lambda: self.all("body[aria-busy=false]"), "the page shows its answers")

    def total(self):
        return int(self.driver.execute_script("return document.querySelector('#total').value"))

    def able(self, ability):
        return [field for field in self.meta["fields"] if ability in field["can"]]

    def values(self, slug):
        """The values of a facet that are shown: slug, name, number of cases, whether it is chosen."""
        script = """return [...document.querySelectorAll(`section[data-field=${arguments[0]}] button[data-value]`)].map(it =>
            [it.dataset.value, it.firstChild.textContent, Number(it.lastChild.textContent), it.ariaPressed === "true"])"""
        return [tuple(value) for value in self.driver.execute_script(script, slug)]

    def click(self, slug, value):
        self.all(f"section[data-field={slug}] button[data-value='{value}']")[0].click()
        self.settle()

    def type(self, slug, end, text):
        field = self.all(f"section[data-field={slug}] input")[end]
        field.send_keys(Keys.CONTROL + "a")
        field.send_keys((text or Keys.BACKSPACE) + Keys.TAB)
        self.settle()

    def picture_is_there(self):
        script = "const it = document.querySelector('#chart'); return it.complete && it.naturalWidth > 0"
        return self.driver.execute_script(script)


def labels_are_those_of_the_service(page):
    for ability, selector in (("filter", "#filters h2"), ("group", "#dimension option"), ("show", "th")):
        assert page.texts(selector) == [field[page.name] for field in page.able(ability)], selector
    for field in page.able("group"):
        facet = get("facets", dimensions=field["slug"], limit=5)["facets"][0]
        told = [(value["value"], value[page.name], value["count"], False) for value in facet["values"]]
        assert page.values(field["slug"]) == told, field["slug"]


def every_value_gives_as_many_cases_as_it_says(page):
    """Each by itself, and then one of each of three dimensions together."""
    everything = page.total()
    tried = 0
    for slug in (field["slug"] for field in page.able("group")):
        for value, _, count, _ in page.values(slug):
            page.click(slug, value)
            assert page.total() == count, f"{slug}={value}: {page.total()} and not {count}"
            assert (value, count, True) in [(it, number, chosen) for it, _, number, chosen in page.values(slug)]
            page.click(slug, value)
            assert page.total() == everything
            tried += 1
    assert tried > 40, tried
    for slug, value in (("school_tier", "985"), ("highest_degree", "master"), ("company", "baidu")):
        promised = next(count for it, _, count, _ in page.values(slug) if it == value)
        page.click(slug, value)
        assert page.total() == promised, slug
    assert 0 < page.total() < everything
    for slug, value in (("company", "baidu"), ("highest_degree", "master"), ("school_tier", "985")):
        page.click(slug, value)


def a_facet_goes_on(page):
    before = page.values("company")
    page.all("section[data-field=company] .more")[0].click()
    page.until(lambda: len(page.values("company")) > len(before), "more companies")
    shown = page.values("company")
    told = get("facets", dimensions="company", limit=len(shown))["facets"][0]["values"]
    assert [value for value, *_ in shown] == [value["value"] for value in told]


def pages_hold_each_case_once(page):
    row = "return [...document.querySelectorAll('tbody tr')].map(it => it.firstChild.textContent)"
    pages = [page.driver.execute_script(row)]
    while (forward := page.all("#next")[0]).is_enabled():
        forward.click()
        page.until(lambda: page.driver.execute_script(row) != pages[-1], "another page")
        pages.append(page.driver.execute_script(row))
    cases = [case for of_page in pages for case in of_page]
    assert len(cases) == len(set(cases)) == page.total() and len(pages) > 2, pages
    page.all("#back")[0].click()
    page.until(lambda: page.driver.execute_script(row) == pages[-2], "the page before")


def cases_come_in_the_order_of_a_column(page):
    for slug, order in (("company", "company"), ("company", "-company")):
        page.all(f"th[data-field={slug}]")[0].click()
        page.settle()
        place = 1 + [field["slug"] for field in page.able("show")].index(slug)
        told = [case[slug][page.name] for case in get("offer-cases", sort=order, limit=5)["items"]]
        assert page.texts(f"tbody td:nth-child({place})") == told, order


def ranges_and_flags_choose(page):
    everything = page.total()
    page.type("pay_annual", 0, "300000")
    assert page.total() == get("offer-cases", pay_annual="300000..", count="exact")["total"] < everything
    page.type("pay_annual", 0, "")
    assert page.total() == everything
    page.all("section[data-field=has_conflict] input")[0].click()
    page.settle()
    assert page.total() == get("offer-cases", has_conflict="true", count="exact")["total"]
    page.all("section[data-field=has_conflict] input")[0].click()
    page.settle()


def every_dimension_has_a_picture(page):
    for field in page.able("group"):
        Select(page.all("#dimension")[0]).select_by_value(field["slug"])
        page.until(page.picture_is_there, f"a picture of {field['slug']}")
        assert page.all("#chart")[0].get_attribute("alt") == field[page.name]


STEPS = (
    labels_are_those_of_the_service,
    every_value_gives_as_many_cases_as_it_says,
    a_facet_goes_on,
    pages_hold_each_case_once,
    cases_come_in_the_order_of_a_column,
    ranges_and_flags_choose,
    every_dimension_has_a_picture,
)


def main():
    serve_page()
    driver = browser()
    try:
        for language in ("zh", "en"):
            page = Page(driver, language)
            for step in STEPS:
                step(page)
            said = [line for line in driver.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]
            assert not said, said
            if folder := os.environ.get("SCREENSHOTS"):
                driver.save_screenshot(f"{folder}/dashboard-{language}.png")
    finally:
        driver.quit()
    print(f"a page of another origin shows the cases in two languages: {len(STEPS)} steps each")


main()
