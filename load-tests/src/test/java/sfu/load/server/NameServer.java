package sfu.load.server;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A name server (RFC 1035) that knows a service's SRV records (RFC 2782), or a host's A records. */
final class NameServer implements AutoCloseable {

  private static final int TYPE_A = 1;
  private static final int TYPE_SRV = 33;
  private static final int CLASS_IN = 1;
  private static final int TTL_SECONDS = 1;
  private static final int HEADER_BYTES = 12;
  private static final int POINTER_TO_QUESTION = 0xC000 | HEADER_BYTES;

  private record Question(String name, int type, byte[] encoded) {}

  private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
  private final String name;
  private final int type;
  private final List<byte[]> records;

  private NameServer(String name, int type, List<byte[]> records) throws IOException {
    this.name = name;
    this.type = type;
    this.records = records;
    Thread.startVirtualThread(this::answerAll);
  }

  /** Knows a service with these ports of localhost. */
  static NameServer ofService(String name, List<Integer> ports) throws IOException {
    byte[] target = "\11localhost\0".getBytes(StandardCharsets.US_ASCII);
    return new NameServer(
        name,
        TYPE_SRV,
        ports.stream()
            .map(port -> ByteBuffer.allocate(6 + target.length).putInt(0).putShort(port.shortValue()).put(target))
            .map(ByteBuffer::array)
            .toList());
  }

  /** Knows a host with these IPv4 addresses. */
  static NameServer ofHost(String name, List<InetAddress> addresses) throws IOException {
    return new NameServer(name, TYPE_A, addresses.stream().map(InetAddress::getAddress).toList());
  }

  int port() {
    return socket.getLocalPort();
  }

  private void answerAll() {
    byte[] buffer = new byte[512];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException _) {
        // Closed.
      }
    }
  }

  private byte[] answer(ByteBuffer query) throws IOException {
    short id = query.getShort(0);
    Question question = question(query.position(HEADER_BYTES));
    List<byte[]> answers = question.type == type && question.name.equals(name) ? records : List.of();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(id);
    out.writeShort(0x8400); // an answer, from who knows it best
    out.writeShort(1);
    out.writeShort(answers.size());
    out.writeShort(0);
    out.writeShort(0);
    out.write(question.encoded);
    for (byte[] data : answers) {
      out.writeShort(POINTER_TO_QUESTION);
      out.writeShort(type);
      out.writeShort(CLASS_IN);
      out.writeInt(TTL_SECONDS);
      out.writeShort(data.length);
      out.write(data);
    }
    return bytes.toByteArray();
  }

  private static Question question(ByteBuffer query) {
    int start = query.position();
    StringBuilder name = new StringBuilder();
    for (int length = query.get(); length > 0; length = query.get()) {
      byte[] label = new byte[length];
      query.get(label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
    }
    int type = query.getShort();
    query.getShort();
    return new Question(name.toString(), type, Arrays.copyOfRange(query.array(), start, query.position()));
  }

  @Override
  public void close() {
    socket.close();
  }
}
