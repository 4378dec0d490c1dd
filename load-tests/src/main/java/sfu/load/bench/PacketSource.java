package sfu.load.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;
import sfu.protocol.srtp.SrtpSender;

/** What one client sends to one server, a camera and maybe a voice: encrypts its packets and sends them in bursts. */
final class PacketSource {
  /** Both are in every packet. */
  static final char VIDEO_MID = '0';

  static final char VOICE_MID = '1';

  private static final int VIDEO_SSRC = 0x1000_0000;
  private static final int VOICE_SSRC = 0x1800_0000;

  private final NetIo io;
  private final Path path;
  private final SrtpSender srtp;
  private final VideoPackets video;
  private final VoicePackets voice;
  private final MemorySegment plain = Arena.ofAuto().allocate(NetIo.MAX_PACKET_BYTES, 64);
  private int transportSequence;

  /** {@code client} counts from 0. */
  PacketSource(ProducerSocket socket, InetSocketAddress server, SrtpSender srtp, Camera camera, int client) {
    this.io = socket.io();
    this.path = socket.pathTo(server);
    this.srtp = srtp;
    this.video = new VideoPackets(camera, videoSsrc(client), VIDEO_MID, this::nextTransportSequence);
    this.voice = new VoicePackets(voiceSsrc(client), VOICE_MID, this::nextTransportSequence);
  }

  static int videoSsrc(int client) {
    return VIDEO_SSRC + 2 * client;
  }

  static int voiceSsrc(int client) {
    return VOICE_SSRC + client;
  }

  private int nextTransportSequence() {
    return transportSequence++;
  }

  /** Sends a burst; on loopback it lies in the server's receive buffer on return. Returns its packets. */
  int send(Turn.Kind kind) {
    MediaPackets packets =
        switch (kind) {
          case FRAME -> video;
          case VOICE -> voice;
        };
    long now = System.nanoTime();
    MemorySegment out = io.outBuffer();
    int header = PacketHead.LENGTH;
    int count = packets.beginBurst();
    for (int i = 0; i < count; i++) {
      int length = packets.next(plain, now);
      long at = io.reserve(path, length + SrtpSender.MAX_OVERHEAD);
      MemorySegment.copy(plain, 0, out, at, header);
      io.commit(srtp.protectRtp(out, at, header, header, plain, header, length - header));
    }
    io.flush();
    return count;
  }
}
