/** After the call: why it ended, and the way back. */
import type { Ending } from "./call.js";
import { element } from "./dom.js";

const TEXTS: Record<Ending, { title: string; text: string }> = {
  left: { title: "You left the call", text: "Come back whenever you like." },
  full: { title: "The call is full", text: "No more people fit in. Try again when somebody has left." },
  kicked: {
    title: "You were disconnected",
    text: "The call was closed, you were removed from it, or you joined it from somewhere else.",
  },
  authentication: {
    title: "The server didn't let you in",
    text: "The ticket for this call has expired, or the server was restarted. Joining again gets a new one.",
  },
};

export function endingView(ending: Ending, onRejoin: () => void): HTMLElement {
  const { title, text } = TEXTS[ending];
  const again = element("button", { className: "primary", type: "button", textContent: "Join again", onclick: onRejoin });
  queueMicrotask(() => again.focus());
  return element(
    "div",
    { className: "ending" },
    element(
      "div",
      { className: "card", attributes: { role: "alert" } },
      element("h1", { textContent: title }),
      element("p", { className: "hint", textContent: text }),
      again,
    ),
  );
}
