package sfu.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.StreamQuality;

class ReportFolderTest {
  @TempDir private Path folder;

  @Test
  void leavesAPageAndItsData() throws IOException {
    Path page = ReportFolder.write(folder.resolve("a/b"), SampleResults.meeting());

    assertThat(page).isEqualTo(folder.resolve("a/b/report.html")).content().startsWith("<!DOCTYPE html>");
    assertThat(folder.resolve("a/b/report.json")).isRegularFile();
  }

  @Test
  void replacesThoseOfAnEarlierRun() throws IOException {
    ReportFolder.write(folder, SampleResults.meeting());
    ReportFolder.write(folder, SampleResults.nothing());

    assertThat(json().get("runs")).isEmpty();
    assertThat(folder.resolve("report.html")).content().doesNotContain("1014");
  }

  @Test
  void dataHasTheNamesOfTheRecordsAndNoOthers() throws IOException {
    ReportFolder.write(folder, SampleResults.comparison());

    JsonNode run = json().get("runs").get(0);
    assertNamed(json(), LoadResult.class);
    assertNamed(json().get("comparison").get(0), LoadResult.Ratio.class);
    assertNamed(run, RunResult.class);
    assertNamed(run.get("total"), RunResult.Total.class);
    assertNamed(run.get("seconds").get(3), RunResult.Second.class);
    assertNamed(run.get("total").get("delay"), RunResult.Delay.class);
    assertNamed(run.get("attendees").get(0), AttendeeReport.class);
    assertNamed(run.get("attendees").get(0).get("streams").get(0), StreamQuality.class);
  }

  @Test
  void dataHasEverybodyAndTheirNumbers() throws IOException {
    LoadResult result = SampleResults.meeting();
    ReportFolder.write(folder, result);

    RunResult run = result.runs().getFirst();
    JsonNode json = json().get("runs").get(0);
    assertThat(json.get("attendees")).hasSize(run.attendees().size());
    assertThat(json.get("seconds")).hasSize(run.seconds().size());
    assertThat(json.get("total").get("delay").get("p99").doubleValue()).isEqualTo(run.total().delay().p99());
    assertThat(json.get("seconds").get(40).get("inPps").doubleValue()).isEqualTo(run.seconds().get(40).inPps());
    assertThat(json.get("attendees").get(0).get("id").intValue()).isEqualTo(1000);
    assertThat(json.get("attendees").get(0).get("firstMediaNanos").longValue()).isEqualTo(-1);
  }

  @Test
  void whatWasNotMeasuredIsNull() throws IOException {
    ReportFolder.write(folder, SampleResults.interrupted());

    JsonNode run = json().get("runs").get(0);
    assertThat(run.get("total").get("delay").get("p50").isNull()).isTrue();
    assertThat(run.get("seconds").get(0).get("serverCpu").isNull()).isTrue();
    assertThat(Files.readString(folder.resolve("report.json"))).doesNotContain("NaN");
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
  }

  private static void assertNamed(JsonNode json, Class<? extends Record> type) {
    List<String> names = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    assertThat(json.fieldNames()).toIterable().containsExactlyElementsOf(names);
  }
}
