"""Write a file whole or not at all."""

import os


def write(path: "str | os.PathLike[str]", text: str) -> None:
    """Write `text`, in UTF-8, to the file `path`, in place of what was there.

    It is written beside the old file and then renamed: whoever interrupts it, or fills the disk,
    still has the old file. OSError as `open` raises it.
    """
    beside = f"{path}.partial"
    try:
        with open(beside, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.remove(beside)
        raise
