package sfu.load.run;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import sfu.load.client.Channel;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.protocol.ortc.StreamType;

/** A channel and who is in it. For one thread. */
final class Room {

  private final Channel channel;
  private final List<Member> members = new ArrayList<>();
  private final BitSet taken = new BitSet();

  /**
   * Somebody in the channel.
   *
   * @param position that it takes there, 0 the first
   * @param heardAtOnce whether somebody was there to get media from when it joined
   */
  record Member(Attendee attendee, int position, long joinedNanos, boolean heardAtOnce) {

    boolean sends() {
      return !attendee.seat().sends().isEmpty();
    }
  }

  Room(Channel channel) {
    this.channel = channel;
  }

  Channel channel() {
    return channel;
  }

  /** In the order of their joining. */
  List<Member> members() {
    return Collections.unmodifiableList(members);
  }

  void add(Member member) {
    members.add(member);
    taken.set(member.position);
  }

  void remove(Member member) {
    members.remove(member);
    taken.clear(member.position);
  }

  int size() {
    return members.size();
  }

  boolean anybodySends() {
    return members.stream().anyMatch(Member::sends);
  }

  /** Whether there is anybody to get media from. */
  boolean othersSend(Member member) {
    return members.stream().anyMatch(other -> other != member && other.sends());
  }

  /** The first position that nobody has. */
  int freePosition() {
    return taken.nextClearBit(0);
  }

  /** Whether somebody's media came, or nobody is there to get it from. */
  boolean hasCome(Member member, AttendeeReport report) {
    return report.firstMediaNanos() >= 0 || report.connected() && !othersSend(member);
  }

  /** What the server should say of it. */
  Venue.Census census() {
    return new Venue.Census(members.size(), showing(StreamType.CAMERA), showing(StreamType.SCREEN), 0);
  }

  private int showing(StreamType type) {
    return (int) members.stream().filter(member -> member.attendee.seat().videos().containsKey(type)).count();
  }
}
