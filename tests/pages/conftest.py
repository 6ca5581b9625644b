"""The pages in a browser, used as a person would. Needs the address of a running service in `OFFER_CASES_ADDRESS`, that has
the made-up cases and `hostile.csv`, and the rules of axe-core in `AXE`; `.ci/browser` sees to all of it."""

import json
import os
import shutil
import urllib.parse
import urllib.request

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

ADDRESS = os.environ["OFFER_CASES_ADDRESS"]
PATIENCE_SECONDS = 30


def get(path, **query):
    """What the API says."""
    with urllib.request.urlopen(f"{ADDRESS}/api/v1/{path}?{urllib.parse.urlencode(query)}") as answer:
        return json.load(answer)


def _start(downloads):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))


class Browser:
    """A browser with what a person does in it."""

    def __init__(self, driver, downloads):
        self.driver, self.downloads = driver, downloads

    def look(self, width=1280, height=900, theme="light", scripts=True):
        """How wide the window is, which colours the system prefers, whether scripts run."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = [{"name": "prefers-color-scheme", "value": theme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})

    def open(self, path):
        self.driver.get(ADDRESS + path)

    @property
    def path(self):
        """Path and decoded parameters."""
        parts = urllib.parse.urlsplit(self.driver.current_url)
        return parts.path, dict(urllib.parse.parse_qsl(parts.query))

    def all(self, selector, within=None):
        return (within or self.driver).find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector, within=None):
        return (within or self.driver).find_element(By.CSS_SELECTOR, selector)

    def until(self, holds, what):
        replaced = [NoSuchElementException, StaleElementReferenceException]
        return WebDriverWait(self.driver, PATIENCE_SECONDS, ignored_exceptions=replaced).until(lambda _: holds(), what)

    def settled(self):
        self.until(lambda: not self.all("html[aria-busy]"), "the page shows its new state")

    def click(self, element):
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()
        self.settled()

    def choose(self, selector, value):
        Select(self.one(selector)).select_by_value(value)
        self.settled()

    def send(self, selector, value):
        """Chooses from a list and sends its form."""
        self.choose(selector, value)
        form = self.one(selector).find_element(By.XPATH, "ancestor::form")
        self.click(self.one("button[type=submit]", form))

    def keys(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()
        self.settled()

    def tab_to(self, is_meant, most=200):
        """Moves the focus by the keyboard alone until it is on what is meant."""
        for _ in range(most):
            if is_meant(self.driver.switch_to.active_element):
                return self.driver.switch_to.active_element
            webdriver.ActionChains(self.driver).send_keys(Keys.TAB).perform()
        raise AssertionError("the keyboard does not get there")

    def total(self):
        """How many cases the page says there are."""
        return int(self.one(".total strong").text.replace(",", ""))

    def values(self, field):
        """The values of a facet: link, name, number of cases."""
        facet = self.one(f"#facet-{field}")
        if not facet.get_attribute("open"):
            self.click(self.one("summary", facet))
        found = self.all("a.value", facet)
        return [(it, self.one(".name", it).text, int(self.one(".count", it).text.replace(",", ""))) for it in found]

    def complaints(self):
        """What the browser has to say against the pages, since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def hosts(self):
        """The hosts that were asked for anything, since that was asked last."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [it["params"]["request"]["url"] for it in events if it["method"] == "Network.requestWillBeSent"]
        return {urllib.parse.urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}


@pytest.fixture(scope="session")
def only_browser(tmp_path_factory):
    downloads = tmp_path_factory.mktemp("downloads")
    driver = _start(downloads)
    yield Browser(driver, downloads)
    driver.quit()


@pytest.fixture
def browser(only_browser):
    """A browser that nobody has chosen anything in."""
    only_browser.look()
    only_browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    only_browser.complaints()
    only_browser.hosts()
    yield only_browser
    only_browser.look()
