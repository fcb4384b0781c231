"""Pictures: their SVG by an XML parser, their numbers against scikit-learn and by hand."""

import functools
import inspect
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.patches import Circle
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.metrics import confusion_matrix as sklearn_confusion
from test_palette import contrast

from nnlib import ACTIVATIONS, figures
from nnlib.figures.tables import INKED
from nnlib.palette import PALETTE
from nnlib.propagation import TinyNetwork, propagate

X = np.array([[0, 0], [1, 0], [2, 0], [0, 3], [1, 3], [2, 3.5]], dtype=float)
Y = np.array([0, 0, 0, 1, 1, 1])
WEIGHTS, BIASES = [[[0.4, None], [None, 0.9]], [[0.8, -0.6]]], [[0.1, -0.2], [-0.3]]
TINY = TinyNetwork(WEIGHTS, BIASES, ["linear", "linear"])
TRACE = propagate(TINY, (0.5, 0.8), (0.9,))  # z₁ = .3, z₂ = .52, z₃ = -.372, δ₃ = -2.544

DRAW = {
    "activation": lambda: figures.activation("elu", a=0.5, tangent=-1, saturation=True),
    "activations": lambda: figures.activation(list(ACTIVATIONS)),
    "curves": lambda: figures.curves({"a": [3, 1, 2], "b": [1, 2, 3]}, "epoch", "loss"),
    "band": lambda: figures.curves({"a": [[1, 2], [3, 4]]}, "epoch", "loss", log="y"),
    "points": lambda: figures.curves({}, "n", "rate", points={"p": ([1], [2])}, log="xy"),
    "bars": lambda: figures.bars({"a": (0.5, 0.1), "b": 0.7}, "accuracy", ("guess", 0.6)),
    "boundary": lambda: figures.decision_boundary(LogisticRegression().fit(X, Y), X, Y),
    "confusion": lambda: figures.confusion_matrix([0, 1, 1], [0, 1, 0], ["no", "yes"]),
    "heatmap": lambda: figures.heatmap(np.arange(20).reshape(2, 10), "round", "peer"),
    "table": lambda: figures.heatmap([[1, np.nan], [3, 4]], "round", "peer", role="error"),
    "network": lambda: figures.network((2, 3, 1), direction="forward"),
    "backward": lambda: figures.network(TINY, TRACE, (0.5, 0.8), direction="backward"),
    "neuron": lambda: figures.neuron(),
    "escaped": lambda: figures.bars({"<b> & 'c'": 1}, "x", alt='a < b & "c"'),
}


@functools.cache
def drawn(name):
    picture = DRAW[name]()
    return picture, picture.html()


def ids(html):
    return set(re.findall(r'\bid="([^"]+)"', html))


@pytest.mark.parametrize("name", DRAW)
def test_svg_is_accessible_themed_and_self_contained(name):
    picture, html = drawn(name)
    svg = ET.fromstring(html).find("{*}svg")
    assert svg.get("role") == "img" and svg.get("viewBox")
    assert svg[0].tag.endswith("}title") and svg[0].text == picture.alt
    tags = {element.tag.split("}")[-1] for element in svg.iter()}
    assert tags.isdisjoint({"script", "style", "image", "foreignObject"})
    themed = r"var\(--nn-([a-z-]+), (#[0-9a-f]{6})\)"
    bare = re.sub(themed, lambda m: "" if PALETTE[m[1]][0] == m[2] else m[0], html)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?!-)", re.sub(r'(url\(|href=")#', "", bare))
    for target in re.findall(r'(?:url\(|href=")([^")]+)', html):
        assert target[0] == "#" and target[1:] in ids(html)
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]+"', "", html)


@pytest.mark.parametrize("name", DRAW)
def test_same_input_gives_same_bytes_whatever_the_readers_own_style(name):
    picture, html = drawn(name)
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "red"}):
        assert DRAW[name]().html() == html
    assert picture.html() == html  # nor does a second drawing move anything


