package sfu.protocol.signal;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import sfu.protocol.ortc.MediaKind;

/** How a client is to produce one kind of media; it hands this to mediasoup-client as it is. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProducerOptions(
    boolean stopTracks,
    boolean disableTrackOnPause,
    boolean zeroRtpOnPause,
    CodecOptions codecOptions,
    List<Encoding> encodings) {

  private static final long GOOGLE_MIN_BITRATE = 1_000;
  private static final long GOOGLE_START_BITRATE = 1_000_000;

  /** Hints for libwebrtc's encoder. It takes them for kbit/s; deployed servers send these numbers all the same. */
  public record CodecOptions(long videoGoogleMinBitrate, long videoGoogleStartBitrate, long videoGoogleMaxBitrate) {}

  /** A simulcast layer: how much smaller than the source, and at most how many bit/s. */
  public record Encoding(int scaleResolutionDownBy, long maxBitrate) {}

  /** The options of both kinds, three simulcast layers for video, the full one of {@code maxVideoBitrateBps}. */
  public static Map<MediaKind, ProducerOptions> byKind(long maxVideoBitrateBps) {
    CodecOptions codecOptions = new CodecOptions(GOOGLE_MIN_BITRATE, GOOGLE_START_BITRATE, 2 * maxVideoBitrateBps);
    List<Encoding> layers =
        List.of(
            new Encoding(4, maxVideoBitrateBps / 4),
            new Encoding(2, maxVideoBitrateBps / 2),
            new Encoding(1, maxVideoBitrateBps));
    return Map.of(
        MediaKind.AUDIO, new ProducerOptions(false, false, true, null, null),
        MediaKind.VIDEO, new ProducerOptions(false, false, true, codecOptions, layers));
  }
}
