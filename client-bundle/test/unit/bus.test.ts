import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Bus } from "../../src/bus.js";
import type { Payload, ServerMessage, ServerRequest } from "../../src/protocol.js";

describe("Bus", () => {
  let frames: Payload[][];
  let messages: ServerMessage[];
  let requests: { request: ServerRequest; respond: (result?: unknown) => void }[];
  let bus: Bus;

  beforeEach(() => {
    vi.useFakeTimers();
    frames = [];
    messages = [];
    requests = [];
    bus = new Bus((text) => frames.push(JSON.parse(text) as Payload[]), {
      onMessage: (message) => messages.push(message),
      onRequest: (request, respond) => requests.push({ request, respond }),
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const broadcast = (payload: number) => bus.send({ name: "BROADCAST", payload });
  const produce = () =>
    bus.request({ name: "INIT_PRODUCER", payload: { type: "audio", kind: "audio", rtpParameters: { codecs: [] } } });

  it("sends the first message of a quiet moment at once and gathers those that follow", () => {
    broadcast(1);
    broadcast(2);
    broadcast(3);
    expect(frames).toHaveLength(1);
    vi.advanceTimersByTime(20);
    expect(frames.map((frame) => frame.length)).toEqual([1, 2]);
  });

  it("starts over after a window in which nothing was sent", () => {
    broadcast(1);
    vi.advanceTimersByTime(20);
    broadcast(2);
    expect(frames).toHaveLength(2);
  });

  it("lets a request overtake the window but not the messages before it", () => {
    broadcast(1);
    broadcast(2);
    void produce();
    expect(frames.map((frame) => frame.map(({ message }) => (message as { name: string }).name))).toEqual([
      ["BROADCAST"],
      ["BROADCAST", "INIT_PRODUCER"],
    ]);
  });

  it("resolves a request with the bare result of its answer", async () => {
    const answer = produce();
    const id = frames[0]?.[0]?.needResponse;
    expect(id).toMatch(/^c_/);
    bus.receive(JSON.stringify([{ responseTo: id, message: { id: "p1" } }]));
    await expect(answer).resolves.toEqual({ id: "p1" });
  });

  it("resolves a request whose answer has no result with nothing", async () => {
    const answer = produce();
    bus.receive(JSON.stringify([{ responseTo: frames[0]?.[0]?.needResponse }]));
    await expect(answer).resolves.toBeUndefined();
  });

  it("rejects a request that is not answered within 5 s", async () => {
    const outcome = expect(produce()).rejects.toThrow("INIT_PRODUCER: no answer within 5000 ms");
    await vi.advanceTimersByTimeAsync(5_000);
    await outcome;
  });

  it("rejects what is pending when it is closed, and what comes after", async () => {
    const pending = expect(produce()).rejects.toThrow("closed");
    bus.close();
    await pending;
    await expect(produce()).rejects.toThrow("closed");
    broadcast(1);
    expect(frames).toHaveLength(1);
  });

  it("answers a request without a result by a payload that has no message", () => {
    bus.receive('[{"message":{"name":"PING"},"needResponse":"s_0_5"}]');
    requests[0]?.respond();
    expect(frames).toEqual([[{ responseTo: "s_0_5" }]]);
  });

  it("gives every request of all buses an id of its own", () => {
    const other = new Bus((text) => frames.push(JSON.parse(text) as Payload[]), {
      onMessage: () => undefined,
      onRequest: () => undefined,
    });
    void produce().catch(() => undefined);
    void produce().catch(() => undefined);
    void other
      .request({ name: "CONNECT_CTS_TRANSPORT", payload: { dtlsParameters: { fingerprints: [] } } })
      .catch(() => undefined);
    expect(new Set(frames.flat().map(({ needResponse }) => needResponse)).size).toBe(3);
  });

  it("reads a frame of several payloads in order", () => {
    bus.receive(
      JSON.stringify([
        { message: { name: "BROADCAST", payload: { senderId: 1, message: "a" } } },
        { message: { name: "PING" }, needResponse: "s_1" },
        { message: { name: "SESSION_LEAVE", payload: { sessionId: 1 } } },
      ]),
    );
    expect(messages.map(({ name }) => name)).toEqual(["BROADCAST", "SESSION_LEAVE"]);
    expect(requests.map(({ request }) => request.name)).toEqual(["PING"]);
  });

  it.each(["", "{", "null", "7", '{"message":{"name":"PING"}}', "[null,7,\"x\",{},{\"message\":null},[]]"])(
    "drops %j",
    (text) => {
      bus.receive(text);
      expect([messages, requests, frames]).toEqual([[], [], []]);
    },
  );
});
