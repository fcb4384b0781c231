"""The book's widgets for Jupyter: each shows one scene and answers from its `frame(inputs)`."""

import importlib
import re
from copy import deepcopy
from pathlib import Path

import anywidget
import traitlets

from nnlib import palette

VIEWS = Path(__file__).parent / "views"


def esm(scene):
    """Return the one ES module that draws `scene`: elements.js, stage.js and the scene's view.

    anywidget takes no imports; the site serves the same three files as modules.
    """
    files = [(VIEWS / f"{name}.js").read_text("utf-8") for name in ("elements", "stage", scene)]
    return re.sub(r"^(import|export) \{.*;\n", "", "\n".join(files), flags=re.MULTILINE)


class Scene(anywidget.AnyWidget):
    """A widget whose picture is a value: setting `inputs` computes `frame`.

    Keyword arguments are initial inputs, over the scene's DEFAULTS; ValueError if one is refused.
    inputs: the complete state, made complete when only a part of it is set; link or observe it.
    frame: all that is drawn, with the numbers on show; it cannot be set.
    """

    scene = traitlets.Unicode().tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)
    inputs = traitlets.Dict().tag(sync=True)
    frame = traitlets.Dict(read_only=True).tag(sync=True)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    _scene = None  # the module in nnlib.scenes and the file in views/

    def __init__(self, **inputs):
        module = importlib.import_module(f"nnlib.scenes.{self._scene}")
        unknown = sorted(set(inputs) - set(module.DEFAULTS))
        if unknown:
            raise ValueError(f"{unknown[0]!r} is none of the inputs: {', '.join(module.DEFAULTS)}")
        self._compute = module.frame
        frame = self._compute({**module.DEFAULTS, **inputs})
        for sentence in frame["errors"].values():
            raise ValueError(sentence)
        self.set_trait("frame", frame)
        super().__init__(
            scene=self._scene,
            initial=deepcopy(frame["inputs"]),  # what a caller changes in place changes no other
            inputs=deepcopy(frame["inputs"]),
            _esm=esm(self._scene),
            _css=palette.css() + (VIEWS / "stage.css").read_text("utf-8"),
        )

    @traitlets.validate("inputs")  # not observe: what is linked to it sees complete inputs only
    def _answer(self, proposal):
        last = self.frame
        if proposal.value == last["inputs"]:
            return proposal.value
        inputs = {**last["inputs"], **proposal.value}
        request = inputs.pop("request", None)  # the view's own mark, by which it knows its answer
        request = request if isinstance(request, str) else None
        try:
            frame = self._compute(inputs)
            if request is None and frame["errors"]:  # set from Python: all holds, or nothing
                frame = {**last, "errors": frame["errors"]}
        except Exception as error:  # a message is better than a dead widget
            message = f"Python reports {type(error).__name__}: {error}"
            frame = {**last, "busy": False, "message": message}
        self.set_trait("frame", {**frame, "request": request})
        return deepcopy(frame["inputs"])

    def __repr__(self):
        return f"{type(self).__name__}()"


class ActivationExplorer(Scene):
    """Activation functions and their slopes at a point; inputs names, a, y (chapter 2.4)."""

    _scene = "activation"


class PropagationStepper(Scene):
    """Forward and back, one operation at a time; inputs preset, learning_rate, ... (chapter 3)."""

    _scene = "propagation"


class ChainBuilder(Scene):
    """Blocks to edit, break and mine; three peers; a real header (chapters 1 and 5)."""

    _scene = "chain"


class BlockSpeed(Scene):
    """Throughput, forks and safety; inputs interval (s), size (MB), relay (kbit/s) (chapter 6)."""

    _scene = "speed"


class ReversalOdds(Scene):
    """The odds of reversing a payment; inputs share, confirmations (chapter 6)."""

    _scene = "reversal"


class RingInspector(Scene):
    """A sealed network: flip a bit, see which block breaks; inputs weight, ... (chapter 5.1)."""

    _scene = "ring"
