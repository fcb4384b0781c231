/* Python in the browser: answers {id, scene, message as JSON text} with {id, answer}, or with
   {id, error} if it cannot. */

import { loadMicroPython } from "./micropython.mjs";
import { boot } from "./python.mjs";

const here = (name) => new URL(name, import.meta.url).href;

async function load() {
  const found = await fetch(here("python.json"));
  if (!found.ok) throw new Error(`python.json: ${found.status}`);
  return boot(loadMicroPython, { url: here("micropython.wasm") }, await found.json());
}

const start = load();
start.then(
  () => postMessage({ ready: true }),
  (error) => postMessage({ failed: String(error) }),
);

self.onmessage = async ({ data: { id, scene, message } }) => {
  const python = await start;
  try {
    postMessage({ id, answer: JSON.parse(python(scene, message)) });
  } catch (error) {
    postMessage({ id, error: `Python reports ${error.message.trim().split("\n").at(-1)}` });
  }
};
