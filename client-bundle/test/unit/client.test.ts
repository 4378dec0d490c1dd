import { FakeMediaStreamTrack } from "fake-mediastreamtrack";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ClientUpdate, StateChange } from "../../src/api.js";
import { CLIENT_UPDATE, SFU_CLIENT_STATE, type SfuClient, SfuClientState } from "../../src/index.js";
import { ScriptedServer, settle, SILENCE } from "./support.js";

const URL = "https://sfu.example/call";

const track = (kind: string) => new FakeMediaStreamTrack({ kind }) as unknown as MediaStreamTrack;

describe("SfuClient", () => {
  let server: ScriptedServer;
  let client: SfuClient;
  let states: StateChange[];
  let updates: ClientUpdate[];

  beforeEach(() => {
    vi.useFakeTimers();
    server = new ScriptedServer();
    ({ client, states, updates } = server.newClient());
  });

  afterEach(() => {
    client.disconnect();
    vi.useRealTimers();
  });

  const connect = async () => {
    void client.connect(URL, "a.b.c", { channelUUID: "uuid" });
    await server.connect();
  };
  const stateNames = () => states.map(({ state }) => state);
  /** The longest that the first retry takes. */
  const passFirstRetry = () => vi.advanceTimersByTimeAsync(500);

  describe("connecting", () => {
    it("exports the names that Odoo's code imports", () => {
      expect(SFU_CLIENT_STATE).toBe(SfuClientState);
      expect(Object.values(SFU_CLIENT_STATE)).toEqual([
        "disconnected",
        "connecting",
        "authenticated",
        "connected",
        "recovering",
        "closed",
      ]);
      expect(Object.values(CLIENT_UPDATE)).toEqual(["track", "broadcast", "disconnect", "info_change"]);
    });

    it("goes through connecting and authenticated to connected", async () => {
      await connect();
      expect(stateNames()).toEqual(["connecting", "authenticated", "connected"]);
      expect(client.state).toBe("connected");
      expect(server.socket.url).toBe("wss://sfu.example/call");
      expect(JSON.parse(server.socket.sent[0] ?? "")).toEqual({
        channelUUID: "uuid",
        jwt: "a.b.c",
        features: ["move"],
      });
    });

    it("answers INIT_TRANSPORTS with what the device can receive", async () => {
      await connect();
      const answer = server.socket.payloads().find(({ responseTo }) => responseTo?.startsWith("s_t_"));
      expect(answer?.message).toEqual(server.devices[0]?.recvRtpCapabilities);
    });

    it("announces the speaking feature only when asked to", () => {
      void client.connect(URL, "a.b.c", { channelUUID: "uuid", detectSpeaking: true });
      server.socket.serverOpens();
      expect(JSON.parse(server.socket.sent[0] ?? "")).toHaveProperty("features", ["move", "speaking"]);
    });

    it("resolves connect() once authenticated", async () => {
      const done = vi.fn();
      void client.connect(URL, "a.b.c").then(done);
      await settle();
      expect(done).not.toHaveBeenCalled();
      server.authenticate();
      await settle();
      expect(done).toHaveBeenCalled();
    });

    it("does nothing on a second connect() while one is under way", async () => {
      await connect();
      await client.connect(URL, "other");
      expect(server.sockets).toHaveLength(1);
    });

    it("stays authenticated in a channel without media, where messages work", async () => {
      void client.connect(URL, "a.b.c");
      server.authenticate();
      client.broadcast({ hello: "world" });
      server.socket.serverSends([{ message: { name: "BROADCAST", payload: { senderId: 2, message: "hi" } } }]);
      expect(client.state).toBe("authenticated");
      expect(server.socket.messages("BROADCAST")).toEqual([{ hello: "world" }]);
      expect(updates).toEqual([{ name: "broadcast", payload: { senderId: 2, message: "hi" } }]);
      expect(await client.getStats()).toEqual({});
    });

    it("answers a ping, and a request it doesn't know", async () => {
      await connect();
      server.socket.serverSends([
        { message: { name: "PING" }, needResponse: "s_1" },
        { message: { name: "FROM_THE_FUTURE" }, needResponse: "s_2" },
        { message: { name: "FROM_THE_FUTURE" } },
      ]);
      expect(server.socket.responseTo("s_1")).toEqual({ responseTo: "s_1" });
      expect(server.socket.responseTo("s_2")).toEqual({ responseTo: "s_2" });
    });
  });

  describe("ending and recovering", () => {
    it.each([
      [4106, "authentication"],
      [4108, "kicked"],
      [4109, "full"],
    ])("stops for good on close code %i", async (code, cause) => {
      await connect();
      server.socket.serverCloses(code);
      expect(states.at(-1)).toEqual({ state: "closed", cause });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.sockets).toHaveLength(1);
    });

    it.each([1000, 1001, 1006, 1011, 4107, 4999])("reconnects after close code %i", async (code) => {
      await connect();
      server.socket.serverCloses(code);
      expect(client.state).toBe("recovering");
      await passFirstRetry();
      expect(server.sockets).toHaveLength(2);
      await server.connect();
      expect(stateNames().slice(3)).toEqual(["recovering", "connecting", "authenticated", "connected"]);
    });

    it("keeps trying, less and less often, while the server is away", async () => {
      void client.connect(URL, "a.b.c");
      const delaysMillis: number[] = [];
      for (let i = 0; i < 12; i++) {
        server.socket.serverCloses(1006);
        const lostAtMillis = Date.now();
        await vi.advanceTimersToNextTimerAsync();
        delaysMillis.push(Date.now() - lostAtMillis);
      }
      expect(server.sockets).toHaveLength(13);
      expect(delaysMillis[0]).toBeLessThanOrEqual(500);
      expect(delaysMillis.at(-1)).toBeGreaterThan(20_000);
      expect(delaysMillis.at(-1)).toBeLessThanOrEqual(30_000);
    });

    it("gives up a handshake that leads nowhere after 10 s", async () => {
      void client.connect(URL, "a.b.c");
      server.socket.serverOpens();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(client.state).toBe("recovering");
      expect(server.socket.closedWith).toBe(1000);
    });

    it("produces kept tracks again and restores info and downloads", async () => {
      const camera = track("video");
      await connect();
      await client.updateUpload("camera", camera);
      client.updateInfo({ isSelfMuted: true });
      client.updateInfo({ isRaisingHand: true }, { needRefresh: true });
      await server.initConsumer(7, "camera");
      client.updateDownload(7, { camera: false });
      server.socket.serverCloses(1006);
      await passFirstRetry();
      await server.connect();
      await server.initConsumer(7, "camera");
      expect(server.socket.messages("INIT_PRODUCER")).toMatchObject([{ type: "camera", kind: "video" }]);
      expect(server.socket.messages("C_INFO_CHANGE")).toEqual([
        { info: { isSelfMuted: true, isRaisingHand: true }, needRefresh: true },
      ]);
      await vi.advanceTimersByTimeAsync(20);
      expect(server.socket.messages("CONSUMPTION_CHANGE")).toEqual([{ sessionId: 7, states: { camera: false } }]);
    });

    it("reconnects when a transport fails", async () => {
      await connect();
      await client.updateUpload("audio", track("audio"));
      fakeHandlerOf("send").setConnectionState("failed");
      expect(client.state).toBe("recovering");
      expect(client.errors.at(-1)?.message).toBe("the send transport failed");
    });

    it("reconnects when a transport stays disconnected, not when it comes back", async () => {
      await connect();
      await server.initConsumer(7, "audio");
      const handler = fakeHandlerOf("recv");
      handler.setConnectionState("disconnected");
      await vi.advanceTimersByTimeAsync(4_000);
      handler.setConnectionState("connected");
      await vi.advanceTimersByTimeAsync(10_000);
      expect(client.state).toBe("connected");
      handler.setConnectionState("disconnected");
      await vi.advanceTimersByTimeAsync(5_000);
      expect(client.state).toBe("recovering");
    });

    it("reconnects soon when the path is cut, which ICE checks that stay unanswered tell", async () => {
      await connect();
      await server.initConsumer(7, "audio");
      fakeHandlerOf("recv").setConnectionState("connected");
      const transport = server.transports.findLast(({ direction }) => direction === "recv");
      const report = (await transport?.getStats()) as unknown as Map<string, object>;
      const sound = { type: "inbound-rtp", kind: "audio", packetsReceived: 0 };
      const pair = { type: "candidate-pair", bytesReceived: 0, requestsSent: 0, responsesReceived: 0 };
      report.set("sound", sound).set("pair", pair);
      const pass = async (seconds: number, isCut: boolean) => {
        for (let i = 0; i < seconds; i++) {
          pair.requestsSent += 2;
          pair.responsesReceived += isCut ? 0 : 2;
          sound.packetsReceived += isCut ? 0 : 50;
          await vi.advanceTimersByTimeAsync(1_000);
        }
      };
      await pass(10, false);
      await pass(2, true);
      expect(client.state).toBe("connected");
      await pass(1, true);
      expect(client.state).toBe("recovering");
      expect(client.errors.at(-1)?.message).toBe("nothing comes through to us any more");
    });

    it("retries at once when the browser is back online", async () => {
      await connect();
      const target = new EventTarget();
      vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
      vi.stubGlobal("removeEventListener", target.removeEventListener.bind(target));
      server.socket.serverCloses(1006);
      target.dispatchEvent(new Event("online"));
      expect(server.sockets).toHaveLength(2);
      target.dispatchEvent(new Event("online"));
      expect(server.sockets).toHaveLength(2);
      vi.unstubAllGlobals();
    });

    it("says disconnected, closes cleanly and forgets what it kept on disconnect()", async () => {
      await connect();
      await client.updateUpload("audio", track("audio"));
      client.disconnect();
      expect(client.state).toBe("disconnected");
      expect(server.socket.closedWith).toBe(1000);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.sockets).toHaveLength(1);
      await connect();
      expect(server.socket.messages("INIT_PRODUCER")).toEqual([]);
    });

    it("heeds a disconnect() from inside a listener", async () => {
      client.addEventListener("stateChange", ({ detail }) => {
        if (detail.state === "connecting") {
          client.disconnect();
        }
      });
      await client.connect(URL, "a.b.c");
      expect(server.sockets).toHaveLength(0);
      expect(client.state).toBe("disconnected");
    });
  });

  describe("uploading", () => {
    beforeEach(connect);

    it("connects the transport, then produces", async () => {
      await client.updateUpload("audio", track("audio"));
      const names = server.socket.payloads().flatMap(({ message, needResponse }) =>
        needResponse ? [(message as { name: string }).name] : [],
      );
      expect(names).toEqual(["CONNECT_CTS_TRANSPORT", "INIT_PRODUCER"]);
      expect((await client.getStats()).audio).toBeDefined();
    });

    it("offers camera and microphone in one go, without a round trip between", async () => {
      server.answers.set("CONNECT_CTS_TRANSPORT", () => SILENCE);
      server.answers.set("INIT_PRODUCER", () => SILENCE);
      void client.updateUpload("audio", track("audio"));
      void client.updateUpload("camera", track("video"));
      await settle();
      expect(server.socket.messages("INIT_PRODUCER")).toMatchObject([{ type: "audio" }, { type: "camera" }]);
    });

    it("says nothing of a producer that the server has not accepted yet", async () => {
      server.answers.set("INIT_PRODUCER", () => SILENCE);
      void client.updateUpload("camera", track("video"));
      await settle();
      void client.updateUpload("camera", null);
      await settle();
      expect(server.socket.messages("PRODUCTION_CHANGE")).toEqual([]);
      const id = server.socket.payloads().find(({ message }) => (message as { name?: string })?.name === "INIT_PRODUCER");
      server.socket.serverSends([{ responseTo: id?.needResponse, message: { id: "p" } }]);
      await vi.advanceTimersByTimeAsync(20);
      expect(server.socket.messages("PRODUCTION_CHANGE")).toEqual([{ type: "camera", active: false }]);
    });

    it("keeps the producer when the track is taken away and put back", async () => {
      const camera = track("video");
      await client.updateUpload("camera", camera);
      await client.updateUpload("camera", null);
      await client.updateUpload("camera", camera);
      await vi.advanceTimersByTimeAsync(20);
      expect(server.socket.messages("INIT_PRODUCER")).toHaveLength(1);
      expect(server.socket.messages("PRODUCTION_CHANGE")).toEqual([
        { type: "camera", active: false },
        { type: "camera", active: true },
      ]);
    });

    it("swaps a track without a word to the server", async () => {
      await client.updateUpload("camera", track("video"));
      await client.updateUpload("camera", track("video"));
      expect(server.socket.messages("INIT_PRODUCER")).toHaveLength(1);
      expect(server.socket.messages("PRODUCTION_CHANGE")).toEqual([]);
    });

    it("lets the latest of overlapping calls win, with one producer", async () => {
      const last = track("video");
      await Promise.all([
        client.updateUpload("camera", track("video")),
        client.updateUpload("camera", null),
        client.updateUpload("camera", last),
      ]);
      expect(server.socket.messages("INIT_PRODUCER")).toHaveLength(1);
      const stopped = client.updateUpload("screen", track("video"));
      await Promise.resolve();
      await Promise.resolve();
      void client.updateUpload("screen", null);
      await stopped;
      await vi.advanceTimersByTimeAsync(20);
      expect(server.socket.messages("INIT_PRODUCER")).toHaveLength(2);
      expect(server.socket.messages("PRODUCTION_CHANGE")).toEqual([{ type: "screen", active: false }]);
    });

    it("retries after a growing delay when the server doesn't take it", async () => {
      let refusals = 3;
      server.answers.set("INIT_PRODUCER", () => (refusals-- > 0 ? undefined : { id: "p" }));
      await client.updateUpload("audio", track("audio"));
      expect(client.errors.map(({ message }) => message)).toEqual(["the server refused to take our audio"]);
      await vi.advanceTimersByTimeAsync(500);
      await vi.advanceTimersByTimeAsync(1_000);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(server.socket.messages("INIT_PRODUCER")).toHaveLength(4);
      expect((await client.getStats()).audio).toBeDefined();
    });

    it("makes a new connection when producing fails for good", async () => {
      server.answers.set("INIT_PRODUCER", () => undefined);
      await client.updateUpload("audio", track("audio"));
      await vi.advanceTimersByTimeAsync(25_000);
      expect(stateNames()).toContain("recovering");
    });

    it("doesn't retry with a track that has ended", async () => {
      const ended = track("audio");
      ended.stop();
      await client.updateUpload("audio", ended);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(client.errors).toHaveLength(1);
    });

    it("treats an unanswered INIT_PRODUCER as failed after 5 s", async () => {
      server.answers.set("INIT_PRODUCER", () => SILENCE);
      void client.updateUpload("audio", track("audio"));
      await vi.advanceTimersByTimeAsync(5_000);
      expect(client.errors[0]?.message).toContain("no answer within");
    });

    it("refuses a type it doesn't know", async () => {
      await expect(client.updateUpload("smell" as "audio", null)).rejects.toThrow(TypeError);
    });
  });

  describe("downloading", () => {
    beforeEach(connect);

    const tracks = () => updates.filter((update) => update.name === "track").map(({ payload }) => payload);

    it("answers INIT_CONSUMER and hands the track out", async () => {
      const id = await server.initConsumer(7, "audio", false);
      expect(server.socket.responseTo(id)).toEqual({ responseTo: id });
      expect(tracks()).toMatchObject([{ sessionId: 7, type: "audio", active: false, track: { kind: "audio" } }]);
      expect(Object.keys(client._consumers.get(7) ?? {})).toEqual(["audio", "camera", "screen"]);
    });

    it("doesn't let the answer to a consumer wait for the transport's", async () => {
      server.answers.set("CONNECT_STC_TRANSPORT", () => SILENCE);
      const id = await server.initConsumer(7, "audio");
      expect(server.socket.messages("CONNECT_STC_TRANSPORT")).toHaveLength(1);
      expect(server.socket.responseTo(id)).toEqual({ responseTo: id });
    });

    it("makes a new connection when the transport's connecting goes unanswered", async () => {
      server.answers.set("CONNECT_STC_TRANSPORT", () => SILENCE);
      await server.initConsumer(7, "audio");
      await vi.advanceTimersByTimeAsync(5_000);
      expect(stateNames()).toContain("recovering");
      expect(client.errors[0]?.message).toContain("CONNECT_STC_TRANSPORT");
    });

    it("sends only what a download wish changes", async () => {
      await server.initConsumer(7, "camera");
      client.updateDownload(7, { camera: true, screen: true });
      client.updateDownload(7, { camera: false, screen: false });
      client.updateDownload(7, { camera: false });
      client.updateDownload(8, { camera: false });
      await vi.advanceTimersByTimeAsync(20);
      expect(server.socket.messages("CONSUMPTION_CHANGE")).toEqual([{ sessionId: 7, states: { camera: false } }]);
      expect(client._consumers.get(7)?.camera?.paused).toBe(true);
    });

    it("applies a wish that came before the consumer", async () => {
      client.updateDownload("seven", { camera: false });
      await server.initConsumer("seven", "camera");
      expect(server.socket.messages("CONSUMPTION_CHANGE")).toEqual([{ sessionId: "seven", states: { camera: false } }]);
    });

    it("closes the consumers of a session that leaves, and tells", async () => {
      await server.initConsumer(7, "audio");
      const consumer = client._consumers.get(7)?.audio;
      server.socket.serverSends([{ message: { name: "SESSION_LEAVE", payload: { sessionId: 7 } } }]);
      expect(consumer?.closed).toBe(true);
      expect(updates.at(-1)).toEqual({ name: "disconnect", payload: { sessionId: 7 } });
      expect(client._consumers.size).toBe(0);
    });

    it("passes on the info of others", () => {
      const payload = { "7": { isTalking: true } };
      server.socket.serverSends([{ message: { name: "S_INFO_CHANGE", payload } }]);
      expect(updates).toEqual([{ name: "info_change", payload }]);
    });

    it("leaves a consumer that fails unanswered, so that the server tries again", async () => {
      server.socket.serverSends([
        {
          needResponse: "s_9",
          message: { name: "INIT_CONSUMER", payload: { sessionId: 7, type: "audio", kind: "audio" } },
        },
      ]);
      await settle();
      expect(server.socket.responseTo("s_9")).toBeUndefined();
      expect(client.errors).toHaveLength(1);
      expect(tracks()).toEqual([]);
    });
  });

  /** The fake handler under a transport, which has the levers that a network would pull. */
  function fakeHandlerOf(direction: "send" | "recv"): { setConnectionState(state: string): void } {
    const transport = server.transports.findLast((each) => each.direction === direction);
    return (transport as unknown as { _handler: { setConnectionState(state: string): void } })._handler;
  }
});
