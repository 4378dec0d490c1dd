package sfu.load.nativepeer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import sfu.load.engine.Attendee;
import sfu.load.engine.EngineSample;
import sfu.load.engine.LoadEngine;
import sfu.load.engine.Seat;
import sfu.load.engine.StreamKey;
import sfu.load.engine.VideoSettings;
import sfu.protocol.signal.SessionId;

/**
 * Participants whose media is libwebrtc's, in child processes: what a real client decodes, shows and hears. A child
 * that dies or hangs takes its own participants with it and nobody else.
 */
public final class NativeEngine implements LoadEngine {

  /** Sharing saves the memory of a JVM for each, and bounds what one crash costs. */
  public static final int PEERS_PER_PROCESS = 4;

  /** A child reports twice a second; on a full machine it may be late, but not by so much. */
  static final Duration SILENCE = Duration.ofSeconds(30);

  /** libwebrtc never gives the memory of a connection back, so a child serves only so many. */
  private static final int PEERS_IN_A_LIFE = 50;

  private static final long WATCH_MILLIS = 200;
  private static final long FAREWELL_MILLIS = 1_000;
  private static final long FAREWELL_POLL_MILLIS = 20;

  /** Delays are not known: the clock of a picture doesn't come along. */
  private static final int HISTOGRAM_DIGITS = 2;

  private record Place(String channelUuid, SessionId id) {}

  /** A process and who is in it. */
  private static final class Room {

    final PeerChild child;
    final Map<Integer, NativeAttendee> attendees = new ConcurrentHashMap<>();
    int joins;
    boolean closing;

    Room(PeerChild child) {
      this.child = child;
    }

    long inCall() {
      return attendees.values().stream().filter(NativeAttendee::inCall).count();
    }
  }

