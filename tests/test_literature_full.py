"""The full runs: what is stored comes back, the bar tells the truth, the digits are the digits."""

import io
import json
from datetime import date
from statistics import mean, stdev

import numpy as np
import pytest

from nnlib.literature import Finding, full
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits


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


def test_the_bar_grows_with_the_work_and_ends_full():
    stream = io.StringIO()
    assert list(full.progress("abc", "toy", stream)) == list("abc")
    bars = stream.getvalue().strip().split("\r")
    assert [bar.count("#") for bar in bars] == [0, 10, 20, 30]
    assert all(len(bar.strip()) == len(bars[0].strip()) for bar in bars)


def test_the_command_prints_findings_or_runs_in_full(tmp_path, capsys):
    def findings():
        return [Finding("toy", "it works", "yes", "1.000 ± 0.000", "no: 0.000", True)]

    full.main("toy", lambda seed: {"a": seed}, findings, [])
    assert "sound: it works" in capsys.readouterr().out
    full.main("toy", lambda seed: {"a": seed}, findings, ["--full"], tmp_path)
    assert f"9.500 ± {stdev(full.SEEDS):.3f}" in capsys.readouterr().out
    assert json.loads((tmp_path / "toy.json").read_text())["seeds"] == list(full.SEEDS)


def test_every_stored_result_is_whole():
    for path in full.RESULTS.glob("*.json"):
        record = full.load(path.stem)
        assert record["model"] == path.stem
        assert date.fromisoformat(record["date"]) <= date.today()
        assert all(len(values) == len(record["seeds"]) for values in record["values"].values())
        assert np.isfinite([*record["values"].values()]).all()


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
