"""The widgets' scenes: a folder each, with its Python, view.js and style.css.

A scene says TITLE, DEFAULTS (the whole state), CHECKS (a check for each key, in order), perhaps
INPUTS (the keys that a Python user sets; all, if it is missing), update, show and frame: see
nnlib/stage.
"""
