package sfu.node.media.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.DtlsEndpoint;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.dtls.SrtpKeys;
import sfu.protocol.ice.IceCheckClient;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.srtp.SrtpCrypto;
import sfu.protocol.srtp.SrtpError;
import sfu.protocol.srtp.SrtpProfile;
import sfu.protocol.srtp.SrtpReceiver;
import sfu.protocol.srtp.SrtpSender;

/** The client's end of one transport: full ICE, DTLS and SRTP, on a wire that may be exchanged for another. */
final class ClientTransport implements AutoCloseable {
  private static final long CHECK_NANOS = 5 * VirtualClock.SECOND;
  private static final int PRIORITY = 1_853_693_695;
  private static final int ROOM = 4096;

  /** What the transport carries. */
  interface Media {
    void onRtp(RtpPacket rtp, long nowNanos);

    /** {@code reader} stands on one packet of a compound. */
    void onRtcp(RtcpReader reader, long nowNanos);

    /** A millisecond has passed. */
    void tick(long nowNanos);
  }

  final TransportConfig config;
  final List<SrtpProfile> profiles;
  private final VirtualClock clock;
  private final IceCheckClient ice;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment plain = arena.allocate(ROOM, 64);
  private final MemorySegment cipher = arena.allocate(ROOM, 64);
  private final MemorySegment received = arena.allocate(ROOM, 64);
  private final MemorySegment receivedPlain = arena.allocate(ROOM, 64);
  private final RtpPacket rtp = new RtpPacket();
  private final RtcpReader rtcp = new RtcpReader();
  private final PacketIndexCheck indices = new PacketIndexCheck();
  private final ConcurrentLinkedQueue<byte[]> dtlsOut = new ConcurrentLinkedQueue<>();
  private Wire wire;
  private Media media;
  private DtlsEndpoint dtls;
  private volatile SrtpKeys keys;
  private volatile String failure;
  private volatile boolean closedByPeer;
  private SrtpSender srtpSender;
  private SrtpReceiver srtpReceiver;
  private long nextCheckNanos = Long.MAX_VALUE;
  private long checksSent;
  private long checksAnswered;
  private boolean mute;

  ClientTransport(VirtualClock clock, TransportConfig config, Wire wire, List<SrtpProfile> profiles) {
    this.clock = clock;
    this.config = config;
    this.wire = wire;
    this.profiles = profiles;
    this.ice =
        new IceCheckClient(
            "client", config.iceParameters().usernameFragment(), config.iceParameters().password(), wire.port);
  }

  void carry(Media media) {
    this.media = media;
  }

  Wire wire() {
    return wire;
  }

  // -- ICE and DTLS --------------------------------------------------------------------------------------------------

  /** Checks the path, and from then on every five seconds. */
  void check(boolean nominate) {
    int length = ice.writeCheck(plain, 0, 7, ++checksSent, PRIORITY, nominate);
    wire.sendUp(bytes(plain, length), clock.getAsLong());
    nextCheckNanos = clock.getAsLong() + CHECK_NANOS;
  }

  /** Begins the handshake; {@code role} is the client's. */
  void startDtls(DtlsRole role, DtlsCertificate certificate, Executor handshakes, Runnable whenChanged) {
    DtlsParameters server = config.dtlsParameters();
    dtls =
        DtlsEndpoint.start(
            role,
            certificate,
            server.fingerprints(),
            profiles,
            1200,
            handshakes,
            new DtlsEndpoint.Listener() {
              @Override
              public void onSend(byte[] datagram) {
                dtlsOut.add(datagram);
                whenChanged.run();
              }

              @Override
              public void onConnected(SrtpKeys agreed) {
                keys = agreed;
                whenChanged.run();
              }

              @Override
              public void onFailed(String reason) {
                failure = reason;
                whenChanged.run();
              }

              @Override
              public void onClosed() {
                closedByPeer = true;
                whenChanged.run();
              }
            });
  }

  boolean isConnected() {
    return srtpSender != null;
  }

  /** Why DTLS failed, or null. */
  String failure() {
    return failure;
  }

  boolean isClosedByPeer() {
    return closedByPeer;
  }

  SrtpProfile profile() {
    return keys.profile();
  }

  long checksAnswered() {
    return checksAnswered;
  }

  /** Ends DTLS with a goodbye. */
  void sayGoodbye() {
    dtls.close();
  }

  /** From now on uses another address, without a word. */
  void moveTo(Wire other) {
    wire = other;
  }

  /** A client that has vanished neither sends nor receives, until it comes back. */
  void vanish(boolean gone) {
    mute = gone;
  }

