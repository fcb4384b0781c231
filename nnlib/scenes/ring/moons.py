"""A network small enough to see every bit of it, and the 40 points that it tells apart."""

import math
import struct

# 2-3-3-1, relu, the output's sign is the answer: for each layer its rows of weights, the bias last.
# tests/test_scene_ring.py trains it again.
LAYERS = [
    [[1.212, -1.383, 0.846], [-2.403, 1.096, -0.455], [-1.823, -0.208, 1.763]],
    [[1.092, -1.558, 1.971, -1.854], [-1.309, 1.484, 0.708, 0.792], [1.275, -1.702, 2.279, -2.16]],
    [[2.341, -2.068, 2.59, -2.918]],
]
PLACES = [
    (layer, row, i)
    for layer, rows in enumerate(LAYERS)
    for row, values in enumerate(rows)
    for i in range(len(values))
]


def moons() -> list[tuple]:
    """Return the points [(x, y, moon)], moon 0 or 1: two half circles, one inside the other."""
    points = []
    for turn in [math.pi * (i + 0.5) / 20 for i in range(20)]:
        x, y = math.cos(turn), math.sin(turn)
        points += [(_rounded(x), _rounded(y), 0), (_rounded(1 - x), _rounded(0.5 - y), 1)]
    return points


def stored() -> list[bytes]:
    """Return the layers' bytes: each number in 32 bits (IEEE 754), the lowest byte first."""
    flat = [[value for row in rows for value in row] for rows in LAYERS]
    return [struct.pack(f"<{len(values)}f", *values) for values in flat]


def numbers(layers: list[bytes]) -> list[float]:
    """Return all numbers of the layers' bytes, in the order of PLACES."""
    return [value for data in layers for value in struct.unpack(f"<{len(data) // 4}f", data)]


def points_right(values: list[float], points: list[tuple]) -> int:
    """Return how many points the network of these numbers gives to the right moon."""
    right = 0
    for x, y, moon in points:
        z, rest = [x, y], iter(values)
        for rows in LAYERS:
            sums = [sum([next(rest) * v for v in z + [1.0]]) for _ in rows]  # noqa: RUF005
            z = [y if y > 0 else 0.0 for y in sums]
        right += (sums[0] > 0) == (moon == 1)
    return right


def _rounded(value):
    return math.floor(1000 * value + 0.5) / 1000  # the Pythons' cosines differ in the last bit
