"""The same widgets, driven alike on the page and in JupyterLab, show the same numbers.

The page computes them in MicroPython, JupyterLab in a real kernel.
"""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from playwright.sync_api import expect

WIDGETS = ("ActivationExplorer", "PropagationStepper", "ChainBuilder")


def press(scene, *names):
    for name in names:
        scene.get_by_role("button", name=name, exact=True).click()


def activation(scene):
    scene.get_by_role("slider", name="Input y").fill("2.5")
    expect(scene.get_by_role("status")).to_contain_text("At y = 2.5")


def propagation(scene):
    scene.get_by_role("spinbutton", name="Weight w₄").fill("-0.25")
    press(scene, "Last step", "Update weights", "Run 10 updates", "Last step")
    expect(scene.get_by_role("status")).to_contain_text(re.compile("Step 23 of 23.* in 11 updates"))


def chain(scene):
    scene.get_by_role("textbox", name="Block 1 data").fill("Mallory was here")
    expect(scene.get_by_role("status")).to_contain_text("Chain broken at block 1")
    scene.get_by_role("button", name="Mine from here").first.click()
    expect(scene.get_by_role("status")).to_contain_text("Chain valid")


STORIES = {
    "activation": (activation, "chapters/2-4-activation-functions.html"),
    "propagation": (propagation, "chapters/3-2-backward-propagation.html"),
    "chain": (chain, "chapters/1-introduction.html"),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that shows one notebook, a widget a cell."""
    folder = tmp_path_factory.mktemp("lab")
    sources = [f"from nnlib.widgets import {', '.join(WIDGETS)}", *(f"{w}()" for w in WIDGETS)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "widgets.ipynb")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"),
        *("--IdentityProvider.token=", "--expose-app-in-browser"),
        f"--ServerApp.root_dir={folder}",
    ]
    own = {"JUPYTER_CONFIG_DIR": str(folder / "config")}
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **own})
    said = []
    for line in server.stderr:
        said.append(line)
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)/lab", line):
            break
    else:
        pytest.fail("JupyterLab did not start:\n" + "".join(said[-10:]))
    yield f"http://127.0.0.1:{found[1]}/lab/tree/widgets.ipynb"
    server.terminate()
    server.communicate()


@pytest.fixture(scope="module")
def notebook(lab, chromium):
    """The page of that notebook after all of its cells have run."""
    page = chromium.new_page(viewport={"width": 1200, "height": 1600})
    page.goto(lab)
    page.wait_for_function(
        "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel", timeout=90_000
    )
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator("section[data-scene=chain]").wait_for(timeout=90_000)
    yield page
    page.close()


def told(page, name):
    """Drive the scene through its story and return {name: what is shown for it}."""
    scene = page.locator(f"section[data-scene={name}]").first
    STORIES[name][0](scene)
    return scene.evaluate(
        """root => Object.fromEntries([...root.querySelectorAll("[data-name]")]
             .map(({dataset: d}) => [d.name, d.hash ?? JSON.parse(d.number)])
             .filter(([name]) => name !== "hash rate"))"""
    )


@pytest.mark.parametrize("name", STORIES)
def test_the_story_ends_in_the_same_numbers(visit, notebook, name):
    here, there = told(visit(STORIES[name][1]), name), told(notebook, name)
    assert here.keys() == there.keys()
    assert len(here) > 3
    for key, value in here.items():
        if isinstance(value, float) and "numerical" not in key and "difference" not in key:
            value = pytest.approx(value, rel=1e-12)
        elif isinstance(value, float):  # a difference quotient, whose rounding is h times larger
            value = pytest.approx(value, abs=1e-10)
        assert there[key] == value, key
