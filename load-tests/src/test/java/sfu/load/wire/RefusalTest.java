package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.load.client.ScriptedServer;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.Seat;
import sfu.protocol.signal.SessionId;

/** Whom of those that it lost a server sent away, and whom a machine without processor time may have cost. */
class RefusalTest {

  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private ScriptedServer server;
  private WireEngine engine;

  @BeforeEach
  void open() throws Exception {
    server = new ScriptedServer();
    engine = new WireEngine(1);
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
    server.close();
    assertThat(engine.report().defects()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {4106, 4108, 4109, 1001})
  void whomTheServerSendsAwayItRefused(int code) throws Exception {
    assertThat(closedWith(code).refused()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {4107, 1011})
  void whoIsTooSlowForTheServerIsNotRefused(int code) throws Exception {
    assertThat(closedWith(code).refused()).isFalse();
  }

  @Test
  void whoseConnectionBreaksIsNotRefused() throws Exception {
    Attendee attendee = joined();

    server.cut();

    assertThat(awaitEnd(attendee).refused()).isFalse();
  }

  @Test
  void whoFailsByItselfIsNotRefused() throws Exception {
    Attendee attendee = joined();

    server.say("not the bus");

    AttendeeReport report = awaitEnd(attendee);
    assertThat(report.state()).startsWith("gone: closed with 1011");
    assertThat(report.refused()).isFalse();
  }

  @Test
  void whoLeavesIsNotRefused() throws Exception {
    Attendee attendee = joined();

    attendee.leave();

    assertThat(awaitEnd(attendee).refused()).isFalse();
  }

  private AttendeeReport closedWith(int code) throws Exception {
    Attendee attendee = joined();
    server.close(code);
    AttendeeReport report = awaitEnd(attendee);
    assertThat(report.state()).startsWith("gone: closed with " + code);
    return report;
  }

  private Attendee joined() throws Exception {
    Attendee attendee = engine.join(new Seat(SessionId.of(1), server.invitation(), true, Map.of()));
    server.accept();
    server.hear();
    server.say("");
    // The JDK's WebSocket may overlook an end of the stream that comes together with a message.
    await(attendee, report -> report.state().startsWith("authenticated"));
    return attendee;
  }

  private static AttendeeReport awaitEnd(Attendee attendee) throws InterruptedException {
    return await(attendee, report -> !report.inCall());
  }

  private static AttendeeReport await(Attendee attendee, Predicate<AttendeeReport> hoped)
      throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TIMEOUT_NANOS;
    AttendeeReport report = attendee.report();
    while (!hoped.test(report)) {
      assertThat(System.nanoTime()).as("%s", report).isLessThan(deadlineNanos);
      TimeUnit.MILLISECONDS.sleep(10);
      report = attendee.report();
    }
    return report;
  }
}
