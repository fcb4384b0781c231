/* Boots MicroPython with nnlib's files, {path: text}, and returns answer(scene, message as JSON
   text), which gives the answer as JSON text: numbers would not survive the border, text does. */

/* What the browser's Python lacks and Python has, so that nnlib need not do without: names of
   types, which it ignores, and zip(strict=True).  tests/test_architecture.py lists what stays
   absent. */
const TYPING = "Any = Callable = Iterable = Iterator = Self = Sequence = None";
const GAPS = `
import builtins
_zip = builtins.zip
def _strict(*rows, strict=False):
    rows = [list(row) for row in rows] if strict else rows
    if strict and len(set([len(row) for row in rows])) > 1:
        raise ValueError("zip() arguments have different lengths")
    return _zip(*rows)
builtins.zip = _strict
`;

const ANSWER = `
import json, sys
sys.path.append("/")
import nnlib.stage
def answer(scene, message):
    __import__("nnlib.scenes." + scene)
    found = nnlib.stage.answer(sys.modules["nnlib.scenes." + scene], json.loads(message))
    return json.dumps(found)
`;

export async function boot(loadMicroPython, options, files) {
  const python = await loadMicroPython({ heapsize: 32 * 2 ** 20, ...options });
  for (const [path, text] of Object.entries(files)) {
    const folders = path.split("/").slice(0, -1);
    folders.forEach((_, i) => {
      const folder = `/${folders.slice(0, i + 1).join("/")}`;
      if (!python.FS.analyzePath(folder).exists) python.FS.mkdir(folder);
    });
    python.FS.writeFile(`/${path}`, text);
  }
  python.FS.writeFile("/typing.py", TYPING);
  python.runPython(GAPS + ANSWER);
  return python.globals.get("answer");
}
