"""The activation explorer on the built site: its whole story, by role and name alone."""

import re

import pytest
from playwright.sync_api import expect

from nnlib.activations import ACTIVATIONS, activation

PAGE = "chapters/2-4-activation-functions.html"


def explorer(page):
    return page.get_by_role("region", name="Activation explorer").first


@pytest.fixture
def widget(visit):
    return explorer(visit(PAGE))


def shown(widget, name):
    return float(widget.locator(f'[data-name="{name}"]').get_attribute("data-number"))


def choose(widget, *names):
    group = widget.get_by_role("group", name="Activation")
    for name in names:
        group.get_by_role("checkbox", name=name, exact=True).check()
    for box in group.get_by_role("checkbox").all():
        if box.get_attribute("value") not in names:
            box.uncheck()


@pytest.mark.parametrize("name, y", [("sigmoid", -3.5), ("tanh", 0.25), ("relu", 0), ("elu", -1)])
def test_numbers_on_show_are_nnlibs(widget, name, y):
    choose(widget, name)
    widget.get_by_role("slider", name="Parameter a").fill("2")
    widget.get_by_role("slider", name="Input y").fill(str(y))
    expect(widget.get_by_role("status")).to_contain_text(f"At y = {y}: {name}")
    f = activation(name, 2.0)
    assert shown(widget, f"{name} f(y)") == pytest.approx(f.f(y), rel=1e-12)
    assert shown(widget, f"{name} f'(y)") == pytest.approx(f.df(y), rel=1e-12)
    product, z = 1.0, y
    for _ in range(10):
        product, z = product * f.df(z), f.f(z)
    assert shown(widget, f"{name} product of 10 slopes") == pytest.approx(product, rel=1e-12)


def test_overlaid_functions_stand_side_by_side(widget):
    choose(widget, "linear", "sigmoid", "relu")
    expect(widget.get_by_role("rowheader")).to_have_text(["linear", "sigmoid", "relu"])


def test_a_refused_value_is_explained_and_changes_nothing(widget):
    box = widget.get_by_role("spinbutton", name="Input y")
    box.fill("77")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description("Input y must be a number from -6 to 6.")
    expect(box).to_have_value("77")
    assert shown(widget, "sigmoid f(y)") == pytest.approx(activation("sigmoid").f(1.0))
    box.fill("-2")
    expect(widget.get_by_role("status")).to_have_text(re.compile("^At y = -2"))
    expect(box).not_to_have_attribute("aria-invalid", "true")
    expect(widget.get_by_role("slider", name="Input y")).to_have_value("-2")


def test_the_last_function_cannot_be_unchecked(widget):
    box = widget.get_by_role("checkbox", name="sigmoid")
    box.click()
    expect(widget.get_by_text("choose at least one").last).to_be_visible()
    expect(box).to_be_checked()


def test_the_point_follows_the_mouse(widget):
    picture = widget.get_by_role("img", name=re.compile("tangents"))
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    mouse = widget.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"], box["y"] + box["height"] / 2, steps=5)
    mouse.up()
    expect(widget.get_by_role("spinbutton", name="Input y")).to_have_value("6")
    expect(widget.get_by_role("status")).to_contain_text("At y = 6")


def test_the_keyboard_alone_does_everything(visit):
    widget = explorer(visit(PAGE))
    press = widget.page.keyboard.press
    expect(widget.get_by_role("checkbox", name="linear")).to_be_enabled()
    widget.get_by_role("checkbox", name="linear").focus()
    press("Space")  # linear on
    press("Tab")  # sigmoid
    press("Tab")  # tanh
    press("Space")
    expect(widget.get_by_role("rowheader")).to_have_text(["linear", "sigmoid", "tanh"])
    expect(widget.get_by_role("checkbox", name="tanh")).to_be_focused()
    for _ in [*list(ACTIVATIONS)[3:], "Parameter a"]:
        press("Tab")
    expect(widget.get_by_role("slider", name="Parameter a")).to_be_focused()
    press("ArrowRight")
    expect(widget.get_by_role("spinbutton", name="Parameter a")).to_have_value("1.1")
    press("Tab")
    press("Tab")
    expect(widget.get_by_role("slider", name="Input y")).to_be_focused()
    press("Home")
    expect(widget.get_by_role("status")).to_contain_text("At y = -6")
    expect(widget.get_by_role("slider", name="Input y")).to_be_focused()
    for _ in range(3):
        press("Tab")  # the number, the table (it may scroll), Reset
    expect(widget.get_by_role("button", name="Reset")).to_be_focused()
    press("Enter")
    expect(widget.get_by_role("status")).to_contain_text("At y = 1: sigmoid")
    expect(widget.get_by_role("rowheader")).to_have_text(["sigmoid"])


