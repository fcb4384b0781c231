// Runs scenes under MicroPython: {files, cases: [[scene, inputs], ...]} on stdin, frames on stdout,
// booted by the same web/python.mjs that serves the site.

import { readFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { boot } from "../web/python.mjs";

const { files, cases } = JSON.parse(readFileSync(0, "utf8"));
const answer = await boot(loadMicroPython, {}, files);
const frames = cases.map(([scene, inputs]) => answer(scene, inputs));
process.stdout.write(JSON.stringify(frames));
