package sfu.protocol.codec;

import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** Reads the payloads of one codec. Stateless: one instance serves any number of streams and threads. */
public sealed interface PayloadParser permits AudioPayload, H264Payload, Vp8Descriptor, Vp9Descriptor {

  /** What {@link #rewrite} writes at most, in bytes. */
  int MAX_REWRITTEN_LENGTH = 6;

  /**
   * The parser for a negotiated codec. MIME types compare without case (RFC 6838, 4.2). Audio of any sort is opaque.
   *
   * @throws IllegalArgumentException for a video codec that isn't known here, which negotiation should have refused
   */
  static PayloadParser forMimeType(String mimeType) {
    String name = mimeType.toLowerCase(Locale.ROOT);
    return switch (name) {
      case "video/vp8" -> Vp8Descriptor.INSTANCE;
      case "video/vp9" -> Vp9Descriptor.INSTANCE;
      case "video/h264" -> H264Payload.INSTANCE;
      default -> {
        if (!name.startsWith("audio/")) {
          throw new IllegalArgumentException("no payload format for the codec " + mimeType);
        }
        yield AudioPayload.INSTANCE;
      }
    };
  }

  /**
   * Reads a payload, without its padding. Returns false when it is malformed or empty; {@code out} is then undefined.
   */
  boolean parse(MemorySegment segment, long offset, int length, PayloadInfo out);

  /**
   * Writes the first bytes of a payload with another picture id and base layer index, each in the width that the
   * source has, and only those that the source has. {@code info} is what {@link #parse} made of the source.
   *
   * @return how many bytes of the payload the written ones stand for, 0 to {@value #MAX_REWRITTEN_LENGTH}: the rest
   *     follows in the source at {@code srcOffset} plus that
   */
  int rewrite(
      MemorySegment src,
      long srcOffset,
      PayloadInfo info,
      MemorySegment dst,
      long dstOffset,
      int pictureId,
      int tl0PicIdx);
}
