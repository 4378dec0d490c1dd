package sfu.load.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import sfu.load.engine.StreamKey;
import sfu.protocol.signal.SessionId;

/**
 * What became of one participant so far.
 *
 * @param state in words, for messages to people
 * @param inCall whether it means to be in the call: it neither left nor was told to stay away
 * @param connected whether all that it sends and receives is set up
 * @param connections WebSockets that it opened so far
 * @param closeCodes of those that ended by themselves, in order
 * @param mediaSetups how often the server had it set up its media
 * @param transportFailures transports that ended by themselves
 * @param strayPackets packets that no announced stream explains
 * @param streams what it got, by stream, in the order of their first announcement
 * @param delayMicros from sending to arrival in microseconds, retransmissions included; empty in a brief report
 */
public record ParticipantReport(
    SessionId id,
    String state,
    boolean inCall,
    boolean connected,
    int connections,
    List<Integer> closeCodes,
    int mediaSetups,
    int transportFailures,
    long strayPackets,
    List<StreamReport> streams,
    Map<StreamKey, Histogram> delayMicros) {

  /** What it got of a stream; empty if that was never announced. */
  public Optional<StreamReport> of(StreamKey stream) {
    return streams.stream().filter(report -> report.stream().equals(stream)).findFirst();
  }
}
