"""What a reader meets when something fails: a worker that dies or hangs, files that do not arrive,
a long paste, a foreign link. Nothing done is lost, each failure is told, and each is mended."""

import base64
import json
import re

import pytest
from playwright.sync_api import expect

CHAIN, SPEED = "chapters/1-introduction.html", "chapters/6-open-challenges.html"
# What the browser and MicroPython's loader themselves write into the console.
FAILED = "Failed to load resource|net::ERR|wasm|Failed to fetch|ArrayBuffer instantiation"

# Keeps the page's workers where a test can end them, as a browser does when memory runs short.
KEPT = """
window.workers = [];
window.Worker = class extends Worker {
  constructor(...how) { super(...how); workers.push(this); }
};
"""
# The deadlines of web/ask.js, ten seconds and more, in a fifth of their time.
IMPATIENT = """
const plain = setTimeout;
window.setTimeout = (what, ms, ...more) => plain(what, ms >= 10_000 ? ms / 5 : ms, ...more);
"""
# A worker that starts and then never answers.
HANGS = """
window.Worker = class {
  constructor() { setTimeout(() => this.onmessage({ data: { ready: true } })); }
  postMessage() {}
  terminate() {}
};
"""


def speed(page):
    widget = page.get_by_role("region", name="Block speed")
    return widget, widget.get_by_role("status"), widget.get_by_role("slider", name="Size, MB")


def state(widget_id, value):
    text = value if isinstance(value, str) else json.dumps(value)
    return f"#{widget_id}=" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_worker_that_dies_is_replaced_and_the_edit_is_answered(visit):
    page = visit(SPEED, before=KEPT + IMPATIENT)
    _, status, size = speed(page)
    size.fill("8")
    expect(status).to_contain_text("43.9 transactions a second")
    page.evaluate("workers.forEach((worker) => worker.terminate())")
    size.fill("1")
    expect(status).to_contain_text("6.49 transactions a second", timeout=40_000)
    assert page.evaluate("workers.length") == 2
    size.fill("8")
    expect(status).to_contain_text("43.9 transactions a second")


def test_mining_goes_on_in_a_new_worker_and_stop_still_stops(visit):
    page = visit(CHAIN, before=KEPT + IMPATIENT)
    widget = page.get_by_role("region", name="Chain builder")
    widget.get_by_role("slider", name="Difficulty").fill("20")
    widget.get_by_role("button", name="Mine block 0").click()
    tries = widget.locator('[data-name="tries"]')
    expect(tries).not_to_have_attribute("data-number", "0")
    page.evaluate("workers.forEach((worker) => worker.terminate())")
    before = int(tries.get_attribute("data-number"))
    page.wait_for_function(
        "before => Number(document.querySelector('[data-name=tries]')"
        "?.dataset.number ?? 1e9) > before + 20000",
        arg=before,
        timeout=40_000,
    )
    stop = widget.get_by_role("button", name="Stop")
    if stop.count():  # it may have found its nonce meanwhile
        stop.first.click()
    expect(widget.get_by_role("button", name="Stop")).to_have_count(0)


def test_a_worker_that_hangs_is_asked_twice_and_then_told(visit):
    page = visit(SPEED, before=HANGS + IMPATIENT)
    _, status, size = speed(page)
    size.fill("8")
    expect(status).to_contain_text("Python stopped answering and is starting", timeout=40_000)
    expect(status).to_contain_text("Python did not answer, so this picture", timeout=40_000)
    size.blur()
    expect(size).to_have_value("1")


def test_python_that_does_not_load_is_told_and_the_next_touch_brings_the_answer(visit):
    page = visit(SPEED, expect=FAILED)
    page.context.route("**/python.json", lambda route: route.abort())
    page.reload()
    _, status, size = speed(page)
    size.fill("8")
    expect(status).to_contain_text("Python did not load. What you did is kept")
    expect(size).to_have_value("8")
    page.context.unroute("**/python.json")
    size.press("ArrowRight")
    expect(status).to_contain_text(re.compile(r"^\d+(\.\d+)? transactions a second"))
    expect(size).not_to_have_value("8")
    assert "did not load" not in status.text_content()


def test_python_that_does_not_load_comes_back_with_the_network(visit):
    page = visit(SPEED, expect=FAILED)
    page.context.route("**/micropython.wasm", lambda route: route.abort())
    page.reload()
    _, status, size = speed(page)
    size.fill("8")
    expect(status).to_contain_text("Python did not load.")
    page.context.unroute("**/micropython.wasm")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(status).to_contain_text("43.9 transactions a second")


