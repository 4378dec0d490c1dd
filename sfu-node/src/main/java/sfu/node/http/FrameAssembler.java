package sfu.node.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.util.ByteString;

/**
 * Puts a client's WebSocket messages together from frames and their parts (RFC 6455, 5 and 6), in bounded memory.
 * Binary messages count as text, as they do for the deployed server.
 */
final class FrameAssembler {

  /** What a frame event completed. */
  sealed interface Step {

    /** Nothing yet. */
    record More() implements Step {}

    /** A whole message. */
    record Text(String text) implements Step {}

    /** A ping, to be answered with its data. */
    record Ping(byte[] data) implements Step {}

    /** A pong; wants nothing. */
    record Pong() implements Step {}

    /** The client closes; {@code code} is 1005 if it named none. */
    record Close(int code) implements Step {}

    /** The client broke the protocol: close with this code. */
    record Broken(int code, String why) implements Step {}
  }

  private static final byte CONTINUATION = 0x0;
  private static final byte TEXT = 0x1;
  private static final byte BINARY = 0x2;
  private static final byte CLOSE = 0x8;
  private static final byte PING = 0x9;
  private static final byte PONG = 0xA;
  private static final int MAX_CONTROL_BYTES = 125;
  private static final int NO_CODE = 1005;
  private static final Step MORE = new Step.More();

  private final int maxMessageBytes;
  private byte[] message = new byte[256];
  private int messageLength;
  private boolean inMessage;

  private final byte[] control = new byte[MAX_CONTROL_BYTES];
  private int controlLength;

  private FrameHeader header;
  private int mask;
  private long maskPosition;

  FrameAssembler(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /** Whether the client is in the middle of something, so that the rest of it is wanted. */
  boolean isInside() {
    return header != null || inMessage;
  }

  Step accept(FrameEvent event) {
    if (event instanceof FrameStart start) {
      Step refused = begin(start.header());
      if (refused != null) {
        return refused;
      }
    }
    append(event.data());
    if (!event.lastPart()) {
      return MORE;
    }
    FrameHeader done = header;
    header = null;
    if (done.opcode().isControl()) {
      return control(done.opcode().code());
    }
    return done.fin() ? text() : MORE;
  }

  /** Null if the frame may come. */
  private Step begin(FrameHeader starting) {
    byte opcode = starting.opcode().code();
    boolean known =
        opcode == CONTINUATION || opcode == TEXT || opcode == BINARY || opcode == CLOSE || opcode == PING || opcode == PONG;
    if (!known || starting.rsv1() || starting.rsv2() || starting.rsv3()) {
      return new Step.Broken(1002, "a frame of an unknown kind");
    }
    if (starting.mask().isEmpty()) {
      return new Step.Broken(1002, "a frame without a mask");
    }
    if (starting.opcode().isControl()) {
      if (starting.length() > MAX_CONTROL_BYTES || !starting.fin()) {
        return new Step.Broken(1002, "a control frame that is too long");
      }
      controlLength = 0;
    } else {
      if ((opcode == CONTINUATION) != inMessage) {
        return new Step.Broken(1002, "a frame out of order");
      }
      if (messageLength + starting.length() > maxMessageBytes) {
        return new Step.Broken(1009, "a message that is too long");
      }
      inMessage = true;
    }
    header = starting;
    mask = (Integer) starting.mask().get();
    maskPosition = 0;
    return null;
  }

  private void append(ByteString data) {
    byte[] bytes = data.toArrayUnsafe();
    boolean isControl = header.opcode().isControl();
    if (!isControl && messageLength + bytes.length > message.length) {
      message = Arrays.copyOf(message, Math.max(messageLength + bytes.length, 2 * message.length));
    }
    byte[] target = isControl ? control : message;
    int position = isControl ? controlLength : messageLength;
    for (byte b : bytes) {
      target[position++] = (byte) (b ^ mask >>> 24 - 8 * (int) (maskPosition++ & 3));
    }
    if (isControl) {
      controlLength = position;
    } else {
      messageLength = position;
    }
  }

  private Step control(byte opcode) {
    byte[] data = Arrays.copyOf(control, controlLength);
    return switch (opcode) {
      case PING -> new Step.Ping(data);
      case PONG -> new Step.Pong();
      default -> new Step.Close(data.length < 2 ? NO_CODE : (data[0] & 0xFF) << 8 | data[1] & 0xFF);
    };
  }

  private Step text() {
    try {
      ByteBuffer whole = ByteBuffer.wrap(message, 0, messageLength);
      return new Step.Text(StandardCharsets.UTF_8.newDecoder().decode(whole).toString());
    } catch (CharacterCodingException _) {
      return new Step.Broken(1007, "a message that is no UTF-8");
    } finally {
      inMessage = false;
      messageLength = 0;
      if (message.length > 64 * 1024) {
        message = new byte[256];
      }
    }
  }
}
