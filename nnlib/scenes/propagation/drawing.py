"""What the propagation stepper draws: the network with its values so far, and E over the updates.

Both in data units.  A node stands at [column, row], the rows of a pair at -1 and 1.
"""

import math

from nnlib.stage import quantity
from nnlib.text import number

ROWS = {1: [0.0], 2: [-1.0, 1.0]}
FLOOR = 1e-32  # of a logarithmic axis


def diagram(state, names, step, known):
    """Return the nodes and the edges; `known` maps the symbols computed so far to their values."""

    def shown(name, value=None):
        value = known.get(name) if value is None else value
        return quantity(name, value, "" if value is None else number(value, 3))

    def node(kind, at, lines, current, bias=None, delta=None):
        delta = delta if delta and delta["text"] else None
        own = {"kind": kind, "at": at, "lines": lines, "current": current}
        return own | {"bias": bias, "delta": delta}

    inputs, outputs = len(state["inputs"]), len(state["targets"])
    places = [[[0.0, row] for row in ROWS[inputs]]]
    nodes = [
        node("input", at, [shown(names.inputs[j], state["inputs"][j])], False)
        for j, at in enumerate(places[0])
    ]
    edges = []
    for layer, rows in enumerate(state["weights"]):
        places.append([[layer + 1.0, row] for row in ROWS[len(rows)]])
        for i, row in enumerate(rows):
            lines = [shown(names.sums[layer][i]), shown(names.values[layer][i])]
            bias = shown(names.biases[layer][i], state["biases"][layer][i])
            here = tuple(step.place) == ("node", layer, i)
            at, kind = places[-1][i], "output" if layer else "hidden"
            nodes.append(node(kind, at, lines, here, bias, shown(names.deltas[layer][i])))
            for j, weight in enumerate(row):
                if weight is not None:
                    name = names.weights[layer][i][j]
                    edge = {"from": places[-2][j], "to": at, "label": shown(name, weight)}
                    edge["along"] = (
                        0.5 if at[1] == places[-2][j][1] else 0.27 if len(rows) > 1 else 0.42
                    )
                    edge["current"] = tuple(step.place) == ("edge", layer, i, j)
                    edge["gradient"] = shown("∂E/∂" + name)
                    edge["flow"] = _flow(step, layer, i, j)
                    edges.append(edge)
    at = [2.0, 0.0 if outputs > 1 else 1.0]
    lines = [shown("E")] + [shown(*target) for target in zip(names.targets, state["targets"])]  # noqa: B905
    nodes.append(node("loss", at, lines, step.phase == "loss"))
    for i, place in enumerate(places[-1]):
        back = step.symbol == "∂E/∂" + names.values[-1][i]
        flow = "forward" if step.phase == "loss" else "backward" if back else ""
        plain = {"label": None, "along": 0.5, "current": False, "gradient": None, "flow": flow}
        edges.append(plain | {"from": place, "to": at})
    backward = step.phase == "backward"
    way = "← error signals δ go back" if backward else "data go forward →"
    return {"nodes": nodes, "edges": edges, "way": way, "backward": backward}


def _flow(step, layer, i, j):
    """Return which way something passes the edge from j to neuron i of the layer in this step."""
    if step.phase == "forward":
        arrives = step.symbol.startswith("y") and tuple(step.place) == ("node", layer, i)
        return "forward" if arrives else ""
    sent = step.symbol.startswith("∂E/∂z") and tuple(step.place) == ("node", layer - 1, j)
    return "backward" if sent or tuple(step.place) == ("edge", layer, i, j) else ""


def curve(state, trace):
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
    return math.log(value) / math.log(10)


def _ticks(high):
    """Return round ticks from 0 to `high` or a little more, three to six of them."""
    size = 10.0 ** math.floor(_log(max(high, FLOOR)))
    if 10 * size <= high:  # the logarithm was rounded down, as that of 1000 is
        size *= 10
    step = next(s * size for s in (0.2, 0.5, 1.0, 2.0) if high <= 5 * s * size)
    count = math.ceil(high / step - 1e-9)
    return [{"at": k * step, "text": number(k * step)} for k in range(max(count, 1) + 1)]