def test_while_python_loads_slowly_the_reader_is_told_that_the_edit_waits(visit):
    page = visit(SPEED)
    waiting = []
    page.context.route("**/python.json", lambda route: waiting.append(route))
    page.reload()
    _, status, size = speed(page)
    size.fill("8")
    expect(status).to_contain_text("Python is loading. What you did waits for it.")
    expect(size).to_have_value("8")
    while waiting:
        waiting.pop().continue_()
    expect(status).to_contain_text("43.9 transactions a second")


@pytest.mark.parametrize("file", ["speed/view.js", "stage.js"])
def test_a_view_that_does_not_load_is_told_and_the_next_touch_does_what_was_done(visit, file):
    page = visit("intro.html", expect=FAILED)
    page.context.route(f"**/{file}*", lambda route: route.abort())
    page.goto(page.url.replace("intro.html", SPEED))
    _, status, size = speed(page)
    size.fill("8")
    expect(status).to_contain_text("This widget did not load. What you do is kept")
    page.context.unroute(f"**/{file}*")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(status).to_contain_text("43.9 transactions a second")


def test_more_text_than_a_box_takes_is_refused_unread(visit):
    page = visit(CHAIN, permissions=["clipboard-read", "clipboard-write"])
    widget = page.get_by_role("region", name="Chain builder")
    box = widget.get_by_role("textbox", name="Block 1 data")
    box.fill("a note")
    expect(box).to_have_attribute("maxlength", "1000")
    expect(widget.get_by_role("status")).to_contain_text("broken at block 1")
    page.evaluate("navigator.clipboard.writeText('x'.repeat(2_000_000))")
    box.press("ControlOrMeta+a")
    box.press("ControlOrMeta+v")
    expect(box).to_have_accessible_description(re.compile("takes at most 1000 characters"))
    expect(box).to_have_value("a note")
    box.fill("a note again")
    expect(box).not_to_have_accessible_description(re.compile("takes"))
    box.evaluate(  # as a program would: maxlength binds typing and pasting only
        "box => { box.value = 'x'.repeat(1001);"
        " box.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(box).to_have_accessible_description(re.compile("takes at most 1000 characters"))
    box.fill("another note")
    expect(box).not_to_have_accessible_description(re.compile("takes"))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("null", "holds no state"),
        ("[1]", "holds no state"),
        ("{}", "holds no state"),
        ('{"share": 0.3}', "holds no state"),  # another widget's
        ('{"size": 8, "event": {"size": 32}}', "holds no state"),
        ("{", "is damaged"),
        ("", "is damaged"),
        ("\ud800", "is damaged"),
    ],
)
def test_a_link_that_holds_no_state_is_told(visit, value, told):
    link = state("speed-1", value) if "\ud800" not in value else "#speed-1=7aCA"
    page = visit(SPEED + link)
    _, status, size = speed(page)
    expect(status).to_contain_text(f"This link {told}")
    expect(size).to_have_value("1")
    size.fill("8")
    expect(status).to_contain_text("43.9 transactions a second")


def test_a_link_wins_over_the_mining_it_meets_and_starts_none(visit):
    page = visit(CHAIN)
    widget = page.get_by_role("region", name="Chain builder")
    widget.get_by_role("slider", name="Difficulty").fill("20")
    widget.get_by_role("button", name="Mine block 0").click()
    expect(widget.get_by_role("status")).to_contain_text("Mining.")
    page.evaluate("link => { location.hash = link }", state("chain-1", {"view": "header"})[1:])
    expect(widget.get_by_role("radio", name="Bitcoin header")).to_be_checked()
    expect(widget.get_by_role("status")).not_to_contain_text("Mining.")
    running = {"chain": 0, "block": 0, "on": 1, "run": 0, "tries": 0, "hashes": 0,
               "timed": 0, "ms": 0}  # fmt: skip
    page.evaluate("link => { location.hash = link }", state("chain-1", {"mining": running})[1:])
    expect(widget.get_by_role("radio", name="One chain")).to_be_checked()
    expect(widget.get_by_role("button", name="Stop")).to_have_count(0)


def test_a_large_state_fits_into_a_link(visit):
    page = visit(CHAIN, permissions=["clipboard-read", "clipboard-write"])
    widget = page.get_by_role("region", name="Chain builder")
    blocks = [[0, "🙂" * 500, [], None, 0, 0]] * 8
    page.evaluate(
        "link => { location.hash = link }",
        state("chain-1", {"blocks": blocks, "peers": [blocks] * 3})[1:],
    )
    box = widget.get_by_role("textbox", name="Block 7 data")
    expect(box).to_have_value("🙂" * 500, timeout=20_000)
    widget.get_by_role("button", name="Copy link").click()
    expect(widget.get_by_role("status")).to_contain_text("Link copied.")
    assert len(page.evaluate("navigator.clipboard.readText()")) > 80_000
