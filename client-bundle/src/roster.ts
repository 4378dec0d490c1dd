/** In: every session that the server speaks of. Out: who was lost when it says who is there. */
import type { SessionId } from "./protocol.js";

/** A list of sessions is this old at most; who joined before that, since the move that it is about, it has to name. */
const LIST_AGE_MILLIS = 15_000;

interface Entry {
  sessionId: SessionId;
  joinedAtMillis: number;
  /** How often our session had moved when it joined. */
  joinedAfterMove: number;
}

/** The other sessions in the channel, as far as they were heard of. */
export class Roster {
  /** By the id as text: info names sessions by text alone, whatever type their ids have elsewhere. */
  readonly #entries = new Map<string, Entry>();
  #moves = 0;

  heard(sessionId: SessionId, nowMillis: number): void {
    const entry = this.#entries.get(String(sessionId));
    if (!entry) {
      this.#entries.set(String(sessionId), { sessionId, joinedAtMillis: nowMillis, joinedAfterMove: this.#moves });
    } else {
      entry.sessionId = sessionId;
    }
  }

  /** Info came of a session, under its id as text. */
  heardByText(id: string, nowMillis: number): void {
    if (!this.#entries.has(id)) {
      // Odoo's ids are numbers. Whoever sends anything but info tells the type soon.
      this.heard(/^(0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id, nowMillis);
    }
  }

  left(sessionId: SessionId): void {
    this.#entries.delete(String(sessionId));
  }

  moved(): void {
    this.#moves++;
  }

  /** Takes out, and gives, everybody who isn't named and did not join since our session moved. */
  takeLost(named: readonly SessionId[], nowMillis: number): SessionId[] {
    const present = new Set(named.map(String));
    const lost: SessionId[] = [];
    for (const [key, { sessionId, joinedAtMillis, joinedAfterMove }] of this.#entries) {
      const isNew = joinedAfterMove === this.#moves && nowMillis - joinedAtMillis < LIST_AGE_MILLIS;
      if (!present.has(key) && !isNew) {
        this.#entries.delete(key);
        lost.push(sessionId);
      }
    }
    return lost;
  }

  clear(): void {
    this.#entries.clear();
  }
}
