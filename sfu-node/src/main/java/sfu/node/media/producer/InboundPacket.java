package sfu.node.media.producer;

import java.lang.foreign.MemorySegment;
import sfu.protocol.codec.PayloadInfo;
import sfu.protocol.rtp.BigEndian;
import sfu.protocol.rtp.RtpPacket;

/**
 * A decrypted RTP packet on its way to the viewers: where it lies in its stream's history and what was read from it.
 * Reused; valid until the end of the batch in which it came.
 */
public final class InboundPacket {
  ProducerStream stream;
  MemorySegment segment;
  long offset;
  int length;
  int headerLength;
  int payloadLength;
  long sequence;
  int epoch;
  int timestamp;
  boolean marker;
  int audioLevel;
  int orientation;
  int playoutDelay;
  boolean understood;
  private int spare;
  private int padding;
  final PayloadInfo info = new PayloadInfo();

  /**
   * Reads what viewers need from a packet on which {@code rtp} stands. The sequence number is {@code sequence}, unwrapped
   * by the caller.
   */
  public void read(
      ProducerStream stream, RtpPacket rtp, MemorySegment segment, long offset, int length, long sequence) {
    Producer producer = stream.producer();
    ExtensionIds ids = producer.extensionIds();
    this.stream = stream;
    this.segment = segment;
    this.offset = offset;
    this.length = length;
    this.sequence = sequence;
    this.spare = 0;
    this.padding = 0;
    this.epoch = stream.epoch();
    headerLength = rtp.headerLength();
    payloadLength = rtp.payloadLength();
    timestamp = rtp.timestamp();
    marker = rtp.marker();
    audioLevel = extensionByte(rtp, ids.audioLevel());
    orientation = extensionByte(rtp, ids.videoOrientation());
    playoutDelay = playoutDelay(rtp, ids.playoutDelay());
    // What can't be parsed is forwarded all the same: its decoder may know better.
    understood =
        payloadLength > 0 && producer.payloadParser().parse(segment, offset + headerLength, payloadLength, info);
  }

  private static int extensionByte(RtpPacket rtp, int id) {
    int at = id > 0 ? rtp.extensionOffset(id) : -1;
    return at < 0 || rtp.extensionLength(id) < 1 ? -1 : BigEndian.getU8(rtp.segment(), rtp.offset() + at);
  }

  private static int playoutDelay(RtpPacket rtp, int id) {
    int at = id > 0 ? rtp.extensionOffset(id) : -1;
    return at < 0 || rtp.extensionLength(id) != 3 ? -1 : BigEndian.getU24(rtp.segment(), rtp.offset() + at);
  }

  /** The layer that it belongs to. */
  public ProducerStream stream() {
    return stream;
  }

  /** The memory that holds it, from {@link #offset}: header, payload, maybe padding. */
  public MemorySegment segment() {
    return segment;
  }

  public long offset() {
    return offset;
  }

  /** Length of the RTP header with CSRCs and extensions, in bytes. */
  public int headerLength() {
    return headerLength;
  }

  /** Length of the payload without padding, in bytes. */
  public int payloadLength() {
    return payloadLength;
  }

  /** So many bytes behind it may be written to until the batch ends. */
  void spareBytes(int bytes) {
    spare = bytes;
  }

  /**
   * Gives it this much padding (RFC 3550, 5.1) on its way out, written once for all viewers, if there is room behind it;
   * what came padded stays as it is.
   */
  void pad(int bytes) {
    if (bytes <= spare && length == headerLength + payloadLength) {
      padding = bytes;
      long end = offset + length;
      for (int i = 0; i < bytes - 1; i++) {
        BigEndian.put8(segment, end + i, 0);
      }
      BigEndian.put8(segment, end + bytes - 1, bytes);
    }
  }

  /** Padding that lies behind the payload for viewers to get, its count included, in bytes. */
  public int padding() {
    return padding;
  }

  /** The sequence number, unwrapped. */
  public long sequence() {
    return sequence;
  }

  /** Whether its stream began anew since: its number means nothing any more. */
  public boolean isStale() {
    return epoch != stream.epoch();
  }

  public int timestamp() {
    return timestamp;
  }

  public boolean marker() {
    return marker;
  }

  /** Whether the payload could be parsed, so that {@link #info} says something. */
  public boolean isUnderstood() {
    return understood;
  }

  /** Whether a viewer can begin with this packet: the first of a key frame, or any of audio. */
  public boolean beginsKeyFrame() {
    return understood && info.keyFrame() && info.startOfFrame();
  }

  /** What the payload's first bytes say, if they are understood. */
  public PayloadInfo info() {
    return info;
  }

  /** The byte of the ssrc-audio-level extension (RFC 6464), or -1. */
  public int audioLevel() {
    return audioLevel;
  }

  /** The byte of the video-orientation extension (3GPP TS 26.114), or -1. */
  public int orientation() {
    return orientation;
  }

  /** The three bytes of the playout-delay extension, or -1. */
  public int playoutDelay() {
    return playoutDelay;
  }
}
