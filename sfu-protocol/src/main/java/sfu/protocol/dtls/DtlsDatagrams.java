package sfu.protocol.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsCloseable;

/**
 * The network as Bouncy Castle sees it: a bounded queue of what came in, and a buffer that gathers the records of a
 * flight into as few datagrams as the MTU allows. Everything but {@link #offer} and {@link #requestClose} belongs to
 * the endpoint's thread.
 */
final class DtlsDatagrams implements DatagramTransport {
  /** Longest datagram taken, in bytes: what fits an Ethernet frame, and some. */
  private static final int RECEIVE_LIMIT = 2048;

  private static final int MAX_QUEUED = 64;
  private static final int MAX_QUEUED_BYTES = 64 * 1024;
  private static final byte[] WAKE_UP = new byte[0];

  private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final AtomicInteger queuedBytes = new AtomicInteger();
  private final DtlsRecords records;
  private final DtlsTimings timings;
  private final Consumer<byte[]> sender;
  private final byte[] gathered;
  private int gatheredLength;
  private byte[] admitted;
  private int admittedAt;
  private int admittedEnd;
  private TlsCloseable session;
  private volatile boolean closeRequested;
  private boolean closed;
  private boolean connected;
  private long lastProgressNanos = System.nanoTime();
  private int suspectAlert = DtlsRecords.NO_ALERT;
  private long suspectAlertNanos;

  DtlsDatagrams(int mtu, DtlsRecords records, DtlsTimings timings, Consumer<byte[]> sender) {
    this.gathered = new byte[mtu];
    this.records = records;
    this.timings = timings;
    this.sender = sender;
  }

  /** Queues what came in; drops it when too much waits already. Any thread, never blocks. */
  void offer(byte[] datagram) {
    if (datagram.length > RECEIVE_LIMIT || closeRequested) {
      return;
    }
    if (queuedBytes.addAndGet(datagram.length) > MAX_QUEUED_BYTES || !queue.offer(datagram)) {
      queuedBytes.addAndGet(-datagram.length);
    }
  }

  /** Makes the endpoint's thread say goodbye and end. Any thread, never blocks. */
  void requestClose() {
    closeRequested = true;
    queue.offer(WAKE_UP); // refused only by a full queue, whose reader is not asleep
  }

  boolean closeRequested() {
    return closeRequested;
  }

  /** What says goodbye, from when there is something to say goodbye with. */
  void session(TlsCloseable session) {
    this.session = session;
  }

  /** Ends the handshake's time limits. */
  void connected() {
    connected = true;
    flush();
  }

  @Override
  public int getReceiveLimit() {
    return RECEIVE_LIMIT;
  }

  @Override
  public int getSendLimit() {
    return gathered.length;
  }

  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
    flush(); // Bouncy Castle listens when its flight is complete
    if (admittedAt < admittedEnd) {
      return nextRecord(buffer, offset);
    }
    long startNanos = System.nanoTime();
    long waitNanos = waitMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(waitMillis);
    while (true) {
      endIfRequested();
      long nowNanos = System.nanoTime();
      long leftNanos = waitNanos - (nowNanos - startNanos);
      if (leftNanos <= 0) {
        return -1;
      }
      byte[] datagram = next(Math.min(leftNanos, nanosToVerdict(nowNanos)));
      if (datagram != null && admit(datagram)) {
        return nextRecord(buffer, offset);
      }
    }
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    if (closed) {
      return;
    }
    if (length > gathered.length - gatheredLength) {
      flush();
    }
    System.arraycopy(buffer, offset, gathered, gatheredLength, length);
    gatheredLength += length;
  }

  /** Called by Bouncy Castle when either side has ended the session. */
  @Override
  public void close() {
    flush();
    closed = true;
  }

  private void flush() {
    if (gatheredLength > 0) {
      byte[] datagram = Arrays.copyOf(gathered, gatheredLength);
      gatheredLength = 0;
      sender.accept(datagram);
    }
  }

  private void endIfRequested() throws IOException {
    if (closeRequested) {
      session.close();
    }
    if (closeRequested || closed) {
      throw new IOException("closed");
    }
  }

  private byte[] next(long waitNanos) throws InterruptedIOException {
    try {
      byte[] datagram = queue.poll(waitNanos, TimeUnit.NANOSECONDS);
      if (datagram != null) {
        queuedBytes.addAndGet(-datagram.length);
      }
      return datagram;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /**
   * Hands over one record: of a datagram whose first record is of a past epoch, Bouncy Castle would drop the others
   * too.
   */
  private int nextRecord(byte[] buffer, int offset) {
    int length = DtlsRecords.recordLength(admitted, admittedAt);
    System.arraycopy(admitted, admittedAt, buffer, offset, length);
    admittedAt += length;
    return length;
  }

  private boolean admit(byte[] datagram) {
    admitted = datagram;
    admittedAt = 0;
    admittedEnd = records.admit(datagram);
    if (admittedEnd > 0) {
      lastProgressNanos = System.nanoTime();
      suspectAlert = DtlsRecords.NO_ALERT;
    }
    int alert = records.alert();
    if (alert != DtlsRecords.NO_ALERT && ends(alert) && suspectAlert == DtlsRecords.NO_ALERT) {
      suspectAlert = alert;
      suspectAlertNanos = System.nanoTime();
    }
    return admittedEnd > 0;
  }

  private static boolean ends(int alert) {
    return alert >>> 8 == AlertLevel.fatal || (alert & 0xFF) == AlertDescription.close_notify;
  }

  /** How long the handshake may still wait; throws when that time is over. */
  private long nanosToVerdict(long nowNanos) throws IOException {
    if (connected) {
      return Long.MAX_VALUE;
    }
    long idleNanos = lastProgressNanos + TimeUnit.MILLISECONDS.toNanos(timings.idleMillis()) - nowNanos;
    if (idleNanos <= 0) {
      throw new IOException("the peer sent nothing usable for " + timings.idleMillis() + " ms");
    }
    if (suspectAlert == DtlsRecords.NO_ALERT) {
      return idleNanos;
    }
    long alertNanos = suspectAlertNanos + TimeUnit.MILLISECONDS.toNanos(timings.alertMillis()) - nowNanos;
    if (alertNanos <= 0) {
      throw new IOException("the peer sent alert " + AlertDescription.getText((short) (suspectAlert & 0xFF)));
    }
    return Math.min(idleNanos, alertNanos);
  }
}
