package sfu.load.run;

import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import sfu.load.client.Channel;
import sfu.load.client.Invitation;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.EngineSample;
import sfu.load.engine.LoadEngine;
import sfu.load.engine.Seat;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** A server and an engine of one mind, in virtual time: everybody gets 100 packets a second of every stream. */
final class SimulatedVenue implements Venue, LoadEngine {

  private static final double PACKETS_PER_SECOND = 100;
  private static final long JOIN_NANOS = 50_000_000;

  private final VirtualClock clock;
  private final Map<SessionId, Sitting> sittings = new LinkedHashMap<>();
  private final Map<String, Integer> channels = new HashMap<>();
  private long sampledNanos;
  private double packets;
  private double lost;

  /** Whose joins never get media. */
  Predicate<SessionId> deaf = _ -> false;

  /** How much of what should come is lost, by the number of participants. */
  IntToDoubleFunction lossShare = _ -> 0;

  /** How much of its streams the server sends each participant, by the number of participants. */
  IntToDoubleFunction sentShare = _ -> 1;

  /** Sessions that the server's statistics count although they aren't there. */
  int ghosts;

  /** What the machine is said to lack, by the number of participants. */
  IntFunction<List<String>> limits = _ -> List.of();

  /** What went wrong in the load so far. */
  List<String> defects = List.of();

  SimulatedVenue(VirtualClock clock) {
    this.clock = clock;
  }

  private final class Sitting implements Attendee {

    private final Seat seat;
    private final long joinedNanos = clock.nowNanos();
    private boolean gone;

    Sitting(Seat seat) {
      this.seat = seat;
    }

    boolean isThere() {
      return !gone && !deaf.test(seat.id());
    }

    boolean hears(Sitting other) {
      return other != this && other.isThere() && isThere() && !other.seat.sends().isEmpty()
          && other.seat.invitation().channelUuid().equals(seat.invitation().channelUuid());
    }

    @Override
    public Seat seat() {
      return seat;
    }

    @Override
    public void leave() {
      gone = true;
    }

    @Override
    public AttendeeReport report() {
      List<StreamQuality> streams =
          sittings.values().stream()
              .filter(this::hears)
              .flatMap(other -> other.seat.sends().stream().map(type -> quality(new StreamKey(other.seat.id(), type))))
              .toList();
      boolean media = clock.nowNanos() - joinedNanos >= JOIN_NANOS && !streams.isEmpty();
      return new AttendeeReport(
          seat.id(), isThere() ? "connected" : "connecting", !gone, false, isThere(), media ? JOIN_NANOS : -1, streams);
    }

    private static StreamQuality quality(StreamKey key) {
      return new StreamQuality(key, 100, 10_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0);
    }
  }

  // -- the engine -----------------------------------------------------------------------------------------------------

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Attendee join(Seat seat) {
    Sitting sitting = new Sitting(seat);
    sittings.put(seat.id(), sitting);
    return sitting;
  }

  @Override
  public EngineSample sample() {
    double passed = (clock.nowNanos() - sampledNanos) / 1e9;
    sampledNanos = clock.nowNanos();
    List<Sitting> there = sittings.values().stream().filter(sitting -> !sitting.gone).toList();
    int streams = there.stream().mapToInt(sitting -> sitting.report().streams().size()).sum();
    double share = lossShare.applyAsDouble(there.size());
    double sent = streams * PACKETS_PER_SECOND * passed * sentShare.applyAsDouble(there.size());
    packets += sent * (1 - share);
    lost += sent * share;
    Histogram delay = new Histogram(3);
    delay.recordValueWithCount(700, Math.max(1, streams));
    return new EngineSample(
        clock.nowNanos(),
        there.size(),
        (int) there.stream().filter(Sitting::isThere).count(),
        0,
        streams,
        Math.round(packets),
        0,
        0,
        0,
        Math.round(lost),
        0,
        0,
        0,
        clock.nowNanos(),
        1_000_000,
        delay,
        List.of(),
        defects,
        limits.apply(there.size()));
  }

  @Override
  public long[] pids() {
    return new long[0];
  }

  @Override
  public void close() {}

  // -- the server -----------------------------------------------------------------------------------------------------

  @Override
  public Channel open(String issuer) {
    channels.merge(issuer, 1, Integer::sum);
    return new Channel(issuer, URI.create("http://simulated"));
  }

  @Override
  public Invitation invite(Channel channel, SessionId id) {
    return new Invitation(channel.url(), channel.uuid(), "token");
  }

  @Override
  public List<Long> processes() {
    return List.of();
  }

  @Override
  public Optional<ServerProbe.Usage> usage() {
    long there = sittings.values().stream().filter(Sitting::isThere).count();
    return Optional.of(new ServerProbe.Usage(clock.seconds() / 2, 100e6 + there * 200e3));
  }

  @Override
  public Map<String, Long> counts() {
    return Map.of();
  }

  @Override
  public List<Census> census(List<Channel> asked) {
    return asked.stream().map(this::census).toList();
  }

  private Census census(Channel channel) {
    List<Sitting> there =
        sittings.values().stream()
            .filter(Sitting::isThere)
            .filter(sitting -> sitting.seat.invitation().channelUuid().equals(channel.uuid()))
            .toList();
    int cameras = (int) there.stream().filter(s -> s.seat.videos().containsKey(StreamType.CAMERA)).count();
    int screens = (int) there.stream().filter(s -> s.seat.videos().containsKey(StreamType.SCREEN)).count();
    return new Census(there.size() + ghosts, cameras, screens, 1e6);
  }

  int channelsOpened() {
    return channels.size();
  }

  /** Ids of all that ever came. */
  TreeSet<Long> everybody() {
    TreeSet<Long> ids = new TreeSet<>();
    sittings.keySet().forEach(id -> ids.add(Long.parseLong(id.text())));
    return ids;
  }
}
