// Runs scenes under MicroPython: {files, cases: [[scene, message], ...]} on stdin, answers on
// stdout, booted by the same web/python.mjs that serves the site.

import { readFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { boot } from "../web/python.mjs";

const { files, cases } = JSON.parse(readFileSync(0, "utf8"));
const answer = await boot(loadMicroPython, {}, files);
const answers = cases.map(([scene, message]) => answer(scene, message));
process.stdout.write(JSON.stringify(answers));
