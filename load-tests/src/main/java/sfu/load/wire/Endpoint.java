package sfu.load.wire;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.dtls.Dtls;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.DtlsEndpoint;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.dtls.SrtpKeys;
import sfu.protocol.ice.IceCheckClient;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.IceCandidate;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtp.Rtp;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.srtp.SrtpProfile;
import sfu.protocol.srtp.SrtpReceiver;
import sfu.protocol.srtp.SrtpSender;
import sfu.protocol.stream.RttEstimator;

/**
 * A client's end of one transport on a socket of its own: checks the server's best UDP candidate as a browser does (RFC
 * 8445, RFC 7675), speaks DTLS as the client and then SRTP. Confined to its loop.
 */
final class Endpoint extends TimerHeap.Timed implements RtpOut, Sockets.Receiver {

  /** What the transport carries, and its end. Called by the loop. */
  interface Media {

    /** SRTP is ready both ways. */
    void onConnected();

    /** A decrypted packet; valid during the call. */
    void onRtp(RtpPacket rtp, long nowNanos);

    /** {@code reader} stands on one packet of a compound. */
    void onRtcp(RtcpReader reader, long nowNanos);

    /** It is over, for this reason; not called after {@link #close}. */
    void onFailed(String reason);
  }

  /** One for all: what a certificate costs to make is no part of a call. */
  private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate();

  private static final int DTLS_MTU = 1200;
  private static final int PRIORITY = 0x6e7f_00ff;
  private static final long FIRST_RETRY_NANOS = 50_000_000;
  private static final long MAX_RETRY_NANOS = 480_000_000;

  /** How often Chromium checks a path that works. */
  private static final long CHECK_NANOS = 2_500_000_000L;

  /** For DTLS to say goodbye on its own thread. */
  private static final long FAREWELL_NANOS = 300_000_000;

  /**
   * Packets kept while the handshake's last flight is on its way through its own thread: the server begins when it has
   * sent that, and a browser, which handles it where packets arrive, loses none of them.
   */
  private static final int MAX_EARLY = 256;

  private final WireLoop loop;
  private final TransportConfig config;
  private final long patienceNanos;
  private final Media media;
  private final Sockets.Socket socket;
  private final IceCheckClient ice;
  private final RttEstimator rtt = new RttEstimator();
  private final RtpPacket rtp = new RtpPacket();
  private final RtcpReader rtcp = new RtcpReader();
  private final List<byte[]> early = new ArrayList<>(0);
  private DtlsEndpoint dtls;
  private SrtpSender sender;
  private SrtpReceiver receiver;
  private long checkSentNanos;
  private long retryNanos = FIRST_RETRY_NANOS;
  private long heardNanos;
  private boolean answered;
  private boolean dismissed;
  private long checks;
  private int transportSequence;
  private boolean closed;
  private boolean gone;

  private Endpoint(
      WireLoop loop, TransportConfig config, InetSocketAddress server, long patienceNanos, Media media)
      throws IOException {
    this.loop = loop;
    this.config = config;
    this.patienceNanos = patienceNanos;
    this.media = media;
    this.ice =
        new IceCheckClient(
            "wire",
            config.iceParameters().usernameFragment(),
            config.iceParameters().password(),
            ThreadLocalRandom.current().nextLong());
    this.heardNanos = loop.nowNanos();
    this.socket = loop.sockets.connect(server, this);
  }

  /**
   * Opens a socket and begins to check. On the loop's thread.
   *
   * @param patienceNanos after such a silence, checks unanswered, it is over
   * @throws IOException if there is no socket left, or no UDP candidate
   */
  static Endpoint open(WireLoop loop, TransportConfig config, long patienceNanos, Media media) throws IOException {
    IceCandidate candidate =
        config.iceCandidates().stream()
            .filter(c -> c.protocol().equals("udp"))
            .max(Comparator.comparingLong(IceCandidate::priority))
            .orElseThrow(() -> new IOException("the server offers no UDP candidate"));
    InetSocketAddress server = new InetSocketAddress(candidate.address(), candidate.port());
    Endpoint endpoint = new Endpoint(loop, config, server, patienceNanos, media);
    loop.timers.schedule(endpoint, loop.nowNanos());
    return endpoint;
  }

