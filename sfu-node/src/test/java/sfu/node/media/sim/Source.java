package sfu.node.media.sim;

import java.util.List;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;

/** Something that a client produces. */
interface Source {
  String producerId();

  StreamType type();

  /** As the client announces it. */
  RtpParameters parameters();

  List<SentStream> streams();

  /** Sends what is due. */
  void tick(long nowNanos);

  /** The worker wants a key frame of a stream. */
  void onKeyFrameRequest(SentStream stream);
}
