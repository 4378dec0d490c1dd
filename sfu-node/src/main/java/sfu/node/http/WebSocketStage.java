package sfu.node.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import scala.Option;
import sfu.node.cluster.Gateway;
import sfu.node.cluster.Gateways;
import sfu.node.cluster.Socket;

/**
 * Joins one WebSocket's frames to its gateway. Works on frames because Pekko HTTP's message API can't close with a code
 * of one's own, and this protocol is made of them.
 */
final class WebSocketStage extends GraphStage<FlowShape<FrameEvent, FrameEvent>> {

  /** How long the client may take to answer our close frame, and to read what was queued before it. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

  private static final Protocol.Opcode TEXT = Protocol.Opcode$.MODULE$.forCode((byte) 0x1);
  private static final Protocol.Opcode PONG = Protocol.Opcode$.MODULE$.forCode((byte) 0xA);
  private static final int TOO_SLOW = 1008;
  private static final int ABNORMAL = 1006;

  private final Inlet<FrameEvent> in = Inlet.create("frames.in");
  private final Outlet<FrameEvent> out = Outlet.create("frames.out");
  private final FlowShape<FrameEvent, FrameEvent> shape = FlowShape.of(in, out);
  private final ActorRef<Gateways.Command> gateways;
  private final int maxMessageBytes;
  private final long maxQueuedBytes;

  WebSocketStage(ActorRef<Gateways.Command> gateways, int maxMessageBytes, long maxQueuedBytes) {
    this.gateways = gateways;
    this.maxMessageBytes = maxMessageBytes;
    this.maxQueuedBytes = maxQueuedBytes;
  }

  @Override
  public FlowShape<FrameEvent, FrameEvent> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic implements Socket {

    private final FrameAssembler assembler = new FrameAssembler(maxMessageBytes);
    private final Deque<FrameStart> queue = new ArrayDeque<>();
    private final AsyncCallback<Boolean> onNext = createAsyncCallback(_ -> allowNext());
    private final AsyncCallback<String> onSend = createAsyncCallback(this::enqueueText);
    private final AsyncCallback<Closing> onClose = createAsyncCallback(c -> startClose(c.code(), c.reason()));

    private volatile ActorRef<Gateway.Command> gateway;
    private volatile boolean stopped;
    private long queuedBytes;
    private boolean mayReceive;
    private boolean closing;
    private boolean peerClosed;
    private int closeCode = ABNORMAL;

    private record Closing(int code, String reason) {}

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              received(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              completeStage();
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
              // A connection that breaks is an end like any other; the gateway hears of it when this stops.
              completeStage();
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              pushQueued();
            }
          });
    }

    @Override
    public void preStart() {
      gateways.tell(new Gateways.Accept(this));
    }

    @Override
    public void postStop() {
      stopped = true;
      ActorRef<Gateway.Command> attached = gateway;
      if (attached != null) {
        attached.tell(new Gateway.SocketClosed(closeCode));
      }
    }

    @Override
    public void attach(ActorRef<Gateway.Command> attached) {
      gateway = attached;
      if (stopped) {
        attached.tell(new Gateway.SocketClosed(ABNORMAL));
      }
    }

    @Override
    public void next() {
      onNext.invoke(true);
    }

    @Override
    public void send(String frame) {
      onSend.invoke(frame);
    }

    @Override
    public void close(int code, String reason) {
      onClose.invoke(new Closing(code, reason));
    }

    @Override
    public void onTimer(Object key) {
      completeStage();
    }

    private void allowNext() {
      mayReceive = true;
      pullIfWanted();
    }

    private void received(FrameEvent event) {
      switch (assembler.accept(event)) {
        case FrameAssembler.Step.More _, FrameAssembler.Step.Pong _ -> {}
        case FrameAssembler.Step.Text(var text) -> {
          if (!closing) {
            mayReceive = false;
            gateway.tell(new Gateway.FrameReceived(text));
          }
        }
        case FrameAssembler.Step.Ping(var data) -> enqueue(frame(PONG, ByteString.fromArray(data)));
        case FrameAssembler.Step.Close(int code) -> {
          peerClosed = true;
          closeCode = code;
          // Echoes the code (RFC 6455, 5.5.1), but a client may not make us say what must not be sent.
          startClose(code >= 1000 && code < 5000 && code != 1005 && code != 1006 && code != 1015 ? code : 1000, "");
        }
        case FrameAssembler.Step.Broken(int code, var why) -> {
          queue.clear();
          queuedBytes = 0;
          // What follows a broken frame can't be read any more, so the client's own close isn't waited for.
          peerClosed = true;
          startClose(code, why);
        }
      }
      pullIfWanted();
    }

    private void pullIfWanted() {
      if ((mayReceive || closing || assembler.isInside()) && !hasBeenPulled(in) && !isClosed(in)) {
        pull(in);
      }
    }

    private void enqueueText(String text) {
      enqueue(frame(TEXT, ByteString.fromString(text, StandardCharsets.UTF_8)));
    }

    private void enqueue(FrameStart frame) {
      if (closing) {
        return;
      }
      queue.add(frame);
      queuedBytes += frame.data().size();
      pushQueued();
      if (queuedBytes > maxQueuedBytes) {
        queue.clear();
        queuedBytes = 0;
        startClose(TOO_SLOW, "reads too slowly");
      }
    }

    private void startClose(int code, String reason) {
      if (closing) {
        completeIfDone();
        return;
      }
      closing = true;
      queue.add(FrameEvent.closeFrame(code, reason, Option.empty()));
      scheduleOnce("close", CLOSE_TIMEOUT);
      pushQueued();
      pullIfWanted();
    }

    private void pushQueued() {
      if (isAvailable(out) && !queue.isEmpty()) {
        FrameStart frame = queue.poll();
        queuedBytes -= Math.min(queuedBytes, frame.data().size());
        push(out, frame);
        completeIfDone();
      }
    }

    private void completeIfDone() {
      if (closing && peerClosed && queue.isEmpty()) {
        completeStage();
      }
    }

    private static FrameStart frame(Protocol.Opcode opcode, ByteString data) {
      return FrameEvent.fullFrame(opcode, Option.empty(), data, true, false, false, false);
    }
  }
}
