/* Elements from descriptions: h describes, patch makes the document match, touching as little as it
   can, so that focus, selection and what is being typed survive every frame. */

const SVG = "http://www.w3.org/2000/svg";

const h = (tag, attrs, ...kids) => ({
  tag,
  attrs: attrs ?? {},
  kids: kids.flat(Infinity).map((kid) => (kid == null || kid === false ? "" : kid)),
});

const fits = (node, kid) =>
  kid.tag ? node.localName === kid.tag && node.nnKey === kid.attrs.key : node.nodeType === 3;

function make(kid, parent) {
  if (!kid.tag) return document.createTextNode(kid);
  const svg = kid.tag === "svg" || parent.namespaceURI === SVG;
  const node = svg ? document.createElementNS(SVG, kid.tag) : document.createElement(kid.tag);
  node.nnKey = kid.attrs.key;
  return update(node, kid);
}

function update(node, kid) {
  if (!kid.tag) {
    if (node.data !== String(kid)) node.data = kid;
    return node;
  }
  const old = node.nnAttrs ?? {};
  node.nnAttrs = kid.attrs;
  for (const name in old) if (!(name in kid.attrs)) assign(node, name, null);
  for (const name in kid.attrs)
    if (kid.attrs[name] !== old[name]) assign(node, name, kid.attrs[name]);
  patch(node, kid.kids);
  const { value, checked } = kid.attrs; // what the reader can change is compared with the document
  if (checked !== undefined) node.checked = checked;
  const typing = node.getRootNode().activeElement === node && node.localName !== "select";
  if (value !== undefined && !typing && node.value !== String(value)) node.value = value;
  return node;
}

function assign(node, name, value) {
  if (name === "key" || name === "value" || name === "checked") return;
  if (name.startsWith("on")) node[name] = value;
  else if (value == null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}

/* Make the children of `parent` those described.  A child with a key is found again wherever it
   is; one without is the next that has none. */
function patch(parent, kids) {
  const keyed = kept(parent, kids);
  let at = parent.firstChild;
  for (const kid of kids) at = put(parent, kid, keyed, at);
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/* Put a child before `at`, the first that has no place yet; return the first that has none then. */
function put(parent, kid, keyed, at) {
  const key = kid.attrs?.key;
  const there = key != null ? keyed.get(key) : at?.nnKey == null ? at : null;
  const next = there && there === at ? at.nextSibling : at;
  const node = there && fits(there, kid) ? update(there, kid) : make(kid, parent);
  if (there && there !== node) there.remove();
  if (node.nextSibling !== next || !node.parentNode) parent.insertBefore(node, next);
  return next;
}

/* Remove the children whose key is asked for no more; return {key: child} of the others. */
function kept(parent, kids) {
  const keys = new Set(kids.map((kid) => kid.attrs?.key));
  const keyed = new Map();
  for (const node of [...parent.childNodes]) {
    if (node.nnKey == null) continue;
    if (keys.has(node.nnKey)) keyed.set(node.nnKey, node);
    else node.remove();
  }
  return keyed;
}

/* Take over what the build has drawn, so that nothing moves or loses focus when it comes alive. */
function adopt(parent, kids) {
  const elements = [...parent.children];
  for (const node of [...parent.childNodes]) if (node.nodeType !== 1) node.remove();
  for (const kid of kids) {
    if (kid.tag && elements[0]?.localName === kid.tag) {
      const node = elements.shift();
      Object.assign(node, { nnKey: kid.attrs.key, nnAttrs: { disabled: true } });
      adopt(node, kid.kids);
    } else parent.insertBefore(make(kid, parent), elements[0] ?? null);
  }
}

export { adopt, h, patch };
