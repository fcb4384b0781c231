/* Python in the browser: answers {id, scene, inputs} with {id, frame} or {id, error}. */

import { loadMicroPython } from "./nnlib/micropython.mjs";
import { boot } from "./python.mjs";

const here = (name) => new URL(`nnlib/${name}`, import.meta.url).href;

const start = fetch(here("python.json"))
  .then((answer) => answer.json())
  .then((files) => boot(loadMicroPython, { url: here("micropython.wasm") }, files));

start.catch((error) => postMessage({ failed: String(error) }));

onmessage = async ({ data: { id, scene, inputs } }) => {
  const answer = await start;
  try {
    postMessage({ id, frame: JSON.parse(answer(scene, JSON.stringify(inputs))) });
  } catch (error) {
    postMessage({ id, error: `Python reports ${error.message.trim().split("\n").at(-1)}` });
  }
};