  private final List<String> command;
  private final int peersPerProcess;
  private final Duration silence;
  private final Runnable onChange;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("native children").factory());

  private final List<Room> rooms = new ArrayList<>();
  private final List<NativeAttendee> attendees = new ArrayList<>();
  private final Map<Place, Seat> seats = new ConcurrentHashMap<>();
  private final List<String> defects = new ArrayList<>();
  private final CapacityMeter meter =
      new CapacityMeter(Runtime.getRuntime().availableProcessors(), MemoryFiles::availableBytes);
  private long cpuNanosOfEnded;
  private boolean closed;

  /** {@code onChange} is called by any thread, which holds no lock, after something happened to a peer. */
  NativeEngine(List<String> command, int peersPerProcess, Duration silence, Runnable onChange) {
    this.command = command;
    this.peersPerProcess = peersPerProcess;
    this.silence = silence;
    this.onChange = onChange;
    watch.scheduleAtFixedRate(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** An engine without participants; it starts processes as they join. */
  public static NativeEngine start() {
    return start(PEERS_PER_PROCESS);
  }

  /** With another number of participants that share a process, from 1 up. */
  public static NativeEngine start(int peersPerProcess) {
    return new NativeEngine(PeerChild.nativeCommand(), peersPerProcess, SILENCE, () -> {});
  }

  @Override
  public String name() {
    return "native";
  }

  @Override
  public Attendee join(Seat seat) throws IOException {
    NativeAttendee attendee;
    synchronized (this) {
      if (closed) {
        throw new IOException("the engine is closed");
      }
      Room room = roomForOne();
      int number = room.joins++;
      String channelUuid = seat.invitation().channelUuid();
      attendee = new NativeAttendee(seat, room.child, number, (stream, width) -> layer(channelUuid, stream, width));
      room.attendees.put(number, attendee);
      room.child.forgetSilence();
      attendees.add(attendee);
      seats.put(new Place(channelUuid, seat.id()), seat);
    }
    attendee.begin();
    return attendee;
  }

  private Room roomForOne() throws IOException {
    for (Room room : rooms) {
      if (!room.closing && room.joins < PEERS_IN_A_LIFE && room.inCall() < peersPerProcess) {
        return room;
      }
    }
    Room room;
    try {
      room = new Room(PeerChild.start(command));
    } catch (IOException e) {
      throw new IOException("no process for one more native peer: " + e.getMessage(), e);
    }
    rooms.add(room);
    room.child.listen(new PeerChild.Listener() {
      @Override
      public void event(int peer, PeerEvent event) {
        heard(room, peer, event);
        onChange.run();
      }

      @Override
      public void ended(String how) {
        gone(room, how);
        onChange.run();
      }
    });
    return room;
  }

  private static void heard(Room room, int peer, PeerEvent event) {
    NativeAttendee attendee = room.attendees.get(peer);
    if (attendee != null) {
      attendee.happened(event);
      if (event instanceof PeerEvent.Closed) {
        room.attendees.remove(peer);
      }
    }
  }

  private synchronized void gone(Room room, String how) {
    rooms.remove(room);
    cpuNanosOfEnded += room.child.cpuNanos();
    long lost = room.inCall();
    room.attendees.values().forEach(attendee -> attendee.lost(how));
    if (lost > 0) {
      List<String> complaints = room.child.complaints();
      defects.add(
          "a process of " + lost + " native peers " + how + (complaints.isEmpty() ? "" : ": " + complaints.getLast()));
    }
  }

  /** Ends children that hang, and those that have served their time; the others' processor time is noted. */
  private synchronized void watch() {
    for (Room room : rooms) {
      room.child.cpuNanos();
      if (room.inCall() > 0 && room.child.silentNanos() > silence.toNanos()) {
        room.child.kill("said nothing for " + silence.toMillis() / 1e3 + " s and was killed");
      }
      if (room.joins == PEERS_IN_A_LIFE && room.attendees.isEmpty() && !room.closing) {
        room.closing = true;
        room.child.endCommands();
      }
    }
  }

  /** The layer of a sender in here whose picture is so wide; -1 of others and of what is between two layers. */
  private int layer(String channelUuid, StreamKey stream, int width) {
    Seat sender = seats.get(new Place(channelUuid, stream.sessionId()));
    VideoSettings video = sender == null ? null : sender.videos().get(stream.type());
    if (video != null) {
      for (int layer = 0; layer < video.layers(); layer++) {
        if (video.width() / video.scaleDownBy(layer) == width) {
          return layer;
        }
      }
    }
    return -1;
  }

  @Override
  public synchronized EngineSample sample() {
    long nowNanos = System.nanoTime();
    int inCall = count(NativeAttendee::inCall);
    int connected = count(NativeAttendee::connected);
    Totals in = attendees.stream().map(NativeAttendee::totals).reduce(Totals.NONE, Totals::plus);
    long cpuNanos = cpuNanos();
    meter.measured(nowNanos, cpuNanos, inCall, connected, residentBytes());
    return new EngineSample(
        nowNanos,
        inCall,
        connected,
        count(NativeAttendee::failed),
        attendees.stream().filter(NativeAttendee::inCall).mapToInt(a -> a.progress().received().size()).sum(),
        in.packets(),
        in.bytes(),
        attendees.stream().mapToLong(attendee -> attendee.progress().send().packets()).sum(),
        attendees.stream().mapToLong(attendee -> attendee.progress().send().bytes()).sum(),
        in.lost(),
        in.repaired(),
        in.frames(),
        in.freezes(),
        cpuNanos,
        attendees.stream().mapToLong(NativeAttendee::takeStallNanos).max().orElse(0),
        new Histogram(HISTOGRAM_DIGITS),
        attendees.stream().flatMapToLong(attendee -> attendee.takeJoinMicros().stream()).boxed().toList(),
        allDefects(),
        takeLimits());
  }

  private int count(Predicate<NativeAttendee> is) {
    return (int) attendees.stream().filter(is).count();
  }

  private List<String> allDefects() {
    List<String> all = new ArrayList<>(defects);
    attendees.forEach(attendee -> all.addAll(attendee.defects()));
    return all;
  }

  private List<String> takeLimits() {
    List<String> all = new ArrayList<>();
    meter.overload().ifPresent(all::add);
    int limited = count(NativeAttendee::takeLimitedByCpu);
    if (limited > 0) {
      all.add("the machine is full: the encoders of " + limited + " native peers had to save processor time");
    }
    return all;
  }

  /** What a peer takes and how many this machine carries; empty until some ran for a while, sampled. */
  public synchronized Optional<Capacity> capacity() {
    return meter.capacity();
  }

  private long cpuNanos() {
    return cpuNanosOfEnded + rooms.stream().mapToLong(room -> room.child.cpuNanos()).sum();
  }

  private long residentBytes() {
    return rooms.stream().mapToLong(room -> MemoryFiles.residentBytes(room.child.pid())).sum();
  }

  @Override
  public synchronized long[] pids() {
    return rooms.stream().mapToLong(room -> room.child.pid()).toArray();
  }

  @Override
  public void close() throws InterruptedException {
    List<Room> open;
    synchronized (this) {
      closed = true;
      attendees.forEach(NativeAttendee::leave);
      open = List.copyOf(rooms);
    }
    // Their goodbyes need a moment, a server that is gone no longer.
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
    while (open.stream().anyMatch(room -> !room.attendees.isEmpty()) && System.nanoTime() < deadlineNanos) {
      Thread.sleep(FAREWELL_POLL_MILLIS);
    }
    watch.shutdownNow();
    open.forEach(room -> room.child.endCommands());
    for (Room room : open) {
      room.child.close();
    }
  }
}
