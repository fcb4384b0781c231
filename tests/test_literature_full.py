"""The full runs: what is stored comes back, the bar tells the truth, the digits are the digits."""

import io
import json
from datetime import date
from importlib import import_module
from statistics import mean, stdev

import numpy as np
import pytest

from nnlib.literature import MODELS, full
from nnlib.literature import __main__ as table
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.literature.evidence import APART, Finding


def test_a_stored_run_comes_back_dated_with_its_versions_and_seeds(tmp_path, capsys):
    record = full.store("toy", lambda seed: {"a": seed, "b": seed**2 / 3}, range(4), tmp_path)
    assert full.load("toy", tmp_path) == record
    assert record["date"] == date.today().isoformat()
    assert record["numpy"] == np.__version__ and record["python"].startswith("3.")
    assert record["seeds"] == [0, 1, 2, 3] and record["values"]["a"] == [0, 1, 2, 3]
    assert full.summary(record)["b"] == pytest.approx(
        (mean([0, 1 / 3, 4 / 3, 3]), stdev([0, 1 / 3, 4 / 3, 3])), abs=1e-6
    )
    assert "4/4" in capsys.readouterr().err


def test_without_a_stored_run_the_reader_is_told_the_command(tmp_path):
    with pytest.raises(ValueError, match=r"python -m nnlib\.literature\.toy --full"):
        full.load("toy", tmp_path)


def test_one_seed_has_no_spread(tmp_path):
    with pytest.raises(ValueError, match="two or more"):
        full.store("toy", dict, [0], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_the_old_record(tmp_path):
    full.store("toy", lambda seed: {"a": seed}, range(2), tmp_path)
    old = (tmp_path / "toy.json").read_bytes()

    def stops(seed):
        if seed:
            raise KeyboardInterrupt
        return {"a": 7}

    with pytest.raises(KeyboardInterrupt):
        full.store("toy", stops, range(2), tmp_path)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [old]


def test_the_bar_moves_as_each_run_comes_in():
    stream, bars = io.StringIO(), []

    def work():  # what the reader sees when a run begins
        for letter in "abc":
            bars.append(stream.getvalue().split("\r")[-1])
            yield letter

    assert list(full.progress(work(), 3, "toy", stream)) == list("abc")
    bars.append(stream.getvalue().strip().split("\r")[-1])
    assert [bar.count("#") for bar in bars] == [0, 10, 20, 30]
    assert [bar.split()[-1] for bar in bars] == ["0/3", "1/3", "2/3", "3/3"]


def findings(values):
    return [Finding("toy", "it works", f"{sum(values['a'])}", "no: 0", "", 4.25, True)]


def test_the_command_prints_stored_findings_or_runs_in_full(tmp_path, capsys):
    full.main("toy", len_of_seed, findings, ["--full"], tmp_path)
    printed = capsys.readouterr().out
    assert f"9.5000 ± {stdev(full.SEEDS):.4f}" in printed
    assert json.loads((tmp_path / "toy.json").read_text())["seeds"] == list(full.SEEDS)
    full.main("toy", None, findings, [], tmp_path)
    again = capsys.readouterr().out
    assert again in printed and "measured: 190" in again and "4.2 standard errors" in again
    assert "expected" not in again


def len_of_seed(seed):  # a function of the module, so that another process can run it
    return {"a": seed}


def test_every_stored_result_is_whole():
    for path in full.RESULTS.glob("*.json"):
        record = full.load(path.stem)
        assert record["model"] == path.stem
        assert date.fromisoformat(record["date"]) <= date.today()
        assert all(len(values) == len(record["seeds"]) for values in record["values"].values())
        assert np.isfinite([*record["values"].values()]).all()


@pytest.mark.parametrize("model", MODELS)
def test_every_stored_finding_is_sound_and_stands_beside_its_control(model):
    record = full.load(model)
    assert record["seeds"] == list(full.SEEDS)
    rows = import_module(f"nnlib.literature.{model}").findings(record["values"])
    assert [row.claim for row in rows if not row.sound] == []
    for row in rows:
        assert row.measured and row.control and row.control != row.measured
        assert row.distance is None or row.distance >= APART


def test_the_digits_are_shuffled_copies_of_one_set():
    X, labels = digits(0)
    assert X.shape == (1797, 64) and X.min() == 0 and X.max() == 1
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    other, _ = digits(1)
    assert not np.array_equal(X, other)
    assert np.array_equal(np.unique(X, axis=0), np.unique(other, axis=0))


def test_accuracy_counts_the_largest_output():
    network = classifier(0, hidden=())
    network.parameters[:] = 0
    network.biases[0][3] = 1  # it always says 3
    X, labels = digits(0)
    assert accuracy(network, X, labels) == pytest.approx(183 / 1797)
    assert ONE_HOT[[3]].argmax() == 3


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"a": 2.0, "b": 1e6}, []),
        ({"a": 2.0 + 1e-6, "b": 1e6 + 1}, []),  # stored to six decimals
        ({"a": 2.1, "b": 1e6}, ["a"]),
        ({"a": float("nan"), "b": 1e6}, ["a"]),
        ({"a": 2.0}, ["b"]),
        ({"a": 2.0, "b": 1e6, "c": 0}, ["c"]),
    ],
)
def test_a_figure_that_does_not_repeat_is_named(figures, told):
    assert table.changed({"a": [1.0, 2.0], "b": [1.0, 1e6]}, 1, figures) == told
