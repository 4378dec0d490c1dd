package sfu.load.engine;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How an engine stands. Counters run from its start; what is "new" is since the sample before.
 *
 * @param atNanos when, by {@link System#nanoTime}
 * @param attendees who means to be in a call now
 * @param connected of those, whose media is all set up
 * @param failed who was refused or lost so far
 * @param streams that are received now, over all participants: the server's consumers
 * @param packetsIn RTP packets received so far, retransmitted ones included
 * @param bytesIn of those
 * @param packetsOut RTP packets sent so far, all layers
 * @param bytesOut of those
 * @param lost packets that didn't come by themselves so far
 * @param repaired of those, came by retransmission
 * @param frames complete (wire) or decoded (native) video frames so far
 * @param freezes so far, of an engine that decodes; else 0
 * @param cpuNanos processor time of the threads or processes that carry media so far
 * @param stallNanos how late a thread of this engine ran at most: so much of a new delay may be this machine's own
 * @param delayMicros new delays from sending to arrival, in microseconds; empty if the engine can't know
 * @param joinMicros new times from connect to first media, in microseconds
 * @param defects what went wrong in here and must not, so far
 * @param limits what this machine lacks for those who are in a call now, in words: what is measured meanwhile is
 *     limited by it
 */
public record EngineSample(
    long atNanos,
    int attendees,
    int connected,
    int failed,
    int streams,
    long packetsIn,
    long bytesIn,
    long packetsOut,
    long bytesOut,
    long lost,
    long repaired,
    long frames,
    long freezes,
    long cpuNanos,
    long stallNanos,
    Histogram delayMicros,
    List<Long> joinMicros,
    List<String> defects,
    List<String> limits) {}
