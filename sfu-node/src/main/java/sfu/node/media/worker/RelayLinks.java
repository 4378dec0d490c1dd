package sfu.node.media.worker;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.LinkParameters;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.BetweenWorkers;
import sfu.node.media.MediaCommand.CloseLink;
import sfu.node.media.MediaCommand.CloseRelay;
import sfu.node.media.MediaCommand.LinkOpened;
import sfu.node.media.MediaCommand.OpenConsumer;
import sfu.node.media.MediaCommand.OpenLink;
import sfu.node.media.MediaCommand.OpenRelay;
import sfu.node.media.MediaCommand.RelayOpened;
import sfu.node.media.MediaCommand.RelayRefused;
import sfu.node.media.MediaReply;
import sfu.node.media.producer.Producer;
import sfu.node.media.relay.RelayTransport;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.RtpParameters;

/**
 * The links of one worker to others, and the consumers that wait until their producer has crossed one. Confined to the
 * loop's thread, so that what is known of a link and what it does can't part.
 */
final class RelayLinks implements RelayTransport.Owner {
  /** A consumer whose producer has not come by then is refused. */
  private static final long SETUP_NANOS = 2_500_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(RelayLinks.class);

  /** Another worker. */
  private static final class Peer {
    private final ActorRef<MediaCommand> ref;
    private final Map<String, Setup> setups = new HashMap<>();
    private RelayTransport link;

    /** Whether our offer of the link was not answered yet. */
    private boolean offered;

    Peer(ActorRef<MediaCommand> ref) {
      this.ref = ref;
    }

    boolean hasLink(String linkId) {
      return link != null && link.id().equals(linkId);
    }

    /** Which set-up waits for this relay; null if none does any more. */
    Setup setup(String linkId, long relay, String producerId) {
      Setup setup = hasLink(linkId) ? setups.get(producerId) : null;
      return setup == null || setup.relay != relay ? null : setup;
    }
  }

  /** A producer that is to cross, and the consumers that wait for it: the first brings it about for all. */
  private final class Setup extends TimerHeap.Timed {
    private final Peer peer;
    private final String channelId;
    private final String producerId;
    private final List<OpenConsumer> waiting = new ArrayList<>();
    private long relay;
    private boolean received;

    /** Whether a link ended while it waited. */
    private boolean again;

    Setup(Peer peer, String channelId, String producerId) {
      this.peer = peer;
      this.channelId = channelId;
      this.producerId = producerId;
    }

    @Override
    protected long onTimer(long nowNanos) {
      if (peer.offered) {
        fail(this, "no answer to the offer of a link within 2.5 s");
        withdraw(peer);
      } else {
        fail(this, received ? "no way within 2.5 s" : "no answer within 2.5 s");
      }
      return Long.MAX_VALUE;
    }
  }

  private final WorkerSettings settings;
  private final LoopContext context;
  private final Demultiplexer demultiplexer;
  private final CommandHandler commands;
  private final Map<ActorRef<MediaCommand>, Peer> peers = new HashMap<>();
  private ActorRef<MediaCommand> self;
  private long relays;

  RelayLinks(
      WorkerSettings settings, LoopContext context, Demultiplexer demultiplexer, CommandHandler commands) {
    this.settings = settings;
    this.context = context;
    this.demultiplexer = demultiplexer;
    this.commands = commands;
  }

  /** What this worker is to others; without it no producer can cross. */
  void self(ActorRef<MediaCommand> ref) {
    self = ref;
  }

  /** Whether a consumer's producer is received by another worker. */
  boolean isElsewhere(ActorRef<MediaCommand> origin) {
    return origin != null && !origin.equals(self);
  }

  // -- far: consumers here, producers there --------------------------------------------------------------------------

  /** Lets the producer cross, then opens the consumer; or answers why not. */
  void consume(OpenConsumer open, String channelId) {
    Peer peer = peer(open.origin());
    Setup setup = peer.setups.get(open.producerId());
    if (setup == null) {
      setup = new Setup(peer, channelId, open.producerId());
      peer.setups.put(open.producerId(), setup);
      context.timers.schedule(setup, context.nowNanos() + SETUP_NANOS);
      if (peer.link == null) {
        offer(peer);
      } else if (!peer.offered) {
        ask(setup);
      }
    }
    setup.waiting.add(open);
  }

  private void offer(Peer peer) {
    peer.link = open(UUID.randomUUID().toString());
    peer.offered = true;
    peer.ref.tell(new OpenLink(self, parameters(peer)));
  }

