/* Controls, bound to the state of an answer: each sends an event, and shows what was refused. */

import { h } from "./elements.js";

const list = (path) => (Array.isArray(path) ? path : [path]);
const at = (state, path) => list(path).reduce((value, key) => value?.[key], state);
/* The name of a control: the key of its errors, as nnlib/stage/__init__.py has it. */
const label = (path) => list(path).join(".");

/* does: {me, send, refuse, pending}; pending maps labels to what the reader has set meanwhile. */
function controls({ state, errors = {} }, { me, send, refuse, pending = {} }) {
  const id = (path) => `${me}-${label(path)}`.replace(/\W/g, "-");
  const error = (path) => errors[label(path)];
  const now = (path, value = at(state, path)) => pending[label(path)] ?? value;
  // A refused value stays in its box, beside the sentence that says why.
  const known = (path, value) => (error(path) ? undefined : now(path, value));
  const set = (path, to) => send({ set: list(path), to });
  const about = (path) =>
    error(path) && { "aria-invalid": "true", "aria-describedby": `${id(path)}-error` };
  const why = (path) =>
    error(path) && h("p", { class: "nn-error", id: `${id(path)}-error` }, error(path));
  const field = (path, name, ...nodes) =>
    h("div", { class: "nn-field" }, name && h("label", { for: id(path) }, name), nodes, why(path));

  function numeric(path, { min, max, step, value, ...attrs }) {
    return {
      type: "number", min, max, step: step ?? "any", value: known(path, value),
      ...about(path), ...attrs,
      oninput: ({ target }) =>
        Number.isNaN(target.valueAsNumber) || set(path, target.valueAsNumber),
      onchange: ({ target }) => Number.isNaN(target.valueAsNumber) && set(path, null),
    };
  }

  function number(path, name, options = {}) {
    return field(path, name, h("input", { id: id(path), ...numeric(path, options) }));
  }

  function slider(path, name, { min, max, step, value }) {
    return field(path, name,
      h("input", { type: "range", id: id(path), min, max, step: step ?? "any",
        value: now(path, value), oninput: ({ target }) => set(path, target.valueAsNumber) }),
      h("input", { "aria-label": name, ...numeric(path, { min, max, step, value }) }));
  }

  function text(path, name, { value, rows, maxlength = 1000, ...attrs } = {}) {
    const long = () =>
      refuse(label(path), `${name ?? attrs["aria-label"]} takes at most ${maxlength} characters.`);
    return field(path, name,
      h(rows ? "textarea" : "input", { type: rows ? null : "text", rows, id: id(path),
        autocomplete: "off", spellcheck: "false", maxlength, value: known(path, value),
        ...about(path), ...attrs,
        onpaste: (event) => { // the browser would cut it short without a word
          const box = event.currentTarget;
          const kept = box.value.length - (box.selectionEnd - box.selectionStart);
          if (kept + event.clipboardData.getData("text").length <= maxlength) return;
          event.preventDefault();
          long();
        },
        oninput: ({ target }) =>
          (target.value.length > maxlength ? long() : set(path, target.value)) }));
  }

  function select(path, name, options, { value } = {}) {
    const chosen = now(path, value);
    return field(path, name,
      h("select", { id: id(path), ...about(path), value: chosen,
          onchange: ({ target }) => set(path, target.value) },
        options.map((option) =>
          h("option", { value: option.value, selected: option.value === chosen }, option.text))));
  }

  function toggle(path, name, { value } = {}) {
    return field(path, null,
      h("label", null, h("input", { type: "checkbox", checked: now(path, value), ...about(path),
        onchange: ({ target }) => set(path, target.checked) }), name));
  }

  function choices(path, legend, options, { value } = {}) {
    const held = now(path, value), many = Array.isArray(held);
    const chosen = (box) =>
      [...box.closest("fieldset").querySelectorAll(":checked")].map((each) => each.value);
    return h("fieldset", { class: "nn-choices", ...about(path) }, h("legend", null, legend),
      options.map((option) => h("label", { key: option.value },
        h("input", { type: many ? "checkbox" : "radio", name: id(path), value: option.value,
          checked: many ? held.includes(option.value) : held === option.value,
          onchange: ({ target }) => set(path, many ? chosen(target) : target.value) }),
        option.text)),
      why(path));
  }

  const button = (name, event, attrs) =>
    h("button", { type: "button", onclick: () => send(event), ...attrs }, name);
  return { state, send, set, button, slider, number, text, select, toggle, choices };
}

export { controls, label };
