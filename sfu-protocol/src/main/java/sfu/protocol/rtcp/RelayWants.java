package sfu.protocol.rtcp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import sfu.protocol.rtp.BigEndian;

/**
 * What a worker wants of a producer that another receives: the layers that somebody watches here, and no others. Each
 * with the epoch of which it knows; nothing is sent under another. An RTCP APP packet of subtype 1 (RFC 3550, 6.7):
 *
 * <pre>
 *   0 as any {@link RelayPacket}
 *  20 per wanted layer: SSRC (4), epoch (4)
 * </pre>
 */
public final class RelayWants {
  static final int SUBTYPE = 1;

  private static final int LAYER_LENGTH = 8;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private int layers;

  /** Reads the reader's current packet. Returns false when it is another message or malformed. */
  public boolean wrap(RtcpReader reader) {
    segment = reader.segment();
    offset = reader.offset();
    layers = Math.max(0, reader.length() - RelayPacket.HEADER_LENGTH) / LAYER_LENGTH;
    return RelayPacket.is(reader, SUBTYPE, RelayPacket.HEADER_LENGTH);
  }

  /** Which relay it is about: the SSRC of its lowest layer. */
  public int relay() {
    return BigEndian.get32(segment, offset + RelayPacket.RELAY_FIELD_OFFSET);
  }

  /** Higher than that of the wants before, as serial numbers compare. */
  public int number() {
    return BigEndian.get32(segment, offset + RelayPacket.NUMBER_FIELD_OFFSET);
  }

  /** How many layers are wanted. */
  public int count() {
    return layers;
  }

  public int ssrc(int index) {
    return BigEndian.get32(segment, at(index));
  }

  /** The epoch of the layer's last report, see {@link RelayReport#epoch}. */
  public int epoch(int index) {
    return BigEndian.get32(segment, at(index) + 4);
  }

  private long at(int index) {
    Objects.checkIndex(index, layers);
    return offset + RelayPacket.HEADER_LENGTH + (long) index * LAYER_LENGTH;
  }

  /** Writes the first {@code count} of the wanted layers. Returns false when there is no room. */
  public static boolean write(
      RtcpWriter writer, int senderSsrc, int relay, int number, int[] ssrcs, int[] epochs, int count) {
    int bytes = RelayPacket.HEADER_LENGTH + count * LAYER_LENGTH;
    long at = RelayPacket.begin(writer, SUBTYPE, bytes, senderSsrc, relay, number);
    if (at < 0) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      long entry = at + RelayPacket.HEADER_LENGTH + (long) i * LAYER_LENGTH;
      BigEndian.put32(writer.segment(), entry, ssrcs[i]);
      BigEndian.put32(writer.segment(), entry + 4, epochs[i]);
    }
    return true;
  }
}
