/** In: the server's transports. Out: a send and a receive transport wired to the bus. Knows nothing of tracks. */
import type { Device, types as mediasoup } from "mediasoup-client";

import type { Bus } from "./bus.js";
import { Liveness, LOOK_EVERY_MILLIS } from "./liveness.js";
import type { ProducerOptionsByKind, StreamType, TransportsConfig } from "./protocol.js";

/** ICE often mends itself after a change of network; this long we let it try. */
const DISCONNECTED_GRACE_MILLIS = 5_000;

/**
 * kbit/s, as Chromium understands `videoGoogleStartBitrate`; servers send 1000000. Told such a start while it probes on
 * behalf of a microphone alone, as it does for the first second, Chromium takes the next probe, which is no faster than
 * sound, for the capacity of the line, and the camera stays at its lowest layer for a minute. From below 1260 it goes on
 * probing and is at the full rate within half a second.
 */
const MAX_START_BITRATE_KBPS = 1_000;

export interface MediaOptions {
  device: Device;
  iceServers: RTCIceServer[] | undefined;
  bus: Bus;
  /** A transport is dead and won't come back by itself. At most once, and not after {@link Media.close}. */
  onDead(media: Media, error: Error): void;
}

/** Given as `appData` to `send.produce()`, which sets `accepted`. */
export interface ProduceOrder {
  readonly type: StreamType;
  /** Rejects when the server doesn't take the stream. */
  accepted?: Promise<void>;
}

/** The protocol names our producers by type; mediasoup-client only wants an id that is unique. */
let producerCount = 0;

/**
 * The two transports of one session.
 *
 * Neither connecting nor producing waits for the server's answer before the browser goes on: the server handles our
 * requests in order anyway, and each answer would cost a round trip before the first picture.
 */
export class Media {
  readonly send: mediasoup.Transport;
  readonly receive: mediasoup.Transport;
  readonly producerOptions: ProducerOptionsByKind;
  readonly rtpCapabilities: mediasoup.RtpCapabilities;
  readonly #onDead: (media: Media, error: Error) => void;
  readonly #bus: Bus;
  readonly #graceTimers = new Map<mediasoup.Transport, ReturnType<typeof setTimeout>>();
  /** While it is watched. */
  #liveness: Liveness | undefined;
  #retired = false;
  #dead = false;
  #closed = false;

  private constructor(config: TransportsConfig, { device, iceServers, bus, onDead }: MediaOptions) {
    const common = iceServers ? { iceServers } : {};
    this.#onDead = onDead;
    this.#bus = bus;
    this.rtpCapabilities = device.recvRtpCapabilities;
    this.producerOptions = withSaneStart(config.producerOptionsByKind ?? {});
    this.send = device.createSendTransport({ ...config.ctsConfig, ...common });
    this.receive = device.createRecvTransport({ ...config.stcConfig, ...common });
    this.#wire(this.send, "CONNECT_CTS_TRANSPORT", bus);
    this.#wire(this.receive, "CONNECT_STC_TRANSPORT", bus);
    this.send.on("produce", ({ kind, rtpParameters, appData }, resolve) => {
      const order = appData as unknown as ProduceOrder;
      order.accepted = bus
        .request({ name: "INIT_PRODUCER", payload: { type: order.type, kind, rtpParameters } })
        .then((result) => {
          if (typeof (result as { id?: unknown } | undefined)?.id !== "string") {
            throw new Error(`the server refused to take our ${order.type}`);
          }
        });
      order.accepted.catch(() => undefined); // it is for who ordered to handle, once there is a producer
      resolve({ id: `${order.type} ${producerCount++}` });
    });
  }

  /** @throws when the browser can't do WebRTC, or can't make sense of the server's parameters. */
  static async open(config: TransportsConfig, options: MediaOptions): Promise<Media> {
    await options.device.load({ routerRtpCapabilities: config.capabilities });
    return new Media(config, options);
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /**
   * What flows goes on flowing, but nobody speaks for it any more: its bus is gone, or speaks for a successor. What we
   * asked there and wasn't answered never will be.
   */
  retire(): void {
    this.#retired = true;
    this.#liveness = undefined;
    this.#bus.abandonRequests();
  }

  close(): void {
    this.#closed = true;
    this.#liveness = undefined;
    for (const timer of this.#graceTimers.values()) {
      clearTimeout(timer);
    }
    this.send.close();
    this.receive.close();
  }

  #wire(
    transport: mediasoup.Transport,
    name: "CONNECT_CTS_TRANSPORT" | "CONNECT_STC_TRANSPORT",
    bus: Bus,
  ): void {
    transport.on("connect", ({ dtlsParameters }, resolve) => {
      bus.request({ name, payload: { dtlsParameters } }).catch((error: Error) => {
        if (!this.#retired) {
          this.#die(error.message);
        }
      });
      resolve();
    });
    transport.on("connectionstatechange", (state) => {
      clearTimeout(this.#graceTimers.get(transport));
      if (state === "connected" && transport === this.receive && !this.#retired) {
        this.#liveness = new Liveness();
        this.#watch(this.#liveness);
      } else if (state === "failed") {
        this.#die(`the ${transport.direction} transport failed`);
      } else if (state === "disconnected") {
        this.#graceTimers.set(
          transport,
          setTimeout(
            () => this.#die(`the ${transport.direction} transport was lost for ${DISCONNECTED_GRACE_MILLIS} ms`),
            DISCONNECTED_GRACE_MILLIS,
          ),
        );
      }
    });
  }

  /** Whether anything comes through to us, from when we are connected until the transports are given up or others'. */
  #watch(liveness: Liveness): void {
    setTimeout(async () => {
      const report = this.#liveness === liveness ? await reportOf(this.receive) : undefined;
      if (this.#liveness !== liveness) {
        return;
      }
      if (report && liveness.look(report, performance.now())) {
        this.#die("nothing comes through to us any more");
      } else {
        this.#watch(liveness);
      }
    }, LOOK_EVERY_MILLIS);
  }

  #die(reason: string): void {
    if (!this.#closed && !this.#dead) {
      this.#dead = true;
      this.#liveness = undefined;
      this.#onDead(this, new Error(reason));
    }
  }
}

/** The report of a transport or a producer; none when it is closed, or is meanwhile. */
export async function reportOf(
  source: mediasoup.Transport | mediasoup.Producer,
): Promise<RTCStatsReport | undefined> {
  try {
    return await source.getStats();
  } catch {
    return undefined;
  }
}

function withSaneStart(optionsByKind: ProducerOptionsByKind): ProducerOptionsByKind {
  const { video } = optionsByKind;
  const start = video?.codecOptions?.videoGoogleStartBitrate;
  if (start === undefined || start <= MAX_START_BITRATE_KBPS) {
    return optionsByKind;
  }
  const codecOptions = { ...video?.codecOptions, videoGoogleStartBitrate: MAX_START_BITRATE_KBPS };
  return { ...optionsByKind, video: { ...video, codecOptions } };
}
