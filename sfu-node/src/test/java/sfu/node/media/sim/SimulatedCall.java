package sfu.node.media.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import sfu.node.media.transport.WorkerCounters;
import sfu.node.media.worker.WorkerCore;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.ProducerCheck;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.sim.SimulatedLink;
import sfu.protocol.srtp.SrtpProfile;

/** One worker or several, their network and their clients, moved on by a millisecond at a time. */
final class SimulatedCall implements AutoCloseable {
  static final String CHANNEL = "channel";

  private static final long STEP_NANOS = VirtualClock.MILLI;
  private static final int MAX_TURNS_A_STEP = 200;
  private static final long HANDSHAKE_SECONDS = 10;
  private static final long PATIENCE_MILLIS = 3_000;
  static final DtlsCertificate CLIENT = DtlsCertificate.generate();
  static final RtpCapabilities CAPABILITIES = RouterCapabilities.all();

  final VirtualClock clock = new VirtualClock();
  final WorkerCore worker;
  final List<SimulatedWorker> workers = new ArrayList<>();
  final TestInbox<MediaEvent> events = TestInbox.create();
  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final List<ClientTransport> transports = new ArrayList<>();
  private final Map<ClientTransport, SimulatedWorker> transportWorkers = new HashMap<>();
  private final Map<Wire, SimulatedWorker> wireWorkers = new HashMap<>();

  /** By the ids of producers and consumers. */
  private final Map<String, SimulatedWorker> streamWorkers = new HashMap<>();

  private final Map<List<SimulatedWorker>, WorkerLink> links = new HashMap<>();
  private final List<MediaEvent> told = new ArrayList<>();
  private int nextPort = 50_000;
  private int nextId;
  private int nextSsrc = 1_000;
  private boolean closed;

  SimulatedCall() {
    this(8_000_000, 10_000_000);
  }

  SimulatedCall(long maxBitrateInBps, long maxBitrateOutBps) {
    this(1, maxBitrateInBps, maxBitrateOutBps);
  }

  /** So many workers with 5 ms between any two. */
  SimulatedCall(int count, long maxBitrateInBps, long maxBitrateOutBps) {
    for (int i = 0; i < count; i++) {
      SimulatedWorker added = new SimulatedWorker(i, clock, handshakes, maxBitrateInBps, maxBitrateOutBps);
      for (SimulatedWorker other : workers) {
        links.put(List.of(other, added), new WorkerLink(other, added, 100L * links.size() + 7));
      }
      workers.add(added);
    }
    worker = workers.getFirst().core;
  }

  /** The network between two workers, the first of lower number. */
  WorkerLink between(int first, int second) {
    return links.get(List.of(workers.get(first), workers.get(second)));
  }

  // -- clients -------------------------------------------------------------------------------------------------------

  /** A network of 20 ms each way that does no harm. */
  Wire wire() {
    return wire(link(0), link(1));
  }

  Wire wire(SimulatedLink<byte[]> up, SimulatedLink<byte[]> down) {
    return wire(0, up, down);
  }

  /** The same to another worker than the first. */
  Wire wire(int toWorker) {
    return wire(toWorker, link(0), link(1));
  }

  Wire wire(int toWorker, SimulatedLink<byte[]> up, SimulatedLink<byte[]> down) {
    Wire wire = new Wire(nextPort++, up, down);
    workers.get(toWorker).io.plug(wire);
    wireWorkers.put(wire, workers.get(toWorker));
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
    SimulatedWorker at = wireWorkers.get(wire);
    MediaReply.TransportOpened opened =
        (MediaReply.TransportOpened)
            ask(at, reply -> new MediaCommand.OpenTransport(channel, id, direction, events.getRef(), reply));
    ClientTransport transport = new ClientTransport(clock, opened.config(), wire, profiles);
    transports.add(transport);
    transportWorkers.put(transport, at);
    return transport;
  }

