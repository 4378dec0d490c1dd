/** The system's Chromium with made-up devices, and pages in it that take part in calls. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { chromium } from "playwright-core";

import { Participant } from "./participant.js";

const bundleRoot = new URL("../../../", import.meta.url);

const FLAGS = [
  "--use-fake-ui-for-media-stream",
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** With this, Chromium's WebRTC opens no UDP socket, as behind a firewall that lets none through. */
export const NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp";

const page = (script) => `<!doctype html><meta charset="utf-8"><title>test</title><script type="module" src="${script}"></script>`;

/** The page's own files, by path. `/stock.js` bundles mediasoup-client, without anything of ours. */
async function readPages() {
  const read = (path) => readFileSync(new URL(path, bundleRoot), "utf8");
  const stock = await build({
    entryPoints: [fileURLToPath(new URL("test/browser/pages/stock.js", bundleRoot))],
    absWorkingDir: fileURLToPath(bundleRoot),
    bundle: true,
    format: "esm",
    write: false,
  });
  return new Map([
    ["/", page("/participant.js")],
    ["/participant.js", read("test/browser/pages/participant.js")],
    ["/tracks.js", read("test/browser/pages/tracks.js")],
    ["/odoo_sfu.js", read("dist/odoo_sfu.js")],
    ["/join-time", page("/join-time.js")],
    ["/join-time.js", read("test/browser/pages/join-time.js")],
    ["/favicon.ico", ""],
    ["/stock", page("/stock.js")],
    ["/stock.js", stock.outputFiles[0].text],
  ]);
}

/** One browser with an empty profile, and the server of the test's pages. */
export class Browser {
  #chromium;
  #server;
  #origin;

  constructor(chromium, server, origin) {
    this.#chromium = chromium;
    this.#server = server;
    this.#origin = origin;
  }

  /**
   * @param fps of the made-up camera
   * @param network where it is, if not here: a `NarrowNetwork`
   */
  static async launch({ fps = 30, flags = [], network } = {}) {
    const pages = await readPages();
    const server = createServer((request, response) => {
      const path = request.url.split("?")[0];
      const body = pages.get(path);
      response.writeHead(body === undefined ? 404 : 200, {
        "content-type": `${path.endsWith(".js") ? "text/javascript" : "text/html"}; charset=utf-8`,
      });
      response.end(body);
    }).listen(0, network?.serverAddress ?? "127.0.0.1");
    await once(server, "listening");
    const { address, port } = server.address();
    const origin = `http://${address}:${port}`;
    const browser = await chromium.launch({
      executablePath: network?.executablePath ?? process.env.CHROMIUM ?? "/usr/bin/chromium",
      // getUserMedia wants a secure context, as loopback is.
      args: [
        ...FLAGS,
        `--use-fake-device-for-media-stream=fps=${fps}`,
        `--unsafely-treat-insecure-origin-as-secure=${origin}`,
        ...flags,
      ],
    });
    return new Browser(browser, server, origin);
  }

  /** A page for a session that hasn't joined yet. */
  async participant(sessionId, { path = "/" } = {}) {
    const page = await this.newPage(`${this.#origin}${path}`);
    await page.waitForFunction(() => window.participant !== undefined);
    return new Participant(page, sessionId);
  }

  async newPage(url, options) {
    const page = await this.#chromium.newPage(options);
    page.errors = [];
    page.on("pageerror", (error) => page.errors.push(error.stack ?? String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || process.env.BROWSER_LOG) {
        page.errors.push(message.text());
      }
    });
    await page.goto(url);
    return page;
  }

  async close() {
    await this.#chromium.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
