package sfu.load.bench;

import java.util.Arrays;
import java.util.List;

/**
 * How large a camera's frames are, and into how many packets they go.
 *
 * @param maxPayloadBytes of a packet
 * @param frameBytes payload of each frame, one after the other, again and again
 */
record Camera(int maxPayloadBytes, List<Integer> frameBytes) {

  /** Frames of eight packets of 1200 bytes each. */
  static final Camera EIGHTS =
      new Camera(1200 - PacketHead.LENGTH, List.of(8 * (1200 - PacketHead.LENGTH)));

  private static final int FRAMES_PER_SECOND = 30;

  /** What a browser's 1200 bytes leave besides header and extensions. */
  private static final int BROWSER_PAYLOAD_BYTES = 1150;

  /** Of the mean: base layer, upper, middle, upper. */
  private static final double[] LAYER_SHARES = {1.4, 0.8, 1.0, 0.8};

  /** A browser's camera of 30 frames a second: those of the base layer are the largest. */
  static Camera of(int bitrateBps) {
    double mean = bitrateBps / 8.0 / FRAMES_PER_SECOND;
    return new Camera(
        BROWSER_PAYLOAD_BYTES, Arrays.stream(LAYER_SHARES).mapToObj(share -> (int) (share * mean)).toList());
  }

  /** Payload of a frame, counted from 0, in bytes. */
  int frameBytes(int frame) {
    return frameBytes.get(frame % frameBytes.size());
  }

  /** Packets of a frame. */
  int packets(int frame) {
    return Math.ceilDiv(frameBytes(frame), maxPayloadBytes);
  }

  /** Payload of one of a frame's packets: equal to within a byte, the larger ones last, as libwebrtc cuts frames. */
  int payloadBytes(int frame, int packet) {
    int bytes = frameBytes(frame);
    int packets = packets(frame);
    return bytes / packets + (packet >= packets - bytes % packets ? 1 : 0);
  }
}
