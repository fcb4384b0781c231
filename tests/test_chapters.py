"""The rules of notebook craft that a program can check, on every chapter."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
CHAPTERS = {p.stem: nbformat.read(p, as_version=4) for p in ROOT.glob("chapters/*.ipynb")}
WRITTEN = {n: nb for n, nb in CHAPTERS.items() if any(c.cell_type == "code" for c in nb.cells)}


def text(notebook, kind="markdown"):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == kind)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


every_chapter = pytest.mark.parametrize("name", sorted(CHAPTERS))
written_chapter = pytest.mark.parametrize("name", sorted(WRITTEN))


@every_chapter
def test_the_notebook_is_valid_and_holds_text_only(name):
    notebook = CHAPTERS[name]
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"kernelspec", "language_info", "myst"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}
        assert cell.get("execution_count") is None, "run `make refresh`"
        for output in cell.get("outputs", ()):
            assert output.get("execution_count") is None, "run `make refresh`"
            assert output.output_type != "error"
            assert output.get("name") != "stderr"
            assert set(output.get("data", ())) <= {"text/plain", "text/latex"}
            assert " at 0x" not in str(output), "an address differs in every run"


def test_a_cell_has_an_id_of_its_own_in_the_whole_book_and_keeps_it():
    """An id made of the cell's place would change with every cell that is put before it."""
    ids = [cell.id for notebook in CHAPTERS.values() for cell in notebook.cells]
    assert [i for i in ids if not re.fullmatch(r"[0-9a-f]{8}[-0-9a-f]{,28}", i)] == []
    assert sorted(i for i in set(ids) if ids.count(i) > 1) == [], "run `make refresh`"


@every_chapter
def test_it_opens_with_its_title_and_tells_search_engines_what_it_holds(name):
    notebook = CHAPTERS[name]
    title = re.match(r"# ([\d.]+) \S", notebook.cells[0].source)
    assert title, "the first cell starts with `# <number> <title>`"
    assert name.startswith(title[1].replace(".", "-") + "-")
    assert 40 <= len(notebook.metadata["myst"]["html_meta"]["description"]) <= 160


