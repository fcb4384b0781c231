"""What the build makes of the notebooks' widgets, which rests on interfaces that myst-nb keeps to
itself: if one of these fails after an update, look at widget_states and widget_of, _ext/widgets.py.
"""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from nnlib import stage, widgets

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build/html"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
SCENES = {widget._module.TITLE: widget._module for widget in widgets.WIDGETS}
CALL = re.compile(rf"^({'|'.join(widgets.__all__)})\(", re.MULTILINE)


class Places(HTMLParser):
    """Collects the ids of the widgets' places, their data, and the files that a page asks for."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.data, self.files, self._reading = [], [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if attrs.get("class") == "nn-widget":
            self.ids.append(attrs["id"])
        self._reading = tag == "script" and attrs.get("type") == "application/json"
        self.files += [v for k, v in attrs.items() if k in ("src", "href") and tag != "a"]

    def handle_data(self, data):
        if self._reading:
            self.data.append(json.loads(data))


def page_of(chapter):
    return Places((SITE / f"chapters/{chapter.stem}.html").read_text("utf-8"))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_each_widget_of_a_chapter_stands_on_its_page(chapter):
    cells = nbformat.read(chapter, 4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    titles = [getattr(widgets, name)._module.TITLE for name in CALL.findall(code)]
    page = page_of(chapter)
    assert [data["title"] for data in page.data] == titles
    assert page.ids == [data["id"] for data in page.data]
    for data in page.data:
        answer = stage.answer(SCENES[data["title"]], {"state": data["answer"]["state"]})
        assert json.loads(json.dumps(answer["picture"])) == data["answer"]["picture"]


def test_what_a_page_fetches_has_a_name_that_changes_with_its_content():
    (folder,) = (SITE / "_static").glob("nnlib-*")
    digest, files = hashlib.sha256(), [p for p in folder.rglob("*") if p.is_file()]
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    assert folder.name == f"nnlib-{digest.hexdigest()[:12]}"
    for chapter in CHAPTERS:
        asked = [re.sub(r"\?.*", "", file) for file in page_of(chapter).files if "nnlib" in file]
        assert bool(asked) == bool(page_of(chapter).data)
        for file in asked:
            assert (SITE / "chapters" / file).exists()
            assert f"_static/{folder.name}/" in file
