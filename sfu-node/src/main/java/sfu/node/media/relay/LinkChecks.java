package sfu.node.media.relay;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import sfu.node.media.io.Addresses;
import sfu.node.media.io.Path;
import sfu.node.media.transport.LoopContext;
import sfu.protocol.ice.IceCheckClient;
import sfu.protocol.stun.Stun;
import sfu.protocol.stun.StunReader;

/**
 * One end's own checks of the way to the other (RFC 8445, 7.2): of the address that the other announced, of the one
 * that is in use, and of one that a check came from, which may be another where there is a NAT. Only an address that
 * answered is ever used: a check with a forged source proves nothing.
 */
final class LinkChecks {
  /** Until the first answer, checks are this far apart. */
  private static final long IMPATIENT_NANOS = 50_000_000L;

  private static final long PERIOD_NANOS = 1_000_000_000L;

  /** An address that doesn't answer for this long makes room for another. */
  private static final long PATIENCE_NANOS = 500_000_000L;

  /** Checks whose answers may still be on their way. */
  private static final int REMEMBERED = 16;

  private static final int PRIORITY = 0x7e00_00ff;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final LoopContext context;

  /** First part of all its transactions' ids: by it the worker knows whose an answer is. */
  private final int transactionHi = RANDOM.nextInt();

  private final long[] transactions = new long[REMEMBERED];
  private final Path[] checked = new Path[REMEMBERED];
  private int sent;
  private final StunReader reader = new StunReader();
  private IceCheckClient client;
  private Path announced;

  /** Where a check came from that is no proven address. */
  private Path prospect;

  private long prospectNanos;
  private boolean answered;
  private long nextNanos = Long.MAX_VALUE;

  LinkChecks(LoopContext context) {
    this.context = context;
  }

  int transactionHi() {
    return transactionHi;
  }

  /**
   * The other end is known: checks begin.
   *
   * @throws IllegalArgumentException if there is no way to such an address from this worker's socket
   */
  void start(String localUfrag, String remoteUfrag, String remotePassword, long addressHi, long addressLo, int port) {
    client = new IceCheckClient(localUfrag, remoteUfrag, remotePassword, RANDOM.nextLong());
    announced = context.io.udpPath(addressHi, addressLo, port);
    nextNanos = context.nowNanos();
  }

  /** Sends what is due; {@code selected} is the path in use, or null. Returns when the next check is. */
  long onTimer(Path selected, long now) {
    if (now < nextNanos) {
      return nextNanos;
    }
    nextNanos = now + (answered ? PERIOD_NANOS : IMPATIENT_NANOS);
    check(announced);
    if (selected != null && !isAt(announced, selected.addressHi(), selected.addressLo(), selected.port())) {
      check(selected);
    }
    return nextNanos;
  }

  /** A check came from an address that isn't proven. Where its answer goes; null if it gets none for now. */
  Path answerTo(long addressHi, long addressLo, int port, long now) {
    if (isAt(announced, addressHi, addressLo, port)) {
      return announced;
    }
    if (isAt(prospect, addressHi, addressLo, port)) {
      return prospect;
    }
    if (prospect != null && now - prospectNanos < PATIENCE_NANOS) {
      return null;
    }
    if (prospect != null) {
      prospect.close();
    }
    prospect = context.io.udpPath(addressHi, addressLo, port);
    prospectNanos = now;
    if (client != null) {
      check(prospect);
    }
    return prospect;
  }

  /** Whether this answers one of the checks, from the address that was checked. Each is answered once. */
  boolean isAnswer(MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    if (client == null || !reader.wrap(segment, offset, length) || reader.type() != Stun.BINDING_SUCCESS) {
      return false;
    }
    for (int i = 0; i < REMEMBERED; i++) {
      if (checked[i] != null && transactions[i] == reader.transactionLo()) {
        boolean ours =
            isAt(checked[i], addressHi, addressLo, port)
                && client.onResponse(segment, offset, length) == IceCheckClient.SUCCESS;
        if (ours) {
          checked[i] = null;
          answered = true;
        }
        return ours;
      }
    }
    return false;
  }

  private void check(Path path) {
    int slot = sent++ & (REMEMBERED - 1);
    transactions[slot] = RANDOM.nextLong();
    checked[slot] = path;
    long at = context.io.reserve(path, IceCheckClient.MAX_CHECK_LENGTH);
    if (at >= 0) {
      MemorySegment out = context.io.outBuffer();
      context.io.commit(client.writeCheck(out, at, transactionHi, transactions[slot], PRIORITY, true));
    }
  }

  private static boolean isAt(Path path, long addressHi, long addressLo, int port) {
    return path != null && path.addressHi() == addressHi && path.addressLo() == addressLo && path.port() == port;
  }

  /** "10.0.0.1:40000" that is checked. */
  String target() {
    return announced == null
        ? "nowhere yet"
        : Addresses.toInetAddress(announced.addressHi(), announced.addressLo()).getHostAddress()
            + ":"
            + announced.port();
  }

  void close() {
    if (announced != null) {
      announced.close();
    }
    if (prospect != null) {
      prospect.close();
    }
  }
}