  // -- in and out ----------------------------------------------------------------------------------------------------

  void tick() {
    if (mute) {
      return;
    }
    long now = clock.getAsLong();
    receive();
    if (now >= nextCheckNanos) {
      check(false);
    }
    if (media != null && isConnected()) {
      media.tick(now);
    }
  }

  /** Takes what has arrived, and passes on what DTLS has to say. */
  void receive() {
    if (keys != null && srtpSender == null) {
      SrtpCrypto crypto = SrtpCrypto.best();
      srtpSender = crypto.sender(keys.profile(), keys.localKey(), keys.localSalt());
      srtpReceiver = crypto.receiver(keys.profile(), keys.remoteKey(), keys.remoteSalt());
    }
    for (byte[] datagram = dtlsOut.poll(); datagram != null; datagram = dtlsOut.poll()) {
      wire.sendUp(datagram, clock.getAsLong());
    }
    long now = clock.getAsLong();
    byte[] datagram;
    while ((datagram = wire.arrivedDown(now)) != null) {
      int first = datagram[0] & 0xff;
      if (first < 20) {
        onStun(datagram);
      } else if (first < 64) {
        if (dtls != null) {
          dtls.receive(datagram);
        }
      } else if (media != null && srtpReceiver != null) {
        onMedia(datagram, now);
      }
    }
  }

  private void onStun(byte[] datagram) {
    MemorySegment.copy(datagram, 0, received, ValueLayout.JAVA_BYTE, 0, datagram.length);
    if (ice.onResponse(received, 0, datagram.length) == IceCheckClient.SUCCESS) {
      checksAnswered++;
    }
  }

  private void onMedia(byte[] datagram, long now) {
    MemorySegment.copy(datagram, 0, received, ValueLayout.JAVA_BYTE, 0, datagram.length);
    if (Rtcp.looksLike(received, 0, datagram.length)) {
      int length = srtpReceiver.unprotectRtcp(received, 0, datagram.length);
      if (length == SrtpError.REPLAY) {
        return; // doubled by the network
      }
      require(length, "RTCP");
      rtcp.wrap(received, 0, length);
      while (rtcp.next()) {
        media.onRtcp(rtcp, now);
      }
      if (rtcp.malformed()) {
        byte[] bytes = bytes(received, length);
        throw new AssertionError("the worker sent malformed RTCP: " + HexFormat.of().formatHex(bytes));
      }
      return;
    }
    if (!rtp.wrapHeader(received, 0, datagram.length)) {
      throw new AssertionError("the worker sent what is no RTP");
    }
    indices.onPacket(rtp.ssrc(), rtp.sequenceNumber(), datagram);
    int length = srtpReceiver.unprotectRtp(received, 0, datagram.length, rtp.headerLength(), receivedPlain, 0);
    if (length == SrtpError.REPLAY) {
      return; // doubled by the network
    }
    require(length, "RTP");
    if (!rtp.wrap(receivedPlain, 0, length)) {
      throw new AssertionError("the worker sent malformed RTP");
    }
    media.onRtp(rtp, now);
  }

  private static void require(int length, String what) {
    if (length < 0) {
      throw new AssertionError("the worker sent " + what + " that can't be decrypted: " + length);
    }
  }

  /** Protects and sends an RTP packet. Returns the datagram. */
  byte[] sendRtp(byte[] packet, int headerLength) {
    MemorySegment.copy(packet, 0, plain, ValueLayout.JAVA_BYTE, 0, packet.length);
    MemorySegment.copy(packet, 0, cipher, ValueLayout.JAVA_BYTE, 0, headerLength);
    int length =
        srtpSender.protectRtp(
            cipher, 0, headerLength, headerLength, plain, headerLength, packet.length - headerLength);
    byte[] datagram = bytes(cipher, length);
    wire.sendUp(datagram, clock.getAsLong());
    return datagram;
  }

  /** Sends bytes as they are. */
  void sendRaw(byte[] datagram) {
    wire.sendUp(datagram, clock.getAsLong());
  }

  /** Protects and sends a compound RTCP packet. */
  void sendRtcp(byte[] packet) {
    MemorySegment.copy(packet, 0, cipher, ValueLayout.JAVA_BYTE, 0, packet.length);
    wire.sendUp(bytes(cipher, srtpSender.protectRtcp(cipher, 0, packet.length)), clock.getAsLong());
  }

  private static byte[] bytes(MemorySegment segment, int length) {
    return segment.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public void close() {
    if (dtls != null) {
      dtls.close();
    }
    if (srtpSender != null) {
      srtpSender.close();
      srtpReceiver.close();
    }
    arena.close();
  }
}
