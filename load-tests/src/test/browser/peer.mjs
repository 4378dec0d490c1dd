/**
 * A browser as a peer: Chromium with the client bundle, driven by the same JSON lines as the native peer (PeerCommand
 * on the standard input, PeerEvent on the standard output).
 *
 * usage: node peer.mjs CLIENT_BUNDLE_FOLDER CHROMIUM
 */
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [bundleFolder, chromiumPath] = process.argv.slice(2);
const { chromium } = createRequire(join(bundleFolder, "package.json"))("playwright-core");

const PROGRESS_MILLIS = 500;

function emit(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** An empty page and the bundle, from 127.0.0.1: a secure context, which cameras need. */
function serve() {
  const files = {
    "/": ["text/html", "<!doctype html><title>peer</title>"],
    "/odoo_sfu.js": ["text/javascript", readFileSync(join(bundleFolder, "dist/odoo_sfu.js"))],
    "/page.js": ["text/javascript", readFileSync(new URL("page.js", import.meta.url))],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? ["text/plain", ""];
    response.writeHead(body ? 200 : 404, { "content-type": type }).end(body);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
}

const profile = mkdtempSync(join(tmpdir(), "sfu-peer-"));
process.on("exit", () => rmSync(profile, { recursive: true, force: true }));

const port = await serve();
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: chromiumPath,
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
  ],
});
const page = await browser.newPage();
page.on("pageerror", (error) => emit({ event: "failed", what: String(error) }));
await page.exposeFunction("emit", emit);
await page.goto(`http://127.0.0.1:${port}/`);
await page.addScriptTag({ type: "module", url: "/page.js" });
await page.waitForFunction(() => "obey" in window);
const progress = setInterval(() => void page.evaluate(() => window.report()).catch(end), PROGRESS_MILLIS);

async function end() {
  clearInterval(progress);
  await browser.close();
  process.exit(0);
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  try {
    await page.evaluate((given) => window.obey(given), command);
  } catch (error) {
    emit({ event: "failed", what: String(error) });
  }
  if (command.command === "leave") {
    break;
  }
}
await end();
