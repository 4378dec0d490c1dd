package sfu.load.wire;

import java.util.List;
import sfu.load.engine.StreamKey;

/**
 * What one participant got of one stream so far, over all its connections. Times are nanoseconds.
 *
 * @param packets RTP packets with a payload, retransmitted ones included
 * @param bytes of those packets
 * @param foreign packets that somebody else's stamp, or none, shows to be no part of this stream
 * @param firstPacketNanos from its first announcement to its first packet, -1 before that
 * @param keyFrameNanos from its first announcement to its first key frame, -1 before that
 * @param carried whether a connection has a consumer of it now
 * @param link what its last hop lost
 * @param missing packets of a voice that were sent after the first one that arrived, and never came; 0 for video, of
 *     which an SFU leaves packets out by intent
 * @param doubles packets that came a second time, by the same or by another connection
 * @param layer of the newest packet, 0 is the lowest, -1 before the first
 * @param packetsByLayer of up to three layers
 * @param packetsSinceMark packets since the last mark
 * @param longestGapNanos longest time without a packet since the mark, the one that lasts included
 * @param longestGapStartNanos from the mark to that gap's begin
 * @param silenceNanos since the last packet, or since the mark if that is later
 */
public record StreamReport(
    StreamKey stream,
    long packets,
    long bytes,
    long foreign,
    long firstPacketNanos,
    long keyFrameNanos,
    boolean carried,
    LinkLoss link,
    long missing,
    long doubles,
    int layer,
    List<Long> packetsByLayer,
    long completeFrames,
    long incompleteFrames,
    long packetsSinceMark,
    long longestGapNanos,
    long longestGapStartNanos,
    long silenceNanos) {}