def test_a_copied_link_reopens_the_state(visit):
    page = visit(PAGE, permissions=["clipboard-read", "clipboard-write"])
    widget = explorer(page)
    choose(widget, "tanh", "elu")
    widget.get_by_role("spinbutton", name="Input y").fill("-1.25")
    expect(widget.get_by_role("status")).to_contain_text("At y = -1.25")
    before = shown(widget, "elu f(y)")
    widget.get_by_role("button", name="Copy link").click()
    expect(widget.get_by_role("status")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    again = page.context.new_page()
    again.goto(link)
    for _ in range(2):
        widget = explorer(again)
        expect(widget.get_by_role("status")).to_contain_text("At y = -1.25: tanh")
        assert shown(widget, "elu f(y)") == before
        again.reload()
    explorer(again).get_by_role("button", name="Reset").click()
    expect(explorer(again).get_by_role("status")).to_contain_text("At y = 1: sigmoid")


@pytest.mark.parametrize(
    "state", ["e30", "%%%", "bnVsbA", "eyJ5IjoiPGI-In0"]
)  # the last: {"y":"<b>"}
def test_a_damaged_link_gives_the_authors_state(visit, state):
    widget = explorer(visit(f"{PAGE}#activation-1={state}"))
    widget.get_by_role("slider", name="Input y").fill("2")
    expect(widget.get_by_role("status")).to_contain_text("At y = 2: sigmoid")


def test_without_javascript_the_same_picture_stands(visit):
    widget = explorer(visit(PAGE, java_script_enabled=False))
    expect(widget.get_by_role("img", name=re.compile("tangents"))).to_be_visible()
    expect(widget.get_by_role("status")).to_have_text("At y = 1: sigmoid 0.7311, slope 0.1966.")
    assert shown(widget, "sigmoid f(y)") == pytest.approx(activation("sigmoid").f(1.0))
    expect(widget.get_by_role("slider", name="Input y")).to_be_disabled()
    expect(widget.get_by_text("answers when JavaScript runs")).to_be_visible()


@pytest.mark.parametrize("missing", ["worker", "wasm"])
def test_when_python_cannot_start_the_picture_stays_and_says_so(visit, missing):
    before = "delete window.Worker" if missing == "worker" else ""
    page = visit("search.html", expect="wasm|WebAssembly|ArrayBuffer", before=before)
    if missing == "wasm":
        page.context.route("**/*.wasm", lambda route: route.fulfill(status=200, body="no"))
    page.goto(page.url.replace("search.html", PAGE))
    widget = explorer(page)
    widget.get_by_role("slider", name="Input y").fill("2")
    expect(widget.get_by_role("status")).to_contain_text("Python did not load.")
    assert shown(widget, "sigmoid f(y)") == pytest.approx(activation("sigmoid").f(1.0))


def test_nothing_is_loaded_before_a_widget_comes_near_or_is_used(visit):
    page = visit("search.html", viewport={"width": 1200, "height": 300})
    seen = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(page.url.replace("search.html", PAGE))
    page.wait_for_load_state("networkidle")
    drawing = re.compile(r"/nnlib-\w+/(?!host|ask).*(js|json|wasm)$")  # these two wait
    assert [url for url in seen if drawing.search(url)] == []
    explorer(page).get_by_role("slider", name="Input y").fill("3")  # no scrolling: used from afar
    expect(explorer(page).get_by_role("status")).to_contain_text("At y = 3: sigmoid")
    assert any(drawing.search(url) for url in seen), "what was waited for has come"


def test_it_fits_a_phone(visit):
    page = visit(PAGE, viewport={"width": 360, "height": 740})
    choose(explorer(page), *ACTIVATIONS)
    expect(explorer(page).get_by_role("rowheader")).to_have_text(list(ACTIVATIONS))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert explorer(page).bounding_box()["width"] <= 360