  SimulatedWorker workerOf(ClientTransport transport) {
    return transportWorkers.get(transport);
  }

  /** ICE, then DTLS with the client in this role, all at once. */
  void connect(ClientTransport transport, DtlsRole role) {
    transport.wire().atOnce = true;
    transport.check(true);
    settle();
    announceDtls(transport, role);
    startDtls(transport, role, CLIENT);
    pumpUntilConnected(transport);
    transport.wire().atOnce = false;
  }

  /** CONNECT_*: tells the worker the client's side of DTLS. */
  MediaReply announceDtls(ClientTransport transport, DtlsRole role) {
    DtlsParameters parameters =
        new DtlsParameters(role == DtlsRole.CLIENT ? "client" : "server", List.of(CLIENT.fingerprint("sha-256")));
    return ask(
        transportWorkers.get(transport),
        reply -> new MediaCommand.ConnectTransport(transport.config.id(), parameters, reply));
  }

  void startDtls(ClientTransport transport, DtlsRole role, DtlsCertificate certificate) {
    transport.startDtls(role, certificate, handshakes, transportWorkers.get(transport).io::wakeup);
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
        transportWorkers.get(transport).io.awaitWakeup(5);
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
                      case MediaEvent.WorkerDraining _ -> false;
                      case MediaEvent.ConsumerLost(String id) -> false;
                    });
  }

  /** A defect from now on: sending on that wire throws. */
  void breakDown(Wire wire) {
    wireWorkers.get(wire).io.breakDown(wire);
  }

  // -- commands ------------------------------------------------------------------------------------------------------

  MediaReply ask(Function<ActorRef<MediaReply>, MediaCommand> command) {
    return ask(workers.getFirst(), command);
  }

  /** Most answers come at once; those that need another worker take their time. */
  MediaReply ask(SimulatedWorker at, Function<ActorRef<MediaReply>, MediaCommand> command) {
    TestInbox<MediaReply> inbox = TestInbox.create();
    at.core.submit(command.apply(inbox.getRef()));
    settle();
    for (long waited = 0; !inbox.hasMessages() && waited < PATIENCE_MILLIS; waited++) {
      runMillis(1);
    }
    return inbox.receiveMessage();
  }

  /** Tells the worker whose stream it is about, the first if none. */
  void tell(MediaCommand command) {
    String id =
        switch (command) {
          case MediaCommand.PauseProducer pause -> pause.producerId();
          case MediaCommand.CloseProducer close -> close.producerId();
          case MediaCommand.PauseConsumer pause -> pause.consumerId();
          case MediaCommand.CloseConsumer close -> close.consumerId();
          default -> null;
        };
    streamWorkers.getOrDefault(id, workers.getFirst()).core.submit(command);
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
    SimulatedWorker at = transportWorkers.get(publisher.transport());
    streamWorkers.put(source.producerId(), at);
    MediaReply reply =
        ask(
            at,
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
    SimulatedWorker at = transportWorkers.get(viewer.transport());
    SimulatedWorker origin = streamWorkers.get(source.producerId());
    streamWorkers.put(stream.consumerId, at);
    viewer.add(stream);
    MediaReply reply =
        ask(
            at,
            to ->
                new MediaCommand.OpenConsumer(
                    viewer.transport().config.id(),
                    stream.consumerId,
                    source.producerId(),
                    origin == at ? null : origin.ref(),
                    parameters,
                    paused,
                    to));
    if (!(reply instanceof MediaReply.Done)) {
      throw new AssertionError(reply.toString());
    }
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
      boolean idle = true;
      for (SimulatedWorker each : workers) {
        idle &= each.turn();
      }
      if (idle) {
        return;
      }
    }
    throw new AssertionError("a worker spins: it wants no wait and has nothing to do");
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      workers.forEach(SimulatedWorker::close);
    } finally {
      transports.forEach(ClientTransport::close);
      handshakes.shutdownNow();
    }
  }
}
