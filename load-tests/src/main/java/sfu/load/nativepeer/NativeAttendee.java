package sfu.load.nativepeer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToIntBiFunction;
import sfu.load.client.Refusal;
import sfu.load.client.SfuException;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.Seat;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.load.nativepeer.PeerEvent.Inbound;
import sfu.load.nativepeer.PeerEvent.Progress;
import sfu.load.nativepeer.PeerEvent.Received;
import sfu.load.nativepeer.PeerEvent.Transport;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.protocol.ortc.StreamType;

/** A participant in a child process, as far as its events tell. Its child's thread writes, any thread reads. */
final class NativeAttendee implements Attendee {

  private static final int TONE_HZ = 440;
  private static final long UNKNOWN = -1;
  private static final Progress NO_PROGRESS = new Progress(List.of(), Transport.NONE, Transport.NONE, 0, 0);

  private enum Stage {
    IN_CALL,
    LEFT,
    FAILED
  }

  private final Seat seat;
  private final PeerChild child;
  private final int number;
  private final ToIntBiFunction<StreamKey, Integer> layerByWidth;

  private final Set<StreamType> sending = new HashSet<>();
  private final Map<String, Inbound> newestByConsumer = new HashMap<>();
  private final List<String> defects = new ArrayList<>();
  private Stage stage = Stage.IN_CALL;
  private String trouble = "";
  private boolean joined;
  private boolean refused;
  private Progress progress = NO_PROGRESS;
  private long progressNanos = System.nanoTime();
  private long stallNanos;
  private boolean firstMediaTaken;
  private boolean limitedByCpu;

  /**
   * @param number among the peers of this child
   * @param layerByWidth the layer of a stream whose picture is so wide, -1 if nobody knows
   */
  NativeAttendee(Seat seat, PeerChild child, int number, ToIntBiFunction<StreamKey, Integer> layerByWidth) {
    this.seat = seat;
    this.child = child;
    this.number = number;
    this.layerByWidth = layerByWidth;
  }

  /** Tells its peer all that it is to do. A child that is gone is reported by its end. */
  void begin() {
    tell(PeerCommand.Join.of(seat.invitation(), IceProtocol.UDP, DtlsRole.CLIENT));
    if (seat.speaks()) {
      tell(new PeerCommand.SendAudio(TONE_HZ));
    }
    seat.videos().forEach((type, video) -> tell(PeerCommand.SendVideo.of(type, video)));
  }

  @Override
  public String toString() {
    return "participant " + seat.id();
  }

  @Override
  public Seat seat() {
    return seat;
  }

  @Override
  public void leave() {
    synchronized (this) {
      if (!inCall()) {
        return;
      }
      stage = Stage.LEFT;
    }
    tell(new PeerCommand.Leave());
  }

  private void tell(PeerCommand command) {
    try {
      child.send(number, command);
    } catch (SfuException _) {
      // Its end is reported by another thread.
    }
  }

  /** What its peer says. */
  void happened(PeerEvent event) {
    boolean useless;
    synchronized (this) {
      useless = take(event);
    }
    if (useless) {
      // Somebody who can't do what it is to do would only spoil the figures.
      tell(new PeerCommand.Leave());
    }
  }

  private boolean take(PeerEvent event) {
    switch (event) {
      case PeerEvent.Joined() -> joined = true;
      case PeerEvent.Sending(StreamType type, _) -> sending.add(type);
      case PeerEvent.Receiving _, PeerEvent.SessionLeft _ -> {}
      case Progress newest -> progress(newest);
      case PeerEvent.Closed(int code, String reason) -> {
        refused |= inCall() && Refusal.is(code);
        fail("closed with " + code + " " + reason);
      }
      case PeerEvent.Failed(String what) -> {
        if (!sending.containsAll(seat.sends())) {
          return fail(what);
        }
        if (inCall()) {
          defects.add(this + ": " + what);
        }
      }
    }
    return false;
  }

  /** Its process is gone; {@code how} goes on after "its process". */
  synchronized void lost(String how) {
    fail("its process " + how);
  }

  private boolean fail(String why) {
    if (!inCall()) {
      return false;
    }
    stage = Stage.FAILED;
    trouble = why;
    return true;
  }

