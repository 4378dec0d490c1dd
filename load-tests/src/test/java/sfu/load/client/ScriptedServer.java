package sfu.load.client;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/** One WebSocket connection whose server side a test plays by hand: short text frames and close frames (RFC 6455). */
public final class ScriptedServer implements AutoCloseable {

  private static final String HANDSHAKE_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int TEXT = 1;
  private static final int CLOSE = 8;

  private final ServerSocket listener;
  private Socket socket;
  private DataInputStream in;
  private OutputStream out;

  public ScriptedServer() throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  public Invitation invitation() {
    return new Invitation(URI.create("http://127.0.0.1:" + listener.getLocalPort()), "the channel", "the token");
  }

  /** Waits for the client's WebSocket. */
  public void accept() throws IOException, GeneralSecurityException {
    socket = listener.accept();
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    String key = "";
    String line = readLine();
    while (!line.isEmpty()) {
      if (line.toLowerCase().startsWith("sec-websocket-key:")) {
        key = line.substring(line.indexOf(':') + 1).strip();
      }
      line = readLine();
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-1").digest((key + HANDSHAKE_GUID).getBytes(StandardCharsets.US_ASCII));
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n";
    out.write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends a text. */
  public void say(String text) throws IOException {
    frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a close frame. */
  public void close(int code) throws IOException {
    frame(CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
  }

  /** The client's next frame: a text, or "close " and the code. */
  public String hear() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0f;
    int length = in.readUnsignedByte() & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    }
    byte[] mask = in.readNBytes(4);
    byte[] payload = in.readNBytes(length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    return opcode == CLOSE
        ? "close " + ByteBuffer.wrap(payload).getShort()
        : new String(payload, StandardCharsets.UTF_8);
  }

  /** Breaks the connection without a word. */
  public void cut() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
    listener.close();
  }

  private void frame(int opcode, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 4).put((byte) (0x80 | opcode));
    if (payload.length < 126) {
      frame.put((byte) payload.length);
    } else {
      frame.put((byte) 126).putShort((short) payload.length);
    }
    frame.put(payload);
    out.write(frame.array(), 0, frame.position());
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    while (c != '\n') {
      if (c < 0) {
        throw new IOException("the client hung up");
      }
      line.append((char) c);
      c = in.read();
    }
    return line.toString().strip();
  }
}
