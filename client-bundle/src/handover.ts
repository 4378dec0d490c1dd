/** In: the media of one session after the other. Out: the time at which each may go. Make before break is done here. */
import type { Downloads } from "./download.js";
import { type Media, reportOf } from "./media.js";
import type { Uploads } from "./upload.js";

/** How often the reports are looked into while something waits to be swapped. */
const LOOK_EVERY_MILLIS = 75;
/** The longest that media is received, and sent, beside its successor; from the successor's being set up. */
const RECEIVING_KEPT_MILLIS = 6_000;
const SENDING_KEPT_MILLIS = 3_000;
/** Our first packets are not yet what a viewer sees: a key frame has to reach him. So long we send both. */
const SENDING_OVERLAP_MILLIS = 1_000;
/** A last picture is better than none while there is hope for a next; of a connection that is dead, not for long. */
const DEAD_KEPT_MILLIS = 8_000;

export interface HandoverListener {
  /** The current media is dead. */
  onDead(error: Error): void;
  /** Nothing is left of what was before the current media. */
  onDone(): void;
}

/** When what is left of a media ends, whatever the others do. */
interface Ends {
  all?: ReturnType<typeof setTimeout>;
  sending?: ReturnType<typeof setTimeout>;
  /** Set when the successor sends. */
  overlap?: ReturnType<typeof setTimeout>;
}

/** The current media, and what came before it for as long as the app shows something of that. */
export class Handover {
  readonly #uploads: Uploads;
  readonly #downloads: Downloads;
  readonly #listener: HandoverListener;
  /** Oldest first. */
  readonly #former = new Map<Media, Ends>();
  #current: Media | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  #isLooking = false;
  #count = 0;

  constructor(uploads: Uploads, downloads: Downloads, listener: HandoverListener) {
    this.#uploads = uploads;
    this.#downloads = downloads;
    this.#listener = listener;
  }

  get current(): Media | undefined {
    return this.#current;
  }

  /** Everything that may flow, oldest first. */
  get all(): Media[] {
    return this.#current ? [...this.#former.keys(), this.#current] : [...this.#former.keys()];
  }

  /** How often media took the place of other media. */
  get count(): number {
    return this.#count;
  }

  /** The current media is on its own: its bus is gone, or has become another session's. */
  orphan(): void {
    const media = this.#current;
    if (!media) {
      return;
    }
    this.#current = undefined;
    media.retire();
    this.#uploads.detach();
    this.#downloads.detach();
    this.#former.set(media, {});
    if (media.isDead) {
      this.#closeLater(media, DEAD_KEPT_MILLIS);
    }
  }

  /** `media` is the one from now on. To have it send, attach the uploads to it. */
  succeed(media: Media): void {
    this.orphan();
    this.#current = media;
    this.#downloads.attach(media.receive);
    if (this.#former.size === 0) {
      return;
    }
    this.#count++;
    for (const [former, ends] of this.#former) {
      this.#closeLater(former, RECEIVING_KEPT_MILLIS);
      clearTimeout(ends.sending);
      ends.sending = setTimeout(() => former.send.close(), SENDING_KEPT_MILLIS);
    }
    this.look();
  }

  /** To be given to {@link Media.open}. */
  readonly onDead = (media: Media, error: Error): void => {
    if (media === this.#current) {
      this.#listener.onDead(error);
    } else if (!this.#current) {
      this.#closeLater(media, DEAD_KEPT_MILLIS);
    } // else its end is near anyway
  };

  /** Looks for what has begun to flow until nothing waits for that any more. */
  look(): void {
    if (!this.#isLooking && this.#lookTimer === undefined && this.#isUnderWay()) {
      this.#lookTimer = setTimeout(() => {
        this.#lookTimer = undefined;
        this.#isLooking = true;
        void this.#lookOnce().finally(() => {
          this.#isLooking = false;
          this.look();
        });
      }, LOOK_EVERY_MILLIS);
    }
  }

  close(): void {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = undefined;
    this.#uploads.detach();
    this.#downloads.detach();
    const latestFirst = this.all.reverse(); // so that nothing is shown in place of what goes
    for (const ends of this.#former.values()) {
      clearEnds(ends);
    }
    this.#former.clear();
    this.#current = undefined;
    for (const media of latestFirst) {
      this.#downloads.release(media.receive);
      media.close();
    }
  }

  #isUnderWay(): boolean {
    return this.#current !== undefined && (this.#former.size > 0 || this.#downloads.awaited().size > 0);
  }

  async #lookOnce(): Promise<void> {
    await Promise.all(
      [...this.#downloads.awaited()].map(async (transport) => {
        const report = await reportOf(transport);
        if (report) {
          this.#downloads.showDelivered(transport, report);
        }
      }),
    );
    await this.#lookWhetherWeSend();
    for (const former of [...this.#former.keys()]) {
      if (this.#current && former.send.closed && !this.#downloads.uses(former.receive)) {
        this.#close(former);
      }
    }
  }

  async #lookWhetherWeSend(): Promise<void> {
    const current = this.#current;
    const sending = [...this.#former].filter(([{ send }, { overlap }]) => !send.closed && overlap === undefined);
    if (!current || sending.length === 0) {
      return;
    }
    const { send } = current;
    const overlapMillis = this.#uploads.wantsNothing ? 0 : SENDING_OVERLAP_MILLIS;
    if (overlapMillis > 0) {
      const report = send.connectionState === "connected" ? await reportOf(send) : undefined;
      if (!report || current !== this.#current || !this.#uploads.allSent(report)) {
        return;
      }
    }
    for (const [former, ends] of sending) {
      ends.overlap = setTimeout(() => former.send.close(), overlapMillis);
    }
  }

  #closeLater(media: Media, delayMillis: number): void {
    const ends = this.#former.get(media);
    if (ends) {
      clearTimeout(ends.all);
      ends.all = setTimeout(() => this.#close(media), delayMillis);
    }
  }

  #close(media: Media): void {
    const ends = this.#former.get(media);
    if (!ends) {
      return;
    }
    this.#former.delete(media);
    clearEnds(ends);
    this.#downloads.release(media.receive);
    media.close();
    if (this.#former.size === 0 && this.#current) {
      this.#listener.onDone();
    }
  }
}

function clearEnds({ all, sending, overlap }: Ends): void {
  clearTimeout(all);
  clearTimeout(sending);
  clearTimeout(overlap);
}
