/** Whether a stream has begun to flow, by its transport's report. */
import type { types as mediasoup } from "mediasoup-client";

/** The members of the RTP stream statistics (W3C webrtc-stats) that tell. */
interface RtpStat {
  type: string;
  kind?: string;
  mid?: string;
  ssrc?: number;
  packetsReceived?: number;
  framesDecoded?: number;
  packetsSent?: number;
}

/** Sound: a packet has come. A picture: one was decoded, as the packets before the first key frame show nothing. */
export function deliveredOn(report: RTCStatsReport, parameters: mediasoup.RtpParameters): boolean {
  return some(report, parameters, (stat) =>
    stat.type === "inbound-rtp" && (stat.kind === "video" ? stat.framesDecoded : stat.packetsReceived));
}

/** A packet has left. */
export function sentOn(report: RTCStatsReport, parameters: mediasoup.RtpParameters): boolean {
  return some(report, parameters, (stat) => stat.type === "outbound-rtp" && stat.packetsSent);
}

function some(
  report: RTCStatsReport,
  { mid, encodings }: mediasoup.RtpParameters,
  tells: (stat: RtpStat) => number | false | undefined,
): boolean {
  const ssrc = encodings?.[0]?.ssrc;
  let found = false;
  report.forEach((stat: RtpStat) => {
    // Not every browser that we work in gives the mid.
    const isIt = stat.mid === undefined ? ssrc !== undefined && stat.ssrc === ssrc : stat.mid === mid;
    found ||= isIt && (tells(stat) || 0) > 0;
  });
  return found;
}
