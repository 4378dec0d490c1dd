package sfu.load.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import sfu.load.sdp.ServerDescription.Received;

/**
 * The sections in which a client receives, in the order of its description, from which none can be taken away. As
 * mediasoup-client does, a stream takes the place of an ended one of its kind, so that coming and going doesn't make
 * the description grow. Not thread-safe.
 */
public final class ReceivedSections {

  private final List<Received> sections = new ArrayList<>();

  /** A stream begins. */
  public void add(Received added) {
    // The first section carries the transport for all, so it is never refused and its place never free.
    for (int i = 1; i < sections.size(); i++) {
      Received section = sections.get(i);
      if (!section.active() && section.kind() == added.kind()) {
        sections.set(i, added);
        return;
      }
    }
    sections.add(added);
  }

  /** The streams with these ids end; true if there was one that had not. */
  public boolean end(Predicate<String> ends) {
    boolean changed = false;
    for (int i = 0; i < sections.size(); i++) {
      Received section = sections.get(i);
      if (section.active() && ends.test(section.id())) {
        sections.set(i, new Received(section.id(), section.kind(), section.parameters(), false));
        changed = true;
      }
    }
    return changed;
  }

  /** For {@link ServerDescription#offer}. */
  public List<Received> all() {
    return List.copyOf(sections);
  }
}
