/* Controls, bound to the state of an answer: each sends an event, and shows what was refused. */

import { h } from "./elements.js";

const list = (path) => (Array.isArray(path) ? path : [path]);
const at = (state, path) => list(path).reduce((value, key) => value?.[key], state);
/* The name of a control: the key of its errors, as nnlib/stage/__init__.py has it. */
const label = (path) => list(path).join(".");

/* What a view gets as `ui`.  does: {me, send, refuse, pending}; pending maps labels to what the
   reader has set meanwhile. */
class Controls {
  constructor({ state, errors = {} }, { me, send, refuse, pending = {} }) {
    Object.assign(this, { state, errors, me, send, refuse, pending });
  }

  set(path, to) {
    this.send({ set: list(path), to });
  }

  button(name, event, attrs) {
    return h("button", { type: "button", onclick: () => this.send(event), ...attrs }, name);
  }

  number(path, name, options = {}) {
    return this.field(
      path,
      name,
      h("input", { id: this.id(path), ...this.numeric(path, options) }),
    );
  }

  slider(path, name, { min, max, step, value }) {
    const range = { type: "range", id: this.id(path), min, max, step: step ?? "any" };
    const oninput = ({ target }) => this.set(path, target.valueAsNumber);
    return this.field(
      path,
      name,
      h("input", { ...range, value: this.now(path, value), oninput }),
      h("input", { "aria-label": name, ...this.numeric(path, { min, max, step, value }) }),
    );
  }

  text(path, name, { value, rows, maxlength = 1000, ...attrs } = {}) {
    const limit = `${name ?? attrs["aria-label"]} takes at most ${maxlength} characters.`;
    const long = () => this.refuse(label(path), limit);
    function onpaste(event) {
      const box = event.currentTarget; // the browser would cut it short without a word
      const kept = box.value.length - (box.selectionEnd - box.selectionStart);
      if (kept + event.clipboardData.getData("text").length <= maxlength) return;
      event.preventDefault();
      long();
    }
    const oninput = ({ target }) =>
      target.value.length > maxlength ? long() : this.set(path, target.value);
    return this.field(
      path,
      name,
      h(rows ? "textarea" : "input", {
        type: rows ? null : "text",
        rows,
        id: this.id(path),
        autocomplete: "off",
        spellcheck: "false",
        maxlength,
        value: this.known(path, value),
        ...this.about(path),
        ...attrs,
        onpaste,
        oninput,
      }),
    );
  }

  select(path, name, options, { value } = {}) {
    const chosen = this.now(path, value);
    const onchange = ({ target }) => this.set(path, target.value);
    const items = options.map((option) =>
      h("option", { value: option.value, selected: option.value === chosen }, option.text),
    );
    const attrs = { id: this.id(path), ...this.about(path), value: chosen, onchange };
    return this.field(path, name, h("select", attrs, items));
  }

  toggle(path, name, { value } = {}) {
    const onchange = ({ target }) => this.set(path, target.checked);
    const attrs = {
      type: "checkbox",
      checked: this.now(path, value),
      ...this.about(path),
      onchange,
    };
    return this.field(path, null, h("label", null, h("input", attrs), name));
  }

  choices(path, legend, options, { value } = {}) {
    const held = this.now(path, value);
    const many = Array.isArray(held);
    const chosen = (box) =>
      [...box.closest("fieldset").querySelectorAll(":checked")].map((each) => each.value);
    const attrs = {
      type: many ? "checkbox" : "radio",
      name: this.id(path),
      onchange: ({ target }) => this.set(path, many ? chosen(target) : target.value),
    };
    const box = ({ value }) =>
      h("input", { ...attrs, value, checked: many ? held.includes(value) : held === value });
    return h(
      "fieldset",
      { class: "nn-choices", ...this.about(path) },
      h("legend", null, legend),
      options.map((option) => h("label", { key: option.value }, box(option), option.text)),
      this.why(path),
    );
  }

  /* ---- what they share ---- */

  id(path) {
    return `${this.me}-${label(path)}`.replace(/\W/g, "-");
  }

  error(path) {
    return this.errors[label(path)];
  }

  now(path, value = at(this.state, path)) {
    return this.pending[label(path)] ?? value;
  }

  // A refused value stays in its box, beside the sentence that says why.
  known(path, value) {
    return this.error(path) ? undefined : this.now(path, value);
  }

  about(path) {
    const described = { "aria-invalid": "true", "aria-describedby": `${this.id(path)}-error` };
    return this.error(path) && described;
  }

  why(path) {
    const id = `${this.id(path)}-error`;
    return this.error(path) && h("p", { class: "nn-error", id }, this.error(path));
  }

  field(path, name, ...nodes) {
    const title = name && h("label", { for: this.id(path) }, name);
    return h("div", { class: "nn-field" }, title, nodes, this.why(path));
  }

  numeric(path, { min, max, step, value, ...attrs }) {
    return {
      type: "number",
      min,
      max,
      step: step ?? "any",
      value: this.known(path, value),
      ...this.about(path),
      ...attrs,
      oninput: ({ target }) =>
        Number.isNaN(target.valueAsNumber) || this.set(path, target.valueAsNumber),
      onchange: ({ target }) => Number.isNaN(target.valueAsNumber) && this.set(path, null),
    };
  }
}

export { Controls, label };