def test_ids_are_unique_on_a_page_of_pictures():
    found = [each for name in DRAW for each in ids(drawn(name)[1])]
    assert found and len(found) == len(set(found))


def test_a_picture_is_its_alt_text_to_a_text_reader_and_unknown_to_pyplot():
    picture = drawn("curves")[0]
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == repr(picture) == picture.alt
    assert bundle["text/html"] == picture.html()
    assert pyplot.get_fignums() == []
    assert figures.neuron(alt="mine").alt == "mine"


def test_a_picture_wider_than_a_phone_scrolls_by_keyboard():
    assert 'tabindex="0"' in drawn("backward")[1]
    assert "tabindex" not in drawn("network")[1]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["input", "hidden", "output", "error", "good"])
def test_numbers_in_ink_read_on_the_deepest_tint(role, theme):
    def channels(name):
        return np.array([int(PALETTE[name][theme][i : i + 2], 16) for i in (1, 3, 5)])

    mixed = INKED * channels(role) + (1 - INKED) * channels("paper")
    tint = "#" + "".join(f"{round(c):02x}" for c in mixed)
    assert contrast(PALETTE["ink"][theme], tint) >= 4.5


def test_activation_tells_range_saturation_and_slope():
    alt = figures.activation("sigmoid", tangent=0, saturation=True).alt
    assert "f (solid) goes from 0.00247 to 0.998" in alt  # 1 / (1 + e^6) and its complement
    assert "lies between 0.00247 and 0.25" in alt
    assert "y from -6 to -4.6 and from 4.6 to 6" in alt  # f' = .01 at y = 4.585
    assert "At y = 0 the tangent's slope is 0.25." in alt


def test_curves_tell_their_course_and_runs_become_mean_and_band():
    alt = figures.curves({"a": [3, 1, 2]}, "epoch", "loss", x=[10, 20, 30]).alt
    assert "a: from 3 at 10 to 2 at 30; lowest 1 at 20, highest 3." in alt
    runs = figures.curves({"a": [[1, 2], [3, 6]]}, "epoch", "loss")
    assert "from 2 at 0 to 4 at 1" in runs.alt and "Mean of 2 runs" in runs.alt
    assert list(runs.figure.axes[0].lines[0].get_ydata()) == [2, 4]
    corners = runs.figure.axes[0].collections[0].get_paths()[0].vertices
    assert {(0, 1), (0, 3), (1, 2), (1, 6)} <= set(map(tuple, corners))


def test_end_labels_do_not_overlap():
    picture = figures.curves({c: [0, 1 + i / 1000] for i, c in enumerate("abcdef")}, "x", "y")
    picture.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in picture.figure.axes[0].texts]
    boxes.sort(key=lambda box: box.y0)
    assert len(boxes) == 6
    assert all(low.y1 <= high.y0 + 1 for low, high in pairwise(boxes))


def test_bars_tell_values_spreads_and_baseline():
    alt = drawn("bars")[0].alt
    assert alt == "accuracy. a: 0.500 ± 0.100; b: 0.700; dashed line, guess: 0.600."


def test_decision_boundary_tells_what_the_model_gets_right():
    model = LogisticRegression().fit(X, Y)
    wrong = np.array([1, 0, 0, 1, 1, 1])
    share = 100 * accuracy_score(wrong, model.predict(X))
    for given_model in (model, model.predict_proba, lambda at: model.predict_proba(at)[:, 1]):
        picture = figures.decision_boundary(given_model, X, wrong, labels=["low", "high"])
        assert f"{share:.1f} % of the points" in picture.alt
        assert "2 circles for low, 4 triangles for high" in picture.alt
        assert len({line.get_marker() for line in picture.figure.axes[0].lines}) == 2


@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_confusion_matrix_counts_as_scikit_learn_does(pairs):
    actual, predicted = np.array(pairs).T
    texts = figures.confusion_matrix(actual, predicted).figure.axes[0].texts
    counts = [int(text.get_text().split("\n")[0]) for text in texts]
    seen = np.union1d(actual, predicted)
    expected = sklearn_confusion(actual, predicted, labels=range(4))[np.ix_(seen, seen)]
    assert counts == expected.ravel().tolist()


