// Elements without markup: every text goes in as text, so nothing that a message holds can act.

/** el('button', { class: 'x', on: { click } }, 'Copy', child): children are nodes or texts; null is left out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'on') for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name in node && typeof value !== 'string') node[name] = value;
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Makes `nodes` the children of `parent`, without moving those that stay: focus and scroll stay with them. */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, i) => {
    if (parent.childNodes[i] !== node) parent.insertBefore(node, parent.childNodes[i] ?? null);
  });
}

/** A labelled control. */
export const field = (label, control) => el('label', { class: 'field' }, el('span', {}, label), control);

/** A choice; options are [value, text] or texts. */
export function choice(options, value, properties = {}) {
  const select = el('select', properties);
  for (const option of options) {
    const [key, text] = Array.isArray(option) ? option : [option, option];
    select.append(el('option', { value: key }, text));
  }
  if (value !== undefined) select.value = value;
  return select;
}

/** A list of terms; rows without a value are left out. */
export function facts(rows) {
  const list = el('dl', { class: 'facts' });
  for (const [term, value] of rows) {
    if (value === null || value === undefined || value === '') continue;
    list.append(el('dt', {}, term), el('dd', {}, value instanceof Node ? value : String(value)));
  }
  return list;
}
