/** The call page in a tab, and what a person sees there. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { until } from "./until.js";

/** A tab with the page, which joins the channel at once. */
export function enterCall({ browser, node }, { channel, name, viewport = { width: 1280, height: 800 } }) {
  return browser.newPage(`${node.url}/demo/?${new URLSearchParams({ channel, name, auto: "" })}`, { viewport });
}

/** With SCREENSHOTS=folder the pages are pictured, for people to look at. */
export async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

export const summaryOf = (page) =>
  page.evaluate(() => JSON.parse(JSON.stringify({ ...window.__call, client: undefined })));

export const detailOf = async (page) => JSON.stringify(await summaryOf(page)) + page.errors.join("\n");

export const sees = (page, name) =>
  until(
    `${name} is seen and heard`,
    async () => {
      const { others } = await summaryOf(page);
      const other = others.find((candidate) => candidate.name === name);
      return other?.streams.includes("camera") && other.streams.includes("audio") && (await playing(page)) >= 2;
    },
    { detail: () => detailOf(page) },
  );

/** How many videos show a picture that moves on. */
const playing = (page) =>
  page.evaluate(() => {
    const videos = [...document.querySelectorAll("video")];
    return videos.filter(({ videoWidth, currentTime }) => videoWidth > 0 && currentTime > 0.3).length;
  });
