"""The propagation stepper's frames, against nnlib.propagation itself and published values."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.activations import ACTIVATIONS
from nnlib.examples import EXAMPLES
from nnlib.mistakes import MISTAKES, descend_wrongly, equal_weights
from nnlib.propagation import TinyNetwork, descend, numerical_gradients, propagate
from nnlib.scenes.propagation import CHECKS, DEFAULTS, INPUTS, frame, show, update
from nnlib.scenes.propagation.drawing import _ticks
from nnlib.widgets import PropagationStepper

FUNCTIONS = list(ACTIVATIONS)


def after(shown, event):
    """Return the frame after an event and all the updates that it asks for."""
    state, errors = update(shown["inputs"], event)
    for _ in range(101):
        if not state["pending"]:
            return {**show(state), "inputs": state, "errors": errors}
        state, _ = update(state, None)
    raise AssertionError("never done")


def do(shown, name, **more):
    return after(shown, {"do": name, **more})


def run(shown, updates):
    return do(shown, "run", updates=updates)


def put(shown, *path, to):
    return after(shown, {"set": list(path), "to": to})


def edit(shown, **changes):
    """Return the frame after some keys of the state are set, one after the other."""
    for key, value in changes.items():
        shown = put(shown, key, to=value)
    return shown


def start(name, **changes):
    return edit(frame({}), preset=name, **changes)


def network_of(state):
    return TinyNetwork(state["weights"], state["biases"], [state["hidden"], state["output"]])


def flat(rows):
    for row in rows:
        if isinstance(row, (list, tuple)):
            yield from flat(row)
        elif row is not None:
            yield row


def parameters(state):
    return list(flat([state["weights"], state["biases"]]))


@st.composite
def states(draw):
    """The frame of an example after random edits of its numbers and functions."""
    shown = start(
        draw(st.sampled_from(list(EXAMPLES))),
        hidden=draw(st.sampled_from(FUNCTIONS)),
        output=draw(st.sampled_from(FUNCTIONS)),
    )
    number = st.floats(-2, 2).map(lambda v: round(v, 3))
    for field in shown["fields"] + shown["parameters"]:
        if draw(st.booleans()):
            shown = put(shown, *field["path"], to=draw(number))
    return shown


@settings(max_examples=15, deadline=None)  # each goes through all steps
@given(states())
def test_every_step_is_propagations(shown):
    state = shown["inputs"]
    trace = propagate(network_of(state), state["inputs"], state["targets"])
    for i in range(len(trace.steps)):
        assert len(shown["table"]["rows"]) == i + 1
        assert shown["table"]["current"] == state["step"] == i
        step, card = trace.steps[i], shown["step"]
        assert (card["symbol"], card["formula"], card["numbers"]) == step[2:5]
        assert card["value"]["value"] == shown["table"]["rows"][-1][-1]["value"] == step.value
        lit = [part for part in shown["diagram"]["nodes"] + shown["diagram"]["edges"]
               if part["current"]]  # fmt: skip
        assert len(lit) == 1
        assert ("label" in lit[0]) == (step.place[0] == "edge")
        shown = do(shown, "next")
        state = shown["inputs"]
    assert state["step"] == len(trace.steps) - 1, "there is no step after the last"
    gradients = [p["gradient"]["value"] for p in shown["parameters"]]
    assert gradients == list(flat([trace.weight_gradients, trace.bias_gradients]))
    slopes = numerical_gradients(network_of(state), state["inputs"], state["targets"])
    assert [p["numerical"]["value"] for p in shown["parameters"]] == list(flat(slopes))
    assert do(shown, "previous")["inputs"]["step"] == len(trace.steps) - 2
    assert do(shown, "first")["inputs"]["step"] == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_gradients_appear_with_their_steps_and_equal_the_numerical_ones(name):
    shown = start(name)
    assert {p["verdict"] for p in shown["parameters"]} == {""}
    shown = do(shown, "last")
    assert {p["verdict"] for p in shown["parameters"]} == {"yes"}


@pytest.mark.parametrize("updates", [1, 10, 100])
@pytest.mark.parametrize("name", EXAMPLES)
def test_updates_are_descents(name, updates):
    example = EXAMPLES[name]
    shown = run(start(name, train_biases=True), updates)
    network = example.network
    for _ in range(updates):
        trace = propagate(network, example.inputs, example.targets)
        network = descend(network, trace, example.learning_rate)
    assert network_of(shown["inputs"]) == network
    assert shown["updates"] == updates
    loss = propagate(network, example.inputs, example.targets).loss
    assert shown["loss"]["value"] == loss < shown["inputs"]["run"]["losses"][0]
    assert f"in {updates} update" in shown["status"]
    assert [n for n, _ in shown["curve"]["line"]] == list(range(updates + 1))


# M. Mazur, "A step by step backpropagation example", 2015: weights and errors as printed there.
PUBLISHED = [0.149780716, 0.19956143, 0.24975114, 0.29950229,
             0.35891648, 0.408666186, 0.511301270, 0.561370121]  # fmt: skip


def test_mazurs_story():
    shown = start("mazur")
    assert shown["inputs"]["train_biases"] is False
    assert shown["loss"]["value"] / 2 == pytest.approx(0.298371109, abs=5e-10)
    right = run(shown, 1)
    assert list(flat(right["inputs"]["weights"])) == pytest.approx(PUBLISHED, abs=5e-9)
    assert right["inputs"]["biases"] == shown["inputs"]["biases"]
    assert right["loss"]["value"] == pytest.approx(2 * 0.2910277737, abs=1e-10)
    wrong = run(edit(right, mistake="updated_weights"), 1)
    assert wrong["loss"]["value"] == pytest.approx(2 * 0.291027924, abs=1e-9)
    half = next(part for part in wrong["notes"][0] if isinstance(part, dict))
    assert half == {"name": "E/2", "value": wrong["loss"]["value"] / 2, "text": "0.2910279239"}
    assert wrong["curve"]["before"] == [[0, 0.596742], [1, 0.582056]]


@settings(max_examples=30, deadline=None)
@given(states(), st.sampled_from(list(MISTAKES)), st.sampled_from([0.1, 0.5, 1.0]))
def test_a_mistake_is_made_as_mistakes_makes_it_and_shown_as_it_is_made(shown, mistake, rate):
    shown = edit(edit(shown, mistake=mistake, train_biases=True), learning_rate=rate)
    state = shown["inputs"]
    wrong = descend_wrongly(network_of(state), state["inputs"], state["targets"], rate, mistake)
    after = run(shown, 1)["inputs"]
    assert network_of(after) == wrong
    gradients = [p["gradient"]["value"] for p in do(shown, "last")["parameters"]]
    sign = -1 if mistake == "wrong_sign" else 1
    moved = [p - sign * rate * g for p, g in zip(parameters(state), gradients, strict=True)]
    assert moved == pytest.approx(parameters(after), rel=1e-12, abs=1e-12)


def test_each_mistake_names_its_symptom_and_shows_it():
    shown = start("full")
    assert shown["symptom"] is None
    for mistake in MISTAKES:
        broken = edit(shown, mistake=mistake)
        assert broken["symptom"] == MISTAKES[mistake]
        verdicts = {p["verdict"] for p in do(broken, "last")["parameters"]}
        assert ("no" in verdicts) == (mistake != "wrong_sign")
    risen = run(edit(shown, mistake="wrong_sign"), 10)
    assert "E has risen from" in risen["status"]
    assert risen["loss"]["value"] > shown["loss"]["value"]


def test_saturated_neurons_learn_nothing_and_it_is_said():
    shown = run(put(start("source"), "biases", 1, 0, to=800), 10)
    assert "E has stayed at 0.01 in 10 updates." in shown["status"]
    assert shown["notes"] == [
        ["Every gradient is 0, yet E is not: no update can change anything now."]
    ]


def test_equal_weights_stay_equal():
    shown = edit(start("full"), mistake="equal_weights")
    assert network_of(shown["inputs"]) == equal_weights(EXAMPLES["full"].network, 0.5)
    shown = run(shown, 100)
    (first, second), (last,) = shown["inputs"]["weights"]
    assert first == second
    assert last[0] == last[1] != 0.5
    assert edit(shown, mistake="none")["inputs"]["weights"] == start("full")["inputs"]["weights"]


def test_divergence_is_said_and_the_last_finite_state_kept():
    shown = start("full", hidden="linear", output="linear")
    shown = run(edit(shown, learning_rate=50), 100)
    example, networks = EXAMPLES["full"], []
    network = TinyNetwork(example.network.weights, example.network.biases, ["linear", "linear"])
    with pytest.raises(ValueError, match="finite"):
        while True:
            networks.append(network)
            network = descend(network, propagate(network, example.inputs, example.targets), 50)
    finite = shown["updates"]
    assert 2 < finite <= len(networks) - 1
    assert network_of(shown["inputs"]) == networks[finite]
    assert f"diverged: update {finite + 1} " in shown["status"]
    assert not shown["busy"]
    assert shown["diverged"] and not do(shown, "restart")["diverged"]
    assert "diverged" not in do(shown, "next")["status"], "said once"


def test_switches_start_again_from_the_same_weights_and_keep_the_last_curve():
    trained = run(start("full"), 10)
    switched = edit(trained, output="tanh"), edit(trained, train_biases=False)
    for shown in (*switched, do(trained, "restart")):
        assert shown["inputs"]["weights"] == start("full")["inputs"]["weights"]
        assert shown["updates"] == 0
        assert len(shown["curve"]["before"]) == 11
    slower = edit(trained, learning_rate=0.1)
    assert slower["inputs"]["weights"] == trained["inputs"]["weights"]
    assert slower["updates"] == 10
    typed = put(trained, "weights", 0, 0, 0, to=1)
    assert typed["inputs"]["weights"][0][0] == [1.0, trained["inputs"]["weights"][0][0][1]]
    assert typed["updates"] == 0
    assert typed["curve"]["before"] == []


def test_a_refused_number_changes_nothing_and_says_why():
    shown = put(frame({}), "weights", 0, 1, 1, to="<b>")
    assert shown["errors"] == {"weights.0.1.1": "Weight w₂ must be a number from -1e6 to 1e6."}
    assert shown["inputs"] == DEFAULTS
    for path in (["weights", 0, 0, 1], ["weights", 9], ["inputs", -1], ["nonsense"]):
        assert put(frame({}), *path, to=1)["inputs"] == DEFAULTS, "no number stands there"
    assert "from 1 to 1000" in run(shown, 0)["errors"]["updates"]
    # sigmoids bear any weight, linear neurons do not
    state = {"weights": [[[1e200, None], [None, 1e200]], [[1e200, 1.0]]]}
    shown = frame({**state, "event": {"set": ["hidden"], "to": "linear"}})
    assert shown["inputs"] == frame(state)["inputs"]
    assert "leaves the range of numbers" in shown["errors"]["hidden"]


@pytest.mark.parametrize("losses", [[], [0.2] * 5, [0.2] * 3000, [float("nan"), 1], "ab", [{}, 1]])
def test_a_forged_record_is_refused(losses):
    record = run(frame({}), 1)["inputs"]["run"]
    shown = frame({"run": {**record, "losses": losses}})
    assert shown["errors"].keys() == {"run"}
    assert shown["inputs"] == DEFAULTS


JUNK = st.recursive(
    st.none() | st.floats() | st.integers() | st.text(max_size=5) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(EXAMPLES)),
    st.dictionaries(st.sampled_from(["weights", "biases", "inputs", "targets", "run"]), JUNK),
    st.sampled_from([["weights"], ["weights", 0, 0, 0], ["inputs", 1], ["run"], ["preset"]]),
    JUNK,
)
def test_junk_in_lists_gives_a_frame_that_stands(name, state, path, value):
    event = {"set": path, "to": value}
    shown = frame({**start(name)["inputs"], **state, "event": event})
    json.dumps(shown, allow_nan=False)
    assert frame(shown["inputs"])["errors"] == {}


def test_the_state_stays_small():
    shown = start("mazur")
    for _ in range(5):
        shown = run(shown, 100)
    shown = do(shown, "restart")
    for _ in range(5):
        shown = run(shown, 100)
    record = shown["inputs"]["run"]
    assert (record["updates"], record["every"], len(record["losses"])) == (500, 4, 126)
    assert len(json.dumps(shown["inputs"])) < 6000
    losses = [loss for _, loss in shown["curve"]["line"]]
    assert losses == sorted(losses, reverse=True)


def test_in_python_a_preset_brings_its_own_numbers():
    widget = PropagationStepper(preset="mazur", learning_rate=1.5)
    assert widget.inputs == {**start("mazur")["inputs"], "learning_rate": 1.5}
    weights = [[[1, None], [None, 2]], [[3, 4]]]
    assert PropagationStepper(weights=weights).frame["table"]["rows"][0][1].endswith("1·0.5 + 0.1")
    with pytest.raises(ValueError, match="The weights must be lists shaped as"):
        PropagationStepper(preset="full", weights=[[1]])
    assert repr(widget) == "PropagationStepper()"


def test_in_python_the_preset_can_be_set_any_number_of_times():
    widget = PropagationStepper()
    for name in ("full", "mazur", "source", "mazur", "full"):
        widget.inputs = {"preset": name}
        assert widget.inputs == start(name)["inputs"]


def test_in_python_nothing_that_a_caller_gave_is_ignored():
    weights = [[[0.4, 0.0], [0.0, 0.9]], [[0.8, -0.6]]]  # the default ones, but with all edges
    widget = PropagationStepper(preset="full", weights=weights)
    assert (widget.inputs["preset"], widget.inputs["weights"]) == ("full", weights)
    for key in INPUTS:  # what is the default of another preset is a choice here
        if key not in ("preset", "weights"):
            widget = PropagationStepper(preset="full", **{key: DEFAULTS[key]})
            assert (widget.inputs["preset"], widget.inputs[key]) == ("full", DEFAULTS[key])
    with pytest.raises(ValueError, match="Each of the weights must be a number"):
        PropagationStepper(preset="mazur", weights=DEFAULTS["weights"])


def test_every_key_of_the_state_can_be_set_and_a_whole_state_is_only_checked():
    state = do(run(start("full", mistake="wrong_sign"), 10), "last")["inputs"]
    again = frame({})
    for key in CHECKS:
        again = put(again, key, to=state[key])
        assert again["errors"] == {}
    assert again["inputs"] == frame(state)["inputs"] == state


@given(st.integers(-10, 12), st.integers(-3, 3))
def test_an_error_beside_a_power_of_ten_has_an_axis(power, ulps):
    loss = 10.0**power
    for _ in range(abs(ulps)):
        loss = math.nextafter(loss, math.inf if ulps > 0 else 0)
    ticks = _ticks(loss)
    assert 2 <= len(ticks) <= 7 and ticks[-1]["at"] >= loss * (1 - 1e-9)


def test_a_target_whose_error_is_a_power_of_ten_is_drawn():
    state = frame({})["inputs"]
    zero = [[None if w is None else 0.0 for w in row] for row in state["weights"][-1]]
    shown = frame(state | {"weights": [*state["weights"][:-1], zero], "targets": [1000**1.5]})
    assert shown["errors"] == {} or shown["status"]


def test_a_frame_shares_nothing_with_the_scene():
    before = repr(DEFAULTS)
    shown = frame({})["inputs"]
    shown["weights"][0][0][0] = 99
    shown["targets"].append(1)
    assert repr(DEFAULTS) == before and frame({})["inputs"]["targets"] == DEFAULTS["targets"]
