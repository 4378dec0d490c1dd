package sfu.node.media.sim;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.PortRange;
import sfu.node.media.transport.WorkerCounters;
import sfu.node.media.worker.WorkerCore;
import sfu.node.media.worker.WorkerSettings;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.ProducerCheck;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.sim.SimulatedLink;
import sfu.protocol.srtp.SrtpCrypto;
import sfu.protocol.srtp.SrtpProfile;

/** One worker, its network and its clients, moved on by a millisecond at a time. */
final class SimulatedCall implements AutoCloseable {
  static final String CHANNEL = "channel";

  private static final long STEP_NANOS = VirtualClock.MILLI;
  private static final int MAX_TURNS_A_STEP = 200;
  private static final long HANDSHAKE_SECONDS = 10;
  private static final DtlsCertificate SERVER = DtlsCertificate.generate();
  static final DtlsCertificate CLIENT = DtlsCertificate.generate();
  static final RtpCapabilities CAPABILITIES = RouterCapabilities.all();

  final VirtualClock clock = new VirtualClock();
  final WorkerCore worker;
  final TestInbox<MediaEvent> events = TestInbox.create();
  private final SimulatedIo io = new SimulatedIo(clock);
  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final List<ClientTransport> transports = new ArrayList<>();
  private final List<MediaEvent> told = new ArrayList<>();
  private int nextPort = 50_000;
  private int nextId;
  private int nextSsrc = 1_000;
  private boolean closed;

  SimulatedCall() {
    this(8_000_000, 10_000_000);
  }

