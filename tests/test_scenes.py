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

from nnlib.stage import answer, checks
from nnlib.widgets import NAMES

TESTS = Path(__file__).parent
ROOT = TESTS.parent
SCENES = ROOT / "nnlib/scenes"
CASES = 200


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scene_of(name):
    return importlib.import_module(f"nnlib.scenes.{name}")


def in_micropython(cases):
    """Return the answers to [(scene, message)] as the browser's Python computes them."""
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    files = load(ROOT / "_ext/widgets.py").browser_python()
    cases = [[scene, json.dumps(message, ensure_ascii=False)] for scene, message in cases]
    done = subprocess.run(
        [node, str(TESTS / "micropython.mjs")],
        input=json.dumps({"files": files, "cases": cases}),
        capture_output=True,
        encoding="utf-8",
    )
    assert not done.returncode, done.stderr  # MicroPython's own message
    answers = [json.loads(text) for text in json.loads(done.stdout)]
    for (scene, message), found in zip(cases, answers, strict=True):
        assert "error" not in found, f"{scene}, {message[:300]}: {found['error']}"
    return answers


# exp and tanh of the two Pythons differ in the last bit now and then.  A central difference
# multiplies that by 1 / 2h: two results may lie 4 ulp / 2h apart, an ulp of 1, or of E where that
# is larger, however exact.  Such a quantity says its h.
ULPS = 4 * sys.float_info.epsilon


def largest_error(frame):
    """Return the largest number that is called E in the frame, at least 1."""
    if not isinstance(frame, (dict, list)):
        return 1.0
    found = [largest_error(each) for each in (frame.values() if isinstance(frame, dict) else frame)]
    own = frame.get("value") if isinstance(frame, dict) and frame.get("name") == "E" else None
    return max([1.0, *found, *([own] if isinstance(own, float) else [])])


def differences(ours, theirs, path="frame", noise=0.0, ulps=None):
    """Yield where two frames differ: floats by more than 1e-12 relative, all else at all."""
    ulps = ulps or ULPS * largest_error(ours)
    if isinstance(ours, float) and isinstance(theirs, float):
        if not math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=noise):
            yield f"{path}: {ours!r} and {theirs!r}"
    elif isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        noise = ulps / (2 * ours["h"]) if "h" in ours else noise
        for key in ours:
            yield from differences(ours[key], theirs[key], f"{path}.{key}", noise, ulps)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, pair in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(*pair, f"{path}[{i}]", noise, ulps)
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


def hostile_messages(scene):
    """States of any kind, of the right keys with any values, and events of all sorts."""
    keys = [*scene.DEFAULTS, "nonsense"]
    values = HOSTILE | st.sampled_from(list(scene.DEFAULTS.values()))
    state = HOSTILE | st.dictionaries(st.sampled_from(keys), values, max_size=4)
    path = st.lists(st.sampled_from(keys) | st.integers(-1, 4) | HOSTILE, max_size=5)
    deed = st.dictionaries(st.sampled_from(["do", "block", "chain", "bit"]), values, max_size=3)
    event = HOSTILE | st.fixed_dictionaries({"set": path, "to": values}) | deed
    return st.fixed_dictionaries({"state": state, "event": event, "elapsed": HOSTILE})


@pytest.mark.parametrize("name", NAMES)
def test_anything_gives_an_answer_that_stands(name):
    scene = scene_of(name)

    @settings(max_examples=100, deadline=None)
    @given(hostile_messages(scene))
    @example({"state": None, "event": None, "elapsed": None})
    @example({"state": {}, "event": {"set": [], "to": 1}, "elapsed": 0})
    def check(message):
        found = plain(answer(scene, message))
        assert "error" not in found, found["error"]
        assert all(isinstance(sentence, str) and sentence for sentence in found["errors"].values())
        assert isinstance(found["picture"]["status"], str)
        again = plain(answer(scene, {"state": found["state"]}))
        assert again["errors"] == {}, "the state that an answer leaves must be a good one"

    check()


@pytest.mark.parametrize("name", NAMES)
def test_the_defaults_are_a_state_that_stays(name):
    scene = scene_of(name)
    frame = scene.frame(scene.DEFAULTS)
    assert frame["errors"] == {}
    assert plain(frame["inputs"]) == plain(scene.DEFAULTS)
    assert plain(scene.frame({})) == plain(frame), "no inputs mean the defaults"


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_is_update_and_then_show(name):
    scene = scene_of(name)
    for inputs in random_inputs(name, random.Random(name), 20):
        state, errors = scene.update(inputs, inputs.get("event"), inputs.get("elapsed"))
        frame = {**scene.show(state), "inputs": state, "errors": errors}
        assert plain(scene.frame(inputs)) == plain(frame)


def random_inputs(name, rng, count):
    """Return inputs as readers reach them: by tests/scene_inputs, else by the scene's checks."""
    made = TESTS / "scene_inputs" / f"{name}.py"
    if made.exists():
        make = load(made).random_inputs
        return [make(rng) for _ in range(count)]
    scene, inputs = scene_of(name), []
    for _ in range(count):
        state = {key: drawn(check, rng) for key, check in scene.CHECKS.items()}
        key = rng.choice(list(scene.CHECKS))
        value = rng.choice([drawn(scene.CHECKS[key], rng), None, -1, 1e6, "", []])
        inputs.append(state if rng.random() < 0.5 else {**state, "event": event(key, value)})
    return inputs


