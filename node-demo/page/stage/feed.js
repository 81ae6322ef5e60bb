// Everything that happens, in the order it happened: what the phone of this page calls, and what the server tells.

/** @import { PhoneEvent } from '../wechat.js' */

/** A reload shows this browser tab what it has seen before, and not what others did. */
const SINCE = 'stage-since';

export class Feed {
  /** @type {any[]} */
  events = [];
  /** @type {Set<(event: any, fresh: boolean) => void>} */
  #listeners = new Set();
  /** @type {Map<number, any>} */
  #asked = new Map();
  /** @type {any} */
  #lastPoll;
  #replayed = 0;

  /** @param {(event: any, fresh: boolean) => void} listener */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /**
   * Connects to the server.
   *
   * @param {(connected: boolean) => void} onConnection
   */
  async connect(onConnection) {
    const { latest, attack } = await (await fetch('/stage')).json();
    // Another run of the demo counts from the beginning.
    const stored = Number(sessionStorage.getItem(SINCE) ?? latest);
    const since = stored > latest ? 0 : stored;
    sessionStorage.setItem(SINCE, String(since));
    this.#replayed = latest;
    const source = new EventSource(`/stage/events?after=${since}`);
    source.addEventListener('message', ({ data }) => {
      const event = JSON.parse(data);
      this.#add(event, event.id > this.#replayed);
    });
    source.addEventListener('open', () => onConnection(true));
    source.addEventListener('error', () => onConnection(false));
    return attack;
  }

  /** @param {PhoneEvent} event */
  phone({ call, stage, number, detail }) {
    const event = { type: 'phone', id: `p${number}${stage}`, at: Date.now(), call, stage, detail };
    if (stage === 'asked') this.#asked.set(number, detail);
    else if (call === 'request') Object.assign(event, { asked: this.#asked.get(number) });
    if (!this.#repeatsPoll(event)) this.#add(event, true);
  }

  clear() {
    const last = this.events.findLast(({ id }) => typeof id === 'number');
    if (last !== undefined) sessionStorage.setItem(SINCE, String(last.id));
    this.events = [];
    this.#lastPoll = undefined;
  }

  /**
   * An answer that says what the one before said is counted with it.
   *
   * @param {any} event
   */
  #repeatsPoll(event) {
    if (event.stage !== 'answered' || event.asked?.method !== 'GET') return false;
    const { asked, detail } = event;
    const said = `${asked.path} ${detail.statusCode} ${detail.data?.order?.status}`;
    if (this.#lastPoll?.said === said) {
      const { polled } = this.#lastPoll;
      polled.times += 1;
      for (const listener of this.#listeners) listener(polled, true);
      return true;
    }
    event.times = 1;
    this.#lastPoll = { said, polled: event };
    return false;
  }

  /**
   * @param {any} event
   * @param {boolean} fresh false for what happened before this page was opened
   */
  #add(event, fresh) {
    this.events.push(event);
    for (const listener of this.#listeners) listener(event, fresh);
  }
}
