package sfu.load.wire;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.Seat;

/** A participant as a load run knows it. */
record WireAttendee(Seat seat, Participant participant) implements Attendee {

  private static final long ANSWER_SECONDS = 30;

  @Override
  public void leave() {
    participant.leave();
  }

  @Override
  public AttendeeReport report() throws InterruptedException {
    return answer(participant.attendeeReport());
  }

  /** What a loop was asked for. */
  static <T> T answer(CompletableFuture<T> asked) throws InterruptedException {
    try {
      return asked.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a media thread doesn't answer", e);
    }
  }
}
