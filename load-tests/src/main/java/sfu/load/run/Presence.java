package sfu.load.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.load.run.Room.Member;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.StreamType;

/**
 * Who gets what: everybody should get what everybody else in the channel sends.
 *
 * @param reports of all who are there
 * @param problems who was lost, and what doesn't come
 */
record Presence(List<AttendeeReport> reports, List<Breach> problems) {

  /** What was silent for so long no longer comes; a screen may well send only a few packets a second. */
  private static final long SILENT_NANOS = 3_000_000_000L;

  private static final int NAMED = 3;

  static Presence of(List<Room> rooms) throws InterruptedException {
    List<AttendeeReport> reports = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    int streams = 0;
    for (Room room : rooms) {
      List<StreamKey> sent = sentIn(room);
      for (Member member : room.members()) {
        AttendeeReport report = member.attendee().report();
        reports.add(report);
        if (!report.inCall()) {
          lost.add(report.id() + " (" + report.state() + ")");
          continue;
        }
        for (StreamKey key : sent) {
          if (key.sessionId().equals(report.id())) {
            continue;
          }
          streams++;
          report
              .of(key)
              .map(Presence::obstacle)
              .orElse("was never told of it")
              .lines()
              .forEach(why -> missing.add("%s's of %s (%s)".formatted(report.id(), key, why)));
        }
      }
    }
    List<Breach> problems = new ArrayList<>();
    if (!lost.isEmpty()) {
      boolean refused = reports.stream().anyMatch(AttendeeReport::refused);
      problems.add(
          new Breach(
              "%d of %d participants were lost: %s".formatted(lost.size(), reports.size(), few(lost)), !refused));
    }
    if (!missing.isEmpty()) {
      problems.add(
          new Breach("%d of %d streams don't come: %s".formatted(missing.size(), streams, few(missing)), true));
    }
    return new Presence(reports, problems);
  }

  private static List<StreamKey> sentIn(Room room) {
    List<StreamKey> keys = new ArrayList<>();
    for (Member member : room.members()) {
      for (StreamType type : member.attendee().seat().sends()) {
        keys.add(new StreamKey(member.attendee().seat().id(), type));
      }
    }
    return keys;
  }

  /** Why a stream that was announced isn't as it should be; empty if it is. */
  private static String obstacle(StreamQuality quality) {
    if (quality.packets() == 0) {
      return "no packet";
    }
    if (quality.stream().type().kind() == MediaKind.VIDEO && quality.frames() == 0) {
      return "no whole frame";
    }
    return quality.silenceNanos() > SILENT_NANOS
        ? "silent for %.1f s".formatted(quality.silenceNanos() / 1e9)
        : "";
  }

  /** The first ones by name. */
  static String few(List<String> all) {
    String named = all.stream().limit(NAMED).collect(Collectors.joining(", "));
    return all.size() > NAMED ? named + " and " + (all.size() - NAMED) + " more" : named;
  }
}