  /** Nobody answers an offer: whoever still waits is the reason for a new one. */
  private void withdraw(Peer peer) {
    peer.ref.tell(new CloseLink(self, peer.link.id(), "its offer was not answered in time"));
    close(peer);
    if (!peer.setups.isEmpty()) {
      offer(peer);
    }
  }

  private void ask(Setup setup) {
    setup.received = false;
    setup.relay = ++relays;
    setup.peer.ref.tell(
        new OpenRelay(self, setup.peer.link.id(), setup.relay, setup.channelId, setup.producerId));
  }

  private void onRelayOpened(RelayOpened opened) {
    Peer peer = peer(opened.from());
    Setup setup = peer.setup(opened.linkId(), opened.relay(), opened.producerId());
    if (setup == null || commands.producer(opened.producerId()) != null) {
      // Who waited for it has given up, or it came by another way meanwhile.
      peer.ref.tell(new CloseRelay(self, opened.linkId(), opened.relay(), opened.producerId()));
      if (setup != null) {
        finish(setup);
      }
      return;
    }
    Producer producer =
        peer.link.receive(
            opened.relay(), opened.producerId(), setup.channelId, opened.type(), opened.rtpParameters(),
            opened.paused());
    if (producer == null) {
      fail(setup, "its streams on the link are not to be told from others");
      return;
    }
    commands.admit(producer);
    setup.received = true;
    if (peer.link.wasReady()) {
      finish(setup);
    }
  }

  private void finish(Setup setup) {
    context.timers.cancel(setup);
    setup.peer.setups.remove(setup.producerId);
    setup.waiting.forEach(commands::consume);
  }

  private void fail(Setup setup, String reason) {
    context.timers.cancel(setup);
    setup.peer.setups.remove(setup.producerId);
    String text = "producer %s of worker %s: %s".formatted(setup.producerId, setup.peer.ref.path(), reason);
    setup.waiting.forEach(open -> open.replyTo().tell(new MediaReply.Failed(text)));
  }

  private void failAll(Peer peer, String reason) {
    List.copyOf(peer.setups.values()).forEach(setup -> fail(setup, reason));
  }

  /** A producer was closed before it had crossed. */
  void producerClosed(String producerId) {
    for (Peer peer : peers.values()) {
      Setup setup = peer.setups.get(producerId);
      if (setup != null) {
        fail(setup, "it was closed");
      }
    }
  }

  /** A consumer was closed while it waited for its producer to cross. */
  void consumerClosed(String consumerId) {
    for (Peer peer : peers.values()) {
      for (Setup setup : peer.setups.values()) {
        setup.waiting.removeIf(
            open -> {
              boolean closed = open.consumerId().equals(consumerId);
              if (closed) {
                open.replyTo().tell(new MediaReply.Failed("consumer " + consumerId + " was closed"));
              }
              return closed;
            });
      }
    }
  }

  @Override
  public void relayEnded(RelayTransport link, long relay, Producer producer) {
    Peer peer = peerOf(link);
    if (peer != null) {
      peer.ref.tell(new CloseRelay(self, link.id(), relay, producer.id()));
    }
  }

  // -- near: producers here, consumers there -------------------------------------------------------------------------

  private void onOpenRelay(OpenRelay open) {
    Peer peer = peer(open.from());
    if (!peer.hasLink(open.linkId()) || peer.offered) {
      peer.ref.tell(new CloseLink(self, open.linkId(), "the other end has no such link"));
      return;
    }
    Producer producer = commands.producer(open.producerId());
    boolean here = producer != null && !producer.isRelayed() && producer.channelId().equals(open.channelId());
    RtpParameters parameters = here ? peer.link.relay(open.relay(), producer) : null;
    peer.ref.tell(
        parameters != null
            ? new RelayOpened(
                self,
                open.linkId(),
                open.relay(),
                producer.id(),
                producer.type(),
                parameters,
                producer.isPaused())
            : new RelayRefused(
                self,
                open.linkId(),
                open.relay(),
                open.producerId(),
                here ? "too many streams on the link" : "no such producer in the channel"));
  }

  @Override
  public void sourceEnded(RelayTransport link, Producer producer) {
    Peer peer = peerOf(link);
    if (peer != null) {
      peer.ref.tell(new MediaCommand.CloseProducer(producer.id()));
    }
  }

  // -- links ---------------------------------------------------------------------------------------------------------

