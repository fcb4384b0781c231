/* Boots MicroPython with nnlib's files, {path: text}, and returns answer(scene, inputs as JSON text),
   which gives the frame as JSON text: numbers would not survive the border, text does. */

export async function boot(loadMicroPython, options, files) {
  const python = await loadMicroPython({ heapsize: 32 * 2 ** 20, ...options });
  for (const [path, text] of Object.entries(files)) {
    const folders = path.split("/").slice(0, -1);
    folders.forEach((_, i) => {
      const folder = "/" + folders.slice(0, i + 1).join("/");
      if (!python.FS.analyzePath(folder).exists) python.FS.mkdir(folder);
    });
    python.FS.writeFile("/" + path, text);
  }
  python.runPython(`
import json, sys
sys.path.append("/")
def answer(scene, inputs):
    __import__("nnlib.scenes." + scene)
    return json.dumps(sys.modules["nnlib.scenes." + scene].frame(json.loads(inputs)))
`);
  return python.globals.get("answer");
}
