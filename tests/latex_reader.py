r"""Reads the little LaTeX that the rows of nnlib use, so that tests can compute with it.

Products a\,y; fractions \frac{..}{..}; powers e^{-y}, z^{2}; \ln x, |x|, \max(0, y), \min(0, y).
\sum_j e^{y_j} is total(exp(y)); any other \sum is dropped, so that it is read term by term.
\begin{cases} 1 & y > 0 \\ 0 & y \le 0 \end{cases} is where(y > 0, 1, 0).
"""

import re

RULES = [
    (r"\\(left|right|quad)(?![a-z])", ""),
    (r"_\{(\w),\w\}", r"_\1"),  # z_{a,k}: the index k runs over the array
    (r"_([jk])(?!\w)", ""),
    (r"\\sum(?=\s*e\^)", "TOTAL"),
    (r"\\sum", ""),
    (r",\\,", ","),
    (r"\\,", "*"),
    (r"(\d)y", r"\1*y"),
    (r"\\le(?![a-z])", "<="),
    (r"\\(max|min)(?![a-z])", r"\1"),
    (r"\|([^|]*)\|", r"abs(\1)"),
    (r"\\text\{[^{}]*\}", ""),
    (r"\\(alpha|beta|gamma|delta)(?![a-z])", r"\1"),
    (r"\\ln(?![a-z])\s*(\w+)", r"log(\1)"),
    (r"\\ln(?![a-z])", "log"),
]
INSIDE_OUT = [  # as long as there are braces
    (r"e\^\{([^{}]*)\}", r"exp(\1)"),
    (r"\^\{([^{}]*)\}", r"**(\1)"),
    (r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))"),
]


def python_of(tex):
    """Return the Python expression that a side of an equation stands for."""
    if "cases" in tex:
        branches = re.search(r"cases}(.*)\\end", tex).group(1).split(r"\\")
        (first, condition), (second, _) = (map(python_of, b.split("&")) for b in branches)
        return f"where({condition}, {first}, {second})"
    for old, new in RULES:
        tex = re.sub(old, new, tex)
    while "{" in tex:
        before = tex
        for old, new in INSIDE_OUT:
            tex = re.sub(old, new, tex)
        assert tex != before, f"no rule reads {tex}"
    tex = re.sub(r"TOTAL\s*(exp\([^()]*\))", r"total(\1)", tex).replace("^", "**").strip()
    assert "\\" not in tex, f"no rule reads {tex}"
    return tex.replace("[", "(").replace("]", ")")


def sides_of(tex):
    """Return the left side of an equation, and the expressions of all others."""
    left, *sides = tex.split("=")
    return left.strip(), [python_of(side) for side in sides]
