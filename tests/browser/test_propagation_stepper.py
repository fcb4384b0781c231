"""The propagation stepper on the built site: its whole story, by role and name alone."""

import re

import pytest
from playwright.sync_api import expect

from nnlib.examples import EXAMPLES
from nnlib.propagation import TinyNetwork, descend, numerical_gradients, propagate

PAGE = "chapters/3-2-backward-propagation.html"


def stepper(page):
    return page.get_by_role("region", name="Propagation stepper").first


@pytest.fixture
def widget(visit):
    return stepper(visit(PAGE))


def shown(widget, name=None):
    """Return the number called `name`, or all by name: each is the same wherever it is shown."""
    pairs = widget.locator("[data-name]").evaluate_all(
        "nodes => nodes.map(({ dataset }) => [dataset.name, dataset.number])"
    )
    numbers = {}
    for each, number in pairs:
        assert numbers.setdefault(each, number) == number, each
    numbers = {each: float(number) for each, number in numbers.items() if number != "null"}
    return numbers[name] if name else numbers


def click(widget, *names):
    for name in names:
        widget.get_by_role("button", name=name, exact=True).click()


def status(widget, text):
    """Expect the status to say the text.  It rests for a moment between two sentences."""
    expect(widget.get_by_role("status")).to_contain_text(text)


def drawn(widget, text):
    """Expect the text in the picture's name, which changes with the picture, without a rest."""
    picture = widget.get_by_role("img", name=re.compile("The network"))
    # at first, Python has to load, on a machine that may be busy
    expect(picture).to_have_accessible_name(re.compile(re.escape(text)), timeout=30_000)


def choose(widget, preset):
    widget.get_by_role("combobox", name="Network").select_option(preset)
    drawn(widget, f"Step 1 of {len(trace_of(preset).steps)}, forward")
    drawn(widget, "before any update")


def trace_of(preset):
    example = EXAMPLES[preset]
    return propagate(example.network, example.inputs, example.targets)


# Clicks the button `times` times, awaits each answer, and tells what is then in the table (its rows
# and the text of the current ones) and all numbers on show, by name: all of it in one round trip.
WALK = """async (root, { button, times }) => {
  const answer = () => new Promise((done) => {
    const seen = new MutationObserver(() => {
      if (root.getAttribute("aria-busy") === "false") done(seen.disconnect());
    });
    seen.observe(root, { attributes: true });
    button.click();
  });
  const steps = [];
  for (let i = 0; i < times; i++) {
    await answer();
    const numbers = {};
    for (const { dataset } of root.querySelectorAll("[data-name]"))
      (numbers[dataset.name] ??= []).push(Number(dataset.number));
    const current = [...root.querySelectorAll("[aria-current=step]")].map((row) => row.textContent);
    const rows = root.querySelector("[aria-current=step]").parentElement.children.length;
    steps.push({ numbers, current, rows });
  }
  return steps;
}"""


@pytest.mark.parametrize("preset", EXAMPLES)
def test_every_step_shows_propagations_numbers(widget, preset):
    choose(widget, preset)
    steps = trace_of(preset).steps
    button = widget.get_by_role("button", name="Next step", exact=True)
    walked = widget.evaluate(WALK, {"button": button.element_handle(), "times": len(steps) - 1})
    for i, (step, seen) in enumerate(zip(steps[1:], walked, strict=True)):
        (row,) = seen["current"]
        assert f"{step.symbol} = {step.formula} = {step.numbers}" in row
        assert seen["rows"] == i + 2
        values = seen["numbers"][step.symbol]
        assert values == [pytest.approx(step.value, rel=1e-12)] * len(values)
    last = steps[-1]
    status(widget, f"Step {len(steps)} of {len(steps)}, {last.phase}: {last.symbol} = ")
    click(widget, "Next step", "Previous step")
    status(widget, f"Step {len(steps) - 1} of")
    click(widget, "First step")
    drawn(widget, f"Step 1 of {len(steps)}, forward: {steps[0].symbol} = ")
    assert shown(widget, steps[0].symbol) == pytest.approx(steps[0].value, rel=1e-12)
    click(widget, "Last step")
    drawn(widget, f"Step {len(steps)} of")


