/** In: whatever media there is. Out: what its reports say, of one server or of two while our session moves. */
import type { SfuStats } from "./api.js";
import type { Downloads } from "./download.js";
import type { ReceivingReport } from "./gaps.js";
import type { Handover } from "./handover.js";
import { reportOf } from "./media.js";
import { merged, QualityMeter, type Quality, type StatsSource } from "./stats.js";
import type { Uploads } from "./upload.js";

export class Reports {
  readonly #uploads: Uploads;
  readonly #downloads: Downloads;
  readonly #handover: Handover;
  readonly #qualityMeter = new QualityMeter();

  constructor(uploads: Uploads, downloads: Downloads, handover: Handover) {
    this.#uploads = uploads;
    this.#downloads = downloads;
    this.#handover = handover;
  }

  async stats(): Promise<SfuStats> {
    const all = this.#handover.all;
    const producers = this.#uploads.producers();
    const [uploads, downloads, producerReports] = await Promise.all([
      Promise.all(all.map(({ send }) => reportOf(send))),
      Promise.all(all.map(({ receive }) => reportOf(receive))),
      Promise.all(producers.map(([, producer]) => reportOf(producer))),
    ]);
    const [uploadStats, downloadStats] = [merged(uploads), merged(downloads)];
    const stats: SfuStats = { ...(uploadStats && { uploadStats }), ...(downloadStats && { downloadStats }) };
    producers.forEach(([type], index) => {
      const report = producerReports[index];
      if (report) {
        stats[type] = report;
      }
    });
    return stats;
  }

  /** Rates since the call before; the first call has none yet. */
  async quality(): Promise<Quality> {
    const [up, down] = await Promise.all([this.#sending(), this.receiving()]);
    const sources = [...up, ...down.map((each): StatsSource => ({ ...each, direction: "down" }))];
    return this.#qualityMeter.measure(sources, performance.now());
  }

  async receiving(): Promise<ReceivingReport[]> {
    const reports = await Promise.all(
      this.#handover.all.map(async ({ receive }) => {
        const report = await reportOf(receive);
        return report && { transportId: receive.id, report, streamsByMid: this.#downloads.streamsByMid(receive) };
      }),
    );
    return reports.filter((report) => report !== undefined);
  }

  async #sending(): Promise<StatsSource[]> {
    const reports = await Promise.all(
      this.#handover.all.map(async ({ send }) => {
        const report = await reportOf(send);
        const streamsByMid = this.#uploads.streamsByMid(send);
        return report && { transportId: send.id, direction: "up" as const, report, streamsByMid };
      }),
    );
    return reports.filter((report) => report !== undefined);
  }
}
