package sfu.load.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.HdrHistogram.Histogram;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.EngineSample;
import sfu.load.engine.LoadEngine;
import sfu.load.engine.Seat;
import sfu.load.engine.StreamQuality;
import sfu.load.wire.Behaviour;
import sfu.load.wire.EngineReport;
import sfu.load.wire.Participant;
import sfu.load.wire.ParticipantReport;
import sfu.load.wire.ParticipantSettings;
import sfu.load.wire.StreamReport;
import sfu.load.wire.WireEngine;

/** The wire engine as a load engine: asks every participant for everything, every time. */
final class WireAdapter implements LoadEngine {

  private final WireEngine engine;
  private final List<Seated> all = new ArrayList<>();
  private final Set<Seated> joined = new HashSet<>();
  private Histogram before = new Histogram(3);

  WireAdapter(int threads) throws IOException {
    this.engine = new WireEngine(threads);
  }

  private record Seated(Seat seat, Participant participant, long joinedNanos) implements Attendee {

    ParticipantReport ask() throws InterruptedException {
      try {
        return participant.report().get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void leave() {
      participant.leave();
    }

    @Override
    public AttendeeReport report() throws InterruptedException {
      ParticipantReport report = ask();
      long packets = report.streams().stream().mapToLong(StreamReport::packets).sum();
      return new AttendeeReport(
          report.id(), report.state(), report.inCall(), report.connected(), packets > 0 ? 1_000_000 : -1,
          report.streams().stream()
              .map(s -> new StreamQuality(
                  s.stream(), s.packets(), s.bytes(), s.link().lost(), s.link().repaired(), s.link().jitterNanos(),
                  -1, -1, s.keyFrameNanos(), s.longestGapNanos(), s.silenceNanos(), s.layer(), s.completeFrames(),
                  s.incompleteFrames(), 0, 0, 0, 0, 0))
              .toList());
    }
  }

  @Override
  public String name() {
    return "wire";
  }

  @Override
  public Attendee join(Seat seat) {
    Seated seated =
        new Seated(
            seat,
            engine.join(
                new ParticipantSettings(
                    seat.id(), seat.invitation(), List.of(seat.invitation().url()), Behaviour.STAY_GONE,
                    seat.speaks(), seat.videos())),
            System.nanoTime());
    all.add(seated);
    return seated;
  }

  @Override
  public EngineSample sample() throws InterruptedException {
    Histogram delays = new Histogram(3);
    List<Long> joins = new ArrayList<>();
    int inCall = 0;
    int connected = 0;
    int streams = 0;
    long[] sums = new long[5];
    for (Seated seated : all) {
      ParticipantReport report = seated.ask();
      inCall += report.inCall() ? 1 : 0;
      connected += report.connected() ? 1 : 0;
      for (StreamReport s : report.streams()) {
        streams += s.carried() ? 1 : 0;
        sums[0] += s.packets();
        sums[1] += s.bytes();
        sums[2] += s.link().lost();
        sums[3] += s.link().repaired();
        sums[4] += s.completeFrames();
      }
      if (!report.streams().isEmpty() && joined.add(seated)) {
        joins.add((System.nanoTime() - seated.joinedNanos) / 1000);
      }
      report.delayMicros().values().forEach(delays::add);
    }
    Histogram fresh = delays.copy();
    fresh.subtract(before);
    before = delays;
    EngineReport report = engine.report();
    engine.forgetStall();
    return new EngineSample(
        System.nanoTime(), inCall, connected, 0, streams, sums[0], sums[1], report.packetsOut(), 0, sums[2], sums[3],
        sums[4], 0, report.cpuNanos(), report.longestStallNanos(), fresh, joins, report.defects());
  }

  @Override
  public long[] pids() {
    return new long[] {ProcessHandle.current().pid()};
  }

  @Override
  public void close() throws InterruptedException {
    engine.close();
  }
}
