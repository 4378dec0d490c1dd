/**
 * The call page: `?channel=NAME&name=ME`, both optional. With `&auto` it joins without asking.
 *
 * For browser tests, `window.__call` has the client and a summary of what the page knows.
 */
import { SfuClient, SfuClientState, type SessionInfo, type StreamType } from "../src/index.js";
import { Call, type Ending, type JoinOptions } from "./call.js";
import { CallView } from "./call-view.js";
import { element } from "./dom.js";
import { endingView } from "./ending.js";
import { PreJoin } from "./prejoin.js";

interface CallSummary {
  client: SfuClient | undefined;
  state: SfuClientState;
  ending: Ending | undefined;
  sessionId: string;
  self: { name: string; info: SessionInfo };
  others: { sessionId: string; name: string; info: SessionInfo; streams: StreamType[] }[];
}

declare global {
  interface Window {
    __call: CallSummary;
  }
}

const root = document.getElementById("app") ?? document.body.appendChild(element("main"));
const query = new URLSearchParams(location.search);
const channel = query.get("channel") || "lobby";
let call: Call | undefined;

Object.defineProperty(window, "__call", { get: summarise });
// The others see us go at once, rather than when the server misses us.
window.addEventListener("pagehide", () => call?.client.disconnect());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload(); // the browser kept the page, but the call in it is over
  }
});
void enter(query.has("auto"));

async function enter(joinAtOnce: boolean): Promise<void> {
  const view = new PreJoin(call?.channel ?? channel, query.get("name") ?? "", join);
  root.replaceChildren(view.root);
  await view.start();
  if (joinAtOnce) {
    await view.join();
  }
}

async function join(options: JoinOptions): Promise<void> {
  const next = await Call.join(options);
  call = next;
  document.title = `${options.channel} – Call`;
  const url = new URL(location.href);
  url.searchParams.set("channel", options.channel);
  history.replaceState(null, "", url);

  const view = new CallView(next);
  const onChange = () => {
    if (next.ending) {
      next.removeEventListener("change", onChange);
      view.close();
      root.replaceChildren(endingView(next.ending, () => void enter(false)));
    }
  };
  next.addEventListener("change", onChange);
  root.replaceChildren(view.root);
}

function summarise(): CallSummary {
  return {
    client: call?.client,
    state: call?.state ?? SfuClientState.DISCONNECTED,
    ending: call?.ending,
    sessionId: String(call?.self.sessionId ?? ""),
    self: { name: call?.self.name ?? "", info: { ...call?.self.info } },
    others: [...(call?.others.values() ?? [])].map(({ sessionId, name, info, streams }) => ({
      sessionId: String(sessionId),
      name,
      info: { ...info },
      streams: Object.keys(streams) as StreamType[],
    })),
  };
}
