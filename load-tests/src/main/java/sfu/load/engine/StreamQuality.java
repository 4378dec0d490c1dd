package sfu.load.engine;

/**
 * What one participant gets of one stream. Times are nanoseconds; what an engine can't know is -1.
 *
 * @param packets RTP packets with a payload, retransmitted ones included
 * @param bytes of those packets
 * @param lost packets that didn't come by themselves on the last hop
 * @param repaired of those, came by retransmission
 * @param jitterNanos smoothed inter-arrival jitter (RFC 3550, 6.4.1)
 * @param delayP50Nanos from sending to arrival
 * @param delayP99Nanos the same, of the slowest percent
 * @param keyFrameNanos from its announcement to its first key frame; of a voice -1
 * @param longestGapNanos longest time without a packet since the first
 * @param silenceNanos since the newest packet
 * @param layer of the newest packet, 0 the lowest
 * @param frames complete video frames (wire) or decoded ones (native)
 * @param brokenFrames video frames of which a packet never came (wire) or that were dropped for whatever reason
 *     (native)
 * @param freezes as libwebrtc counts them
 * @param frozenNanos for how long, all together
 * @param width of the newest picture in pixels, like {@code height}
 * @param concealedShare of a voice's samples, those that had to be invented, 0 to 1
 */
public record StreamQuality(
    StreamKey stream,
    long packets,
    long bytes,
    long lost,
    long repaired,
    long jitterNanos,
    long delayP50Nanos,
    long delayP99Nanos,
    long keyFrameNanos,
    long longestGapNanos,
    long silenceNanos,
    int layer,
    long frames,
    long brokenFrames,
    long freezes,
    long frozenNanos,
    int width,
    int height,
    double concealedShare) {}
