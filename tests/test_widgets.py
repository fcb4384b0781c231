"""The widgets in Python: what they show, how they compose, what they leave in a notebook."""

import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ipywidgets import link
from traitlets import TraitError

from nnlib import widgets
from nnlib.activations import activation
from nnlib.scenes import activation as scene
from nnlib.widgets import MODULES, NAMES, STYLES, WIDGETS, ActivationExplorer, esm

ROOT = Path(__file__).parent.parent


def test_frame_is_the_scenes_frame_of_the_inputs():
    widget = ActivationExplorer(names=["tanh"], y=-2)
    assert widget.inputs == {"names": ["tanh"], "a": 1.0, "y": -2.0}
    assert widget.frame == scene.frame(widget.inputs)


def test_setting_a_part_of_the_inputs_answers_and_completes_them():
    widget = ActivationExplorer(a=2)
    widget.inputs = {"names": ["elu"], "y": -1}
    assert widget.inputs == {"names": ["elu"], "a": 2.0, "y": -1.0}
    (curve,) = widget.frame["curves"]
    assert curve["at"]["slope"]["value"] == activation("elu", 2.0).df(-1.0)


@pytest.mark.parametrize("wrong", [{"y": 7}, {"y": "1"}, {"names": []}, {"a": float("nan")}])
def test_refused_inputs_raise_and_leave_the_last_good_state(wrong):
    widget = ActivationExplorer(y=2)
    before = widget.frame
    for refused in (wrong, {**widget.inputs, **wrong}, {"a": 2, **wrong}):
        with pytest.raises(ValueError, match=r"must be|choose"):
            widget.inputs = refused
        ((key, value),) = wrong.items()
        with pytest.raises(ValueError, match=r"must be|choose"):
            setattr(widget, key, value)
        assert widget.inputs == {"names": ["sigmoid"], "a": 1.0, "y": 2.0}
        assert widget.frame == before


def test_main_inputs_are_traits_of_their_own():
    widget = ActivationExplorer()
    seen = []
    widget.observe(lambda change: seen.append((change.new, widget.inputs["y"])), "y")
    widget.y = 3
    widget.inputs = {"y": -1}
    assert seen == [(3.0, 3.0), (-1.0, -1.0)]
    other = ActivationExplorer(a=2)
    link((widget, "y"), (other, "y"))
    widget.y = 5
    assert other.inputs == {"names": ["sigmoid"], "a": 2.0, "y": 5.0}


@pytest.mark.parametrize(
    "wrong, name", [({"y": 7}, "Input y"), ({"names": ["step"]}, "Activation"), ({"b": 1}, "'b'")]
)
def test_wrong_arguments_raise(wrong, name):
    with pytest.raises(ValueError, match=name):
        ActivationExplorer(**wrong)


def events_of(widget):
    """Return what the widget sends to its views from now on: (kind, names of the traits)."""
    sent = []
    widget.comm.send = lambda data, **rest: sent.append((data["method"], sorted(data["state"])))
    return sent


def test_an_event_of_the_view_is_one_message_and_has_one_answer_with_its_mark():
    widget = ActivationExplorer()
    sent = events_of(widget)
    event = {"set": ["y"], "to": 2}
    message = {"state": widget.inputs, "event": event, "elapsed": 5, "request": "v-1"}
    widget._handle_custom_msg(message, [])
    assert widget.y == 2.0 and widget.answer["request"] == "v-1"
    assert sent == [("update", ["answer"])]


def test_who_observes_an_input_may_set_another():
    widget = ActivationExplorer()
    widget.observe(lambda change: setattr(widget, "names", ["elu", "linear"]), "y")
    widget.y = 2
    assert widget.y == 2.0 and widget.names == widget.frame["inputs"]["names"] == ["linear", "elu"]
    with pytest.raises(ValueError, match="Input y"):
        widget.y = 99


def test_a_refused_event_is_answered_with_a_sentence():
    widget = ActivationExplorer()
    event = {"set": ["y"], "to": 99}
    widget._handle_custom_msg({"state": widget.inputs, "event": event, "request": "v-1"}, [])
    assert widget.answer["request"] == "v-1"
    assert widget.frame["errors"].keys() == {"y"}
    assert widget.inputs == scene.DEFAULTS
    widget.y = 3
    assert widget.frame["errors"] == {}


def test_an_exception_becomes_a_message(monkeypatch):
    widget = ActivationExplorer()
    monkeypatch.setattr(scene, "show", lambda state: 1 / 0)
    widget._handle_custom_msg({"state": {"y": 2}, "request": "v-1"}, [])
    assert "ZeroDivisionError" in widget.answer["error"] and widget.answer["request"] == "v-1"
    assert widget.inputs == scene.DEFAULTS
    with pytest.raises(ZeroDivisionError):
        widget.y = 2
    assert widget.inputs == scene.DEFAULTS
    monkeypatch.undo()
    widget._handle_custom_msg({"state": {"y": 2}, "request": "v-2"}, [])
    assert "error" not in widget.answer and widget.y == 2.0


