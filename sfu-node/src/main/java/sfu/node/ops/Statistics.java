package sfu.node.ops;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.cluster.ChannelStats;
import sfu.node.media.MediaReply;

/** Channels, sessions, bit rates and media workers as log lines. */
public final class Statistics {

  private static final Logger LOG = LoggerFactory.getLogger(Logging.STATISTICS);

  private Statistics() {}

  /** One line for all, one a channel and two a worker: how it is now, and all that it counted since its start. */
  public static void log(List<ChannelStats> channels, List<MediaReply.Statistics> workers) {
    LOG.info(
        "{} channels, {} sessions, receiving {} kbit/s",
        channels.size(),
        channels.stream().mapToInt(ChannelStats::sessions).sum(),
        channels.stream().mapToLong(ChannelStats::totalBps).sum() / 1000);
    for (ChannelStats stats : channels) {
      LOG.info(
          "channel {} of {}: {} sessions, {} cameras, {} screens; audio {}, camera {}, screen {} kbit/s",
          stats.channel().uuid(),
          stats.channel().remoteAddress(),
          stats.sessions(),
          stats.cameras(),
          stats.screens(),
          stats.audioBps() / 1000,
          stats.cameraBps() / 1000,
          stats.screenBps() / 1000);
    }
    for (MediaReply.Statistics worker : workers) {
      MediaReply.Load load = worker.load();
      LOG.info(
          "media worker {}: {} % busy, {} transports, {} producers, {} consumers; packets a second: {} in, {} out, {} a message",
          load.worker(),
          Math.round(load.utilisation() * 100),
          load.transports(),
          load.producers(),
          load.consumers(),
          load.packetsInPerSecond(),
          load.packetsOutPerSecond(),
          String.format(Locale.ROOT, "%.1f", worker.packetsAMessage()));
      LOG.info(
          "media worker {} counted {}",
          load.worker(),
          worker.counters().entrySet().stream().map(Object::toString).collect(Collectors.joining(" ")));
    }
  }
}