  /** What the server is to know of this side's DTLS. */
  static DtlsParameters dtlsParameters() {
    return new DtlsParameters("client", List.of(CERTIFICATE.fingerprint("sha-256")));
  }

  boolean isConnected() {
    return sender != null && !closed && !dismissed;
  }

  /** Of the connectivity checks; 0 before the first answer. */
  long rttNanos() {
    return rtt.rttNanos();
  }

  // -- checks --------------------------------------------------------------------------------------------------------

  @Override
  protected long onTimer(long nowNanos) {
    if (nowNanos - heardNanos >= patienceNanos) {
      fail("nothing heard of the server for " + patienceNanos / 1_000_000_000 + " s");
      return Long.MAX_VALUE;
    }
    MemorySegment out = loop.scratch.out;
    // The client is controlling, and a lite agent takes the first nomination: every check may nominate.
    int length = ice.writeCheck(out, 0, 0, ++checks, PRIORITY, true);
    checkSentNanos = nowNanos;
    sendControl(length);
    long next = nowNanos + retryNanos;
    retryNanos = Math.min(MAX_RETRY_NANOS, retryNanos * 2);
    return next;
  }

  private void onStun(MemorySegment in, long offset, int length, long nowNanos) {
    if (ice.onResponse(in, offset, length) != IceCheckClient.SUCCESS) {
      return;
    }
    if (ice.transactionLo() == checks) {
      rtt.onSample(nowNanos - checkSentNanos);
    }
    retryNanos = MAX_RETRY_NANOS;
    loop.timers.schedule(this, nowNanos + CHECK_NANOS);
    if (!answered) {
      answered = true;
      startDtls();
    }
  }

  // -- DTLS ----------------------------------------------------------------------------------------------------------

  private void startDtls() {
    dtls =
        DtlsEndpoint.start(
            DtlsRole.CLIENT,
            CERTIFICATE,
            config.dtlsParameters().fingerprints(),
            List.of(SrtpProfile.values()),
            DTLS_MTU,
            loop.handshakes,
            new DtlsListener());
  }

  /** Called on the handshake's thread. */
  private final class DtlsListener implements DtlsEndpoint.Listener {
    @Override
    public void onSend(byte[] datagram) {
      loop.execute(() -> {
        if (!gone) {
          MemorySegment.copy(datagram, 0, loop.scratch.out, ValueLayout.JAVA_BYTE, 0, datagram.length);
          sendControl(datagram.length);
        }
      });
    }

    @Override
    public void onConnected(SrtpKeys keys) {
      loop.execute(() -> connected(keys));
    }

    @Override
    public void onFailed(String reason) {
      loop.execute(() -> fail("DTLS failed: " + reason));
    }

    @Override
    public void onClosed() {
      // A browser's connection doesn't end by it: it notices that checks are answered no longer.
      loop.execute(() -> dismissed = true);
    }
  }

  private void connected(SrtpKeys keys) {
    if (!closed) {
      sender = loop.crypto.sender(keys.profile(), keys.localKey(), keys.localSalt());
      receiver = loop.crypto.receiver(keys.profile(), keys.remoteKey(), keys.remoteSalt());
      media.onConnected();
      for (int i = 0; i < early.size() && !closed; i++) {
        byte[] datagram = early.get(i);
        MemorySegment.copy(datagram, 0, loop.scratch.early, ValueLayout.JAVA_BYTE, 0, datagram.length);
        onDatagram(loop.scratch.early, 0, datagram.length, loop.nowNanos());
      }
      early.clear();
    }
  }

  // -- in ------------------------------------------------------------------------------------------------------------

