package sfu.node.media.producer;

import sfu.node.media.transport.WorkerCounters;
import sfu.protocol.rtcp.FullIntraRequest;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.PictureLossIndication;
import sfu.protocol.rtcp.RtcpWriter;

/**
 * What is asked of a stream's sender: packets again (NACK) and key frames (PLI or FIR). Confined to the loop's
 * thread.
 */
public final class StreamRequests {
  /** RTCP of a receiver that sends no media needs some SSRC; 1 is what libwebrtc uses for that. */
  public static final int LOCAL_SSRC = 1;

  private static final int MAX_NACKS = 256;

  /** The state machines have their own idea of the round trip when they are told none. */
  private static final long UNKNOWN_RTT = 0;

  private final WorkerCounters counters;
  private final int[] nacks = new int[MAX_NACKS];

  public StreamRequests(WorkerCounters counters) {
    this.counters = counters;
  }

  /** Appends what is due for a producer's streams. */
  public void write(RtcpWriter writer, Producer producer, long now) {
    for (int i = 0; i < producer.layerCount(); i++) {
      ProducerStream stream = producer.layer(i);
      if (!stream.isBound()) {
        continue;
      }
      if (stream.nack().nextDeadlineNanos() <= now) {
        writeNacks(writer, stream, now);
      }
      if (stream.keyFrames().nextDeadlineNanos() <= now && stream.keyFrames().poll(now, UNKNOWN_RTT)) {
        writeKeyFrameRequest(writer, stream);
      }
    }
  }

  private void writeNacks(RtcpWriter writer, ProducerStream stream, long now) {
    int count = stream.nack().poll(now, UNKNOWN_RTT, nacks);
    if (stream.isNackEnabled() && count > 0) {
      // A repetition finds what has no room now.
      Nack.write(writer, LOCAL_SSRC, stream.ssrc(), nacks, 0, count);
    }
    if (stream.nack().needsKeyFrame() && stream.isWatched()) {
      stream.requestKeyFrame(now);
    }
  }

  private void writeKeyFrameRequest(RtcpWriter writer, ProducerStream stream) {
    boolean written =
        stream.isPliEnabled() || !stream.isFirEnabled()
            ? PictureLossIndication.write(writer, LOCAL_SSRC, stream.ssrc())
            : FullIntraRequest.write(writer, LOCAL_SSRC, stream.ssrc(), stream.keyFrames().firSequence());
    if (written) {
      counters.keyFrameRequests++;
    }
  }

  /** When something of a producer is due next, {@link Long#MAX_VALUE} if nothing is. */
  public static long nextDeadlineNanos(Producer producer) {
    long next = Long.MAX_VALUE;
    for (int i = 0; i < producer.layerCount(); i++) {
      ProducerStream stream = producer.layer(i);
      if (stream.isBound()) {
        next = Math.min(next, stream.requestDeadlineNanos());
      }
    }
    return next;
  }
}
