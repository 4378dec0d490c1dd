/** A session that moves, or is lost and found: what flows goes on until what takes its place does. */
import { FakeMediaStreamTrack } from "fake-mediastreamtrack";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ClientUpdate, StateChange } from "../../src/api.js";
import type { SfuClient } from "../../src/index.js";
import type { SessionId, StreamType } from "../../src/protocol.js";
import { type FakeSocket, ScriptedServer, settle, SILENCE } from "./support.js";

const newTrack = (kind: string) => new FakeMediaStreamTrack({ kind }) as unknown as MediaStreamTrack;

describe("SfuClient, moving", () => {
  let server: ScriptedServer;
  let client: SfuClient;
  let states: StateChange[];
  let updates: ClientUpdate[];

  beforeEach(async () => {
    vi.useFakeTimers();
    server = new ScriptedServer();
    ({ client, states, updates } = server.newClient());
    void client.connect("https://sfu.example", "a.b.c", { channelUUID: "uuid" });
    await server.connect();
    states.length = 0;
  });

  afterEach(() => {
    client.disconnect();
    vi.useRealTimers();
  });

  const stateNames = () => states.map(({ state }) => state);
  const socket = (index: number) => server.sockets[index] as FakeSocket;
  const consumer = (sessionId: SessionId, type: StreamType) => client._consumers.get(sessionId)?.[type];
  const tracks = () => updates.flatMap((update) => (update.name === "track" ? [update.payload] : []));
  const lefts = () => updates.flatMap((update) => (update.name === "disconnect" ? [update.payload.sessionId] : []));
  const credentials = (index: number) => JSON.parse(socket(index).sent[0] ?? "{}") as Record<string, unknown>;
  const says = (name: string, payload?: unknown, to = server.socket) =>
    to.serverSends([{ message: { name, payload } }]);
  const receiveTransports = () => server.transports.filter(({ direction }) => direction === "recv");
  const dies = (transport: unknown) =>
    (transport as { _handler: { setConnectionState(state: string): void } })._handler.setConnectionState("failed");
  /** Longer than it takes to look at what has arrived. */
  const look = async () => {
    await vi.advanceTimersByTimeAsync(100);
    await settle();
  };
  /** The server asks for the move, and the second socket is let in, and gets its transports. */
  const move = async () => {
    says("MOVE");
    await server.connect();
  };

  describe("on a standing connection", () => {
    it("keeps the old track until the new one delivers, and then hands it out", async () => {
      await server.initConsumer(7, "camera");
      const old = consumer(7, "camera");
      await server.initTransports();
      await server.initConsumer(7, "camera");
      await vi.advanceTimersByTimeAsync(2_000);
      expect(consumer(7, "camera")).toBe(old);
      expect(old?.closed).toBe(false);
      expect(tracks()).toHaveLength(1);
      server.delivers();
      await look();
      expect(old?.closed).toBe(true);
      expect(tracks()).toHaveLength(2);
      expect(tracks()[1]).toMatchObject({ sessionId: 7, type: "camera", track: consumer(7, "camera")?.track });
      expect(states).toEqual([]);
      expect(client.moveCount).toBe(1);
    });

    it("has the old track live while the app is given the new one", async () => {
      await server.initConsumer(7, "audio");
      const old = consumer(7, "audio");
      await server.initTransports();
      let wasLive: boolean | undefined;
      client.addEventListener("update", () => (wasLive = !old?.closed));
      await server.initConsumer(7, "audio");
      server.delivers();
      await look();
      expect(wasLive).toBe(true);
    });

    it("waits for a decoded frame of a picture, not for its first packets", async () => {
      await server.initConsumer(7, "camera");
      await server.initTransports();
      await server.initConsumer(7, "camera");
      const report = (await receiveTransports()[1]?.getStats()) as unknown as Map<string, object>;
      const mid = server.consumers[1]?.rtpParameters.mid;
      report.set("s", { type: "inbound-rtp", kind: "video", mid, packetsReceived: 9 });
      await look();
      expect(tracks()).toHaveLength(1);
    });

    it("swaps a paused producer's, and what we don't want, at once", async () => {
      client.updateDownload(8, { camera: false });
      await server.initConsumer(7, "camera");
      await server.initConsumer(8, "camera");
      await server.initTransports();
      await server.initConsumer(7, "camera", false);
      await server.initConsumer(8, "camera");
      expect(tracks()).toHaveLength(4);
    });

    it("swaps at once what is paused, or not wanted any more, while it waits", async () => {
      for (const sessionId of [7, 8]) {
        await server.initConsumer(sessionId, "camera");
      }
      await server.initTransports();
      for (const sessionId of [7, 8]) {
        await server.initConsumer(sessionId, "camera");
      }
      says("S_INFO_CHANGE", { "7": { isCameraOn: false } });
      expect(tracks().slice(2)).toMatchObject([{ sessionId: 7, active: false }]);
      client.updateDownload(8, { camera: false });
      expect(tracks().slice(3)).toMatchObject([{ sessionId: 8 }]);
    });

    it("closes the old media when everything is swapped and sent, and not before", async () => {
      await client.updateUpload("audio", newTrack("audio"));
      await server.initConsumer(7, "audio");
      await server.initConsumer(8, "audio");
      await server.initTransports();
      await server.initConsumer(7, "audio");
      server.delivers();
      server.takesAllProducers();
      await vi.advanceTimersByTimeAsync(1_500);
      expect(receiveTransports()[0]?.closed).toBe(false);
      await server.initConsumer(8, "audio");
      server.delivers();
      await look();
      expect(receiveTransports()[0]?.closed).toBe(true);
      expect(receiveTransports()[1]?.closed).toBe(false);
    });

    it("gives up on the old media after 6 s, and hands out what there is", async () => {
      await server.initConsumer(7, "audio");
      await server.initConsumer(8, "audio");
      const lost = consumer(8, "audio");
      await server.initTransports();
      await server.initConsumer(7, "audio");
      await vi.advanceTimersByTimeAsync(5_900);
      expect(tracks()).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(100);
      expect(tracks()).toHaveLength(3);
      expect(receiveTransports()[0]?.closed).toBe(true);
      expect(lost?.closed).toBe(true);
      expect(consumer(8, "audio")).toBeUndefined();
    });

    it("sends on both transports for a moment, and stops on the old one when the new one sends", async () => {
      await client.updateUpload("camera", newTrack("video"));
      await server.initTransports();
      expect(server.socket.messages("INIT_PRODUCER")).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(server.producers.map(({ closed }) => closed)).toEqual([false, false]);
      server.takesAllProducers();
      await vi.advanceTimersByTimeAsync(1_200);
      expect(server.producers.map(({ closed }) => closed)).toEqual([true, false]);
    });

    it("stops sending on the old transport after 3 s whatever the new one does", async () => {
      const camera = newTrack("video");
      await client.updateUpload("camera", camera);
      await server.initTransports();
      await vi.advanceTimersByTimeAsync(3_000);
      expect(server.producers.map(({ closed }) => closed)).toEqual([true, false]);
      expect(camera.readyState).toBe("live");
    });

    it("takes a track away from both transports", async () => {
      const camera = newTrack("video");
      await client.updateUpload("camera", camera);
      await server.initTransports();
      await client.updateUpload("camera", null);
      await vi.advanceTimersByTimeAsync(50);
      expect(server.producers.map(({ track }) => track)).toEqual([null, null]);
      expect(server.socket.messages("PRODUCTION_CHANGE")).toEqual([{ type: "camera", active: false }]);
    });

    it("tells the new session our info and what we don't want", async () => {
      client.updateInfo({ isSelfMuted: true });
      await server.initConsumer(7, "camera");
      client.updateDownload(7, { camera: false });
      await vi.advanceTimersByTimeAsync(50);
      const before = server.socket.sent.length;
      await server.initTransports();
      await server.initConsumer(7, "camera");
      await vi.advanceTimersByTimeAsync(50);
      const since = server.socket.sent.slice(before).join();
      expect(since).toContain('"C_INFO_CHANGE","payload":{"info":{"isSelfMuted":true}}');
      expect(since).toContain('"CONSUMPTION_CHANGE","payload":{"sessionId":7,"states":{"camera":false}}');
    });

    it("lets unanswered requests of the old session die quietly", async () => {
      for (const name of ["INIT_PRODUCER", "CONNECT_CTS_TRANSPORT", "CONNECT_STC_TRANSPORT"]) {
        server.answers.set(name, () => SILENCE);
      }
      void client.updateUpload("audio", newTrack("audio"));
      await server.initConsumer(7, "audio");
      server.answers.set("INIT_PRODUCER", () => ({ id: "p" }));
      server.answers.set("CONNECT_CTS_TRANSPORT", () => undefined);
      await server.initTransports();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(client.errors).toEqual([]);
      expect(states).toEqual([]);
      expect(server.socket.messages("INIT_PRODUCER")).toHaveLength(2);
    });

    it("doesn't mind the death of the old media", async () => {
      await server.initConsumer(7, "audio");
      const old = consumer(7, "audio");
      await server.initTransports();
      dies(receiveTransports()[0]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(states).toEqual([]);
      expect(consumer(7, "audio")).toBe(old);
    });

    it("recovers when the new media dies, and still keeps what flows", async () => {
      await server.initConsumer(7, "audio");
      const old = consumer(7, "audio");
      await server.initTransports();
      await server.initConsumer(7, "audio");
      dies(receiveTransports()[1]);
      expect(stateNames()).toEqual(["recovering"]);
      expect(consumer(7, "audio")).toBe(old);
      expect(old?.closed).toBe(false);
    });

    it("moves again before it has moved: the app sees one swap, to the latest", async () => {
      await server.initConsumer(7, "audio");
      await server.initTransports();
      await server.initConsumer(7, "audio");
      await server.initTransports();
      await server.initConsumer(7, "audio");
      expect(server.consumers.map(({ closed }) => closed)).toEqual([false, true, false]);
      server.delivers();
      await look();
      expect(server.consumers.map(({ closed }) => closed)).toEqual([true, true, false]);
      expect(tracks()).toHaveLength(2);
    });

    it("closes everything on disconnect(), with no further word", async () => {
      await client.updateUpload("audio", newTrack("audio"));
      await server.initConsumer(7, "audio");
      await server.initTransports();
      await server.initConsumer(7, "audio");
      client.disconnect();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(server.transports.every(({ closed }) => closed)).toBe(true);
      expect(server.consumers.every(({ closed }) => closed)).toBe(true);
      expect(tracks()).toHaveLength(1);
      expect(stateNames()).toEqual(["disconnected"]);
    });

    it("bears a listener that disconnects when it is given the new track", async () => {
      await server.initConsumer(7, "audio");
      await server.initConsumer(8, "audio");
      await server.initTransports();
      await server.initConsumer(7, "audio");
      server.delivers();
      await server.initConsumer(8, "audio");
      server.delivers();
      client.addEventListener("update", () => client.disconnect());
      await look();
      expect(tracks()).toHaveLength(3);
      expect(server.transports.every(({ closed }) => closed)).toBe(true);
    });

    it("reports on both while there are two", async () => {
      await server.initConsumer(7, "audio");
      server.delivers();
      await server.initTransports();
      await server.initConsumer(7, "audio");
      const { downloadStats } = await client.getStats();
      expect([...(downloadStats?.keys() ?? [])]).toHaveLength(1);
      server.delivers();
      expect([...((await client.getStats()).downloadStats?.keys() ?? [])]).toHaveLength(2);
      expect((await client.getQuality()).streams).toMatchObject([{ direction: "down", sessionId: 7, type: "audio" }]);
    });
  });

  describe("a replaced producer", () => {
    it("is swapped when it delivers", async () => {
      await server.initConsumer(7, "audio");
      await server.initConsumer(7, "audio");
      expect(server.consumers.map(({ closed }) => closed)).toEqual([false, false]);
      server.delivers();
      await look();
      expect(server.consumers.map(({ closed }) => closed)).toEqual([true, false]);
      expect(client.moveCount).toBe(0);
    });

    it("is swapped after 2.5 s if it doesn't", async () => {
      await server.initConsumer(7, "audio");
      await server.initConsumer(7, "audio");
      await vi.advanceTimersByTimeAsync(2_500);
      expect(server.consumers.map(({ closed }) => closed)).toEqual([true, false]);
    });

    it("goes with its session", async () => {
      await server.initConsumer(7, "audio");
      await server.initConsumer(7, "audio");
      says("SESSION_LEAVE", { sessionId: 7 });
      await vi.advanceTimersByTimeAsync(5_000);
      expect(server.consumers.map(({ closed }) => closed)).toEqual([true, true]);
      expect(tracks()).toHaveLength(1);
    });
  });

  describe("by MOVE", () => {
    it("opens a second socket that resumes, and goes over to it without a change of state", async () => {
      await client.updateUpload("audio", newTrack("audio"));
      client.updateInfo({ isDeaf: true });
      await server.initConsumer(7, "audio");
      await move();
      expect(socket(1).url).toBe(socket(0).url);
      expect(credentials(1)).toEqual({ ...credentials(0), resumes: true });
      expect(socket(0).closedWith).toBeUndefined();
      expect(socket(1).messages("INIT_PRODUCER")).toMatchObject([{ type: "audio" }]);
      expect(socket(1).messages("C_INFO_CHANGE")).toEqual([{ info: { isDeaf: true } }]);
      await server.initConsumer(7, "audio");
      server.delivers();
      server.takesAllProducers();
      await vi.advanceTimersByTimeAsync(1_500);
      expect(socket(0).closedWith).toBe(1000);
      expect(socket(1).closedWith).toBeUndefined();
      client.broadcast("hello");
      expect(socket(1).messages("BROADCAST")).toEqual(["hello"]);
      expect(states).toEqual([]);
      expect(client.errors).toEqual([]);
    });

    it("uses the former socket until the next has its transports", async () => {
      says("MOVE");
      server.authenticate();
      client.broadcast("early");
      says("S_INFO_CHANGE", { "7": { isDeaf: true } }, socket(0));
      expect(socket(0).messages("BROADCAST")).toEqual(["early"]);
      expect(updates).toHaveLength(1);
    });

    it("answers pings of the former socket, and nothing else of it counts", async () => {
      await server.initConsumer(7, "audio");
      await move();
      socket(0).serverSends([{ message: { name: "PING" }, needResponse: "s_ping" }]);
      expect(socket(0).responseTo("s_ping")).toBeDefined();
      says("SESSION_LEAVE", { sessionId: 7 }, socket(0));
      says("MOVE", undefined, socket(0));
      await server.initConsumer(7, "audio", true, socket(0));
      expect(consumer(7, "audio")?.closed).toBe(false);
      expect(server.sockets).toHaveLength(2);
      expect(server.consumers).toHaveLength(1);
    });

    it("closes the former socket after 6 s when nothing flows, and takes two MOVEs for one", async () => {
      await server.initConsumer(7, "audio");
      says("MOVE");
      await move();
      expect(server.sockets).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(6_000);
      expect(socket(0).closedWith).toBe(1000);
    });

    it("ignores how the former socket ends", async () => {
      await move();
      socket(0).serverCloses(4108);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(states).toEqual([]);
      expect(server.sockets).toHaveLength(2);
    });

    it("stays connected when the former socket ends after the next was let in, before its transports", async () => {
      await server.initConsumer(7, "audio");
      says("MOVE");
      server.authenticate();
      socket(0).serverCloses(4108);
      expect(consumer(7, "audio")?.closed).toBe(false);
      await server.initTransports();
      expect(states).toEqual([]);
      expect(client.moveCount).toBe(1);
    });

    it.each([4108, 1006])("is a recovery at once when the former socket ends first (%i)", async (code) => {
      await server.initConsumer(7, "audio");
      says("MOVE");
      server.socket.serverOpens();
      socket(0).serverCloses(code);
      expect(stateNames()).toEqual(["recovering", "connecting"]);
      expect(server.sockets).toHaveLength(2);
      server.socket.serverSends("");
      await server.initTransports();
      expect(stateNames()).toEqual(["recovering", "connecting", "authenticated", "connected"]);
      expect(consumer(7, "audio")?.closed).toBe(false);
    });

    it("attempts at once when the former socket ends between two attempts", async () => {
      says("MOVE");
      server.socket.serverCloses(1006);
      socket(0).serverCloses(1001);
      expect(stateNames()).toEqual(["recovering", "connecting"]);
      expect(server.sockets).toHaveLength(3);
      expect(client.state).toBe("connecting");
    });

    it("is a kick when the former socket says so before the next was heard of", async () => {
      says("MOVE");
      socket(0).serverCloses(4108);
      expect(states).toEqual([{ state: "closed", cause: "kicked" }]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.sockets).toHaveLength(2);
    });

    it("is a kick when the next isn't let in after the former socket said so", async () => {
      says("MOVE");
      server.socket.serverOpens();
      socket(0).serverCloses(4108);
      server.socket.serverCloses(1006);
      expect(states.at(-1)).toEqual({ state: "closed", cause: "kicked" });
    });

    it.each([1006, 1011, 4106, 4108, 4109])("is tried again when the next socket ends with %i", async (code) => {
      says("MOVE");
      server.socket.serverOpens();
      server.socket.serverCloses(code);
      await vi.advanceTimersByTimeAsync(400);
      expect(server.sockets).toHaveLength(3);
      expect(states).toEqual([]);
      await server.connect();
      expect(client.moveCount).toBe(1);
      expect(states).toEqual([]);
    });

    it("is tried less and less often, for as long as the former socket lives", async () => {
      says("MOVE");
      const delaysMillis: number[] = [];
      for (let i = 0; i < 12; i++) {
        server.socket.serverCloses(1006);
        const failedAtMillis = Date.now();
        await vi.advanceTimersToNextTimerAsync();
        delaysMillis.push(Date.now() - failedAtMillis);
      }
      expect(delaysMillis[0]).toBeLessThanOrEqual(400);
      expect(delaysMillis.at(-1)).toBe(5_000);
      expect(states).toEqual([]);
      server.socket.serverCloses(1006);
      socket(0).serverCloses(1006);
      expect(stateNames()).toEqual(["recovering", "connecting"]);
    });

    it("counts a refusal once it has moved", async () => {
      await move();
      socket(1).serverCloses(4108);
      expect(states).toEqual([{ state: "closed", cause: "kicked" }]);
      expect(socket(0).closedWith).toBe(1000);
      expect(server.transports.every(({ closed }) => closed)).toBe(true);
    });

    it("recovers from the loss of both", async () => {
      await server.initConsumer(7, "audio");
      await move();
      socket(1).serverCloses(1006);
      socket(0).serverCloses(1006);
      expect(stateNames()).toEqual(["recovering"]);
      await vi.advanceTimersByTimeAsync(500);
      await server.connect();
      expect(credentials(2)).toHaveProperty("resumes", true);
      await server.initConsumer(7, "audio");
      server.delivers();
      await look();
      expect(stateNames()).toEqual(["recovering", "connecting", "authenticated", "connected"]);
      expect(tracks()).toHaveLength(2);
    });

    it("moves on when the next server wants that, too", async () => {
      says("MOVE");
      server.authenticate();
      says("MOVE", undefined, socket(1));
      expect(server.sockets).toHaveLength(2);
      await server.initTransports();
      expect(server.sockets).toHaveLength(3);
      await server.connect();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(socket(0).closedWith).toBe(1000);
      expect(socket(1).closedWith).toBe(1000);
      expect(client.moveCount).toBe(2);
      expect(states).toEqual([]);
    });

    it("needs no transports in a channel without media", async () => {
      const other = server.newClient();
      void other.client.connect("https://sfu.example", "a.b.c");
      server.authenticate();
      says("MOVE");
      server.authenticate();
      expect(socket(1).closedWith).toBe(1000);
      other.client.broadcast("hello");
      expect(socket(2).messages("BROADCAST")).toEqual(["hello"]);
      expect(other.states.map(({ state }) => state)).toEqual(["connecting", "authenticated"]);
      other.client.disconnect();
    });

    it("produces what was put up while it moved, and not what was taken down", async () => {
      await client.updateUpload("camera", newTrack("video"));
      says("MOVE");
      server.authenticate();
      void client.updateUpload("camera", null);
      void client.updateUpload("audio", newTrack("audio"));
      await server.initTransports();
      expect(socket(1).messages("INIT_PRODUCER")).toMatchObject([{ type: "audio" }]);
      expect(server.producers.filter(({ kind }) => kind === "video").map(({ track }) => track)).toEqual([null]);
    });

    it("ends both sockets on disconnect(), and makes no third", async () => {
      says("MOVE");
      server.authenticate();
      client.disconnect();
      expect(server.sockets.map(({ closedWith }) => closedWith)).toEqual([1000, 1000]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.sockets).toHaveLength(2);
      expect(stateNames()).toEqual(["disconnected"]);
    });

    it("heeds a disconnect() from inside a listener", async () => {
      client.addEventListener("stateChange", ({ detail }) => {
        if (detail.state === "recovering") {
          client.disconnect();
        }
      });
      says("MOVE");
      socket(0).serverCloses(1006);
      expect(stateNames()).toEqual(["recovering", "disconnected"]);
      expect(server.sockets.every(({ readyState }) => readyState === 3)).toBe(true);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.sockets).toHaveLength(2);
    });

    it("goes on with the move when the media dies meanwhile, and leaves the former socket its place", async () => {
      await server.initConsumer(7, "audio");
      says("MOVE");
      server.socket.serverOpens();
      dies(receiveTransports()[0]);
      expect(stateNames()).toEqual(["recovering", "connecting"]);
      expect(socket(0).closedWith).toBeUndefined();
      server.socket.serverSends("");
      await server.initTransports();
      expect(client.state).toBe("connected");
      expect(server.sockets).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(socket(0).closedWith).toBe(1000);
    });
  });

  describe("after a loss", () => {
    const recover = async () => {
      await vi.advanceTimersByTimeAsync(500);
      await server.connect();
    };

    it("keeps what flows while it recovers, resumes, and swaps", async () => {
      await client.updateUpload("camera", newTrack("video"));
      await server.initConsumer(7, "camera");
      const old = consumer(7, "camera");
      server.socket.serverCloses(1006);
      expect(old?.closed).toBe(false);
      expect(server.producers[0]?.closed).toBe(false);
      await recover();
      expect(credentials(1)).toHaveProperty("resumes", true);
      expect(stateNames()).toEqual(["recovering", "connecting", "authenticated", "connected"]);
      expect(consumer(7, "camera")).toBe(old);
      await server.initConsumer(7, "camera");
      server.delivers();
      await look();
      expect(old?.closed).toBe(true);
      expect(tracks()).toHaveLength(2);
      expect(client.errors).toEqual([]);
    });

    it("takes a track away from what still sends, though there is no one to tell", async () => {
      await client.updateUpload("camera", newTrack("video"));
      server.socket.serverCloses(1006);
      await client.updateUpload("camera", null);
      await settle();
      expect(server.producers[0]?.track).toBeNull();
    });

    it("gives dead media up after 8 s, and resumes nothing then", async () => {
      await server.initConsumer(7, "camera");
      const old = consumer(7, "camera");
      dies(receiveTransports()[0]);
      expect(stateNames()).toEqual(["recovering"]);
      await vi.advanceTimersByTimeAsync(500);
      expect(server.sockets).toHaveLength(2);
      server.socket.serverOpens();
      expect(credentials(1)).toHaveProperty("resumes", true);
      await vi.advanceTimersByTimeAsync(7_400);
      expect(old?.closed).toBe(false);
      await vi.advanceTimersByTimeAsync(100);
      expect(old?.closed).toBe(true);
      server.socket.serverCloses(1006);
      await vi.advanceTimersByTimeAsync(1_000);
      server.socket.serverOpens();
      expect(server.sockets).toHaveLength(3);
      expect(credentials(2)).not.toHaveProperty("resumes");
    });

    it("gives media that dies while it recovers up after 8 s", async () => {
      await server.initConsumer(7, "camera");
      const old = consumer(7, "camera");
      server.socket.serverCloses(1006);
      await vi.advanceTimersByTimeAsync(3_000);
      dies(receiveTransports()[0]);
      await vi.advanceTimersByTimeAsync(7_900);
      expect(old?.closed).toBe(false);
      await vi.advanceTimersByTimeAsync(100);
      expect(old?.closed).toBe(true);
      expect(stateNames().filter((state) => state === "recovering").length).toBeGreaterThan(0);
    });

    it("attempts within 200 ms when a good connection's server died", async () => {
      await vi.advanceTimersByTimeAsync(5_000);
      server.socket.serverCloses(1001);
      await vi.advanceTimersByTimeAsync(200);
      expect(server.sockets).toHaveLength(2);
    });

    it("forgets the media of one call when the app connects to another", async () => {
      await server.initConsumer(7, "camera");
      server.socket.serverCloses(1006);
      void client.connect("https://other.example", "d.e.f");
      server.socket.serverOpens();
      expect(credentials(1)).not.toHaveProperty("resumes");
      expect(server.transports.every(({ closed }) => closed)).toBe(true);
    });
  });

  describe("who was lost on the way", () => {
    it("is dropped when SESSIONS doesn't name him, as if he had left", async () => {
      await server.initConsumer(7, "audio");
      await server.initConsumer("eight", "audio");
      says("S_INFO_CHANGE", { "9": { isDeaf: true }, "10": { isDeaf: true } });
      await server.initTransports();
      await server.initConsumer(7, "audio");
      await vi.advanceTimersByTimeAsync(3_000);
      says("SESSIONS", { sessionIds: [7, 10] });
      expect(lefts()).toEqual(["eight", 9]);
      expect([...client._consumers.keys()]).toEqual([7]);
    });

    it("is not who joined since", async () => {
      await server.initTransports();
      await vi.advanceTimersByTimeAsync(1_000);
      await server.initConsumer(7, "audio");
      await vi.advanceTimersByTimeAsync(2_000);
      says("SESSIONS", { sessionIds: [] });
      expect(lefts()).toEqual([]);
    });

    it("is told once", async () => {
      await server.initConsumer(7, "audio");
      await server.initTransports();
      says("SESSIONS", { sessionIds: [] });
      says("SESSIONS", { sessionIds: [] });
      expect(lefts()).toEqual([7]);
    });
  });
});
