package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtp.BigEndian;

/** Source description (RFC 3550, 6.5), of which only the canonical name is read or written. */
public final class SourceDescription {
  private static final int END = 0;
  private static final int CNAME = 1;
  private static final int MAX_CNAME_LENGTH = 255;

  private MemorySegment segment = MemorySegment.NULL;
  private long position;
  private long end;
  private int chunksLeft;
  private int ssrc;
  private long cnameOffset;
  private int cnameLength;

  /** Reads the reader's current packet. Returns false when it is another message. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    position = reader.offset() + Rtcp.HEADER_LENGTH;
    end = reader.offset() + reader.length();
    chunksLeft = reader.count();
    return reader.packetType() == Rtcp.SOURCE_DESCRIPTION;
  }

  /** Moves to the next chunk. Returns false after the last, and at a malformed one. */
  public boolean next() {
    if (chunksLeft == 0 || end - position < 4) {
      return false;
    }
    chunksLeft--;
    ssrc = BigEndian.get32(segment, position);
    position += 4;
    cnameOffset = -1;
    cnameLength = -1;
    while (position < end) {
      int type = BigEndian.getU8(segment, position);
      if (type == END) {
        // Zeros fill up to the next word, and there is at least one.
        position = (position - end & ~3L) + end + 4;
        return true;
      }
      if (end - position < 2) {
        return false;
      }
      int itemLength = BigEndian.getU8(segment, position + 1);
      if (end - position - 2 < itemLength) {
        return false;
      }
      if (type == CNAME) {
        cnameOffset = position + 2;
        cnameLength = itemLength;
      }
      position += 2 + itemLength;
    }
    return false;
  }

  public int ssrc() {
    return ssrc;
  }

  /** Where the chunk's canonical name starts in the segment, or -1 without one. */
  public long cnameOffset() {
    return cnameOffset;
  }

  /** In bytes of UTF-8, or -1 without one. */
  public int cnameLength() {
    return cnameLength;
  }

  /**
   * Writes one chunk with a name of at most 255 bytes of UTF-8. Returns false when there is no room or it is longer.
   */
  public static boolean write(RtcpWriter writer, int ssrc, byte[] cname) {
    if (cname.length > MAX_CNAME_LENGTH) {
      return false;
    }
    int unpadded = Rtcp.HEADER_LENGTH + 4 + 2 + cname.length;
    int bytes = (unpadded & ~3) + 4;
    long at = writer.begin(Rtcp.SOURCE_DESCRIPTION, 1, bytes);
    if (at < 0) {
      return false;
    }
    MemorySegment segment = writer.segment();
    BigEndian.put32(segment, at + 4, ssrc);
    BigEndian.put8(segment, at + 8, CNAME);
    BigEndian.put8(segment, at + 9, cname.length);
    for (int i = 0; i < cname.length; i++) {
      BigEndian.put8(segment, at + 10 + i, cname[i]);
    }
    for (int i = unpadded; i < bytes; i++) {
      BigEndian.put8(segment, at + i, END);
    }
    return true;
  }
}
