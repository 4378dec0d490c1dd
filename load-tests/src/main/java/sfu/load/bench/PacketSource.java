package sfu.load.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;
import sfu.protocol.srtp.SrtpSender;

/** One camera on its way to one server: encrypts its packets and sends them in bursts. */
final class PacketSource {
  private final NetIo io;
  private final Path path;
  private final SrtpSender srtp;
  private final VideoPackets packets;
  private final MemorySegment plain = Arena.ofAuto().allocate(VideoPackets.LENGTH, 64);

  PacketSource(ProducerSocket socket, InetSocketAddress server, SrtpSender srtp, int ssrc) {
    this.io = socket.io();
    this.path = socket.pathTo(server);
    this.srtp = srtp;
    this.packets = new VideoPackets(ssrc);
  }

  /** Sends a burst; on loopback it lies in the server's receive buffer on return. */
  void sendBurst() {
    long now = System.nanoTime();
    MemorySegment out = io.outBuffer();
    for (int i = 0; i < Scenario.BURST; i++) {
      packets.next(plain, 0, now);
      long at = io.reserve(path, VideoPackets.LENGTH + SrtpSender.MAX_OVERHEAD);
      int header = VideoPackets.HEADER_LENGTH;
      MemorySegment.copy(plain, 0, out, at, header);
      io.commit(srtp.protectRtp(out, at, header, header, plain, header, VideoPackets.LENGTH - header));
    }
    io.flush();
  }
}