def test_edited_numbers_flow_through_both_directions(widget):
    choose(widget, "source")
    for name, value in (("Weight w₃", -1.5), ("Bias b₁", 0.25), ("Input x₂", 2), ("Target zₐ", 0)):
        widget.get_by_role("spinbutton", name=name).fill(str(value))
    widget.get_by_role("combobox", name="Hidden activation").select_option("tanh")
    click(widget, "Last step")
    drawn(widget, "Step 23 of 23")
    network = TinyNetwork(
        [[[0.4, None], [None, 0.9]], [[-1.5, -0.6]]], [[0.25, -0.2], [-0.3]], ["tanh", "sigmoid"]
    )
    trace = propagate(network, [0.5, 2], [0])
    numbers = shown(widget)
    for step in trace.steps:
        assert numbers[step.symbol] == pytest.approx(step.value, rel=1e-12)
    slopes = numerical_gradients(network, [0.5, 2], [0])[0]
    assert numbers["numerical ∂E/∂w₁"] == pytest.approx(slopes[0][0][0], abs=1e-9)
    assert numbers["∂E/∂w₁"] == pytest.approx(slopes[0][0][0], abs=1e-9)
    expect(widget.get_by_role("img", name="yes", exact=True)).to_have_count(7)


def test_the_error_falls_over_updates(widget):
    choose(widget, "full")
    example = EXAMPLES["full"]
    network, losses = example.network, [trace_of("full").loss]
    assert shown(widget, "E") == pytest.approx(losses[0], rel=1e-12)
    for name, count in (("Update weights", 1), ("Run 10 updates", 11), ("Run 100 updates", 111)):
        click(widget, name)
        while len(losses) <= count:
            trace = propagate(network, example.inputs, example.targets)
            network = descend(network, trace, example.learning_rate)
            losses.append(propagate(network, example.inputs, example.targets).loss)
        drawn(widget, f"in {count} update")
        assert shown(widget, "E") == pytest.approx(losses[-1], rel=1e-9)
    assert losses == sorted(losses, reverse=True)
    assert shown(widget, "w₁") == pytest.approx(network.weights[0][0][0], rel=1e-9)
    status(widget, "E has fallen from")
    click(widget, "Start again")
    drawn(widget, "before any update")
    expect(widget.get_by_text("dashed: the run before")).to_be_visible()


def test_mazurs_two_numbers(widget):
    choose(widget, "mazur")
    expect(widget.get_by_role("checkbox", name="Train biases")).not_to_be_checked()
    click(widget, "Update weights")
    drawn(widget, "in 1 update")
    assert shown(widget, "E/2") == pytest.approx(0.2910277737, abs=5e-11)
    widget.get_by_role("radio", name="hidden δ from updated weights").check()
    drawn(widget, "before any update")
    click(widget, "Update weights")
    drawn(widget, "in 1 update")
    assert shown(widget, "E/2") == pytest.approx(0.291027924, abs=5e-10)
    click(widget, "Last step")
    expect(widget.get_by_role("img", name="no", exact=True)).to_have_count(6)


SYMPTOMS = {
    "forgotten f′": "only a check of the gradients tells",
    "wrong sign of the update": "the error rises",
    "hidden δ from updated weights": "differs in its digits",
    "all weights equal": "stay copies",
}


def test_mistakes_name_their_symptoms(widget):
    choose(widget, "full")
    group = widget.get_by_role("group", name="Break it on purpose")
    for mistake, symptom in SYMPTOMS.items():
        group.get_by_role("radio", name=mistake).check()
        expect(widget.get_by_text(symptom)).to_be_visible()
        drawn(widget, "before any update")
        click(widget, "Run 10 updates")
        drawn(widget, "E has risen" if "sign" in mistake else "E has fallen")
        if "equal" in mistake:
            click(widget, "Last step")
            drawn(widget, "Step 25 of 25")
            assert shown(widget, "w₅") == shown(widget, "w₆") != 0.5
        group.get_by_role("radio", name="nothing").check()
        expect(widget.get_by_text(symptom)).to_have_count(0)


def test_divergence_keeps_the_last_finite_state(widget):
    choose(widget, "full")
    for layer in ("Hidden activation", "Output activation"):
        widget.get_by_role("combobox", name=layer).select_option("linear")
    widget.get_by_role("spinbutton", name="Learning rate").fill("1000")
    click(widget, "Run 100 updates")
    status(widget, "Training has diverged")
    assert 1e10 < shown(widget, "E") < 1e301
    click(widget, "Start again")
    drawn(widget, "before any update")
    status(widget, "before any update")
    expect(widget.get_by_role("status")).not_to_contain_text("diverged")


