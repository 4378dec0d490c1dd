package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
import sfu.node.media.MediaWorker;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.PortRange;
import sfu.node.media.worker.WorkerLoop;
import sfu.node.media.worker.WorkerSettings;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.srtp.SrtpCrypto;
import sfu.protocol.srtp.SrtpProfile;

/** Two real workers of one node with their actors, threads and sockets, and clients over loopback. */
class RelayOverSocketsTest {
  private static final long PATIENCE_NANOS = 30 * VirtualClock.SECOND;
  private static final long PUMP_NANOS = 200_000;
  private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate();

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<MediaReply> replies = kit.createTestProbe(MediaReply.class);
  private final TestProbe<MediaEvent> events = kit.createTestProbe(MediaEvent.class);
  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final VirtualClock clock = new VirtualClock();
  private final List<SocketWire> wires = new ArrayList<>();
  private final List<ClientTransport> transports = new ArrayList<>();
  private long realNanos = System.nanoTime();
  private int nextId;

  @AfterEach
  void stop() throws IOException {
    transports.forEach(ClientTransport::close);
    for (SocketWire wire : wires) {
      wire.close();
    }
    kit.shutdownTestKit();
    handshakes.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource(value = IoKind.class, names = {"BEST", "NIO"})
  void aViewerOnAnotherWorkerSeesEverything(IoKind io) throws IOException {
    // A socket on all addresses reaches the other worker of its node too.
    ActorRef<MediaCommand> near = spawn(0, io, InetAddress.getLoopbackAddress());
    ActorRef<MediaCommand> far = spawn(1, io, InetAddress.ofLiteral("0.0.0.0"));
    Publisher publisher = new Publisher(clock, open(near, Direction.CTS));
    SimulatedCamera camera = publisher.camera("camera", VideoFormat.VP8, 150_000, 400_000, 1_000_000);
    produce(near, publisher, camera);
    Viewer viewer = new Viewer(clock, open(far, Direction.STC));
    ReceivedStream stream = consume(far, near, viewer, camera);

    pumpUntil(() -> stream.decoded.size() >= 75 && stream.lastLayer() == 2);

    stream.checkSeams();
    near.tell(new MediaCommand.CloseProducer(camera.producerId()));
    pumpUntil(() -> load(far).consumers() == 0);
  }

  @Test
  void consumersOfAWorkerThatIsGoneEnd() throws IOException {
    ActorRef<MediaCommand> near = spawn(0, IoKind.BEST, InetAddress.getLoopbackAddress());
    ActorRef<MediaCommand> far = spawn(1, IoKind.BEST, InetAddress.getLoopbackAddress());
    Publisher publisher = new Publisher(clock, open(near, Direction.CTS));
    SimulatedCamera camera = publisher.camera("camera", VideoFormat.VP8, 400_000);
    produce(near, publisher, camera);
    Viewer viewer = new Viewer(clock, open(far, Direction.STC));
    ReceivedStream stream = consume(far, near, viewer, camera);
    pumpUntil(() -> stream.decoded.size() >= 10);

    kit.stop(near);

    pumpUntil(() -> load(far).consumers() == 0);
    MediaReply refused = ask(far, to -> openConsumer(near, viewer, camera, to, 2));
    assertThat(((MediaReply.Failed) refused).reason()).contains(camera.producerId());
  }

  // -- the two ends --------------------------------------------------------------------------------------------------

  private ActorRef<MediaCommand> spawn(int index, IoKind io, InetAddress bind) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    WorkerSettings settings =
        new WorkerSettings(
            index, bind, loopback, loopback, new PortRange(43_000, 43_999), io, SrtpCrypto.best(), CERTIFICATE,
            8_000_000, 10_000_000);
    return kit.spawn(MediaWorker.create(WorkerLoop.bind(settings)));
  }

  private ClientTransport open(ActorRef<MediaCommand> worker, Direction direction) throws IOException {
    String id = direction + "-" + nextId++;
    MediaReply.TransportOpened opened =
        (MediaReply.TransportOpened)
            ask(worker, to -> new MediaCommand.OpenTransport("channel", id, direction, events.getRef(), to));
    SocketWire socket = new SocketWire(opened.config().iceCandidates().getFirst().port());
    wires.add(socket);
    ClientTransport transport =
        new ClientTransport(clock, opened.config(), socket.wire, List.of(SrtpProfile.values()));
    transports.add(transport);
    transport.check(true);
    DtlsParameters parameters =
        new DtlsParameters("client", List.of(SimulatedCall.CLIENT.fingerprint("sha-256")));
    ask(worker, to -> new MediaCommand.ConnectTransport(id, parameters, to));
    pumpUntil(() -> transport.checksAnswered() > 0);
    transport.startDtls(DtlsRole.CLIENT, SimulatedCall.CLIENT, handshakes, () -> {});
    pumpUntil(transport::isConnected);
    return transport;
  }

  private void produce(ActorRef<MediaCommand> worker, Publisher publisher, SimulatedCamera camera) {
    MediaReply reply =
        ask(
            worker,
            to ->
                new MediaCommand.OpenProducer(
                    publisher.transport().config.id(), camera.producerId(), camera.type(), camera.parameters(), false,
                    false, to));
    assertThat(reply).isInstanceOf(MediaReply.Done.class);
  }

  private ReceivedStream consume(
      ActorRef<MediaCommand> far, ActorRef<MediaCommand> near, Viewer viewer, SimulatedCamera camera) {
    ReceivedStream stream = new ReceivedStream("consumer-1", parameters(camera, 1));
    viewer.add(stream);
    assertThat(ask(far, to -> openConsumer(near, viewer, camera, to, 1))).isInstanceOf(MediaReply.Done.class);
    return stream;
  }

  private static MediaCommand openConsumer(
      ActorRef<MediaCommand> near, Viewer viewer, SimulatedCamera camera, ActorRef<MediaReply> to, int number) {
    return new MediaCommand.OpenConsumer(
        viewer.transport().config.id(), "consumer-" + number, camera.producerId(), near, parameters(camera, number),
        false, to);
  }

  private static RtpParameters parameters(SimulatedCamera camera, int number) {
    RtpParameters consumable = Ortc.consumable(camera.parameters(), camera.type(), SimulatedCall.CAPABILITIES);
    int ssrc = 1_000 * number;
    return Ortc.consumerParameters(consumable, SimulatedCall.CAPABILITIES, "0", ssrc, ssrc + 1, "cname").orElseThrow();
  }

  private MediaReply ask(ActorRef<MediaCommand> worker, Function<ActorRef<MediaReply>, MediaCommand> command) {
    worker.tell(command.apply(replies.getRef()));
    return replies.receiveMessage();
  }

  private MediaReply.Load load(ActorRef<MediaCommand> worker) {
    return (MediaReply.Load) ask(worker, MediaCommand.GetLoad::new);
  }

  /** Clients run in real time here. */
  private void pumpUntil(BooleanSupplier done) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
      long now = System.nanoTime();
      clock.advance(now - realNanos);
      realNanos = now;
      for (SocketWire wire : wires) {
        wire.pump(clock.getAsLong());
      }
      transports.forEach(ClientTransport::tick);
      LockSupport.parkNanos(PUMP_NANOS);
    }
  }
}
