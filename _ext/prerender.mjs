// Draws first pictures without a browser: [{id, scene, title, answer}] on stdin, HTML on stdout.
// A widget's view only describes elements (see stage.js): writing them out is all there is to do.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const VOID = new Set(["input", "br", "hr", "img"]);
const CONTROLS = new Set(["input", "button", "select", "textarea"]);
const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function html({ tag, attrs, kids }) {
  const shown = { ...attrs, disabled: CONTROLS.has(tag) };
  if (tag === "select" || tag === "textarea") delete shown.value; // it stands inside
  const written = Object.entries(shown)
    .filter(
      ([name, value]) =>
        name !== "key" && !name.startsWith("on") && value != null && value !== false,
    )
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escaped(value)}"`));
  const text = tag === "textarea" ? [attrs.value ?? ""] : kids;
  const inside = text.map((kid) => (kid.tag ? html(kid) : escaped(kid))).join("");
  return `<${tag}${written.join("")}>${VOID.has(tag) ? "" : `${inside}</${tag}>`}`;
}

const drawn = [];
for (const { id, scene, title, answer } of JSON.parse(readFileSync(0, "utf8"))) {
  const file = new URL(`scenes/${scene}/view.js`, pathToFileURL(`${process.argv[2]}/`));
  const { default: view } = await import(file);
  drawn.push(html(view.tree({ scene, title }, answer, { me: id, links: true, still: true })));
}
process.stdout.write(JSON.stringify(drawn));
