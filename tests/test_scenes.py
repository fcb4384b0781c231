"""Every scene answers anything, and answers the same in the browser's Python as in this one."""

import importlib
import importlib.util
import json
import math
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import nnlib.scenes

TESTS = Path(__file__).parent
ROOT = TESTS.parent
SCENES = sorted(p.stem for p in Path(nnlib.scenes.__path__[0]).glob("[a-z]*.py"))
CASES = 200


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def frame_of(scene, inputs):
    return importlib.import_module(f"nnlib.scenes.{scene}").frame(inputs)


def in_micropython(cases):
    """Return the frames of [(scene, inputs)] as the browser's Python computes them."""
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    files = load(ROOT / "_ext/widgets.py").browser_python()
    cases = [[scene, json.dumps(inputs, ensure_ascii=False)] for scene, inputs in cases]
    done = subprocess.run(
        [node, str(TESTS / "micropython.mjs")],
        input=json.dumps({"files": files, "cases": cases}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [json.loads(text) for text in json.loads(done.stdout)]


# exp and tanh of the two Pythons differ in the last bit now and then.  A difference quotient with
# h = 1e-5 multiplies that by 1 / 2h: two results may lie 4 ulp / 2h apart, an ulp of 1, or of E
# where that is larger, however exact.
QUOTIENT = 4 * sys.float_info.epsilon / 2e-5
QUOTIENTS = "central difference|numerical"  # the numbers that this is said of, by name


def largest_error(frame):
    """Return the largest number that is called E in the frame, at least 1."""
    if not isinstance(frame, (dict, list)):
        return 1.0
    found = [largest_error(each) for each in (frame.values() if isinstance(frame, dict) else frame)]
    own = frame.get("value") if isinstance(frame, dict) and frame.get("name") == "E" else None
    return max([1.0, *found, *([own] if isinstance(own, float) else [])])


def differences(ours, theirs, path="frame", noise=0.0, quotient=None):
    """Yield where two frames differ: floats by more than 1e-12 relative, all else at all."""
    quotient = quotient or QUOTIENT * largest_error(ours)
    if isinstance(ours, float) and isinstance(theirs, float):
        if not math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=noise):
            yield f"{path}: {ours!r} and {theirs!r}"
    elif isinstance(ours, dict) and re.search(QUOTIENTS, str(ours.get("name"))) and not noise:
        yield from differences(ours, theirs, path, quotient, quotient)
    elif isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        for key in ours:
            yield from differences(ours[key], theirs[key], f"{path}.{key}", noise, quotient)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, pair in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(*pair, f"{path}[{i}]", noise, quotient)
    elif type(ours) is not type(theirs) or ours != theirs:
        yield f"{path}: {ours!r} and {theirs!r}"


def plain(frame):
    """Return the frame as it arrives on the page; fails on nan, infinity and what is not JSON."""
    return json.loads(json.dumps(frame, allow_nan=False))


HOSTILE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(2**63), 0, -0.0, 5e-324, 1e308, -1e308])
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["x" * 10_000, "<img src=x onerror=alert(1)>", "\u0000", "π😀", "__class__"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


def hostile_inputs(scene):
    """Inputs of any kind, of the right keys with any values, and edits of both sorts."""
    defaults = importlib.import_module(f"nnlib.scenes.{scene}").DEFAULTS
    keys = st.sampled_from([*defaults, "edit", "action", "nonsense"])
    values = HOSTILE | st.sampled_from(list(defaults.values()))
    some = st.dictionaries(keys, values, max_size=4)
    return HOSTILE | some | st.builds(lambda inputs, edit: {**inputs, "edit": edit}, some, some)


@pytest.mark.parametrize("scene", SCENES)
def test_anything_gives_a_frame_that_stands(scene):
    @settings(max_examples=100, deadline=None)
    @given(hostile_inputs(scene))
    @example(None)
    @example({})
    def check(inputs):
        frame = plain(frame_of(scene, inputs))
        assert all(isinstance(sentence, str) and sentence for sentence in frame["errors"].values())
        assert isinstance(frame["status"], str)
        again = plain(frame_of(scene, frame["inputs"]))
        assert again["errors"] == {}, "the state that a frame leaves must be a good one"

    check()


@pytest.mark.parametrize("scene", SCENES)
def test_the_defaults_are_a_state_that_stays(scene):
    defaults = importlib.import_module(f"nnlib.scenes.{scene}").DEFAULTS
    frame = frame_of(scene, defaults)
    assert frame["errors"] == {}
    assert plain(frame["inputs"]) == plain(defaults)
    assert plain(frame_of(scene, {})) == plain(frame), "no inputs mean the defaults"


@pytest.mark.parametrize("scene", SCENES)
def test_the_browsers_python_gives_the_same_frames(scene):
    """200 random inputs that readers reach (tests/scene_inputs) and 60 hostile ones."""
    rng = random.Random(f"parity of {scene}")
    make = load(TESTS / "scene_inputs" / f"{scene}.py").random_inputs
    cases = [make(rng) for _ in range(CASES)]
    cases += [hostile_case(rng, scene) for _ in range(60)]
    theirs = in_micropython([(scene, inputs) for inputs in cases])
    assert len(theirs) == len(cases) == CASES + 60
    for inputs, frame in zip(cases, theirs, strict=True):
        assert list(differences(plain(frame_of(scene, inputs)), frame)) == [], inputs


def hostile_case(rng, scene):
    defaults = importlib.import_module(f"nnlib.scenes.{scene}").DEFAULTS
    wrong = [None, True, "", "x" * 10_000, "π😀<b>", [], [[]], {}, {"a": 1}, 10**30, 1e308, -1, 0.5]
    chosen = {key: rng.choice(wrong) for key in defaults if rng.random() < 0.5}
    return rng.choice([chosen, {**defaults, "edit": chosen}, {"edit": rng.choice(wrong)}, chosen])


@pytest.mark.parametrize("scene", SCENES)
def test_what_a_caller_does_to_a_frame_changes_no_later_one(scene):
    frame = importlib.import_module(f"nnlib.scenes.{scene}").frame
    before = json.dumps(frame({}))

    def spoil(value):
        for each in list(value.values()) if isinstance(value, dict) else value:
            if isinstance(each, (dict, list)):
                spoil(each)
        value.clear()

    spoil(frame({}))
    assert json.dumps(frame({})) == before


def test_a_large_error_of_the_stepper_is_compared_by_its_own_size():
    inputs = {"edit": {"t1": 1e3}}
    ((theirs),) = in_micropython([("propagation", inputs)])
    assert list(differences(plain(frame_of("propagation", inputs)), theirs)) == []
