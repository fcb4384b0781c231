"""A file is written whole or not at all."""

import os

import pytest

from nnlib import files


def test_what_is_written_is_there_in_utf_8_with_plain_line_ends(tmp_path):
    path = tmp_path / "a.txt"
    files.write(path, "old")
    files.write(path, "one\ntwø\n")
    assert path.read_bytes() == "one\ntwø\n".encode()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("stage", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()])
def test_an_interrupted_write_leaves_the_old_file_alone(tmp_path, monkeypatch, stage, error):
    path = tmp_path / "a.txt"
    files.write(path, "old")

    def fail(*_):
        raise error

    monkeypatch.setattr(os, stage, fail)
    with pytest.raises(type(error)):
        files.write(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_text_that_utf_8_cannot_write_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "a.txt"
    files.write(path, "old")
    with pytest.raises(ValueError):
        files.write(path, "half a character: \ud800")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        files.write(tmp_path / "none" / "a.txt", "new")
