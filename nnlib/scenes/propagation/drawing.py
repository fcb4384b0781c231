"""What the propagation stepper draws: the network with its values so far, and E over the updates.

Both in data units.  A node stands at [column, row], the rows of a pair at -1 and 1.
"""

import math

from nnlib.scenes.propagation.state import network_of
from nnlib.stage import quantity
from nnlib.steps import Step, Trace
from nnlib.text import number
from nnlib.tiny_network import labels

ROWS = {1: [0.0], 2: [-1.0, 1.0]}
FLOOR = 1e-32  # of a logarithmic axis


def diagram(state: dict, step: Step, found: dict) -> dict:
    """Return the nodes and the edges; `found` is what `reached` of numbers.py gives."""
    names, backward = labels(network_of(state)), step.phase == "backward"
    nodes = [
        _node("input", [0.0, row], [_given(names.inputs[j], state["inputs"][j])])
        for j, row in enumerate(ROWS[len(state["inputs"])])
    ]
    edges = []
    for layer, rows in enumerate(state["weights"]):
        nodes += _neurons(layer, state, names, step, found)
        for i, row in enumerate(rows):
            for j, weight in enumerate(row):
                if weight is not None:
                    label = _given(names.weights[layer][i][j], weight)
                    edges.append(_edge(layer, i, j, state, label, step, found))
    outputs = len(state["targets"])
    at = [2.0, 0.0 if outputs > 1 else 1.0]
    lines = [_known(found["total error" if outputs > 1 else "error", ()])]
    lines += [_given(names.targets[i], target) for i, target in enumerate(state["targets"])]
    nodes.append(_node("loss", at, lines, current=step.phase == "loss"))
    for i, row in enumerate(ROWS[outputs]):
        back = step.kind == "error slope" and step.place == ("node", 1, i)
        flow = "forward" if step.phase == "loss" else "backward" if back else ""
        edges.append(_line([2.0, row], at, "short", flow))
    way = "← error signals δ go back" if backward else "data go forward →"
    return {"nodes": nodes, "edges": edges, "way": way, "backward": backward}


def _given(name, value):
    return quantity(name, value, number(value, 3))


def _known(q):
    return quantity(q.name, q.value, "" if q.value is None else number(q.value, 3))


def _node(kind, at, lines, current=False, bias=None, delta=None):
    about = {"kind": kind, "at": at, "lines": lines, "current": current}
    return about | {"bias": bias, "delta": delta}


def _neurons(layer, state, names, step, found):
    """Return the nodes of a layer: y, z, the bias, and δ once it is reached."""
    nodes = []
    for i, row in enumerate(ROWS[len(state["biases"][layer])]):
        at, kind = [layer + 1.0, row], "output" if layer else "hidden"
        lines = [_known(found["sum", (layer, i)]), _known(found["output", (layer, i)])]
        bias, delta = state["biases"][layer][i], found["delta", (layer, i)]
        here = step.place == ("node", layer, i)
        label = _given(names.biases[layer][i], bias)
        shown = None if delta.value is None else _known(delta)
        nodes.append(_node(kind, at, lines, here, label, shown))
    return nodes


def _edge(layer, i, j, state, label, step, found):
    """Return the edge from j to neuron i of a layer."""
    arriving, leaving = ROWS[len(state["weights"][layer])], ROWS[_width(state, layer)]
    start, end = [layer + 0.0, leaving[j]], [layer + 1.0, arriving[i]]
    sloping = "crossing" if len(arriving) > 1 else "sloping"
    lie = "level" if start[1] == end[1] else sloping
    line = _line(start, end, lie, _flow(step, layer, i, j))
    current = step.place == ("edge", layer, i, j)
    gradient = _known(found["weight gradient", (layer, i, j)])
    return line | {"label": label, "gradient": gradient, "current": current}


def _line(start, end, lie, flow):
    """Return an edge.  lie: "level", "sloping", "crossing" others, or "short"."""
    about = {"from": start, "to": end, "lie": lie, "flow": flow}
    return about | {"label": None, "gradient": None, "current": False}


def _width(state, layer):
    """Return how many values enter a layer."""
    return len(state["weights"][layer][0])


def _flow(step, layer, i, j):
    """Return which way something passes the edge from j to neuron i of the layer in this step."""
    if step.kind == "sum":
        return "forward" if step.place == ("node", layer, i) else ""
    sent = step.kind == "sent back" and step.place == ("node", layer - 1, j)
    return "backward" if sent or step.place == ("edge", layer, i, j) else ""


def curve(state: dict, trace: Trace) -> dict:
    """Return E over the updates, and over those of the run before, with axes that suit both."""
    run = state["run"] or {"updates": 0, "every": 1, "losses": []}
    line = [point for point in _points(run) if point[0] < run["updates"]]
    line.append([run["updates"], trace.loss])
    before = _points(state["before"]) if state["before"] else []
    losses = [max(e, FLOOR) for _, e in line + before]
    low, high = min(losses), max(losses)
    logarithmic = high > 30 * low
    if logarithmic:
        y = [math.floor(_log(low)), math.ceil(_log(high))]
        step = 1 + (y[1] - y[0] - 1) // 4
        yticks = [{"at": k, "text": f"1e{k}" if k else "1"} for k in range(y[0], y[1] + 1, step)]
        line, before = ([[n, _log(max(e, FLOOR))] for n, e in points] for points in (line, before))
    else:
        yticks = _ticks(high)
        y = [0, yticks[-1]["at"]]
    updates = max([1] + [n for n, _ in line + before])
    xticks = [tick for tick in _ticks(updates) if tick["at"] == math.floor(tick["at"])]
    axes = {"x": [0, max(updates, xticks[-1]["at"])], "y": y, "xticks": xticks, "yticks": yticks}
    return {"axes": axes, "line": line, "before": before, "logarithmic": logarithmic}


def _points(run):
    return [[i * run["every"], loss] for i, loss in enumerate(run["losses"])]


def _log(value):
    return math.log10(value)


def _ticks(high):
    """Return round ticks from 0 to `high` or a little more, three to six of them."""
    size = 10.0 ** math.floor(_log(max(high, FLOOR)))
    if 10 * size <= high:  # the logarithm was rounded down, as that of 1000 is
        size *= 10
    step = next(s * size for s in (0.2, 0.5, 1.0, 2.0) if high <= 5 * s * size)
    count = math.ceil(high / step - 1e-9)
    return [{"at": k * step, "text": number(k * step)} for k in range(max(count, 1) + 1)]
