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
import sfu.protocol.dtls.SrtpKeys;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.srtp.SrtpCrypto;
import sfu.protocol.srtp.SrtpProfile;

/**
 * The SFU: a real worker, or two with a link between them, whose transports were connected by real ICE checks and DTLS
 * handshakes.
 */
final class SfuForwarder implements Forwarder {
  private static final String CHANNEL = "bench";

  private static final int MAX_TURNS = 1000;
  private static final long SETUP_NANOS = 20_000_000_000L;
  private static final long SETTLING_NANOS = 200_000_000L;

  private final SrtpProfile profile;

  /** The producers' worker. */
  private final BenchWorker near;

  /** The viewers' worker, mostly the same. */
  private final BenchWorker far;

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
    this.near = new BenchWorker(0, kind, crypto, handshakes);
    this.far = scenario.relayed() ? new BenchWorker(1, kind, crypto, handshakes) : near;
    this.producerSockets = new ArrayList<>();
    for (int i = 0; i < scenario.producers(); i++) {
      openProducer(i);
    }
    for (int i = 0; i < viewers.size(); i++) {
      openViewer(i, viewers.get(i), scenario.producers());
    }
    // The one key frame is the first frame: what is to cross has to be asked for before.
    long settled = System.nanoTime() + SETTLING_NANOS;
    while (System.nanoTime() < settled) {
      turnBoth(1_000_000);
    }
    near.begin();
    far.begin();
  }

  private void turnBoth(long maxWaitNanos) {
    near.turnWithMail(maxWaitNanos);
    if (far != near) {
      far.turnWithMail(maxWaitNanos);
    }
  }

  private void openProducer(int index) throws IOException {
    InetSocketAddress address = near.address();
    ProducerSocket socket = new ProducerSocket(address);
    producerSockets.add(socket);
    String transport = "producers-" + index;
    SrtpKeys keys = connect(near, transport, Direction.CTS, socket);
    int ssrc = ssrc(index);
    done(
        near,
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
    socket.aim(far.address());
    String transport = "viewer-" + index;
    ActorRef<MediaCommand> origin = far == near ? null : near.ref();
    connect(far, transport, Direction.STC, socket);
    for (int i = 0; i < producers; i++) {
      String consumer = transport + "-" + i;
      String producer = producerId(i);
      // One character each: packets of all producers have one size, as they mostly have in a call.
      String mid = Integer.toString(i);
      long ssrc = 0x2000_0000L + 2L * (index * producers + i);
      done(
          far,
          reply ->
              new OpenConsumer(
                  transport, consumer, producer, origin, VideoPackets.parameters(mid, ssrc), false, reply));
    }
  }

  static int ssrc(int producer) {
    return 0x1000_0000 + 2 * producer;
  }

  private static String producerId(int index) {
    return "producer-" + index;
  }

  private SrtpKeys connect(BenchWorker worker, String transport, Direction direction, ClientSocket socket)
      throws IOException {
    MediaReply opened = ask(worker, reply -> new OpenTransport(CHANNEL, transport, direction, events.getRef(), reply));
    if (!(opened instanceof MediaReply.TransportOpened(TransportConfig config))) {
      throw new IOException("transport refused: " + opened);
    }
    TransportClient client = new TransportClient(socket, config);
    clients.add(client);
    done(worker, reply -> new ConnectTransport(transport, TransportClient.dtlsParameters(), reply));
    client.sendCheck();
    worker.core.turn(0);
    client.startDtls(profile, handshakes);
    long deadline = System.nanoTime() + SETUP_NANOS;
    SrtpKeys keys = null;
    boolean connected = false;
    while (keys == null || !connected) {
      keys = client.poll();
      worker.core.turn(1_000_000);
      connected |= events.getAllReceived().contains(new MediaEvent.TransportConnected(transport));
      if (System.nanoTime() > deadline) {
        throw new IOException("transport " + transport + " does not connect");
      }
    }
    return keys;
  }

  private void done(BenchWorker worker, Function<ActorRef<MediaReply>, MediaCommand> command) throws IOException {
    MediaReply reply = ask(worker, command);
    if (!(reply instanceof MediaReply.Done)) {
      throw new IOException("refused: " + reply);
    }
  }

  /** A producer that has to cross first takes its time. */
  private MediaReply ask(BenchWorker worker, Function<ActorRef<MediaReply>, MediaCommand> command) {
    worker.core.submit(command.apply(replies.getRef()));
    long deadline = System.nanoTime() + SETUP_NANOS;
    do {
      turnBoth(0);
    } while (!replies.hasMessages() && System.nanoTime() < deadline);
    return replies.receiveMessage();
  }

  /** Consent would expire after 30 s, and feedback to producers fills their sockets. */
  @Override
  public void rest() throws IOException {
    for (TransportClient client : clients) {
      client.sendCheck();
    }
    for (int i = 0; i < 10; i++) {
      turnBoth(0);
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
    receive(near, packetsPerTurn);
    if (far != near) {
      receive(far, packetsPerTurn);
    }
  }

  private static void receive(BenchWorker worker, int packets) {
    long expected = worker.counters.packetsIn + packets;
    int turns = 0;
    do {
      worker.core.turn(0);
      if (++turns == MAX_TURNS) {
        throw new IllegalStateException("packets were lost on loopback: " + worker.io.stats());
      }
    } while (worker.counters.packetsIn < expected);
    worker.io.flush();
  }

  @Override
  public long packetsOut() {
    return far.counters.packetsOut;
  }

  @Override
  public IoStats stats() {
    return far.io.stats();
  }

  @Override
  public String drops() {
    String drops = near.drops();
    return drops.equals("none") ? far.drops() : drops;
  }

  @Override
  public void close() throws IOException {
    clients.forEach(TransportClient::close);
    far.close();
    if (near != far) {
      near.close();
    }
    handshakes.close();
    for (ProducerSocket socket : producerSockets) {
      socket.close();
    }
  }
}
