// The line to the simulator: loads everything, then follows the events; when the line breaks, asks until somebody answers
// and loads everything anew, since a simulator that was started again counts and remembers anew.

import { openEvents, whole } from './api.js';

const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 2000;
const KINDS = ['call', 'message', 'status', 'callback', 'fault'];

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Runs for ever. `hears`: load(), record(record), setup(), state(name), locked(): a promise of a token. */
export async function follow(hears) {
  let retry = FIRST_RETRY_MS;
  for (;;) {
    try {
      const health = await whole.get('health');
      await hears.load();
      await listen(health.last_event, hears, () => { retry = FIRST_RETRY_MS; });
    } catch (error) {
      if (error.status === 401) {
        await hears.locked();
        continue;
      }
      if (error.status !== 0 && error.status !== 404) console.error(error);
    }
    hears.state('lost');
    await pause(retry);
    retry = Math.min(retry * 2, LAST_RETRY_MS);
  }
}

/** Until the stream breaks. */
function listen(after, hears, opened) {
  return new Promise((resolve) => {
    const events = openEvents(after);
    events.onopen = () => {
      opened();
      hears.state('live');
    };
    for (const kind of KINDS) events.addEventListener(kind, ({ data }) => hears.record(JSON.parse(data)));
    events.addEventListener('setup', () => hears.setup());
    events.onerror = () => {
      events.close();
      resolve();
    };
  });
}
