"""The real app in a process of its own, over the sample corpus, and headless Chromium before it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.network_guard import is_local

ROOT: Final = Path(__file__).resolve().parents[2]
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_S: Final = 60
EXPECTED_MS: Final = 15_000
"""How long what a test expects may take: other work may share the machine."""


@dataclass
class Visit:
    """A page of the app and everything the browser asked for while it was open."""

    page: Page
    opened_at: float
    requests: list[str] = field(default_factory=list)

    def foreign(self) -> list[str]:
        """Requests to any other host; a picture inside the page is none."""
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob") and not is_local(urlsplit(url).hostname)
        ]


OpenPage = Callable[..., Visit]
Screenshot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Playwright keeps an event loop running, so it ends with its module."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("chromium is not installed, and REQUIRE_BROWSER asks for it")
        pytest.skip("chromium is not installed: tests/browser/install.sh installs it")
    with sync_playwright() as playwright:
        expect.set_options(timeout=EXPECTED_MS)
        launched = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def data_dir(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the app's own with the sample corpus in it."""
    folder = tmp_path_factory.mktemp("app") / "data"
    shutil.copytree(sample_data, folder)
    return folder


@contextmanager
def running_app(
    data_dir: Path, log: Path, *, script: str = "app/main.py", **settings: str
) -> Iterator[str]:
    """The address of an app over ``data_dir`` with these settings, which ends with the block.

    Another ``script`` than the app's own may log tracebacks.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", script),
                *("--server.port", str(port)),
            ],
            cwd=ROOT,
            env={**os.environ, "QUORUM_DATA_DIR": str(data_dir), **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_up(url, process, log)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=30)
    assert script != "app/main.py" or "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="session")
def address(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app listens; it is stopped at the end."""
    with running_app(data_dir, tmp_path_factory.mktemp("log") / "app.log") as url:
        yield url


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Opens pages of the app, each in a fresh context of the browser."""
    contexts = []

    def open_(
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        locale: str = "en-US",
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=locale,
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        visit = Visit(page=page, opened_at=time.perf_counter())
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.goto(address + path)
        return visit

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def screenshot(tmp_path: Path) -> Screenshot:
    """Keeps a picture of a page; in docs/screenshots if TAKE_SCREENSHOTS is 1."""
    keep = os.environ.get("TAKE_SCREENSHOTS") == "1"
    folder = ROOT / "docs" / "screenshots" if keep else tmp_path

    def take(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"{name}.png")

    return take


def open_source(page: Page) -> Locator:
    """The open source with its text shown; a PDF's opens as its drawn page."""
    source = page.locator(".source.open")
    source.wait_for()
    text = source.get_by_role("tab").nth(1)
    if text.count():
        text.click()
    return source


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{url}/_stcore/health", timeout=1) as response:
                if response.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.05)
    process.kill()
    pytest.fail(f"the app did not start:\n{log.read_text()}")
