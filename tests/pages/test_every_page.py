"""What holds of every page: nothing that keeps anybody out, no other host, no text that runs."""

import itertools
import os
from pathlib import Path

import pytest
from conftest import ADDRESS, get

AXE = Path(os.environ["AXE"]).read_text(encoding="utf-8")
NARROW, WIDE = 360, 1280


def pages():
    """An address of every kind of page, with what there is of each."""
    case = get("offer-cases", limit=1, fields="id,company,major,role")["items"][0]
    school = next(iter(get("facets", dimensions="school", limit=1)["facets"][0]["values"]))["value"]
    return {
        "start": "/",
        "cases": "/explore",
        "chosen": "/explore?highest_degree=master&company=!unknown&more=company",
        "table": "/explore?view=table&limit=5",
        "bars": "/explore?view=chart&group_by=company&value=share",
        "heat map": "/explore?view=chart&group_by=school_tier&group_by=highest_degree",
        "boxes": "/explore?view=chart&group_by=school_tier&value=pay&pay_currency=CNY",
        "histogram": "/explore?view=chart&value=pay&pay_currency=CNY",
        "nothing": "/explore?q=不存在的词语",
        "compare": "/compare",
        "compared": "/compare?major=心理学&highest_degree=bachelor&school_tier=211",
        "compared wrongly": "/compare?major=xinlixu&school_tier=986&tags=x",
        "case": f"/cases/{case['id']}",
        "company": f"/companies/{case['company']['slug']}",
        "major": "/majors/engineering",
        "school": f"/schools/{'zhejiang-university' if school == 'unknown' else school}",
        "role": f"/roles/{case['role']['slug']}",
        "guide": "/guide",
        "data": "/data",
        "import": "/data/imports/1",
        "mistake": "/explore?school_tier=986",
        "missing": "/nothing-here",
    }


PAGES = pages()


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(browser, page):
    for language, theme, width in itertools.product(("zh", "en"), ("light", "dark"), (NARROW, WIDE)):
        browser.look(width=width, theme=theme)
        path = PAGES[page]
        browser.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        browser.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE})
        found = browser.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(it => done(it.violations))"
        )
        told = [(it["id"], it["help"], [node["html"][:200] for node in it["nodes"][:3]]) for it in found]
        assert told == [], f"{path} in {language}, {theme}, {width} px"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_its_window_and_asks_no_other_host(browser, page):
    for language, width in itertools.product(("zh", "en"), (NARROW, WIDE)):
        browser.look(width=width)
        path = PAGES[page]
        browser.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        room = browser.driver.execute_script("return document.documentElement.scrollWidth")
        assert room <= width, f"{path} in {language} is {room} px wide"
    host = ADDRESS.split("//")[1]
    assert browser.hosts() <= {host}
    expected = page in ("mistake", "missing", "compared wrongly")
    complaints = [it for it in browser.complaints() if not (expected and "the server responded with a status of 4" in it)]
    assert complaints == []


def test_hostile_text_shows_as_text(browser):
    cases = get("offer-cases", q="hostile", fields="id,company,role")["items"]
    assert len(cases) == 2
    paths = ["/explore?q=hostile", "/explore?view=table&q=hostile", "/explore?view=chart&group_by=company&q=hostile"]
    paths += ["/explore?view=chart&group_by=company,city&q=hostile", "/data", "/data/imports/2", "/data/imports/3"]
    paths += ["/explore?q=%22%3E%3Cscript%3Ewindow.hostile%3D13%3C/script%3E", "/explore?company=%3Cscript%3Ewindow.hostile=14%3C/script%3E"]
    paths += ["/compare?major=%22%3E%3Cscript%3Ewindow.hostile=15%3C/script%3E", "/companies/%3Cscript%3Ewindow.hostile=16%3C%2Fscript%3E"]
    for case in cases:
        paths += [f"/cases/{case['id']}", f"/companies/{case['company']['slug']}", f"/roles/{case['role']['slug']}"]
    for path in paths:
        browser.open(path)
        assert browser.driver.execute_script("return window.hostile") is None, path
        scripts = browser.driver.execute_script("return [...document.scripts].map(it => it.textContent).join('')")
        assert scripts == "", path
        live = "return document.querySelectorAll('main [onload], main [onerror], main [onmouseover], main [onfocus], main [style], main iframe, main img').length"
        assert browser.driver.execute_script(live) == 0, path
        links = browser.driver.execute_script("return [...document.links].map(it => it.protocol)")
        assert set(links) <= {"http:", "https:"}, path
    browser.open("/explore?q=hostile&lang=en")
    shown = [it.text for it in browser.all(".card h3 a")]
    assert any("<script>window.hostile=1</script>" in it for it in shown)
    isolated = browser.driver.execute_script(
        "return [...document.querySelectorAll('.card .summary')].every(it => it.querySelector('bdi'))"
    )
    assert isolated


def test_no_page_has_a_script_or_a_style_in_itself(browser):
    for path in PAGES.values():
        browser.open(path)
        inline = "return [...document.querySelectorAll('script:not([src]), style, [style]')].map(it => it.outerHTML.slice(0, 100))"
        assert browser.driver.execute_script(inline) == [], path
