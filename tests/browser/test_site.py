"""Every page of the built site: accessible, whole on a phone, quiet, and needing nobody else."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build/html"
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in [*SITE.glob("*.html"), *SITE.glob("chapters/*.html")]
    if path.name not in ("index.html", "genindex.html")
)
every_page = pytest.mark.parametrize("path", PAGES)
PHONE = {"viewport": {"width": 360, "height": 740}}


def test_the_pages_are_all_there():
    assert {"intro.html", "errata.html", "references.html"} <= set(PAGES)
    chapters = {f"chapters/{path.stem}.html" for path in ROOT.glob("chapters/*.ipynb")}
    assert chapters <= set(PAGES)


@every_page
def test_a_page_is_drawn_whole_axe_finds_no_fault_and_it_fits_a_phone(visit, path):
    """Every rule in the light theme; in the dark one, which has the same elements, the colors."""
    page = visit(path, color_scheme="light", reduced_motion="reduce")  # no color on its way
    assert page.locator(".traceback, .output.error, .katex-error").count() == 0
    text = page.locator("main").inner_text()
    assert "Traceback (most recent call last)" not in text
    assert "$$" not in text
    page.evaluate(AXE)
    for scheme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-theme={scheme}]").wait_for()
        found = page.evaluate(f"axe.run({{...{rules}, resultTypes: ['violations']}})")["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]][:3]) for v in found] == [], scheme
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_phone_opens_the_list_of_chapters(visit):
    page = visit("intro.html", **PHONE)
    page.locator("button.primary-toggle:visible").click()
    page.get_by_role("dialog").get_by_role("link", name="4 Implementation").click()
    page.wait_for_url("**/chapters/4-implementation.html")


def test_search_finds_a_word_without_a_server(visit):
    page = visit("search.html?q=Merkle")
    page.locator("#search-results li a").first.wait_for()
    assert "Introduction" in page.locator("#search-results").inner_text()


def test_the_reader_chooses_dark_and_it_stays(visit):
    page = visit("intro.html", color_scheme="light")
    for _ in range(3):  # auto, light and dark take turns; newer themes have a menu of them
        if page.locator("html").get_attribute("data-theme") != "dark":
            page.locator(".theme-switch-button:visible").first.click()
            if (dark := page.get_by_role("button", name="Dark", exact=True)).is_visible():
                dark.click()
    page.goto(page.url.replace("intro", "errata"))
    assert page.locator("html").get_attribute("data-theme") == "dark"


@every_page
def test_all_scripts_wait_until_the_page_is_drawn_but_two(path):
    """Scripts in the page rely on those; Sphinx has no public way to defer what others add."""
    scripts = re.findall(r"<script [^>]*src=[^>]+>", (SITE / path).read_text())
    waiting = [s for s in scripts if re.search(r'\b(defer|async|type="module")', s)]
    at_once = re.findall(r"_static/(\w+)\.js", "".join(s for s in scripts if s not in waiting))
    search = ["searchtools", "language_data"] if path == "search.html" else []
    assert waiting and at_once == ["documentation_options", "doctools", *search]


@every_page
def test_no_name_stands_twice(path):
    ids = re.findall(r'<[^>]* id="([^"]+)"', (SITE / path).read_text())
    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_links_inside_the_book_lead_somewhere():
    ids = {path: set(re.findall(r'\bid="([^"]+)"', (SITE / path).read_text())) for path in PAGES}
    broken = []
    for path in PAGES:
        for link in re.findall(r'<a [^>]*href="([^"]+)"', (SITE / path).read_text()):
            target, _, anchor = unescape(unquote(link)).partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            file = ((SITE / path).parent / target).resolve() if target else SITE / path
            name = file.relative_to(SITE).as_posix()
            if not file.exists() or (anchor and name in ids and anchor not in ids[name]):
                broken.append((path, link))
    assert broken == []
