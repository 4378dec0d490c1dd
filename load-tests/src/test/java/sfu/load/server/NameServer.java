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
import java.util.Map;

/** A name server (RFC 1035) that knows a few SRV records (RFC 2782), and of all their hosts that they are 127.0.0.1. */
final class NameServer implements AutoCloseable {

  private static final int TYPE_A = 1;
  private static final int TYPE_SRV = 33;
  private static final int CLASS_IN = 1;
  private static final int TTL_SECONDS = 1;
  private static final int HEADER_BYTES = 12;
  private static final int POINTER_TO_QUESTION = 0xC000 | HEADER_BYTES;

  private record Question(String name, int type, byte[] encoded) {}

  private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
  private final Map<String, List<Integer>> ports;

  /** Knows for each name which ports its SRV records have. */
  NameServer(Map<String, List<Integer>> ports) throws IOException {
    this.ports = ports;
    Thread.startVirtualThread(this::answerAll);
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
    List<Integer> services = question.type == TYPE_SRV ? ports.getOrDefault(question.name, List.of()) : List.of();
    boolean host = question.type == TYPE_A;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(id);
    out.writeShort(0x8400); // an answer, from who knows it best
    out.writeShort(1);
    out.writeShort(host ? 1 : services.size());
    out.writeShort(0);
    out.writeShort(0);
    out.write(question.encoded);
    if (host) {
      record(out, TYPE_A, new byte[] {127, 0, 0, 1});
    }
    for (int port : services) {
      byte[] target = "\4node\4test\0".getBytes(StandardCharsets.US_ASCII);
      ByteBuffer data = ByteBuffer.allocate(6 + target.length).putInt(0).putShort((short) port).put(target);
      record(out, TYPE_SRV, data.array());
    }
    return bytes.toByteArray();
  }

  private static void record(DataOutputStream out, int type, byte[] data) throws IOException {
    out.writeShort(POINTER_TO_QUESTION);
    out.writeShort(type);
    out.writeShort(CLASS_IN);
    out.writeInt(TTL_SECONDS);
    out.writeShort(data.length);
    out.write(data);
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