  @Override
  public void onDatagram(MemorySegment in, long offset, int length, long arrivalNanos) {
    if (closed) {
      return;
    }
    heardNanos = arrivalNanos;
    if (Rtp.looksLike(in, offset, length)) {
      if (receiver != null) {
        onSrtp(in, offset, length, arrivalNanos);
      } else {
        keep(in, offset, length);
      }
    } else if (Rtcp.looksLike(in, offset, length)) {
      if (receiver != null) {
        onSrtcp(in, offset, length, arrivalNanos);
      } else {
        keep(in, offset, length);
      }
    } else if (Dtls.looksLike(in, offset, length)) {
      if (dtls != null) {
        dtls.receive(in.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
      }
    } else {
      onStun(in, offset, length, arrivalNanos);
    }
  }

  private void keep(MemorySegment in, long offset, int length) {
    if (early.size() < MAX_EARLY && length <= Scratch.PACKET_BYTES) {
      early.add(in.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private void onSrtp(MemorySegment in, long offset, int length, long nowNanos) {
    MemorySegment plain = loop.scratch.plain;
    if (length > Scratch.PACKET_BYTES || !rtp.wrapHeader(in, offset, length)) {
      return;
    }
    int plainLength = receiver.unprotectRtp(in, offset, length, rtp.headerLength(), plain, 0);
    if (plainLength > 0 && rtp.rewrap(plain, 0, plainLength)) {
      loop.totals.packetsIn++;
      loop.totals.bytesIn += plainLength;
      media.onRtp(rtp, nowNanos);
    }
  }

  private void onSrtcp(MemorySegment in, long offset, int length, long nowNanos) {
    loop.totals.controlIn++;
    int plainLength = receiver.unprotectRtcp(in, offset, length);
    if (plainLength > 0) {
      rtcp.wrap(in, offset, plainLength);
      while (rtcp.next() && !closed) {
        media.onRtcp(rtcp, nowNanos);
      }
    }
  }

  // -- out -----------------------------------------------------------------------------------------------------------

  @Override
  public int nextTransportSequence() {
    return transportSequence++ & 0xffff;
  }

  @Override
  public void sendRtp(
      MemorySegment head, int headerLength, int prefixLength, MemorySegment payload, long offset, int length) {
    if (isConnected()) {
      MemorySegment out = loop.sockets.out();
      long at = socket.reserve();
      MemorySegment.copy(head, 0, out, at, prefixLength);
      int protectedLength = sender.protectRtp(out, at, headerLength, prefixLength, payload, offset, length);
      socket.send(protectedLength);
      loop.totals.packetsOut++;
      loop.totals.bytesOut += prefixLength + length;
    }
  }

  /** Where a compound RTCP packet is to be written for {@link #sendRtcp}, from the segment's begin. */
  MemorySegment rtcpBuffer() {
    return loop.scratch.out;
  }

  /** Protects and sends what was written to {@link #rtcpBuffer}. */
  void sendRtcp(int length) {
    if (isConnected() && length > 0) {
      sendControl(sender.protectRtcp(loop.scratch.out, 0, length));
    }
  }

  /** Sends the first bytes of the scratch's out buffer. */
  private void sendControl(int length) {
    MemorySegment.copy(loop.scratch.out, 0, loop.sockets.out(), socket.reserve(), length);
    socket.send(length);
    loop.totals.controlOut++;
  }

  // -- end -----------------------------------------------------------------------------------------------------------

  private void fail(String reason) {
    if (!closed) {
      close();
      media.onFailed(reason);
    }
  }

  /** Says goodbye, if the server is there to hear it, and frees everything. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    loop.timers.cancel(this);
    if (sender != null) {
      sender.close();
      receiver.close();
    }
    if (dtls == null) {
      closeSocket();
      return;
    }
    dtls.close();
    loop.timers.schedule(new Farewell(), loop.nowNanos() + FAREWELL_NANOS);
  }

  private final class Farewell extends TimerHeap.Timed {
    @Override
    protected long onTimer(long nowNanos) {
      closeSocket();
      return Long.MAX_VALUE;
    }
  }

  private void closeSocket() {
    gone = true;
    socket.close();
  }
}
