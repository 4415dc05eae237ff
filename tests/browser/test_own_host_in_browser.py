"""Whatever page is open, the browser asks the app alone: pages, fonts, pictures, the tab's icon."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

LOADED = """async () => {
  await document.fonts.ready;
  return {
    fonts: [...document.fonts].filter((one) => one.status === "loaded").map((one) => one.family),
    failed: [...document.fonts].filter((one) => one.status === "error").map((one) => one.family),
    icon: document.querySelector("link[rel~='icon']").href,
    fetched: performance.getEntriesByType("resource").map((one) => one.name),
  };
}"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_asks_the_app_alone(open_page: OpenPage, address: str, language: str) -> None:
    visit = open_page(f"/?lang={language}")
    page = visit.page
    links = page.get_by_test_id("stSidebarNavLink")
    links.first.wait_for()
    assert links.count() >= 2
    for number in range(links.count()):
        links.nth(number).click()
        page.wait_for_timeout(300)
        page.locator('[data-test-script-state="notRunning"]').wait_for()
        page.get_by_role("main").get_by_role("heading", level=1).first.wait_for()
        loaded = page.evaluate(LOADED)
        assert loaded["failed"] == []
        families = {family.strip("\"'") for family in loaded["fonts"]}
        assert {"Source Sans", "Material Symbols Rounded"} <= families
        host = urlsplit(address).netloc
        assert loaded["icon"].startswith(("data:image/svg+xml", address))
        with_hosts = [one for one in loaded["fetched"] if urlsplit(one).netloc]
        assert {urlsplit(one).netloc for one in with_hosts} == {host}
    assert visit.foreign() == []
