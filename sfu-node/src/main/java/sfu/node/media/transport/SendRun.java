package sfu.node.media.transport;

import java.util.Arrays;

/** The transports that have something to do at the end of this turn of the loop. Confined to its thread. */
public final class SendRun {
  /** A transport that sends on what others receive. */
  public interface Member {
    /** Chooses anew what it sends; was asked for by {@link SendRun#addAllocation}. */
    void allocate();

    /** Sends what it took during this turn; was asked for by {@link SendRun#add}. */
    void flush();

    /** A defect of ours met it in one of these. */
    void failed(RuntimeException defect);
  }

  private Member[] sending = new Member[64];
  private int sendingCount;
  private Member[] allocating = new Member[64];
  private int allocatingCount;

  public void add(Member member) {
    if (sendingCount == sending.length) {
      sending = Arrays.copyOf(sending, sendingCount * 2);
    }
    sending[sendingCount++] = member;
  }

  public void addAllocation(Member member) {
    if (allocatingCount == allocating.length) {
      allocating = Arrays.copyOf(allocating, allocatingCount * 2);
    }
    allocating[allocatingCount++] = member;
  }

  /**
   * Lets those choose their layers for which something changed. Before packets are offered: the first of a new layer
   * is a key frame's, which nobody is to miss.
   */
  public void allocate() {
    for (int i = 0; i < allocatingCount; i++) {
      Member member = allocating[i];
      allocating[i] = null;
      try {
        member.allocate();
      } catch (RuntimeException e) {
        member.failed(e);
      }
    }
    allocatingCount = 0;
  }

  /** Lets each send: receivers outside, packets inside, so that each receiver's packets lie side by side. */
  public void flush() {
    for (int i = 0; i < sendingCount; i++) {
      Member member = sending[i];
      sending[i] = null;
      try {
        member.flush();
      } catch (RuntimeException e) {
        member.failed(e);
      }
    }
    sendingCount = 0;
  }
}