def test_a_refused_value_is_explained_and_changes_nothing(widget):
    choose(widget, "source")
    box = widget.get_by_role("spinbutton", name="Weight w₂")
    box.fill("1e9")
    expect(box).to_have_accessible_description("Weight w₂ must be a number from -1e6 to 1e6.")
    assert shown(widget, "w₂") == 0.9
    box.fill("0.7")
    expect(box).not_to_have_attribute("aria-invalid", "true")
    assert shown(widget, "w₂") == 0.7


def test_the_keyboard_alone_does_everything(widget):
    press = widget.page.keyboard.press
    widget.get_by_role("combobox", name="Network").focus()
    press("m")
    drawn(widget, "Step 1 of 35")
    for _ in range(5):
        press("Tab")  # two activations, First, Previous, Next step
    expect(widget.get_by_role("button", name="Next step")).to_be_focused()
    press("Enter")
    press("Space")
    drawn(widget, "Step 3 of 35")
    expect(widget.get_by_role("button", name="Next step")).to_be_focused()
    press("Tab")
    press("Enter")  # Last step
    drawn(widget, "Step 35 of 35")
    press("Tab")
    press("ArrowUp")
    expect(widget.get_by_role("spinbutton", name="Learning rate")).to_be_focused()
    press("Tab")
    press("Enter")
    drawn(widget, "in 1 update")
    for _ in range(4):
        press("Tab")
    press("ArrowDown")
    expect(widget.get_by_role("radio", name="forgotten f′")).to_be_checked()
    press("Tab")
    press("Space")
    expect(widget.get_by_role("checkbox", name="Train biases")).to_be_checked()
    press("Tab")
    press("Tab")
    expect(widget.get_by_role("spinbutton", name="Input x₁")).to_be_focused()


def test_a_copied_link_reopens_the_state(visit):
    page = visit(PAGE, permissions=["clipboard-read", "clipboard-write"])
    widget = stepper(page)
    choose(widget, "mazur")
    widget.get_by_role("spinbutton", name="Weight w₈").fill("-0.125")
    widget.get_by_role("radio", name="wrong sign of the update").check()
    click(widget, "Run 10 updates", "Last step", "Previous step")
    drawn(widget, "Step 34 of 35")
    drawn(widget, "in 10 updates")
    names = ["E", "w₁", "w₈", "δ₁", "∂E/∂w₄", "numerical ∂E/∂b₂"]
    numbers = shown(widget)
    before = [numbers[name] for name in names]
    click(widget, "Copy link")
    status(widget, "Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    again = page.context.new_page()
    again.goto(link)
    for _ in range(2):
        widget = stepper(again)
        drawn(widget, "Step 34 of 35")
        drawn(widget, "in 10 updates")
        expect(widget.get_by_role("radio", name="wrong sign of the update")).to_be_checked()
        numbers = shown(widget)
        assert [numbers[name] for name in names] == pytest.approx(before, rel=1e-12)
        again.reload()
    widget.get_by_role("button", name="Reset").click()
    drawn(widget, "before any update")


def test_without_javascript_the_first_step_stands(visit):
    widget = stepper(visit(PAGE, java_script_enabled=False))
    expect(widget.get_by_role("img", name=re.compile("The network"))).to_be_visible()
    status(widget, "forward: y₁ = ")
    expect(widget.get_by_role("button", name="Next step")).to_be_disabled()
    expect(widget.get_by_text("answers when JavaScript runs")).to_be_visible()


def test_it_fits_a_phone(visit):
    page = visit(PAGE, viewport={"width": 360, "height": 740})
    widget = stepper(page)
    choose(widget, "mazur")
    click(widget, "Run 10 updates", "Last step")
    drawn(widget, "Step 35 of 35")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert widget.bounding_box()["width"] <= 360
    network = widget.get_by_role("img", name=re.compile("The network")).bounding_box()
    buttons = widget.get_by_role("button", name="Next step").bounding_box()
    assert buttons["y"] + buttons["height"] - network["y"] < 600, "seen together on one screen"
