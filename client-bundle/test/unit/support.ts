/** A scripted server behind an in-memory WebSocket, and a client whose browser is mediasoup-client's own test kit. */
import { Device, FakeHandler, testFakeParameters, type types as mediasoup } from "mediasoup-client";
import { vi } from "vitest";

import type { ClientUpdate, StateChange } from "../../src/api.js";
import { SfuClient } from "../../src/client.js";
import type { ConsumerConfig, Payload, SessionId, StreamType } from "../../src/protocol.js";

/** The client's end of a connection, with the server's end as methods on it. */
export class FakeSocket extends EventTarget {
  readyState = 0;
  readonly sent: string[] = [];
  closedWith: number | undefined;
  onSend: ((text: string) => void) | undefined;

  constructor(readonly url: string) {
    super();
  }

  send(text: string): void {
    this.sent.push(text);
    this.onSend?.(text);
  }

  close(code: number): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  serverOpens(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  serverSends(frame: unknown): void {
    const data = typeof frame === "string" ? frame : JSON.stringify(frame);
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  serverCloses(code: number): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }

  /** All bus payloads the client has sent, the credentials left out. */
  payloads(): Payload[] {
    return this.sent.slice(1).flatMap((text) => JSON.parse(text) as Payload[]);
  }

  messages(name: string): unknown[] {
    return this.payloads().flatMap(({ message }) => {
      const named = message as { name?: string; payload?: unknown } | undefined;
      return named?.name === name ? [named.payload] : [];
    });
  }

  responseTo(id: string): Payload | undefined {
    return this.payloads().find(({ responseTo }) => responseTo === id);
  }
}

/** Answers what a server answers; tests replace single answers in {@link answers}. */
export class ScriptedServer {
  readonly sockets: FakeSocket[] = [];
  readonly devices: Device[] = [];
  readonly transports: mediasoup.Transport[] = [];
  readonly consumers: mediasoup.Consumer[] = [];
  readonly producers: mediasoup.Producer[] = [];
  /** By request name: a result, or `undefined` for none, or {@link SILENCE}. */
  readonly answers = new Map<string, () => unknown>([
    ["CONNECT_CTS_TRANSPORT", () => undefined],
    ["CONNECT_STC_TRANSPORT", () => undefined],
    ["INIT_PRODUCER", () => ({ id: `producer-${this.#count++}` })],
  ]);
  readonly #transportOf = new Map<unknown, mediasoup.Transport>();
  readonly #reports = new Map<mediasoup.Transport, Map<string, object>>();
  #count = 0;

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) {
      throw new Error("the client has opened no socket");
    }
    return socket;
  }

  newClient(): { client: SfuClient; states: StateChange[]; updates: ClientUpdate[] } {
    const client = new SfuClient({
      createWebSocket: (url) => {
        const socket = new FakeSocket(url);
        socket.onSend = (text) => this.#answer(socket, text);
        this.sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      prepareDevice: () => undefined,
      createDevice: () => {
        const device = new Device({ handlerFactory: FakeHandler.createFactory(testFakeParameters) });
        device.observer.on("newtransport", (transport) => this.#watch(transport));
        this.devices.push(device);
        return device;
      },
    });
    const states: StateChange[] = [];
    const updates: ClientUpdate[] = [];
    client.addEventListener("stateChange", ({ detail }) => states.push(detail));
    client.addEventListener("update", ({ detail }) => updates.push(detail));
    return { client, states, updates };
  }

  /** Lets the newest socket in, without media. */
  authenticate(): void {
    this.socket.serverOpens();
    this.socket.serverSends("");
  }

  async initTransports(socket = this.socket): Promise<void> {
    const id = `s_t_${this.#count++}`;
    socket.serverSends([
      {
        needResponse: id,
        message: {
          name: "INIT_TRANSPORTS",
          payload: {
            capabilities: testFakeParameters.generateRouterRtpCapabilities(),
            stcConfig: testFakeParameters.generateTransportRemoteParameters(),
            ctsConfig: testFakeParameters.generateTransportRemoteParameters(),
          },
        },
      },
    ]);
    await settle();
  }

  async connect(): Promise<void> {
    this.authenticate();
    await this.initTransports();
  }

  /** Sends an INIT_CONSUMER and gives its request id. */
  async initConsumer(sessionId: SessionId, type: StreamType, active = true, socket = this.socket): Promise<string> {
    const needResponse = `s_c_${this.#count++}`;
    const remote = testFakeParameters.generateConsumerRemoteParameters({
      id: `consumer-${needResponse}`,
      codecMimeType: type === "audio" ? "audio/opus" : "video/VP8",
    });
    const rtpParameters = { ...remote.rtpParameters, mid: needResponse };
    const payload = { ...remote, rtpParameters, sessionId, type, active } as unknown as ConsumerConfig;
    socket.serverSends([{ needResponse, message: { name: "INIT_CONSUMER", payload } }]);
    await settle();
    return needResponse;
  }

  /** Packets of a consumer arrive, for a picture with a key frame. */
  delivers(consumer = this.consumers.at(-1)): void {
    const { mid } = consumer?.rtpParameters ?? {};
    const stat = { type: "inbound-rtp", kind: consumer?.kind, mid, packetsReceived: 1, framesDecoded: 1 };
    this.#reportOf(consumer).set(String(mid), stat);
  }

  /** The latest send transport is up, and what is produced on it leaves. */
  takesAllProducers(): void {
    const transport = this.transports.findLast(({ direction }) => direction === "send");
    (transport as unknown as { _connectionState: string })._connectionState = "connected";
    for (const producer of this.producers) {
      const { mid } = producer.rtpParameters;
      this.#reportOf(producer).set(String(mid), { type: "outbound-rtp", mid, packetsSent: 1 });
    }
  }

  #reportOf(stream: unknown): Map<string, object> {
    const report = this.#reports.get(this.#transportOf.get(stream) as mediasoup.Transport);
    if (!report) {
      throw new Error("a stream of no transport");
    }
    return report;
  }

  #watch(transport: mediasoup.Transport): void {
    this.transports.push(transport);
    const report = new Map<string, object>();
    this.#reports.set(transport, report);
    transport.getStats = () => Promise.resolve(report as unknown as RTCStatsReport);
    transport.observer.on("newconsumer", (consumer) => {
      this.consumers.push(consumer);
      this.#transportOf.set(consumer, transport);
    });
    transport.observer.on("newproducer", (producer) => {
      this.producers.push(producer);
      this.#transportOf.set(producer, transport);
    });
  }

  #answer(socket: FakeSocket, text: string): void {
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame)) {
      return; // the credentials
    }
    for (const { message, needResponse } of frame as Payload[]) {
      const answer = this.answers.get((message as { name?: string } | undefined)?.name ?? "");
      if (needResponse !== undefined && answer) {
        const result = answer();
        if (result !== SILENCE) {
          queueMicrotask(() => socket.serverSends([{ message: result, responseTo: needResponse }]));
        }
      }
    }
  }
}

export const SILENCE = Symbol("no answer at all");

/** Lets everything that is under way finish, without time passing for anybody's delay. */
export async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  for (let i = 0; i < 50; i++) {
    await Promise.resolve();
  }
  await vi.advanceTimersByTimeAsync(0);
}
