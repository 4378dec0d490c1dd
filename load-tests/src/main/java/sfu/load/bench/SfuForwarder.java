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
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.srtp.SrtpCrypto;
import sfu.protocol.srtp.SrtpProfile;
import sfu.protocol.srtp.SrtpSender;

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
  private final Scenario scenario;
  private final Offer offer;

  SfuForwarder(
      Scenario scenario,
      IoKind kind,
      SrtpCrypto crypto,
      SrtpProfile profile,
      List<ViewerSocket> viewers)
      throws IOException {
    this.profile = profile;
    this.scenario = scenario;
    this.offer = new Offer(scenario);
    this.near = new BenchWorker(0, kind, crypto, handshakes);
    this.far = scenario.relayed() ? new BenchWorker(1, kind, crypto, handshakes) : near;
    this.producerSockets = new ArrayList<>();
    for (int i = 0; i < scenario.producers(); i++) {
      openProducer(i);
    }
    for (int i = 0; i < viewers.size(); i++) {
      openViewer(i, viewers.get(i));
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
    RtpParameters video = VideoPackets.parameters(PacketSource.VIDEO_MID, PacketSource.videoSsrc(index));
    openProducer(transport, videoId(index), StreamType.CAMERA, video);
    if (scenario.speaks()) {
      RtpParameters voice = VoicePackets.sent(PacketSource.VOICE_MID, PacketSource.voiceSsrc(index));
      openProducer(transport, voiceId(index), StreamType.AUDIO, voice);
    }
    SrtpSender srtp = SrtpCrypto.best().sender(profile, keys.localKey(), keys.localSalt());
    offer.add(new PacketSource(socket, address, srtp, scenario.camera(), index));
  }

  private void openProducer(String transport, String id, StreamType type, RtpParameters parameters)
      throws IOException {
    done(near, reply -> new OpenProducer(transport, id, type, parameters, false, false, reply));
  }

  private void openViewer(int index, ViewerSocket socket) throws IOException {
    socket.aim(far.address());
    String transport = "viewer-" + index;
    connect(far, transport, Direction.STC, socket);
    int consumers = 0;
    for (int i = 0; i < scenario.producers(); i++) {
      if (scenario.isSeen(i, index)) {
        openConsumer(transport, videoId(i), VideoPackets.parameters(mid(consumers), ssrc(index, consumers++)));
        if (scenario.speaks()) {
          openConsumer(transport, voiceId(i), VoicePackets.received(mid(consumers), ssrc(index, consumers++)));
        }
      }
    }
  }

  private void openConsumer(String transport, String producer, RtpParameters parameters) throws IOException {
    ActorRef<MediaCommand> origin = far == near ? null : near.ref();
    String consumer = transport + "-of-" + producer;
    done(far, reply -> new OpenConsumer(transport, consumer, producer, origin, parameters, false, reply));
  }

  /** One character each: packets of all producers have one size, as they mostly have in a call. */
  private static char mid(int consumer) {
    return Character.forDigit(consumer, Character.MAX_RADIX);
  }

  private static long ssrc(int viewer, int consumer) {
    return 0x2000_0000L + 2L * (viewer * Character.MAX_RADIX + consumer);
  }

  private static String videoId(int producer) {
    return "video-" + producer;
  }

  private static String voiceId(int producer) {
    return "voice-" + producer;
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

  /** Consent would expire after 30 s, feedback to producers fills their sockets, and who speaks is told to nobody. */
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
    events.getAllReceived();
  }

  @Override
  public int offer() {
    offer.sendTurn();
    return offer.packets() * scenario.receivers();
  }

  @Override
  public void forward() {
    receive(near, offer.packets());
    if (far != near) {
      receive(far, offer.packets());
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