@every_chapter
def test_headings_do_not_jump(name):
    source = re.sub(r"(?ms)^(`{3,}|:{3,}).*?^\1\s*$", "", text(CHAPTERS[name]))
    levels = [len(marks) for marks in re.findall(r"(?m)^(#+) ", source)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@written_chapter
def test_code_cells_are_short(name):
    cells = code(WRITTEN[name])
    for cell in cells:
        assert len(cell.source.strip().splitlines()) <= 15, cell.source
    lengths = sorted(len(cell.source.splitlines()) for cell in cells)
    assert lengths[len(lengths) // 2] <= 8
    assert "import" in cells[0].source


@written_chapter
def test_nothing_reaches_around_the_package(name):
    source = text(WRITTEN[name], "code")
    forbidden = r"sys\.path|%matplotlib|[!%]pip|pyplot|import \*|random\.seed"
    assert re.findall(forbidden, source) == []
    for tags in (cell.metadata.get("tags", ()) for cell in code(WRITTEN[name])):
        assert not {"skip-execution", "nbval-skip", "nbval-ignore-output", "remove-cell"} & {*tags}


@written_chapter
def test_every_code_cell_follows_a_sentence(name):
    cells = WRITTEN[name].cells
    bare = [
        i for i, (a, b, c) in enumerate(zip(cells, cells[1:], cells[2:], strict=False))
        if all(cell.cell_type == "code" for cell in (a, b, c))
    ]  # fmt: skip
    assert bare == [], "three code cells in a row: say what the reader should see"


@written_chapter
def test_each_erratum_is_followed_by_its_proof(name):
    cells = WRITTEN[name].cells
    for number, cell in enumerate(cells):
        if cell.cell_type == "markdown" and re.search(r"^\(erratum-\d+\)=", cell.source, re.M):
            assert ":class: erratum" in cell.source
            assert any(c.cell_type == "code" for c in cells[number + 1 : number + 3]), cell.source


ERRATA = (ROOT / "errata.md").read_text(encoding="utf-8")
LABELS = [
    label
    for notebook in CHAPTERS.values()
    for label in re.findall(r"(?m)^\(([\w-]+)\)=", text(notebook))
]


def errata_rows(table):
    """The rows of one table: (numbers that the row stands for, its other cells as text)."""
    for first, rest in re.findall(r"(?m)^\* - (\d.*)\n((?:  - .*\n)+)", table):
        numbers = []
        for part in first.split(","):
            low, *high = map(int, part.split("–"))
            numbers += range(low, (high or [low])[0] + 1)
        yield numbers, rest


COUNTED, *NOT_COUNTED = ERRATA.split("\n## Not counted")
ROWS = list(errata_rows(COUNTED))


def test_the_errata_say_how_many_rows_they_count():
    kinds = [re.match("  - (wrong|imprecise)\n", rest)[1] for _, rest in ROWS]
    assert re.findall(r"(\d+) mistakes of the source", ERRATA) == [str(len(ROWS))]
    lead = re.search(r"(\d+) things, by our count: (\d+) are wrong, (\d+) imprecise", ERRATA)
    wrong, imprecise = kinds.count("wrong"), kinds.count("imprecise")
    assert lead.groups() == (str(len(ROWS)), str(wrong), str(imprecise))


def test_each_number_stands_in_one_row_of_the_errata():
    rows = [*ROWS, *(row for table in NOT_COUNTED for row in errata_rows(table))]
    assert sorted(n for numbers, _ in rows for n in numbers) == list(range(1, 41))
    for numbers, rest in ROWS:
        assert [int(n) for n in re.findall(r"\(#erratum-(\d+)\)", rest)] == numbers


def test_what_the_errata_link_to_stands_once_in_a_chapter_and_no_box_is_left_out():
    linked = re.findall(r"\]\(#([\w-]+)\)", ERRATA)
    assert [label for label in linked if LABELS.count(label) != 1] == []
    boxes = {label for label in LABELS if re.fullmatch(r"erratum-\d+", label)}
    assert boxes == {label for label in linked if label.startswith("erratum-")}


@pytest.mark.parametrize("name", [n for n in sorted(CHAPTERS) if "(erratum-" in text(CHAPTERS[n])])
def test_a_box_says_of_which_kind_it_is_and_nothing_of_a_print_that_was_not_seen(name):
    kinds = {n: rest.split("\n")[0][4:] for numbers, rest in ROWS for n in numbers}
    boxes = re.findall(
        r"((?:^\(erratum-\d+\)=\s+)+):::\{admonition\} ([^\n]*)\n(.*?)^:::$",
        text(CHAPTERS[name]),
        re.M | re.S,
    )
    for labels, title, body in boxes:
        told = {kinds.get(int(n)) for n in re.findall(r"\d+", labels)}
        kind = "wrong" if "wrong" in told else "imprecise"
        assert title == f"Where the source is {kind}", labels
        assert not re.search(r"(?i)\b(printed|in print|it prints)\b", body), labels
    assert len(boxes) == text(CHAPTERS[name]).count(":class: erratum")


@written_chapter
def test_it_ends_with_summary_exercises_and_a_way_on(name):
    headings = re.findall(r"(?m)^## (.+)", text(WRITTEN[name]))
    assert headings[-3:] == ["Summary", "Exercises", "Where to go next"]


@written_chapter
def test_every_exercise_has_a_solution_that_runs(name):
    source = text(WRITTEN[name])
    exercises = re.findall(r"`{3,}\{exercise\}.*\n:label: (\S+)", source)
    solutions = re.findall(r"`{3,}\{solution-start\} (\S+)", source)
    assert exercises == solutions
    assert len(exercises) >= 3
    cells, inside = WRITTEN[name].cells, None
    for cell in cells:
        if "{solution-start}" in cell.source:
            inside = 0
        elif "{solution-end}" in cell.source:
            assert inside, "a solution shows code that runs"
            inside = None
        elif inside is not None and cell.cell_type == "code":
            inside += 1


def test_the_table_of_contents_names_every_chapter_in_order():
    listed = re.findall(r"file: chapters/(\S+)", (ROOT / "_toc.yml").read_text())
    assert sorted(listed) == sorted(CHAPTERS)
    numbers = [[int(n) for n in re.findall(r"\d+(?=-)", name)] for name in listed]
    assert numbers == sorted(numbers)


def test_citations_exist():
    keys = set(re.findall(r"@\w+\{(\w+),", (ROOT / "references.bib").read_text()))
    for name, notebook in CHAPTERS.items():
        for cited in re.findall(r"\{cite(?::[pt])?\}`([^`]+)`", text(notebook)):
            assert set(re.split(r",\s*", cited)) <= keys, f"{name}: {cited}"
