"""The widgets in Python: what they show, how they compose, what they leave in a notebook."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ipywidgets import link
from traitlets import TraitError

from nnlib.activations import activation
from nnlib.scenes import activation as scene
from nnlib.widgets import VIEWS, ActivationExplorer, esm

SHARED = {"elements", "stage"}


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
def test_refused_inputs_leave_the_last_good_state_and_say_why(wrong):
    widget = ActivationExplorer(y=2)
    widget.inputs = wrong
    assert widget.inputs == {"names": ["sigmoid"], "a": 1.0, "y": 2.0}
    assert widget.frame["errors"].keys() == wrong.keys()
    widget.inputs = {"y": 3}
    assert widget.frame["errors"] == {}


@pytest.mark.parametrize(
    "wrong, name", [({"y": 7}, "Input y"), ({"names": ["step"]}, "Activation"), ({"b": 1}, "'b'")]
)
def test_wrong_arguments_raise(wrong, name):
    with pytest.raises(ValueError, match=name):
        ActivationExplorer(**wrong)


def test_a_request_of_the_view_is_answered_with_its_mark():
    widget = ActivationExplorer()
    widget.inputs = {**widget.inputs, "edit": {"y": 99}, "request": "v-1"}
    assert widget.frame["request"] == "v-1"
    assert "y" in widget.frame["errors"]
    assert widget.inputs == scene.DEFAULTS


def test_an_exception_becomes_a_message(monkeypatch):
    widget = ActivationExplorer()
    monkeypatch.setattr(widget, "_compute", lambda inputs: 1 / 0)
    widget.inputs = {"y": 2}
    assert "ZeroDivisionError" in widget.frame["message"]
    assert widget.inputs == scene.DEFAULTS


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


@pytest.mark.parametrize("scene", sorted({path.stem for path in VIEWS.glob("*.js")} - SHARED))
def test_every_view_joins_the_stage_in_one_module(scene, tmp_path):
    code = re.sub(r"/\*.*?\*/", "", esm(scene), flags=re.DOTALL)
    assert not re.search(r"^import|\bimport\(|^export \{", code, re.MULTILINE)
    assert code.count(f'export default view("{scene}"') == 1
    module = tmp_path / f"{scene}.mjs"
    module.write_text(esm(scene))  # no name twice: a view shares its scope with the stage
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    checked = subprocess.run([node, "--check", str(module)], capture_output=True, text=True)
    assert checked.stderr == ""


def test_views_never_turn_text_into_markup():
    for path in VIEWS.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write", path.read_text()
        )


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


def test_a_mark_that_is_no_text_leaves_the_state_json():
    widget = ActivationExplorer()
    widget.inputs = {**widget.inputs, "y": 2, "request": object()}
    assert widget.frame["request"] is None
    json.dumps(widget.get_state(), allow_nan=False)
