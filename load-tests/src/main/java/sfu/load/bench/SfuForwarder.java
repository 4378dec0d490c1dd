package sfu.load.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.ConnectTransport;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaCommand.OpenConsumer;
import sfu.node.media.MediaCommand.OpenProducer;
import sfu.node.media.MediaCommand.OpenTransport;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.IoStats;
import sfu.node.media.io.NetIo;
import sfu.node.media.transport.WorkerCounters;
import sfu.node.media.worker.WorkerCore;
import sfu.node.media.worker.WorkerSettings;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.SrtpKeys;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.srtp.SrtpCrypto;
import sfu.protocol.srtp.SrtpProfile;

/**
 * The SFU: a real worker without its thread, whose transports were connected by real ICE checks and DTLS handshakes.
 * Its clock is the system's, so its timers (reports, feedback, layers) run within the measured time.
 */
final class SfuForwarder implements Forwarder {
  private static final String CHANNEL = "bench";

  /** Far above what loopback carries: the bench is no client that has to be held back. */
  private static final long NO_CAP_BPS = 1_000_000_000_000L;

  private static final int MAX_TURNS = 1000;
  private static final long SETUP_NANOS = 20_000_000_000L;

  private final SrtpProfile profile;
  private final NetIo io;
  private final WorkerCore core;
  private final WorkerCounters counters;
  private final InetSocketAddress address;
  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final TestInbox<MediaReply> replies = TestInbox.create();
  private final TestInbox<MediaEvent> events = TestInbox.create();
  private final List<TransportClient> clients = new ArrayList<>();
  private final List<ProducerSocket> producerSockets;
  private final List<PacketSource> sources = new ArrayList<>();
  private final int bursts;
  private final int packetsPerTurn;

  SfuForwarder(
      Scenario scenario,
      IoKind kind,
      SrtpCrypto crypto,
      SrtpProfile profile,
      List<ViewerSocket> viewers)
      throws IOException {
    this.profile = profile;
    this.bursts = scenario.bursts();
    this.packetsPerTurn = scenario.packetsIn();
    this.io = NetIo.open(kind, Loopback.ADDRESS, Loopback.PORTS, 0);
    this.address = new InetSocketAddress(Loopback.ADDRESS, io.udpPort());
    WorkerSettings settings =
        new WorkerSettings(
            0,
            Loopback.ADDRESS,
            Loopback.ADDRESS,
            Loopback.ADDRESS,
            Loopback.PORTS,
            kind,
            crypto,
            DtlsCertificate.generate(),
            NO_CAP_BPS,
            NO_CAP_BPS);
    this.core = new WorkerCore(settings, io, System::nanoTime, handshakes);
    this.counters = core.counters();
    this.producerSockets = new ArrayList<>();
    for (int i = 0; i < scenario.producers(); i++) {
      openProducer(i);
    }
    for (int i = 0; i < viewers.size(); i++) {
      openViewer(i, viewers.get(i), scenario.producers());
    }
  }

  private void openProducer(int index) throws IOException {
    ProducerSocket socket = new ProducerSocket(address);
    producerSockets.add(socket);
    String transport = "producers-" + index;
    SrtpKeys keys = connect(transport, Direction.CTS, socket);
    int ssrc = ssrc(index);
    done(
        reply ->
            new OpenProducer(
                transport,
                producerId(index),
                StreamType.CAMERA,
                VideoPackets.parameters("0", ssrc),
                false,
                false,
                reply));
    sources.add(
        new PacketSource(
            socket, address, SrtpCrypto.best().sender(profile, keys.localKey(), keys.localSalt()), ssrc));
  }

  private void openViewer(int index, ViewerSocket socket, int producers) throws IOException {
    socket.aim(address);
    String transport = "viewer-" + index;
    connect(transport, Direction.STC, socket);
    for (int i = 0; i < producers; i++) {
      String consumer = transport + "-" + i;
      String producer = producerId(i);
      // One character each: packets of all producers have one size, as they mostly have in a call.
      String mid = Integer.toString(i);
      long ssrc = 0x2000_0000L + 2L * (index * producers + i);
      done(
          reply ->
              new OpenConsumer(transport, consumer, producer, null, VideoPackets.parameters(mid, ssrc), false, reply));
    }
  }

  static int ssrc(int producer) {
    return 0x1000_0000 + 2 * producer;
  }

  private static String producerId(int index) {
    return "producer-" + index;
  }

  private SrtpKeys connect(String transport, Direction direction, ClientSocket socket) throws IOException {
    MediaReply opened = ask(reply -> new OpenTransport(CHANNEL, transport, direction, events.getRef(), reply));
    if (!(opened instanceof MediaReply.TransportOpened(TransportConfig config))) {
      throw new IOException("transport refused: " + opened);
    }
    TransportClient client = new TransportClient(socket, config);
    clients.add(client);
    done(reply -> new ConnectTransport(transport, TransportClient.dtlsParameters(), reply));
    client.sendCheck();
    core.turn(0);
    client.startDtls(profile, handshakes);
    long deadline = System.nanoTime() + SETUP_NANOS;
    SrtpKeys keys = null;
    boolean connected = false;
    while (keys == null || !connected) {
      keys = client.poll();
      core.turn(1_000_000);
      connected |= events.getAllReceived().contains(new MediaEvent.TransportConnected(transport));
      if (System.nanoTime() > deadline) {
        throw new IOException("transport " + transport + " does not connect");
      }
    }
    return keys;
  }

  private void done(Function<ActorRef<MediaReply>, MediaCommand> command) throws IOException {
    MediaReply reply = ask(command);
    if (!(reply instanceof MediaReply.Done)) {
      throw new IOException("refused: " + reply);
    }
  }

  private MediaReply ask(Function<ActorRef<MediaReply>, MediaCommand> command) {
    core.submit(command.apply(replies.getRef()));
    core.turn(0);
    return replies.receiveMessage();
  }

  /** Consent would expire after 30 s, and feedback to producers fills their sockets. */
  @Override
  public void rest() throws IOException {
    for (TransportClient client : clients) {
      client.sendCheck();
    }
    for (int i = 0; i < 10; i++) {
      core.turn(0);
    }
    for (ProducerSocket socket : producerSockets) {
      socket.drain();
    }
  }

  @Override
  public void offer() {
    for (int burst = 0; burst < bursts; burst++) {
      for (PacketSource source : sources) {
        source.sendBurst();
      }
    }
  }

  @Override
  public void forward() {
    long expected = counters.packetsIn + packetsPerTurn;
    int turns = 0;
    do {
      core.turn(0);
      if (++turns == MAX_TURNS) {
        throw new IllegalStateException("packets were lost on loopback: " + io.stats());
      }
    } while (counters.packetsIn < expected);
    io.flush();
  }

  @Override
  public long packetsOut() {
    return counters.packetsOut;
  }

  @Override
  public IoStats stats() {
    return io.stats();
  }

  @Override
  public String drops() {
    return counters.describeDrops();
  }

  @Override
  public void close() throws IOException {
    clients.forEach(TransportClient::close);
    core.close();
    handshakes.close();
    for (ProducerSocket socket : producerSockets) {
      socket.close();
    }
  }
}
