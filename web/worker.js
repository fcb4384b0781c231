/* Python in the browser: MicroPython answers {id, scene, inputs} with {id, frame} or {id, error}.
   The files are nnlib's own, bundled at build; only JSON text crosses the border. */

const start = (async () => {
  const { loadMicroPython } = await import("./nnlib/micropython.mjs");
  const [python, bundle] = await Promise.all([
    loadMicroPython({ url: new URL("nnlib/micropython.wasm", import.meta.url).href, heapsize: 32 * 2 ** 20 }),
    fetch(new URL("nnlib/python.json", import.meta.url)).then((answer) => {
      if (!answer.ok) throw new Error(`python.json: ${answer.status}`);
      return answer.json();
    }),
  ]);
  for (const [path, text] of Object.entries(bundle)) {
    path.split("/").slice(0, -1).reduce((parent, name) => {
      if (!python.FS.analyzePath(`${parent}/${name}`).exists) python.FS.mkdir(`${parent}/${name}`);
      return `${parent}/${name}`;
    }, "");
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
})();

start.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: String(error) }));

onmessage = async ({ data: { id, scene, inputs } }) => {
  const answer = await start;
  try {
    postMessage({ id, frame: JSON.parse(answer(scene, JSON.stringify(inputs))) });
  } catch (error) {
    postMessage({ id, error: String(error.message ?? error).trim().split("\n").at(-1) });
  }
};
