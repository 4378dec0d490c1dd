package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EarlyEndTest {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final RunClock.System clock = new RunClock.System();
  private final AtomicInteger ends = new AtomicInteger();
  private final EarlyEnd end =
      new EarlyEnd(
          clock, new LiveLine(new PrintStream(said), false), "soon (again: at once)", ends::incrementAndGet);

  @Test
  void theFirstTimeEndsTheRunAndSaysHowToEndItAtOnce() {
    end.asked();

    assertThat(clock.isStopped()).isTrue();
    assertThat(ends).hasValue(0);
    assertThat(said.toString()).contains("again: at once");
  }

  @Test
  void theSecondTimeEndsAtOnce() {
    end.asked();
    end.asked();

    assertThat(ends).hasValue(1);
  }
}
