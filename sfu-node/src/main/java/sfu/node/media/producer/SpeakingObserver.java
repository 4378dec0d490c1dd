package sfu.node.media.producer;

import java.util.function.Consumer;
import sfu.node.media.MediaEvent;
import sfu.protocol.stream.SpeakingDetector;

/** Tells a producer's owner when its audio levels begin or cease to be somebody talking. */
final class SpeakingObserver {
  private final String producerId;
  private final Consumer<MediaEvent> owner;
  private final SpeakingDetector detector = new SpeakingDetector();

  SpeakingObserver(String producerId, Consumer<MediaEvent> owner) {
    this.producerId = producerId;
    this.owner = owner;
  }

  /** {@code levelByte} as in the extension: voice flag and -dBov (RFC 6464). */
  void onLevel(int levelByte, long nowNanos) {
    if (detector.onLevel(levelByte & 0x7f, (levelByte & 0x80) != 0, nowNanos)) {
      tell();
    }
  }

  /** Notices that packets ceased to come. */
  void poll(long nowNanos) {
    if (detector.poll(nowNanos)) {
      tell();
    }
  }

  private void tell() {
    owner.accept(new MediaEvent.Speaking(producerId, detector.isSpeaking()));
  }
}
