"""The built site as a reader has it: plain files, Chromium, and no other host in reach."""

import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools"))
from serve import served  # noqa: E402

SITE = ROOT / "_build/html"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no other host is there
]  # fmt: skip


@pytest.fixture(scope="session")
def site():
    """The address of the built site, served on a free port."""
    assert (SITE / "index.html").exists(), f"build the site first (make build): {SITE} is missing"
    with served(SITE) as address:
        yield address


def installed_chromium():
    """The path of the system's Chromium or Chrome; or None: Playwright looks for its own.

    The headless shell is the same browser without windows, which cost half of a page's time.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium():
    """Chromium: the system's where there is one, else the one that Playwright has installed."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
        except Error:
            pytest.fail(
                "Chromium is missing: apt-get install chromium, or playwright install chromium"
            )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site):
    """visit(path, expect=None, before="", **context options) -> page.

    `before` is a script that runs before the page's own.  After the test: no request to another
    origin and no error in the console, but for those that match the expression `expect`.
    """
    opened = []

    def visit(path, expect=None, before="", **options):
        context = chromium.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        seen = SimpleNamespace(context=context, abroad=[], errors=[], expect=expect)
        opened.append(seen)

        def note(request):
            if not request.url.startswith((site, "data:", "blob:")):
                seen.abroad.append(request.url)

        context.on("request", note)
        context.add_init_script(before)
        page = context.new_page()
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("console", lambda m: m.type == "error" and seen.errors.append(m.text))
        page.goto(f"{site}/{path}")
        return page

    yield visit
    for seen in opened:
        seen.context.close()
        assert seen.abroad == []
        assert [e for e in seen.errors if not (seen.expect and re.search(seen.expect, e))] == []
