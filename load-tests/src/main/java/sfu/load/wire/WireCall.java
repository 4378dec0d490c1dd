package sfu.load.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import sfu.load.engine.StreamKey;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.StreamType;

/**
 * Participants of one channel, and what can be expected of them: everybody gets what everybody else sends. For one
 * thread, which its methods may block.
 */
public final class WireCall {

  /** What came within this flows. */
  private static final long FLOWING_NANOS = 500_000_000;

  /** What flowed for so long without a break has recovered. */
  private static final long SETTLED_NANOS = 2_000_000_000L;

  private static final long POLL_MILLIS = 50;
  private static final int MAX_LINES = 40;

  private final WireEngine engine;
  private final List<Participant> participants = new ArrayList<>();

  /** {@code engine}: may have other calls as well. */
  public WireCall(WireEngine engine) {
    this.engine = engine;
  }

  /** Lets somebody join. */
  public Participant join(ParticipantSettings settings) {
    Participant participant = engine.join(settings);
    participants.add(participant);
    return participant;
  }

  public List<Participant> participants() {
    return List.copyOf(participants);
  }

  /** Everybody leaves, and nobody is expected any more. */
  public void leave() {
    participants.forEach(Participant::leave);
    participants.clear();
  }

  /** From now on gaps count anew: to be called just before what may make one. */
  public void mark() throws InterruptedException {
    engine.forgetStall();
    List<CompletableFuture<Void>> marked = participants.stream().map(Participant::mark).toList();
    for (CompletableFuture<Void> each : marked) {
      WireAttendee.answer(each);
    }
  }

  /** What became of everybody so far, in the order of their joining. */
  public List<ParticipantReport> reports() throws InterruptedException {
    return reports(Participant::report);
  }

  private List<ParticipantReport> reports(Function<Participant, CompletableFuture<ParticipantReport>> question)
      throws InterruptedException {
    List<ParticipantReport> reports = new ArrayList<>();
    for (CompletableFuture<ParticipantReport> asked : participants.stream().map(question).toList()) {
      reports.add(WireAttendee.answer(asked));
    }
    return reports;
  }

  /**
   * Waits until everybody in the call gets every stream that any other sends, and of video a key frame.
   *
   * @throws NotFlowingException if that takes longer
   */
  public void awaitMediaEverywhere(Duration timeout) throws InterruptedException {
    await(timeout, 0, stream -> stream.packets() > 0 && hasBegun(stream));
  }

  /**
   * Waits until everybody in the call is connected and has got every stream, without a break, for the last 2 s. What
   * interrupts them must have begun: after killing a node, at once; after asking one to stop, when it has stopped.
   *
   * @throws NotFlowingException if that takes longer
   */
  public void awaitAllFlowingAgain(Duration timeout) throws InterruptedException {
    await(timeout, SETTLED_NANOS, stream -> stream.packetsSinceMark() > 0 && hasBegun(stream));
  }

  private static boolean hasBegun(StreamReport stream) {
    boolean video = stream.stream().type().kind() == MediaKind.VIDEO;
    return stream.silenceNanos() < FLOWING_NANOS && (!video || stream.keyFrameNanos() >= 0);
  }

  private void await(Duration timeout, long holdNanos, Predicate<StreamReport> flows) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    long goodSinceNanos = Long.MAX_VALUE;
    while (true) {
      List<String> missing = missing(flows);
      long now = System.nanoTime();
      goodSinceNanos = missing.isEmpty() ? Math.min(goodSinceNanos, now) : Long.MAX_VALUE;
      if (missing.isEmpty() && now - goodSinceNanos >= holdNanos) {
        return;
      }
      if (now - deadlineNanos > 0) {
        List<String> why = missing.isEmpty() ? List.of("all flows, but not for long enough") : missing;
        throw new NotFlowingException("after " + timeout.toSeconds() + " s:\n  " + String.join("\n  ", why));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Who doesn't hear whom, and who isn't connected, in words. */
  private List<String> missing(Predicate<StreamReport> flows) throws InterruptedException {
    List<ParticipantReport> reports = reports(Participant::briefReport);
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < reports.size(); i++) {
      ParticipantReport receiver = reports.get(i);
      if (receiver.inCall() && !receiver.connected()) {
        missing.add(receiver.id() + " is " + receiver.state());
      }
      for (StreamKey stream : expected(reports, i)) {
        StreamReport got = receiver.of(stream).orElse(null);
        if (got == null) {
          missing.add(receiver.id() + " was never told of " + stream);
        } else if (!flows.test(got)) {
          missing.add(
              "%s doesn't get %s: %d packets, silent for %d ms%s"
                  .formatted(
                      receiver.id(),
                      stream,
                      got.packets(),
                      got.silenceNanos() / 1_000_000,
                      got.carried() ? "" : ", has no consumer of it"));
        }
      }
    }
    if (missing.size() > MAX_LINES) {
      int rest = missing.size() - MAX_LINES;
      missing = new ArrayList<>(missing.subList(0, MAX_LINES));
      missing.add("and " + rest + " more");
    }
    return missing;
  }

  /** What the participant at this index should get: nothing if it is gone, else what all others in the call send. */
  private List<StreamKey> expected(List<ParticipantReport> reports, int receiver) {
    List<StreamKey> expected = new ArrayList<>();
    for (int i = 0; i < reports.size(); i++) {
      if (i != receiver && reports.get(i).inCall() && reports.get(receiver).inCall()) {
        for (StreamType type : participants.get(i).sends()) {
          expected.add(new StreamKey(reports.get(i).id(), type));
        }
      }
    }
    return expected;
  }

  /** The longest gaps since the mark, of all that are in the call now. */
  public GapReport gaps(String scenario) throws InterruptedException {
    List<ParticipantReport> reports = reports(Participant::briefReport);
    List<GapReport.Gap> gaps = new ArrayList<>();
    for (int i = 0; i < reports.size(); i++) {
      ParticipantReport receiver = reports.get(i);
      for (StreamKey stream : expected(reports, i)) {
        receiver
            .of(stream)
            .map(got ->
                new GapReport.Gap(
                    receiver.id(),
                    stream,
                    got.longestGapNanos(),
                    got.longestGapStartNanos(),
                    got.silenceNanos() == got.longestGapNanos()))
            .ifPresent(gaps::add);
      }
    }
    return new GapReport(scenario, engine.report().longestStallNanos(), gaps);
  }
}
