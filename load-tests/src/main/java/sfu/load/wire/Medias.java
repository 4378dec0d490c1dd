package sfu.load.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * What one participant's connections set up, newest last: one in the usual case, two while a call moves. Confined to
 * its loop.
 */
final class Medias {

  private final List<Media> medias = new ArrayList<>(2);
  private long strayBefore;

  /** Media with the connection that set it up. */
  record Media(Connection connection, MediaSession session) {}

  void add(Connection connection, MediaSession session) {
    medias.add(new Media(connection, session));
  }

  int size() {
    return medias.size();
  }

  /** Null if there is none. */
  Media newest() {
    return medias.isEmpty() ? null : medias.getLast();
  }

  /** What the connection set up last; null if it set up nothing or that has ended. */
  MediaSession newestOf(Connection connection) {
    for (Media media : medias.reversed()) {
      if (media.connection == connection) {
        return media.session;
      }
    }
    return null;
  }

  boolean isNewest(MediaSession session) {
    return !medias.isEmpty() && medias.getLast().session == session;
  }

  boolean contains(MediaSession session) {
    return medias.stream().anyMatch(media -> media.session == session);
  }

  List<MediaSession> sessions() {
    return medias.stream().map(Media::session).toList();
  }

  /** Whether the newest is set up and everything that still flows on an older one flows on it too. */
  boolean newestFlows(long nowNanos) {
    MediaSession newest = medias.getLast().session;
    boolean flows = newest.isReady();
    for (int i = 0; i < medias.size() - 1 && flows; i++) {
      flows = newest.takesOverFrom(medias.get(i).session, nowNanos);
    }
    return flows;
  }

  /** Packets that no announced stream explained. */
  long strayPackets() {
    return strayBefore + medias.stream().mapToLong(media -> media.session.strayPackets()).sum();
  }

  void close() {
    closeOldest(medias.size());
  }

  /** Closes all but the newest. */
  void closeOlder() {
    closeOldest(medias.size() - 1);
  }

  private void closeOldest(int count) {
    for (int i = 0; i < count; i++) {
      MediaSession session = medias.removeFirst().session;
      strayBefore += session.strayPackets();
      session.close();
    }
  }
}
