"""The book's widgets for Jupyter: a class for each folder of nnlib/scenes, made from what it says.

This is the one room that imports anywidget.  The site's half of the same contract is web/host.js.
"""

import importlib
import inspect
import pkgutil
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import anywidget
import traitlets

import nnlib.scenes
from nnlib import palette, stage
from nnlib.text import told

ROOT = Path(__file__).parent
MODULES = ("elements", "parts", "controls", "stage")  # of nnlib/stage, what is used comes first
STYLES = ("style", "parts")
NAMES = sorted(found.name for found in pkgutil.iter_modules(nnlib.scenes.__path__))


def esm(name: str) -> str:
    """Return the one ES module that draws a scene: the stage's modules and the scene's, view last.

    anywidget takes no imports of files; the site serves the same files as modules.
    """
    files = [ROOT / "stage" / f"{module}.js" for module in MODULES]
    own = sorted((ROOT / "scenes" / name).glob("*.js"), key=lambda p: (p.stem == "view", p.name))
    code = "\n".join(path.read_text("utf-8") for path in [*files, *own])
    return re.sub(r"^(import|export) \{[^}]*\}.*;\n", "", code, flags=re.MULTILINE)


def css(name: str) -> str:
    """Return the colors, the stage's styles and the scene's own."""
    return palette.css() + "\n".join((ROOT / p).read_text("utf-8") for p in styles(name))


def styles(name: str) -> list[str]:
    """Return the paths in nnlib of a scene's styles, in the order in which they must come."""
    return [*(f"stage/{style}.css" for style in STYLES), f"scenes/{name}/style.css"]


class Input(traitlets.TraitType):
    """A trait that is set through the scene: setting it is an event, and may be refused."""

    def set(self, obj: Any, value: Any) -> None:
        if obj.taking:  # the scene's value; traitlets sets what it has held back once more
            super().set(obj, value)
            return
        value = _plain(value)
        if value != getattr(obj, str(self.name)):  # what is so already changes nothing
            obj.ask({self.name: value} if self.name != "inputs" else value)


class Scene(anywidget.AnyWidget):
    """A widget whose picture is a value, computed by its scene from its state.

    inputs: the complete state.  Set a part of it and the scene completes it, key after key; set
    all of it and the widget goes there.  ValueError, and nothing happens, if a value is refused.
    Its main inputs are traits of their own.  Link or observe them.
    frame: all that is drawn, with the numbers on show; read-only.
    """

    scene = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict(read_only=True).tag(sync=True)
    frame = traitlets.Dict(read_only=True)
    inputs = Input()
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    _module: Any = None  # the scene
    taking = False  # whether an answer is being taken

    def __init__(self, **inputs):
        self._take({}, [None])
        if inputs:
            self.ask(inputs)
        name = self._module.__name__.split(".")[-1]
        super().__init__(
            scene=name,
            title=self._module.TITLE,
            initial=deepcopy(self.answer["state"]),
            _esm=esm(name),
            _css=css(name),
        )
        self.on_msg(lambda _, message, buffers: self._answer(message))

    def ask(self, values: dict) -> None:
        """Set some keys of the state, or all; ValueError if one is refused, then none is set."""
        known = ", ".join(self._module.DEFAULTS)
        if not isinstance(values, dict):
            raise ValueError(f"inputs must be a dict of {known}, not {told(values)}")
        for key in values:
            if key not in self._module.DEFAULTS:
                raise ValueError(f"{key!r} is none of the inputs: {known}")
        values = {key: _plain(value) for key, value in values.items()}
        if len(values) == len(self._module.DEFAULTS):
            self._take(values, [None])
        else:
            events = [{"set": [k], "to": values[k]} for k in self._module.CHECKS if k in values]
            self._take(self.answer["state"], events)

    def _take(self, state, events):
        """Take what events make of a state, drawn once; ValueError if one of them is refused."""
        for event in events:
            state, errors = self._module.update(state, event)
            for sentence in errors.values():
                raise ValueError(sentence)
        self._show({"state": state, "errors": {}, "picture": self._module.show(state)})

    def _answer(self, message):
        """Answer the view's message {"event", "elapsed", "request"}, perhaps with a "state"."""
        mark = {"request": message["request"]} if isinstance(message.get("request"), str) else {}
        found = stage.answer(self._module, {"state": self.answer["state"], **message})
        self._show({**(self.answer if "error" in found else {}), **found, **mark})

    def _show(self, answer):
        """Take an answer: one message to the view, whatever else it changes here."""
        state = answer["state"]
        frame = {**answer["picture"], "inputs": state, "errors": answer["errors"]}
        self.taking = True
        try:
            with self.hold_trait_notifications():
                self.set_trait("answer", deepcopy(answer))
                self.set_trait("frame", deepcopy(frame))
                for key, trait in self.traits().items():
                    if isinstance(trait, Input):
                        self.set_trait(key, deepcopy(state if key == "inputs" else state[key]))
        finally:
            self.taking = False

    @traitlets.observe("answer")
    def _taken(self, change):
        """All values are in, and the first that is told is the answer: who is told may set more."""
        self.taking = False

    def __repr__(self):
        return f"{type(self).__name__}()"


def _plain(value):
    """Return the Python number of a number of numpy; anything else as it is."""
    return value.item() if hasattr(value, "item") and not getattr(value, "shape", ()) else value


def _widget(name):
    """Return the widget class of a scene, with a signature and a docstring from what it says."""
    scene = importlib.import_module(f"nnlib.scenes.{name}")
    inputs = getattr(scene, "INPUTS", list(scene.CHECKS))
    hidden = [key for key in inputs if hasattr(Scene, key)]
    lines = [f"{scene.__doc__.splitlines()[0]}\n", "Inputs, each a trait of its own:"]
    lines += [f"  {key}: {getattr(scene.CHECKS[key], 'limits', 'see the scene')}" for key in inputs]
    if hidden:
        lines += [f"  (no trait: {', '.join(hidden)}; set them through the whole, .inputs)"]
    if len(inputs) < len(scene.CHECKS):
        lines += ["", f"More keys of the state: see nnlib.scenes.{name}."]
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(k, keyword, default=scene.DEFAULTS[k]) for k in inputs]
    body = {
        "__doc__": "\n".join(lines),
        "__module__": __name__,
        "__signature__": inspect.Signature(parameters),
        "_module": scene,
        **{key: Input() for key in inputs if key not in hidden},
    }
    return type("".join(word.capitalize() for word in scene.TITLE.split()), (Scene,), body)


WIDGETS = [_widget(name) for name in NAMES]
globals().update({widget.__name__: widget for widget in WIDGETS})
__all__ = [widget.__name__ for widget in WIDGETS]


def __getattr__(name: str) -> Any:  # type checkers learn here that classes come with the folders
    raise AttributeError(f"no widget is called {name}; there are {', '.join(__all__)}")
