/** Replays what a deployed server sent in a recorded call, and compares what we send with what its own client sent. */
import { readFileSync } from "node:fs";

import { FakeMediaStreamTrack } from "fake-mediastreamtrack";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { Payload } from "../../src/protocol.js";
import { ScriptedServer, settle } from "./support.js";

interface TraceLine {
  from?: "client" | "server";
  frame?: Payload[];
}

const trace = JSON.parse(
  readFileSync(new URL("fixtures/call-vp8-client1.json", import.meta.url), "utf8"),
) as TraceLine[];

/** Requests and messages by name, answers by the request they are for; the values that differ by nature left out. */
const outline = (payloads: Payload[]) =>
  payloads.map(({ message, responseTo }) => {
    const { name, payload } = (message ?? {}) as { name?: string; payload?: unknown };
    if (responseTo !== undefined) {
      return responseTo;
    }
    return name === "BROADCAST" || name === "PRODUCTION_CHANGE" ? { name, payload } : { name };
  });

const sentBy = (from: string) =>
  trace.flatMap((line) => (line.from === from && Array.isArray(line.frame) ? line.frame : []));

const newTrack = (kind: string) => new FakeMediaStreamTrack({ kind }) as unknown as MediaStreamTrack;

let server: ScriptedServer;

beforeEach(() => {
  vi.useFakeTimers();
  server = new ScriptedServer();
});
afterEach(() => {
  vi.useRealTimers();
});

it("speaks as the deployed client does in the same call", async () => {
  const { client, states, updates } = server.newClient();
  const audio = newTrack("audio");
  const camera = newTrack("video");
  void client.connect("http://sfu.example", "<JWT>", { channelUUID: "b1c72d83-e417-45d1-92ee-455802f0edf1" });
  server.authenticate();

  // Every frame of the server except its answers to our requests, whose ids are ours; those the scripted server gives.
  const frames = trace.flatMap((line) =>
    line.from === "server" && Array.isArray(line.frame) && !line.frame.some(({ responseTo }) => responseTo)
      ? [line.frame]
      : [],
  );
  const nameOf = (frame: Payload[]) => (frame[0]?.message as { name: string }).name;
  for (const frame of frames) {
    server.socket.serverSends(frame);
    await settle();
    if (nameOf(frame) === "INIT_TRANSPORTS") {
      await client.updateUpload("audio", audio);
      await client.updateUpload("camera", camera);
    } else if (nameOf(frame) === "INIT_CONSUMER" && frame[0]?.needResponse === "s_0_3") {
      await client.updateUpload("camera", null);
      await vi.advanceTimersByTimeAsync(1_000);
      await client.updateUpload("camera", camera);
      await vi.advanceTimersByTimeAsync(1_000);
      client.broadcast({ hello: "world", n: 1 });
      client.broadcast("text \u2603");
      client.broadcast(null);
      await vi.advanceTimersByTimeAsync(1_000);
    }
  }
  client.disconnect();

  expect(outline(server.socket.payloads())).toEqual(outline(sentBy("client")));
  expect(client.errors).toEqual([]);
  expect(states.map(({ state }) => state)).toEqual(["connecting", "authenticated", "connected", "disconnected"]);
  const received = updates.flatMap((update) => (update.name === "track" ? [update.payload.type] : []));
  // The deployed server's duplicate consumer for the sound, from which nothing comes, is shown last of all.
  expect(received).toEqual(["audio", "camera", "audio", "screen"]);
  expect(updates.at(-1)).toEqual({ name: "disconnect", payload: { sessionId: 2 } });
});
