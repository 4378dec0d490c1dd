package sfu.load.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import sfu.node.media.io.Addresses;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.IoStats;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;
import sfu.protocol.srtp.SrtpCrypto;
import sfu.protocol.srtp.SrtpProfile;
import sfu.protocol.srtp.SrtpReceiver;
import sfu.protocol.srtp.SrtpSender;

/**
 * The same loop without an SFU in it: receives by the same sockets, decrypts each packet once, copies its header,
 * encrypts it for each viewer, and sends; viewers outside, packets inside; a frame's packets made equal in length, so
 * that they leave as one message. The least that any forwarder of SRTP has to do.
 */
final class BareForwarder implements Forwarder, UdpHandler {
  private static final int MAX_POLLS = 1000;
  private static final int SLOT = NetIo.MAX_PACKET_BYTES;
  private static final int MAX_PADDING = Long.BYTES;
  private static final int PADDING_FLAG = 0x20;

  private final NetIo io;
  private final List<ProducerSocket> producerSockets = new ArrayList<>();
  private final Scenario scenario;
  private final Offer offer;
  private final SrtpReceiver[] receivers;
  private final byte[] producerByPort = new byte[1 << 16];
  private final SrtpSender[] senders;
  private final Path[] viewers;
  private final MemorySegment store = Arena.ofAuto().allocate((long) NetIo.MAX_BATCH * SLOT, 64);
  private final int[] lengths = new int[NetIo.MAX_BATCH];
  private final int[] producers = new int[NetIo.MAX_BATCH];
  private int count;
  private long packetsIn;
  private long packetsOut;
  private long refused;

  BareForwarder(
      Scenario scenario, IoKind kind, SrtpCrypto crypto, SrtpProfile profile, List<ViewerSocket> viewerSockets)
      throws IOException {
    this.scenario = scenario;
    this.offer = new Offer(scenario);
    this.io = NetIo.open(kind, Loopback.ADDRESS, Loopback.PORTS, 0);
    InetSocketAddress address = new InetSocketAddress(Loopback.ADDRESS, io.udpPort());
    this.receivers = new SrtpReceiver[scenario.producers()];
    for (int i = 0; i < receivers.length; i++) {
      ProducerSocket socket = new ProducerSocket(address);
      producerSockets.add(socket);
      producerByPort[socket.port()] = (byte) i;
      byte[] key = random(profile.keyLength());
      byte[] salt = random(profile.saltLength());
      receivers[i] = crypto.receiver(profile, key, salt);
      offer.add(
          new PacketSource(socket, address, SrtpCrypto.best().sender(profile, key, salt), scenario.camera(), i));
    }
    this.senders = new SrtpSender[scenario.viewers()];
    this.viewers = new Path[scenario.viewers()];
    for (int i = 0; i < senders.length; i++) {
      senders[i] = crypto.sender(profile, random(profile.keyLength()), random(profile.saltLength()));
      viewers[i] =
          io.udpPath(Addresses.hi(Loopback.ADDRESS), Addresses.lo(Loopback.ADDRESS), viewerSockets.get(i).port());
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  @Override
  public void rest() {}

  @Override
  public int offer() {
    offer.sendTurn();
    return offer.packets() * scenario.receivers();
  }

  @Override
  public void forward() {
    long expected = packetsIn + offer.packets();
    int polls = 0;
    do {
      io.poll(0, this);
      if (++polls == MAX_POLLS) {
        throw new IllegalStateException("packets were lost on loopback: " + io.stats());
      }
    } while (packetsIn < expected);
    io.flush();
  }

  @Override
  public void onDatagram(MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    packetsIn++;
    int producer = producerByPort[port];
    int plain =
        receivers[producer].unprotectRtp(segment, offset, length, PacketHead.LENGTH, store, (long) count * SLOT);
    if (plain < 0) {
      refused++;
      return;
    }
    producers[count] = producer;
    lengths[count++] = plain;
  }

  @Override
  public void onBatchEnd() {
    equalize();
    int header = PacketHead.LENGTH;
    MemorySegment out = io.outBuffer();
    for (int viewer = 0; viewer < viewers.length; viewer++) {
      for (int packet = 0; packet < count; packet++) {
        if (!scenario.isSeen(producers[packet], viewer)) {
          continue;
        }
        long from = (long) packet * SLOT;
        int length = lengths[packet];
        long at = io.reserve(viewers[viewer], length + SrtpSender.MAX_OVERHEAD);
        MemorySegment.copy(store, from, out, at, header);
        io.commit(senders[viewer].protectRtp(out, at, header, header, store, from + header, length - header));
        packetsOut++;
      }
    }
    count = 0;
  }

  /** By RTP padding (RFC 3550, 5.1), among packets of one producer that came one after the other. */
  private void equalize() {
    int next;
    for (int first = 0; first < count; first = next) {
      int longest = 0;
      for (next = first; next < count && producers[next] == producers[first]; next++) {
        longest = Math.max(longest, lengths[next]);
      }
      for (int packet = first; packet < next; packet++) {
        int missing = longest - lengths[packet];
        if (missing > 0 && missing <= MAX_PADDING) {
          pad(packet, missing);
        }
      }
    }
  }

  private void pad(int packet, int bytes) {
    long at = (long) packet * SLOT;
    store.set(ValueLayout.JAVA_BYTE, at, (byte) (store.get(ValueLayout.JAVA_BYTE, at) | PADDING_FLAG));
    store.set(ValueLayout.JAVA_LONG_UNALIGNED, at + lengths[packet], 0);
    lengths[packet] += bytes;
    store.set(ValueLayout.JAVA_BYTE, at + lengths[packet] - 1, (byte) bytes);
  }

  @Override
  public long packetsOut() {
    return packetsOut;
  }

  @Override
  public IoStats stats() {
    return io.stats();
  }

  @Override
  public String drops() {
    return refused == 0 ? "none" : refused + " not decrypted";
  }

  @Override
  public void close() throws IOException {
    io.close();
    for (SrtpReceiver receiver : receivers) {
      receiver.close();
    }
    for (SrtpSender sender : senders) {
      sender.close();
    }
    for (ProducerSocket socket : producerSockets) {
      socket.close();
    }
  }
}
