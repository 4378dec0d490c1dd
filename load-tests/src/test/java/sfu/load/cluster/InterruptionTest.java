package sfu.load.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.load.wire.Behaviour;
import sfu.load.wire.GapReport;
import sfu.load.wire.ParticipantReport;

/**
 * Three real nodes, a call of our clients and stock ones, and something that happens to one of the nodes: everybody
 * hears everybody again, and nobody is closed for good. How long that took is printed, not judged: it depends on the
 * machine.
 */
class InterruptionTest {

  @ParameterizedTest
  @EnumSource(Interruption.class)
  void everybodyHearsEverybodyAgain(Interruption interruption) throws Exception {
    InterruptionRun.Result result = InterruptionRun.of(interruption, List.of(Behaviour.OURS, Behaviour.STOCK));
    System.out.print(GapReport.table(result.gaps()));
    result.gaps().forEach(report -> System.out.print(report.people()));
    for (ParticipantReport person : result.people()) {
      assertThat(person.inCall()).as("%s", person).isTrue();
      assertThat(person.closeCodes()).as("none that is final").doesNotContain(4106, 4108, 4109);
    }
  }
}
