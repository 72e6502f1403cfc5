// /sim/v1. The token of the page's address is kept for its calls (and a reload), and taken out of the address.

import { state } from './state.js';

const KEPT = 'twilio-sim.token';

function takeToken() {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given !== null) {
    sessionStorage.setItem(KEPT, given);
    address.searchParams.delete('token');
    history.replaceState(null, '', address);
  }
  return sessionStorage.getItem(KEPT);
}

let token = takeToken();

export function setToken(value) {
  token = value;
  sessionStorage.setItem(KEPT, value);
}

/** An answer that is no 2xx; `status` 0: there was none. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The address of an endpoint; `query` with null values left out. */
export function address(path, query = {}) {
  const url = new URL(`/sim/v1/${path}`, location.origin);
  for (const [name, value] of Object.entries(query)) if (value !== null) url.searchParams.set(name, value);
  return url;
}

async function call(method, path, query, body) {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  let answer;
  try {
    answer = await fetch(address(path, query), {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store',
    });
  } catch {
    throw new ApiError(0, 'The simulator does not answer.');
  }
  const text = await answer.text();
  if (!answer.ok) throw new ApiError(answer.status, text.trim().replace(/^twilio-sim: /, ''));
  return answer.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : text;
}

const scope = () => ({ account: state.account });

/** Endpoints of the chosen account. */
export const api = {
  get: (path, query = {}) => call('GET', path, { ...scope(), ...query }),
  post: (path, body = {}) => call('POST', path, scope(), body),
  remove: (path) => call('DELETE', path, scope()),
};

/** Endpoints of the simulator as a whole. */
export const whole = {
  get: (path) => call('GET', path, {}),
  post: (path, body = {}) => call('POST', path, {}, body),
};

/** The stream of events from number `after` on; an EventSource can carry the token in its address only. */
export function openEvents(after) {
  return new EventSource(address('events', {
    format: 'sse', after, kinds: 'call,message,status,callback,fault', token,
  }));
}