  SimulatedCall(long maxBitrateInBps, long maxBitrateOutBps) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    WorkerSettings settings =
        new WorkerSettings(
            0, loopback, loopback, new PortRange(40_000, 40_100), IoKind.NIO, SrtpCrypto.best(), SERVER,
            maxBitrateInBps, maxBitrateOutBps);
    worker = new WorkerCore(settings, io, clock, handshakes);
  }

  // -- clients -------------------------------------------------------------------------------------------------------

  /** A network of 20 ms each way that does no harm. */
  Wire wire() {
    return wire(link(0), link(1));
  }

  Wire wire(SimulatedLink<byte[]> up, SimulatedLink<byte[]> down) {
    Wire wire = new Wire(nextPort++, up, down);
    io.plug(wire);
    return wire;
  }

  SimulatedLink<byte[]> link(int salt) {
    return new SimulatedLink<byte[]>(nextPort * 31L + salt).delayMillis(20);
  }

  /** A client that sends, connected. */
  Publisher publisher() {
    return publisher(wire());
  }

  Publisher publisher(Wire wire) {
    Publisher publisher = new Publisher(clock, open(CHANNEL, Direction.CTS, wire));
    connect(publisher.transport(), DtlsRole.CLIENT);
    return publisher;
  }

  /** A client that watches, connected. */
  Viewer viewer() {
    return viewer(wire());
  }

  Viewer viewer(Wire wire) {
    Viewer viewer = new Viewer(clock, open(CHANNEL, Direction.STC, wire));
    connect(viewer.transport(), DtlsRole.CLIENT);
    return viewer;
  }

  /** A transport that is there and knows nothing of its client yet. */
  ClientTransport open(String channel, Direction direction, Wire wire) {
    return open(channel, direction, wire, List.of(SrtpProfile.values()));
  }

  ClientTransport open(String channel, Direction direction, Wire wire, List<SrtpProfile> profiles) {
    String id = direction + "-" + nextId++;
    MediaReply.TransportOpened opened =
        (MediaReply.TransportOpened)
            ask(reply -> new MediaCommand.OpenTransport(channel, id, direction, events.getRef(), reply));
    ClientTransport transport = new ClientTransport(clock, opened.config(), wire, profiles);
    transports.add(transport);
    return transport;
  }

  /** ICE, then DTLS with the client in this role, all at once. */
  void connect(ClientTransport transport, DtlsRole role) {
    transport.wire().atOnce = true;
    transport.check(true);
    settle();
    announceDtls(transport, role);
    transport.startDtls(role, CLIENT, handshakes, io::wakeup);
    pumpUntilConnected(transport);
    transport.wire().atOnce = false;
  }

  /** CONNECT_*: tells the worker the client's side of DTLS. */
  MediaReply announceDtls(ClientTransport transport, DtlsRole role) {
    DtlsParameters parameters =
        new DtlsParameters(role == DtlsRole.CLIENT ? "client" : "server", List.of(CLIENT.fingerprint("sha-256")));
    return ask(reply -> new MediaCommand.ConnectTransport(transport.config.id(), parameters, reply));
  }

  void startDtls(ClientTransport transport, DtlsRole role, DtlsCertificate certificate) {
    transport.startDtls(role, certificate, handshakes, io::wakeup);
  }

  void pumpUntilConnected(ClientTransport transport) {
    pumpUntil(transport, () -> transport.isConnected() && wasTold(MediaEvent.TransportConnected.class, transport));
  }

  /** Lets handshakes run, in real time, while the virtual clock stands still. */
  void pumpUntil(ClientTransport transport, BooleanSupplier done) {
    long deadline = System.nanoTime() + HANDSHAKE_SECONDS * VirtualClock.SECOND;
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no end of the handshake: " + transport.failure());
      }
      settle();
      transport.receive();
      try {
        io.awaitWakeup(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
    settle();
  }

  /** All that transports' owners were told so far. */
  List<MediaEvent> told() {
    told.addAll(events.getAllReceived());
    return told;
  }

  boolean wasTold(Class<? extends MediaEvent> type, ClientTransport transport) {
    return told().stream()
        .anyMatch(
            event ->
                type.isInstance(event)
                    && switch (event) {
                      case MediaEvent.TransportConnected(String id) -> id.equals(transport.config.id());
                      case MediaEvent.TransportClosed(String id, var reason) -> id.equals(transport.config.id());
                      case MediaEvent.Speaking(String id, boolean speaking) -> false;
                      case MediaEvent.ConsumerLost(String id) -> false;
                    });
  }

  /** A defect from now on: sending on that wire throws. */
  void breakDown(Wire wire) {
    io.breakDown(wire);
  }

  // -- commands ------------------------------------------------------------------------------------------------------

  MediaReply ask(Function<ActorRef<MediaReply>, MediaCommand> command) {
    TestInbox<MediaReply> inbox = TestInbox.create();
    worker.submit(command.apply(inbox.getRef()));
    settle();
    return inbox.receiveMessage();
  }

  void tell(MediaCommand command) {
    worker.submit(command);
    settle();
  }

  /** INIT_PRODUCER. */
  <S extends Source> S produce(Publisher publisher, S source) {
    return produce(publisher, source, source.parameters());
  }

  <S extends Source> S produce(Publisher publisher, S source, RtpParameters parameters) {
    ProducerCheck check =
        Ortc.validateProducer(source.type(), source.type().kind(), parameters, CAPABILITIES);
    if (!(check instanceof ProducerCheck.Ok)) {
      throw new AssertionError(check.toString());
    }
    MediaReply reply =
        ask(
            to ->
                new MediaCommand.OpenProducer(
                    publisher.transport().config.id(), source.producerId(), source.type(), parameters, false, true,
                    to));
    if (!(reply instanceof MediaReply.Done)) {
      throw new AssertionError(reply.toString());
    }
    return source;
  }

  /** INIT_CONSUMER and its answer. */
  ReceivedStream watch(Viewer viewer, Source source) {
    ReceivedStream stream = prepare(viewer, source, true);
    tell(new MediaCommand.PauseConsumer(stream.consumerId, false));
    return stream;
  }

  ReceivedStream prepare(Viewer viewer, Source source, boolean paused) {
    RtpParameters consumable = Ortc.consumable(source.parameters(), source.type(), CAPABILITIES);
    RtpParameters parameters =
        Ortc.consumerParameters(
                consumable, CAPABILITIES, Integer.toString(viewer.nextMid()), nextSsrc++, nextSsrc++, "cname")
            .orElseThrow();
    ReceivedStream stream = new ReceivedStream("consumer-" + nextId++, parameters);
    MediaReply reply =
        ask(
            to ->
                new MediaCommand.OpenConsumer(
                    viewer.transport().config.id(),
                    stream.consumerId,
                    source.producerId(),
                    null,
                    parameters,
                    paused,
                    to));
    if (!(reply instanceof MediaReply.Done)) {
      throw new AssertionError(reply.toString());
    }
    viewer.add(stream);
    return stream;
  }

  WorkerCounters counters() {
    return worker.counters();
  }

  // -- time ----------------------------------------------------------------------------------------------------------

  long now() {
    return clock.getAsLong();
  }

  void runMillis(long millis) {
    runUntil(now() + millis * VirtualClock.MILLI);
  }

  void runUntil(long nanos) {
    while (now() < nanos) {
      clock.advance(STEP_NANOS);
      for (ClientTransport transport : transports) {
        transport.tick();
      }
      settle();
    }
  }

  /** Lets the worker do all that it can do now. One that never comes to rest would burn its core in production. */
  private void settle() {
    for (int turns = 0; turns < MAX_TURNS_A_STEP; turns++) {
      worker.turn(Long.MAX_VALUE);
      if (worker.isStopped() || io.asked() > 0 && io.delivered() == 0) {
        return;
      }
    }
    throw new AssertionError("the worker spins: it wants no wait and has nothing to do");
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      worker.close();
    } finally {
      transports.forEach(ClientTransport::close);
      handshakes.shutdownNow();
    }
  }
}
