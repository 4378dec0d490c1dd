/** In: the server's transports. Out: a send and a receive transport wired to the bus. Knows nothing of tracks. */
import type { Device, types as mediasoup } from "mediasoup-client";

import type { Bus } from "./bus.js";
import type { ProducerOptionsByKind, StreamType, TransportsConfig } from "./protocol.js";

/** ICE often mends itself after a change of network; this long we let it try. */
const DISCONNECTED_GRACE_MILLIS = 5_000;

export interface MediaOptions {
  device: Device;
  iceServers: RTCIceServer[] | undefined;
  bus: Bus;
  /** A transport is dead and won't come back by itself. At most once, and not after {@link Media.close}. */
  onDead(error: Error): void;
}

/** The two transports of one session. */
export class Media {
  readonly send: mediasoup.Transport;
  readonly receive: mediasoup.Transport;
  readonly producerOptions: ProducerOptionsByKind;
  readonly rtpCapabilities: mediasoup.RtpCapabilities;
  readonly #onDead: (error: Error) => void;
  readonly #graceTimers = new Map<mediasoup.Transport, ReturnType<typeof setTimeout>>();
  #closed = false;

  private constructor(config: TransportsConfig, { device, iceServers, bus, onDead }: MediaOptions) {
    const common = iceServers ? { iceServers } : {};
    this.#onDead = onDead;
    this.rtpCapabilities = device.recvRtpCapabilities;
    this.producerOptions = config.producerOptionsByKind ?? {};
    this.send = device.createSendTransport({ ...config.ctsConfig, ...common });
    this.receive = device.createRecvTransport({ ...config.stcConfig, ...common });
    this.#wire(this.send, "CONNECT_CTS_TRANSPORT", bus);
    this.#wire(this.receive, "CONNECT_STC_TRANSPORT", bus);
    this.send.on("produce", ({ kind, rtpParameters, appData }, resolve, reject) => {
      const type = appData.type as StreamType;
      bus
        .request({ name: "INIT_PRODUCER", payload: { type, kind, rtpParameters } })
        .then((result) => {
          const id = (result as { id?: unknown } | undefined)?.id;
          if (typeof id === "string") {
            resolve({ id });
          } else {
            reject(new Error(`the server refused to take our ${type}`));
          }
        }, reject);
    });
  }

  /** @throws when the browser can't do WebRTC, or can't make sense of the server's parameters. */
  static async open(config: TransportsConfig, options: MediaOptions): Promise<Media> {
    await options.device.load({ routerRtpCapabilities: config.capabilities });
    return new Media(config, options);
  }

  close(): void {
    this.#closed = true;
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
    transport.on("connect", ({ dtlsParameters }, resolve, reject) => {
      bus.request({ name, payload: { dtlsParameters } }).then(resolve, reject);
    });
    transport.on("connectionstatechange", (state) => {
      clearTimeout(this.#graceTimers.get(transport));
      if (state === "failed") {
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

  #die(reason: string): void {
    if (!this.#closed) {
      this.#onDead(new Error(reason));
    }
  }
}