  private void progress(Progress newest) {
    progress = newest;
    progressNanos = System.nanoTime();
    stallNanos = Math.max(stallNanos, newest.stallNanos());
    // A stream that ended is in no report any more; its newest counts stay.
    newest.received().forEach(stream -> newestByConsumer.put(stream.consumerId(), stream.inbound()));
    limitedByCpu |= isLimitedByCpu(newest);
  }

  private static boolean isLimitedByCpu(Progress progress) {
    return progress.send().layers().stream().anyMatch(layer -> layer.limitation().equals("cpu"));
  }

  private boolean isComplete() {
    return joined
        && sending.containsAll(seat.sends())
        && (sending.isEmpty() || isConnected(progress.send()))
        && (progress.received().isEmpty() || isConnected(progress.receive()));
  }

  private static boolean isConnected(Transport transport) {
    return transport.state().equals("connected");
  }

  /** Whether it means to be in the call: it neither left nor failed. */
  synchronized boolean inCall() {
    return stage == Stage.IN_CALL;
  }

  /** Whether all that it sends and receives is set up. */
  synchronized boolean connected() {
    return inCall() && isComplete();
  }

  synchronized boolean failed() {
    return stage == Stage.FAILED;
  }

  /** What went wrong in its process and must not. */
  synchronized List<String> defects() {
    return List.copyOf(defects);
  }

  /** Whether it is in the call, and its encoder had to save on processor time since the last call. */
  synchronized boolean takeLimitedByCpu() {
    boolean limited = inCall() && limitedByCpu;
    limitedByCpu = isLimitedByCpu(progress);
    return limited;
  }

  /** The newest that its peer reported. */
  synchronized Progress progress() {
    return progress;
  }

  /** What it received so far. */
  synchronized Totals totals() {
    Totals totals = Totals.NONE;
    for (Inbound stream : newestByConsumer.values()) {
      totals = totals.plus(stream);
    }
    return totals;
  }

  /** How late its media thread ran at most since the last call. */
  synchronized long takeStallNanos() {
    long longest = stallNanos;
    stallNanos = 0;
    return longest;
  }

  /** The time from its connect to its first media, in microseconds, once. */
  synchronized OptionalLong takeJoinMicros() {
    if (firstMediaTaken || progress.firstMediaNanos() == 0) {
      return OptionalLong.empty();
    }
    firstMediaTaken = true;
    return OptionalLong.of(progress.firstMediaNanos() / 1_000);
  }

  @Override
  public synchronized AttendeeReport report() {
    long ageNanos = System.nanoTime() - progressNanos;
    String state =
        switch (stage) {
          case IN_CALL -> isComplete() ? "connected" : joined ? "connecting" : "joining";
          case LEFT -> "left";
          case FAILED -> trouble;
        };
    return new AttendeeReport(
        seat.id(),
        state,
        inCall(),
        refused,
        connected(),
        progress.firstMediaNanos() == 0 ? UNKNOWN : progress.firstMediaNanos(),
        progress.received().stream().map(stream -> quality(stream, ageNanos)).toList());
  }

  private StreamQuality quality(Received stream, long ageNanos) {
    boolean voice = stream.type() == StreamType.AUDIO;
    Inbound inbound = stream.inbound();
    StreamKey key = new StreamKey(stream.sessionId(), stream.type());
    return new StreamQuality(
        key,
        inbound.packets(),
        inbound.bytes(),
        inbound.lost(),
        inbound.retransmitted(),
        inbound.jitterNanos(),
        UNKNOWN,
        UNKNOWN,
        voice || stream.firstNanos() == 0 ? UNKNOWN : stream.firstNanos(),
        voice ? UNKNOWN : stream.longestGapNanos(),
        inbound.silenceNanos() < 0 ? UNKNOWN : inbound.silenceNanos() + ageNanos,
        voice ? (int) UNKNOWN : layerByWidth.applyAsInt(key, stream.width()),
        inbound.frames(),
        inbound.framesDropped(),
        inbound.freezes(),
        inbound.frozenNanos(),
        stream.width(),
        stream.height(),
        inbound.samples() == 0 ? 0 : (double) inbound.concealed() / inbound.samples());
  }
}
