package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import sfu.protocol.rtp.BigEndian;

/** Goodbye (RFC 3550, 6.6): sources that end. A reason, if any, is skipped. */
public final class Bye {
  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int count;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    count = reader.count();
    return reader.packetType() == Rtcp.BYE && reader.length() >= Rtcp.HEADER_LENGTH + 4 * count;
  }

  /** How many sources end, 0..31. */
  public int count() {
    return count;
  }

  public int ssrc(int index) {
    Objects.checkIndex(index, count);
    return BigEndian.get32(segment, offset + Rtcp.HEADER_LENGTH + 4L * index);
  }

  /** Writes the end of one source. Returns false when there is no room. */
  public static boolean write(RtcpWriter writer, int ssrc) {
    long at = writer.begin(Rtcp.BYE, 1, Rtcp.HEADER_LENGTH + 4);
    if (at < 0) {
      return false;
    }
    BigEndian.put32(writer.segment(), at + Rtcp.HEADER_LENGTH, ssrc);
    return true;
  }
}
