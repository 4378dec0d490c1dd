package sfu.node.ops;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.cluster.ChannelStats;

/** Channels, sessions and bit rates as log lines. */
public final class Statistics {

  private static final Logger LOG = LoggerFactory.getLogger(Logging.STATISTICS);

  private Statistics() {}

  /** One line for all, then one a channel. */
  public static void log(List<ChannelStats> channels) {
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
  }
}
