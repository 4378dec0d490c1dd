package sfu.load.run;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sfu.load.engine.VideoCodec;
import sfu.load.wire.WireEngine;

/**
 * A call on a server that is there for nothing else. Who comes first in a JVM waits until it has loaded and compiled
 * what joining takes, a second or so: that would count as the server's that is measured.
 */
final class Rehearsal {

  private static final Scenario SCENARIO = Scenario.MEETING;
  static final int PARTICIPANTS = 8;
  private static final int CHANNELS = 3;
  private static final double JOINS_PER_SECOND = 20;
  private static final int FRAMES_PER_SECOND = 10;
  private static final int BITRATE_BPS = 200_000;
  private static final Duration MEDIA = Duration.ofSeconds(1);

  private Rehearsal() {}

  /** Blocks until it is over, some seconds. One that fails is no reason not to measure. */
  static void hold(RunClock clock, LiveLine live) throws InterruptedException {
    live.say("rehearsing: the load joins a server of its own first, so that its own start isn't measured");
    try (OwnServer server = OwnServer.start(ServerSettings.of(1, PARTICIPANTS), clock)) {
      call(server, clock, JOINS_PER_SECOND, MEDIA);
    } catch (StoppedException _) {
      // Then nothing is measured either.
    } catch (IOException | IllegalStateException | Venue.UnreachableException e) {
      List<String> lines = String.valueOf(e.getMessage()).lines().toList();
      live.say("the rehearsal failed (the first joins may be slower by it): " + lines.getFirst());
    }
  }

  /** Participants come, send and receive for a while, and leave. */
  static void call(OwnServer server, RunClock clock, double joinsPerSecond, Duration media)
      throws IOException, InterruptedException {
    Crowd crowd =
        new Crowd(
            SCENARIO,
            CHANNELS,
            PARTICIPANTS,
            PARTICIPANTS,
            true,
            Optional.of(
                Crowd.video(SCENARIO, Scenario.Video.SIMULCAST, VideoCodec.VP8, FRAMES_PER_SECOND, BITRATE_BPS)),
            0);
    try (WireEngine engine = new WireEngine(1)) {
      LoadRun run = new LoadRun(crowd, joinsPerSecond, server.venue(), engine, clock, (_, _) -> {});
      run.resizeTo(crowd.seats());
      run.settle();
      run.warmUp(media);
      run.leave();
    }
  }
}