def test_confusion_matrix_and_heatmap_tell_their_numbers():
    alt = drawn("confusion")[0].alt
    assert "3 cases, 66.7 % right" in alt and "actual yes: 1 predicted no, 1 predicted yes" in alt
    alt = figures.heatmap([[1, 2], [5, 4]], "round", "peer", rows=["p", "q"]).alt
    assert "from 1 to 5, highest at peer q, round 0" in alt


@pytest.mark.parametrize("layers", [(1, 1), (4, 5, 5, 1), (13, 16, 8, 1), TINY])
def test_network_draws_a_circle_for_every_neuron(layers):
    circles = [p for p in figures.network(layers).figure.axes[0].patches if isinstance(p, Circle)]
    assert len(circles) == sum(getattr(layers, "sizes", layers))


def test_network_leaves_out_missing_edges():
    assert len(figures.network(TINY).figure.axes[0].lines) == 4
    assert len(figures.network((2, 2, 1)).figure.axes[0].lines) == 6


def test_network_tells_outputs_forward_and_gradients_backward():
    forward = figures.network(TINY, TRACE, (0.5, 0.8), direction="forward").alt
    neurons = ("2 input, 2 hidden, 1 output", "z₃ = -0.372, b₃ = -0.3", "x₁ = 0.5")
    for part in (*neurons, "x₂ to z₂: w₂ = 0.9", "E = 1.62"):
        assert part in forward
    backward = drawn("backward")[0].alt
    for part in ("z₁ to z₃: ∂E/∂w₃ = -0.763", "δ₁ = -2.04 = ∂E/∂b₁", "x₂ to z₂: ∂E/∂w₂ = 1.22"):
        assert part in backward


def test_neuron_computes_what_is_given_in_numbers():
    assert "y = 0.28" in (alt := figures.neuron((0.5, 0.1), (0.4, -0.2), 0.1, "sigmoid").alt)
    assert "z = 0.57." in alt  # .5·.4 - .1·.2 + .1 = .28; 1 / (1 + e^-.28) = .5695


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.Picture(None, " "),
        lambda: figures.activation("swosh"),
        lambda: figures.activation([]),
        lambda: figures.activation("relu", y_range=(2, 2)),
        lambda: figures.curves({}, "x", "y"),
        lambda: figures.curves({str(i): [1, 2] for i in range(7)}, "x", "y"),
        lambda: figures.curves({"a": [1, 2]}, "x", "y", x=[1, 2, 3]),
        lambda: figures.curves({"a": [1, 2]}, "x", "y", log="z"),
        lambda: figures.bars({}, "x"),
        lambda: figures.bars({"a": float("nan")}, "x"),
        lambda: figures.decision_boundary(lambda at: at, X[:, :1], Y),
        lambda: figures.decision_boundary(lambda at: np.ones((len(at), 3)), X, Y),
        lambda: figures.decision_boundary(lambda at: at, X, np.zeros(6)),
        lambda: figures.confusion_matrix([0, 1], [0]),
        lambda: figures.confusion_matrix([0, 1], [0, 1], ["only"]),
        lambda: figures.heatmap([1, 2], "x", "y"),
        lambda: figures.heatmap([[1]], "x", "y", role="paper"),
        lambda: figures.network((3,)),
        lambda: figures.network((3, 0)),
        lambda: figures.network((3, 21)),
        lambda: figures.network((3, 1), direction="up"),
        lambda: figures.network((2, 2, 1), TRACE),
        lambda: figures.network(TINY, inputs=(1, 2, 3)),
        lambda: figures.network(TINY, TRACE._replace(values=((1,), (2,)))),
        lambda: figures.neuron(("x",), ("w", "v")),
    ],
)
def test_bad_input_is_a_clear_error(draw):
    with pytest.raises(ValueError, match=r"\w+ .*\w+"):
        draw()