  void handle(BetweenWorkers message) {
    switch (message) {
      case OpenLink open -> onOpenLink(open);
      case LinkOpened opened -> onLinkOpened(opened);
      case CloseLink close -> {
        Peer peer = peer(close.from());
        if (peer.hasLink(close.linkId())) {
          drop(peer, close.reason());
        }
      }
      case OpenRelay open -> onOpenRelay(open);
      case RelayOpened opened -> onRelayOpened(opened);
      case RelayRefused refused -> {
        Peer peer = peer(refused.from());
        Setup setup = peer.setup(refused.linkId(), refused.relay(), refused.producerId());
        if (setup != null) {
          fail(setup, refused.reason());
        }
      }
      case CloseRelay close -> {
        Peer peer = peer(close.from());
        if (peer.hasLink(close.linkId())) {
          peer.link.stopRelaying(close.relay(), close.producerId());
        }
      }
    }
  }

  private void onOpenLink(OpenLink open) {
    Peer peer = peer(open.from());
    String linkId = open.offer().linkId();
    if (peer.offered && peer.link.id().compareTo(linkId) < 0) {
      // Both offered at once, and ours comes first: the other end sees the same.
      return;
    }
    close(peer);
    peer.link = open(linkId);
    LinkParameters answer = parameters(peer);
    String wrong = peer.link.connect(open.offer());
    if (wrong != null) {
      peer.ref.tell(new CloseLink(self, linkId, wrong));
      drop(peer, wrong);
      return;
    }
    peer.ref.tell(new LinkOpened(self, answer));
    peer.setups.values().forEach(this::ask);
  }

  private void onLinkOpened(LinkOpened opened) {
    Peer peer = peer(opened.from());
    if (!peer.offered || !peer.hasLink(opened.answer().linkId())) {
      return;
    }
    peer.offered = false;
    String wrong = peer.link.connect(opened.answer());
    if (wrong != null) {
      peer.ref.tell(new CloseLink(self, peer.link.id(), wrong));
      drop(peer, wrong);
      return;
    }
    peer.setups.values().forEach(this::ask);
  }

  private RelayTransport open(String linkId) {
    RelayTransport link =
        new RelayTransport(context, linkId, commands, this, demultiplexer.batch(), demultiplexer.run());
    demultiplexer.add(link);
    return link;
  }

  private LinkParameters parameters(Peer peer) {
    return peer.link.parameters(addressFor(peer.ref), context.io.udpPort());
  }

  /** A worker of this node may not reach the address that others do: from behind a NAT it mostly leads nowhere. */
  private InetAddress addressFor(ActorRef<MediaCommand> peer) {
    if (!peer.path().address().hasLocalScope()) {
      return settings.relay();
    }
    return settings.bind().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : settings.bind();
  }

  @Override
  public void ready(RelayTransport link) {
    Peer peer = peerOf(link);
    if (peer != null) {
      List.copyOf(peer.setups.values()).stream().filter(setup -> setup.received).forEach(this::finish);
    }
  }

  @Override
  public void ended(RelayTransport link, String reason) {
    Peer peer = peerOf(link);
    if (peer != null) {
      LOG.warn("the link to worker {} is lost, with all that crossed it: {}", peer.ref.path(), reason);
      peer.ref.tell(new CloseLink(self, link.id(), reason));
      drop(peer, reason);
    }
  }

  /** Another worker is gone, with its node or by itself. */
  void workerLost(ActorRef<MediaCommand> ref) {
    Peer peer = peers.remove(ref);
    if (peer != null) {
      close(peer);
      failAll(peer, "the worker is gone");
    }
  }

  /** Ends the link. Who waits for a producer gets it by another, if that is the first to fail it. */
  private void drop(Peer peer, String reason) {
    LOG.debug("link to worker {} ends: {}", peer.ref.path(), reason);
    close(peer);
    for (Setup setup : List.copyOf(peer.setups.values())) {
      if (setup.again) {
        fail(setup, reason);
      }
      setup.again = true;
    }
    if (!peer.setups.isEmpty()) {
      offer(peer);
    }
  }

  private void close(Peer peer) {
    RelayTransport link = peer.link;
    peer.link = null;
    peer.offered = false;
    if (link != null) {
      demultiplexer.remove(link);
      link.close();
    }
  }

  /** Ends all links; the other ends are told. */
  void closeAll() {
    for (Peer peer : peers.values()) {
      if (peer.link != null) {
        peer.ref.tell(new CloseLink(self, peer.link.id(), "the worker ends"));
      }
      close(peer);
      failAll(peer, "the worker ends");
    }
  }

  private Peer peer(ActorRef<MediaCommand> ref) {
    return peers.computeIfAbsent(ref, Peer::new);
  }

  /** Null if another link has taken its place. */
  private Peer peerOf(RelayTransport link) {
    for (Peer peer : peers.values()) {
      if (peer.link == link) {
        return peer;
      }
    }
    return null;
  }
}
