"""Run the chapters that the build's cache does not hold yet, several at a time, before the build.

The build itself (myst-nb) runs them one after the other; what it finds in the cache, it only draws.
A chapter that fails is left to the build, which says what went wrong and where.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "_ext"))

from website import cache_path  # noqa: E402

from nnlib.literature.full import progress  # noqa: E402

TIMEOUT = 120  # seconds a cell, as in _config.yml


def cached(cache, notebook):
    try:
        return bool(cache.match_cache_notebook(notebook))
    except KeyError:
        return False


def run(path):
    """The path, the executed notebook, and seconds; a thread each, since each has its kernel."""
    notebook = nbformat.read(path, as_version=4)
    return path, notebook, single_nb_execution(notebook, str(path.parent), TIMEOUT, False)


def main():
    cache = get_cache(cache_path())
    paths = [
        path for path in ROOT.glob("chapters/*.ipynb")
        if not cached(cache, nbformat.read(path, as_version=4))
    ]  # fmt: skip
    paths.sort(key=lambda path: path.stat().st_size, reverse=True)  # the longest first
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, notebook, result in progress(pool.map(run, paths), len(paths), "chapters"):
            if result.err is None:
                data = {"execution_seconds": result.time}
                bundle = CacheBundleIn(notebook, str(path), data=data)
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


if __name__ == "__main__":
    main()
