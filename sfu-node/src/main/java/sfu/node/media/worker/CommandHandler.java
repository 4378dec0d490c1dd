package sfu.node.media.worker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.BetweenWorkers;
import sfu.node.media.MediaCommand.CloseChannel;
import sfu.node.media.MediaCommand.CloseConsumer;
import sfu.node.media.MediaCommand.CloseProducer;
import sfu.node.media.MediaCommand.CloseTransport;
import sfu.node.media.MediaCommand.ConnectTransport;
import sfu.node.media.MediaCommand.Drain;
import sfu.node.media.MediaCommand.GetBitRates;
import sfu.node.media.MediaCommand.GetLoad;
import sfu.node.media.MediaCommand.GetStatistics;
import sfu.node.media.MediaCommand.OpenConsumer;
import sfu.node.media.MediaCommand.OpenProducer;
import sfu.node.media.MediaCommand.OpenTransport;
import sfu.node.media.MediaCommand.PauseConsumer;
import sfu.node.media.MediaCommand.PauseProducer;
import sfu.node.media.MediaCommand.Shutdown;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaEvent.TransportClosed.Reason;
import sfu.node.media.MediaReply;
import sfu.node.media.consumer.Consumer;
import sfu.node.media.consumer.ConsumerTransport;
import sfu.node.media.io.Path;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerTransport;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.TimerHeap;
import sfu.node.media.transport.Transport;
import sfu.node.media.transport.TransportHost;
import sfu.node.media.transport.TransportIdentity;
import sfu.node.media.transport.WebRtcTransport;

/** Carries out what the worker is told, on its loop's thread, and keeps the tables of what there is. */
final class CommandHandler implements TransportHost {
  private static final long GOODBYE_NANOS = 200_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(CommandHandler.class);

  private final WorkerSettings settings;
  private final LoopContext context;
  private final Demultiplexer demultiplexer;
  private final LoadMeter load;
  private final Runnable stop;
  private final TransportConfigs configs;
  private final Map<String, Router> routers = new HashMap<>();
  private final RelayLinks relays;
  private final Map<String, WebRtcTransport> transports = new HashMap<>();
  private final Map<String, Producer> producers = new HashMap<>();
  private final Map<String, Consumer> consumers = new HashMap<>();

  CommandHandler(
      WorkerSettings settings, LoopContext context, Demultiplexer demultiplexer, LoadMeter load, Runnable stop) {
    this.settings = settings;
    this.context = context;
    this.demultiplexer = demultiplexer;
    this.load = load;
    this.stop = stop;
    this.configs = new TransportConfigs(settings, context.io);
    this.relays = new RelayLinks(settings, context, demultiplexer, this);
  }

  void handle(MediaCommand command) {
    switch (command) {
      case OpenTransport open -> openTransport(open);
      case ConnectTransport connect -> connectTransport(connect);
      case CloseTransport close -> closeTransport(transports.get(close.transportId()));
      case OpenProducer open -> openProducer(open);
      case PauseProducer pause -> {
        Producer producer = producers.get(pause.producerId());
        if (producer != null) {
          producer.pause(pause.paused());
        }
      }
      case CloseProducer close -> closeProducer(close.producerId());
      case OpenConsumer open -> openConsumer(open);
      case PauseConsumer pause -> {
        Consumer consumer = consumers.get(pause.consumerId());
        if (consumer != null) {
          consumer.pause(pause.paused());
        }
      }
      case CloseConsumer close -> {
        Consumer consumer = consumers.get(close.consumerId());
        if (consumer != null) {
          consumer.close();
        } else {
          relays.consumerClosed(close.consumerId());
        }
      }
      case CloseChannel close -> {
        Router router = routers.get(close.channelId());
        if (router != null) {
          router.transports().forEach(this::closeTransport);
        }
      }
      case BetweenWorkers message -> relays.handle(message);
      case GetBitRates ask -> ask.replyTo().tell(bitRates(ask.channelId()));
      case GetLoad ask -> ask.replyTo().tell(load());
      case GetStatistics ask -> ask.replyTo().tell(statistics());
      case Drain ignored -> {
        // The actor's matter: media goes on.
      }
      case Shutdown ignored -> shutDown();
    }
  }

  private void openTransport(OpenTransport open) {
    if (transports.containsKey(open.transportId())) {
      fail(open.replyTo(), "transport " + open.transportId() + " exists already");
      return;
    }
    ActorRef<MediaEvent> owner = open.owner();
    TransportIdentity identity = new TransportIdentity(open.transportId(), open.channelId(), owner::tell);
    WebRtcTransport transport =
        switch (open.direction()) {
          case CTS ->
              new ProducerTransport(context, identity, this, demultiplexer.batch(), settings.maxBitrateInBps());
          case STC ->
              new ConsumerTransport(context, identity, this, demultiplexer.run(), settings.maxBitrateOutBps());
        };
    transports.put(transport.id(), transport);
    routers.computeIfAbsent(open.channelId(), Router::new).add(transport);
    demultiplexer.add(transport);
    open.replyTo().tell(new MediaReply.TransportOpened(configs.of(transport)));
  }

  private void connectTransport(ConnectTransport connect) {
    WebRtcTransport transport = transports.get(connect.transportId());
    String wrong =
        transport == null ? "no transport " + connect.transportId() : transport.connect(connect.remote());
    answer(connect.replyTo(), wrong);
  }

  private void openProducer(OpenProducer open) {
    if (!(transports.get(open.transportId()) instanceof ProducerTransport transport)) {
      fail(open.replyTo(), "no client-to-server transport " + open.transportId());
      return;
    }
    String[] refusal = new String[1];
    Producer producer =
        transport.produce(
            open.producerId(), open.type(), open.rtpParameters(), open.paused(), open.detectSpeaking(), refusal);
    if (producer != null) {
      producers.put(producer.id(), producer);
      routers.get(transport.channelId()).add(producer);
    }
    answer(open.replyTo(), refusal[0]);
  }