WRONG = {  # for each argument, what it cannot be
    "layers": lambda: figures.network(3),
    "direction": lambda: figures.network((2, 1), direction=["forward"]),
    "trace": lambda: figures.network(TINY, trace=(1, 2)),
    "inputs": lambda: figures.network(TINY, inputs=3),
    "weights": lambda: figures.neuron(("x",), 3),
    "activation": lambda: figures.neuron(activation=None),
    "names": lambda: figures.activation(3),
    "a": lambda: figures.activation("elu", a="1"),
    "y_range": lambda: figures.activation("elu", y_range=6),
    "y_range[1]": lambda: figures.activation("elu", y_range=(0, None)),
    "tangent": lambda: figures.activation("elu", tangent="1"),
    "saturation": lambda: figures.activation("elu", saturation="no"),
    "lines": lambda: figures.curves([1, 2, 3], "x", "y"),
    "lines['a']": lambda: figures.curves({"a": ["one", "two"]}, "x", "y"),
    "x": lambda: figures.curves({"a": [1, 2]}, "x", "y", x=["one", "two"]),
    "points": lambda: figures.curves({}, "x", "y", points=[(1, 2)]),
    "points['p']": lambda: figures.curves({}, "x", "y", points={"p": 3}),
    "log": lambda: figures.curves({"a": [1, 2]}, "x", "y", log=True),
    "values": lambda: figures.bars([1, 2], "x"),
    "values['a']": lambda: figures.bars({"a": (1, 2, 3)}, "x"),
    "baseline": lambda: figures.bars({"a": 1}, "x", baseline=0.5),
    "X": lambda: figures.decision_boundary(len, [["a", "b"]], [0]),
    "labels": lambda: figures.confusion_matrix([0, 1], [1, 0], labels=2),
    "rows": lambda: figures.heatmap([[1, 2]], "x", "y", rows=["p", "q"]),
    "columns": lambda: figures.heatmap([[1, 2]], "x", "y", columns=3),
    "limits": lambda: figures.heatmap([[1, 2]], "x", "y", limits=3),
    "role": lambda: figures.heatmap([[1, 2]], "x", "y", role=["error"]),
    "alt": lambda: figures.neuron(alt=3),
}


@pytest.mark.parametrize("argument", WRONG)
def test_a_wrong_type_is_told_by_the_arguments_name(argument):
    with pytest.raises(ValueError, match=rf"(^|and ){re.escape(argument)} must "):
        WRONG[argument]()


def test_help_tells_the_picture_that_comes_and_the_keyword_that_every_function_takes():
    for name in set(figures.__all__) - {"Picture"}:
        signature = inspect.signature(getattr(figures, name))
        assert signature.return_annotation is figures.Picture
        assert signature.parameters["alt"].default is None


LOOKALIKES = ["cost $5 and $6", r"$\\bad$", "#1459b3", "'DejaVu Sans'", "a\x00b\x1fc"]


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")
@pytest.mark.parametrize("label", LOOKALIKES)
def test_a_label_stands_as_it_was_written(label):
    html = figures.bars({label: 1.0, "b": 2.0}, "x").html()
    texts = [each.text for each in ET.fromstring(html).iter() if each.tag.endswith("text")]
    assert re.sub(r"[\x00-\x08\x1f]", "\N{REPLACEMENT CHARACTER}", label) in texts


def test_more_classes_than_can_be_read_are_refused():
    with pytest.raises(ValueError, match="at most 20 classes, not 100"):
        figures.confusion_matrix(range(100), range(100))


def test_what_is_not_finite_is_not_drawn():
    with pytest.raises(ValueError, match="not infinite"):
        figures.heatmap([[1, np.inf]], "a", "b")
    with pytest.raises(ValueError, match=r"inputs\[0\] must be a finite number"):
        figures.network(TINY, inputs=(np.nan, 1.0))
