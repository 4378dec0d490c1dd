/** A participant in a page of its own, driven from the test. */
import assert from "node:assert/strict";

import { until } from "./until.js";

/** Shortest silence that counts as "nothing arrives": ten frames, fifty audio packets. */
const QUIET_MILLIS = 1_000;

export class Participant {
  constructor(page, sessionId) {
    this.page = page;
    this.sessionId = sessionId;
  }

  /** Calls a method of the page's `window.participant`. */
  call(method, ...args) {
    return this.page.evaluate(([name, args]) => window.participant[name](...args), [method, args]);
  }

  /** @param ticket of `OdooChannel`; what is given besides overrides it */
  async join(channel, ticket = {}) {
    await this.call("join", { ...channel.ticket(this.sessionId), ...ticket });
    await this.hasState("connected");
  }

  publish(type, options = {}) {
    return this.call("publish", type, options);
  }

  unpublish(type) {
    return this.call("unpublish", type);
  }

  updateDownload(other, states) {
    return this.call("updateDownload", other.sessionId, states);
  }

  leave() {
    return this.call("leave");
  }

  async close() {
    await this.page.close();
  }

  // ---- waiting

  until(what, condition, options) {
    return until(`session ${this.sessionId}: ${what}`, condition, { detail: () => this.describe(), ...options });
  }

  hasState(state, cause, options) {
    return this.until(
      `is ${state}${cause ? ` (${cause})` : ""}`,
      async () => {
        const now = await this.call("state");
        return now.state === state && (cause === undefined || now.cause === cause);
      },
      options,
    );
  }

  /** Waits until frames of the given size come out of the decoder, `frames` more than did before. */
  async decodes(other, type, { width, codec, frames = 5, timeoutMillis } = {}) {
    let before;
    return this.until(
      `decodes the ${type} of ${other.sessionId}${width ? `, ${width} pixels wide` : ""}`,
      async () => {
        const now = await this.received(other, type);
        if (!now || (width && now.frameWidth !== width)) {
          return undefined;
        }
        before = Math.min(before ?? Infinity, now.framesDecoded); // a track in its place begins to count anew
        if (now.framesDecoded < before + frames) {
          return undefined;
        }
        if (codec && now.mimeType.toLowerCase() !== codec.toLowerCase()) {
          throw new Error(`decodes ${now.mimeType}, not ${codec}`);
        }
        return now;
      },
      { timeoutMillis },
    );
  }

  /** Waits until more sound was heard than before. */
  async hears(other, { timeoutMillis } = {}) {
    let before;
    return this.until(
      `hears ${other.sessionId}`,
      async () => {
        const now = await this.received(other, "audio");
        before = Math.min(before ?? Infinity, now?.totalAudioEnergy ?? Infinity);
        return now && now.totalAudioEnergy > before ? now : undefined;
      },
      { timeoutMillis },
    );
  }

  /**
   * Waits until tracks of each of these types were replaced, which nobody sees or hears: each was alive until then.
   *
   * @returns all that were replaced, with `type`
   */
  async sawTracksReplaced(other, types, { timeoutMillis } = {}) {
    const replaced = await this.until(
      `was given new tracks of ${other.sessionId}`,
      async () => {
        const tracks = (await this.call("replaced")).filter(({ sessionId }) => sessionId === other.sessionId);
        return types.every((wanted) => tracks.some(({ type }) => type === wanted)) && tracks;
      },
      { timeoutMillis },
    );
    assert.ok(replaced.every(({ state }) => state === "live"), JSON.stringify(replaced));
    return replaced;
  }

  /** Waits until no packet of a stream has come for a while. */
  async receivesNothing(other, type) {
    let packets;
    let since = 0;
    return this.until(`receives no ${type} of ${other.sessionId} any more`, async () => {
      const now = (await this.received(other, type))?.packetsReceived ?? 0;
      if (now !== packets) {
        packets = now;
        since = performance.now();
      }
      return performance.now() - since >= QUIET_MILLIS;
    });
  }

  /** Waits until the others' info, as it was told, has all of `info`. */
  knows(other, info) {
    return this.until(`knows ${JSON.stringify(info)} of ${other.sessionId}`, async () => {
      const known = (await this.call("infos"))[other.sessionId] ?? {};
      return Object.entries(info).every(([key, value]) => known[key] === value);
    });
  }

  /** Waits until it was told that `other` left. */
  sawLeave(other) {
    return this.until(`saw ${other.sessionId} leave`, async () => (await this.call("left")).includes(other.sessionId));
  }

  received(other, type) {
    return this.call("received", other.sessionId, type);
  }

  async describe() {
    try {
      const summary = await this.call("describe");
      return `${JSON.stringify(summary, undefined, 1)}\npage errors: ${this.page.errors.join("\n")}`;
    } catch (error) {
      return `the page doesn't answer: ${error.message}\npage errors: ${this.page.errors.join("\n")}`;
    }
  }
}

/** Every state that each of them came to while `action` was done. */
export async function statesDuring(participants, action) {
  const states = () => Promise.all(participants.map((participant) => participant.call("states")));
  const before = await states();
  await action();
  return (await states()).map((all, index) => all.slice(before[index].length));
}