def test_linked_widgets_move_together():
    one, two = ActivationExplorer(), ActivationExplorer(names=["relu"])
    seen = []
    two.observe(lambda change: seen.append(change.new["y"]), "inputs")
    link((one, "inputs"), (two, "inputs"))
    one.inputs = {"y": 4}
    assert two.inputs == one.inputs == {"names": ["sigmoid"], "a": 1.0, "y": 4.0}
    assert seen[-1] == 4.0
    assert two.frame["inputs"] == one.frame["inputs"]


def test_what_stays_in_a_notebook_never_changes():
    data, metadata = ActivationExplorer(y=3)._repr_mimebundle_()
    assert data["text/plain"] == repr(ActivationExplorer()) == "ActivationExplorer()"
    assert data.keys() == {"text/plain", "application/vnd.jupyter.widget-view+json"}
    assert metadata == {}


def test_state_is_json():
    json.dumps(ActivationExplorer().get_state(), allow_nan=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_view_joins_the_stage_in_one_module(name, tmp_path):
    code = re.sub(r"/\*.*?\*/", "", esm(name), flags=re.DOTALL)
    assert not re.search(r"^import|\bimport\(|^export \{", code, re.MULTILINE)
    assert code.count("export default view(") == 1
    module = tmp_path / f"{name}.mjs"
    module.write_text(esm(name))  # no name twice: a view shares its scope with the stage
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    checked = subprocess.run([node, "--check", str(module)], capture_output=True, text=True)
    assert checked.stderr == ""


def test_what_python_sets_holds_against_a_request_that_is_under_way():
    widget = widgets.ChainBuilder()
    mine = {"event": {"do": "mine", "block": 1}, "request": "v-1"}
    widget._handle_custom_msg({"event": {"set": ["difficulty"], "to": 16}, "request": "v-0"}, [])
    widget._handle_custom_msg(mine, [])
    assert widget.frame["busy"]
    widget.difficulty = 5
    widget._handle_custom_msg({"elapsed": 9, "request": "v-2"}, [])  # the tick that was asked for
    assert widget.difficulty == 5 and not widget.frame["busy"]


def test_setting_draws_once_and_setting_what_is_so_does_nothing(monkeypatch):
    widget, drawn, show = ActivationExplorer(), [], scene.show
    monkeypatch.setattr(scene, "show", lambda state: drawn.append(state) or show(state))
    widget.inputs = {"a": 2, "y": 3}
    assert len(drawn) == 1
    widget.y = 3
    widget.inputs = widget.inputs
    assert len(drawn) == 1
    stepper = widgets.PropagationStepper()
    stepper._handle_custom_msg({"event": {"do": "run", "updates": 10}}, [])
    run = stepper.inputs["run"]
    stepper.hidden = stepper.hidden
    assert stepper.inputs["run"] == run and run


def test_numbers_of_numpy_are_numbers():
    widget = ActivationExplorer(y=np.float32(2))
    widget.inputs = {"a": np.int64(3)}
    assert (widget.y, widget.a) == (2.0, 3.0) and type(widget.a) is float


@pytest.mark.parametrize("wrong", [None, [0.1, 0.2], {1: 2, "z": 3}])
def test_inputs_of_another_shape_are_refused(wrong):
    with pytest.raises(ValueError, match="names, a, y"):
        ActivationExplorer().inputs = wrong


def test_the_stages_modules_are_all_joined():
    assert {path.stem for path in (ROOT / "nnlib/stage").glob("*.js")} == set(MODULES)
    assert {path.stem for path in (ROOT / "nnlib/stage").glob("*.css")} == set(STYLES)


def test_views_never_turn_text_into_markup():
    for path in [*ROOT.glob("nnlib/**/*.js"), *ROOT.glob("web/*js")]:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write", path.read_text()
        )


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.__name__)
def test_a_class_says_what_its_scene_says(widget):
    module = widget._module
    inputs = getattr(module, "INPUTS", list(module.CHECKS))
    assert getattr(widgets, widget.__name__) is widget and widget.__name__ in widgets.__all__
    assert list(inspect.signature(widget).parameters) == inputs
    assert all(f"  {key}: " in widget.__doc__ for key in inputs)
    assert widget().inputs == module.DEFAULTS
    assert widget(**{key: module.DEFAULTS[key] for key in inputs}).inputs == module.DEFAULTS


def test_a_frame_is_not_to_be_set():
    widget = ActivationExplorer()
    with pytest.raises(TraitError, match="read-only"):
        widget.frame = {}
    assert widget.frame == scene.frame(widget.inputs)


def test_what_is_changed_in_place_changes_nothing_else():
    widget = ActivationExplorer()
    widget.inputs["names"].append("tanh")
    assert widget.initial == scene.DEFAULTS == {"names": ["sigmoid"], "a": 1.0, "y": 1.0}
    assert widget.frame == scene.frame({})
    widget.inputs = {"y": 2}
    assert widget.inputs["names"] == ["sigmoid"]


def test_a_mark_that_is_no_text_leaves_the_answer_json():
    widget = ActivationExplorer()
    widget._handle_custom_msg({"state": {"y": 2}, "request": object()}, [])
    assert widget.y == 2.0 and "request" not in widget.answer
    json.dumps(widget.get_state(), allow_nan=False)