def event(key, value):
    return {"set": [key], "to": value}


def drawn(check, rng):
    """Return a random value that a check of the stage takes."""
    if isinstance(check, checks.Whole):
        return rng.randint(check.low, check.high)
    if isinstance(check, checks.Number):
        spot = rng.uniform(check.low, check.high)
        return rng.choice([spot, check.low, check.high, max(check.low, float(int(spot)))])
    if isinstance(check, checks.OneOf):
        return rng.choice(check.options)
    if isinstance(check, checks.SomeOf):
        return rng.sample(check.options, rng.randint(1, len(check.options)))
    if isinstance(check, checks.Text):
        return "".join(rng.choices("aZ 0π😀<&\t\u0000", k=rng.randint(0, min(check.most, 30))))
    if isinstance(check, checks.ListOf):
        return [drawn(check.check, rng) for _ in range(check.count)]
    if isinstance(check, checks.Flag):
        return rng.random() < 0.5
    if isinstance(check, checks.Maybe):
        return None if rng.random() < 0.3 else drawn(check.check, rng)
    raise NotImplementedError(f"{check}: write tests/scene_inputs/<scene>.py")


@pytest.mark.parametrize("name", NAMES)
def test_the_browsers_python_gives_the_same_frames(name):
    """200 random inputs that readers reach and 60 hostile ones."""
    rng, scene = random.Random(f"parity of {name}"), scene_of(name)
    messages = [
        {"state": inputs, "event": inputs.get("event"), "elapsed": inputs.get("elapsed")}
        for inputs in random_inputs(name, rng, CASES)
    ]
    messages += [hostile_message(rng, scene) for _ in range(60)]
    theirs = in_micropython([(name, message) for message in messages])
    assert len(theirs) == len(messages) == CASES + 60
    for message, found in zip(messages, theirs, strict=True):
        assert list(differences(plain(answer(scene, message)), found)) == [], message


def hostile_message(rng, scene):
    wrong = [None, True, "", "x" * 10_000, "π😀<b>", [], [[]], {}, {"a": 1}, 10**30, 1e308, -1, 0.5]
    state = {key: rng.choice(wrong) for key in scene.DEFAULTS if rng.random() < 0.5}
    path = rng.choice([[rng.choice(list(scene.DEFAULTS))], [], ["a", 0], rng.choice(wrong)])
    event = rng.choice([{"set": path, "to": rng.choice(wrong)}, {"do": rng.choice(wrong)}])
    return {"state": rng.choice([state, {}, None]), "event": rng.choice([event, *wrong])}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_caller_does_to_a_frame_changes_no_later_one(name):
    frame = scene_of(name).frame
    before = json.dumps(frame({}))

    def spoil(value):
        for each in list(value.values()) if isinstance(value, dict) else value:
            if isinstance(each, (dict, list)):
                spoil(each)
        value.clear()

    spoil(frame({}))
    assert json.dumps(frame({})) == before


def test_a_large_error_of_the_stepper_is_compared_by_its_own_size():
    message = {"state": {}, "event": {"set": ["targets", 0], "to": 1e3}}
    ((theirs),) = in_micropython([("propagation", message)])
    ours = plain(answer(scene_of("propagation"), message))
    assert largest_error(ours) > 1e5
    assert list(differences(ours, theirs)) == []


PARTS = ("__init__.py", "view.js", "style.css")


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_is_a_whole_folder(name):
    """A folder with its three files, whose Python says what the widget's class is made of."""
    missing = [part for part in PARTS if not (SCENES / name / part).exists()]
    assert not missing, f"nnlib/scenes/{name} lacks {', '.join(missing)}"
    scene = scene_of(name)
    needs = ("TITLE", "DEFAULTS", "CHECKS", "update", "show", "frame")
    missing = [need for need in needs if not hasattr(scene, need)]
    assert not missing, f"nnlib/scenes/{name}/__init__.py lacks {', '.join(missing)}"
    assert set(scene.CHECKS) == set(scene.DEFAULTS), "a check for each key of the state"
    assert set(getattr(scene, "INPUTS", [])) <= set(scene.CHECKS)
    assert (scene.__doc__ or "").strip(), "the docstring's first line is the widget's"
    story = [p for p in (TESTS / "browser").glob("test_*.py") if scene.TITLE in p.read_text()]
    assert story, f"no test in tests/browser speaks of the {scene.TITLE}"


def test_every_folder_of_the_scenes_is_one():
    folders = {p.name for p in SCENES.iterdir() if p.is_dir() and not p.name.startswith("__")}
    assert folders == set(NAMES)


def test_no_view_relies_on_an_order_that_python_does_not_keep():
    for path in SCENES.glob("*/*.js"):
        assert not re.search(
            r"Object\.(entries|keys|values)\(|\bin (frame|picture)\b", path.read_text()
        ), path


@pytest.mark.parametrize("name", NAMES)
def test_a_view_draws_all_that_it_asks_for(name):
    """A color, a kind of line or a key that the picture has not got would be drawn as undefined."""
    draw, rng = load(ROOT / "_ext/widgets.py").prerender, random.Random(name)
    title, widgets = scene_of(name).TITLE, []
    for inputs in random_inputs(name, rng, 20):
        message = {"state": inputs, "event": inputs.get("event")}
        found = plain(answer(scene_of(name), message))
        widgets.append({"id": name, "scene": name, "title": title, "answer": found})
    for html in draw(widgets):
        assert not re.search("undefined|NaN|\\[object", html)