  private void openConsumer(OpenConsumer open) {
    if (!(transports.get(open.transportId()) instanceof ConsumerTransport transport)) {
      fail(open.replyTo(), "no server-to-client transport " + open.transportId());
      return;
    }
    Producer producer = producers.get(open.producerId());
    if (producer == null && relays.isElsewhere(open.origin())) {
      relays.consume(open, transport.channelId());
    } else if (producer == null || !producer.channelId().equals(transport.channelId())) {
      fail(open.replyTo(), "no producer " + open.producerId() + " in the channel");
    } else {
      consume(open, transport, producer);
    }
  }

  /** A consumer's producer has come from another worker, unless it is gone again already. */
  void consume(OpenConsumer open) {
    Producer producer = producers.get(open.producerId());
    if (producer != null && transports.get(open.transportId()) instanceof ConsumerTransport transport) {
      consume(open, transport, producer);
    } else {
      fail(open.replyTo(), "its transport or producer ended while producer " + open.producerId() + " crossed");
    }
  }

  private void consume(OpenConsumer open, ConsumerTransport transport, Producer producer) {
    Consumer consumer = transport.consume(open.consumerId(), producer, open.rtpParameters(), open.paused());
    if (consumer == null) {
      fail(open.replyTo(), "an SSRC of consumer " + open.consumerId() + " is in use on its transport");
      return;
    }
    consumers.put(consumer.id(), consumer);
    answer(open.replyTo(), null);
  }

  private void closeProducer(String producerId) {
    relays.producerClosed(producerId);
    Producer producer = producers.get(producerId);
    if (producer != null) {
      producer.close();
    }
  }

  /** The producer of that id, received here or relayed to here; null if there is none. */
  Producer producer(String producerId) {
    return producers.get(producerId);
  }

  /** A producer begins to come from another worker. */
  void admit(Producer producer) {
    producers.put(producer.id(), producer);
  }

  /** Who this worker is to others, so that producers can cross. */
  void self(ActorRef<MediaCommand> ref) {
    relays.self(ref);
  }

  /** Another worker is gone. */
  void workerLost(ActorRef<MediaCommand> ref) {
    relays.workerLost(ref);
  }

  private static void answer(ActorRef<MediaReply> replyTo, String wrong) {
    replyTo.tell(wrong == null ? new MediaReply.Done() : new MediaReply.Failed(wrong));
  }

  private static void fail(ActorRef<MediaReply> replyTo, String wrong) {
    answer(replyTo, wrong);
  }

  private void closeTransport(WebRtcTransport transport) {
    if (transport != null) {
      transport.close();
      ended(transport);
    }
  }

  @Override
  public void ended(WebRtcTransport transport) {
    transports.remove(transport.id());
    demultiplexer.remove(transport);
    Router router = routers.get(transport.channelId());
    if (router != null) {
      router.remove(transport);
      if (router.isEmpty()) {
        routers.remove(router.channelId());
      }
    }
  }

  @Override
  public void gone(String producerOrConsumerId) {
    consumers.remove(producerOrConsumerId);
    Producer producer = producers.remove(producerOrConsumerId);
    Router router = producer == null ? null : routers.get(producer.channelId());
    if (router != null) {
      router.remove(producer);
    }
  }

  @Override
  public Path register(long addressHi, long addressLo, int port, Transport transport) {
    return demultiplexer.register(addressHi, addressLo, port, transport);
  }

  @Override
  public void unregister(Path path) {
    demultiplexer.unregister(path);
  }

  /** Ends all transports, then the worker, once their goodbyes had time to leave: DTLS says them on its own threads. */
  private void shutDown() {
    closeAll();
    context.timers.schedule(
        new TimerHeap.Timed() {
          @Override
          protected long onTimer(long nowNanos) {
            stop.run();
            return Long.MAX_VALUE;
          }
        },
        context.nowNanos() + GOODBYE_NANOS);
  }

  /** Ends all transports: every owner learns it. */
  void closeAll() {
    for (WebRtcTransport transport : List.copyOf(transports.values())) {
      try {
        transport.end(Reason.WORKER_STOPPED);
      } catch (RuntimeException e) {
        LOG.error("worker {}: transport {} did not end in order", settings.index(), transport.id(), e);
      }
    }
    relays.closeAll();
    LOG.debug("worker {}: {}", settings.index(), statistics().counters());
  }

  private MediaReply.ChannelBitRates bitRates(String channelId) {
    long audio = 0;
    long camera = 0;
    long screen = 0;
    Router router = routers.get(channelId);
    if (router != null) {
      for (Producer producer : router.producers()) {
        long bitrate = producer.bitrateBps(context.nowNanos());
        switch (producer.type()) {
          case AUDIO -> audio += bitrate;
          case CAMERA -> camera += bitrate;
          case SCREEN -> screen += bitrate;
        }
      }
    }
    return new MediaReply.ChannelBitRates(channelId, audio, camera, screen);
  }

  private MediaReply.Load load() {
    return new MediaReply.Load(
        settings.index(),
        routers.size(),
        transports.size(),
        (int) producers.values().stream().filter(producer -> !producer.isRelayed()).count(),
        consumers.size(),
        load.packetsInPerSecond(),
        load.packetsOutPerSecond(),
        load.bitsInPerSecond(),
        load.bitsOutPerSecond(),
        load.utilisation());
  }

  private MediaReply.Statistics statistics() {
    Map<String, Long> counters = new HashMap<>();
    context.io.stats().read(counters);
    context.counters.read(counters);
    return new MediaReply.Statistics(load(), counters);
  }
}
