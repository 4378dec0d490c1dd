package sfu.load.engine;

import java.util.List;
import java.util.Optional;
import sfu.protocol.signal.SessionId;

/**
 * What became of one participant so far.
 *
 * @param state in words, for messages to people
 * @param inCall whether it means to be in the call: it neither left nor was lost
 * @param refused whether the server sent it away, for another reason than that it was too slow
 * @param connected whether all that it sends and receives is set up
 * @param firstMediaNanos from its connect to the first packet (wire) or decoded frame or sample (native) of anybody,
 *     -1 before
 * @param streams what it gets, by stream
 */
public record AttendeeReport(
    SessionId id,
    String state,
    boolean inCall,
    boolean refused,
    boolean connected,
    long firstMediaNanos,
    List<StreamQuality> streams) {

  public AttendeeReport {
    streams = List.copyOf(streams);
  }

  /** What it gets of a stream; empty if that was never announced. */
  public Optional<StreamQuality> of(StreamKey stream) {
    return streams.stream().filter(quality -> quality.stream().equals(stream)).findFirst();
  }
}
