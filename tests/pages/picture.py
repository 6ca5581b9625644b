"""Takes the pictures of the README: `picture.py <address> <folder>` writes `picture.en.png` and `picture.zh.png`."""

import base64
import sys
from pathlib import Path

from conftest import Browser, _start

WIDTH_PX, HEIGHT_PX = 1280, 1180
PATH = "/explore?view=chart&group_by=school_tier&value=pay&pay_currency=CNY&highest_degree=bachelor,master,doctor"

driver = _start(Path(sys.argv[2]))
try:
    browser = Browser(driver, None)
    browser.look(width=WIDTH_PX, height=HEIGHT_PX)
    for language in ("en", "zh"):
        browser.open(f"{PATH}&lang={language}")
        picture = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
        Path(sys.argv[2], f"picture.{language}.png").write_bytes(base64.b64decode(picture))
finally:
    driver.quit()
