// Short notices at the foot, and words for screen readers.

import { byId, el } from './dom.js';

const STAY_MS = 4000;

export function notice(text, kind = 'good') {
  const note = el('p', { class: `notice ${kind}` }, text);
  byId('notices').append(note);
  while (byId('notices').childElementCount > 3) byId('notices').firstElementChild.remove();
  setTimeout(() => note.remove(), kind === 'bad' ? 2 * STAY_MS : STAY_MS);
}

/** Runs an action of a control; an error becomes a notice. True when all went well. */
export async function attempt(action, done = null) {
  try {
    await action();
    if (done !== null) notice(done);
    return true;
  } catch (error) {
    notice(error.message, 'bad');
    return false;
  }
}

export function announce(text) {
  byId('announcer').textContent = text;
}

/** Copies; without the clipboard of a secure page by way of a selection. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const holder = el('textarea', { class: 'unseen', readonly: '' });
    holder.value = text;
    document.body.append(holder);
    holder.select();
    document.execCommand('copy');
    holder.remove();
  }
  notice(`${what} copied`);
  announce(`${what} copied`);
}
