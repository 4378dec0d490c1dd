package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaEvent;

/**
 * Everything at once, at random: bad networks, pauses, layers that come and go, clients that move, leave and join, on
 * one worker or on several. Whatever happened, no decoder sees a seam, and once it is quiet again everybody sees
 * everybody.
 */
class TroubledCallTest {
  private static final int TROUBLE_MILLIS = 20_000;
  private static final int QUIET_MILLIS = 5_000;
  private static final int PROBING_MILLIS = 20_000;

  private final List<Wire> wires = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private final List<SimulatedCamera> cameras = new ArrayList<>();
  private final List<Viewer> viewers = new ArrayList<>();
  private final List<Watched> watched = new ArrayList<>();
  private final List<ReceivedStream> ended = new ArrayList<>();
  private final Set<SentStream> renumbered = new HashSet<>();
  private SplittableRandom random;
  private SimulatedCall call;
  private int producers;

  private final Set<String> lost = new HashSet<>();
  private long linksCalmNanos;

  private record Watched(Viewer viewer, SimulatedCamera source, ReceivedStream stream) {}

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "1, 3", "1, 4", "1, 5", "1, 6", "2, 7", "2, 8", "2, 9", "3, 10", "3, 11", "3, 12"})
  void afterAnyTroubleEverybodySeesEverybody(int workers, long seed) {
    random = new SplittableRandom(seed);
    try (SimulatedCall simulated = new SimulatedCall(workers, 20_000_000, 40_000_000)) {
      call = simulated;
      for (int i = 0; i < 2; i++) {
        Publisher publisher = call.publisher(wire(i % workers));
        publishers.add(publisher);
        produce(publisher);
        viewers.add(call.viewer(wire(i % workers)));
      }
      for (Viewer viewer : viewers) {
        cameras.forEach(camera -> watch(viewer, camera));
      }
      long untilNanos = call.now() + TROUBLE_MILLIS * VirtualClock.MILLI;
      while (call.now() < untilNanos) {
        if (workers > 1 && random.nextInt(6) == 0) {
          makeTroubleBetweenWorkers();
        } else {
          makeTrouble();
        }
        call.runMillis(20 + random.nextInt(300));
      }
      calm();
      setUpAgain();
      call.runMillis(QUIET_MILLIS);
      watched.forEach(this::isSeen);
      // On a line that lost a tenth of all, higher layers are tried again after a while only.
      call.runMillis(PROBING_MILLIS);
      long lately = call.now() - 2 * VirtualClock.SECOND;
      for (Watched each : watched) {
        String who = "seed " + seed + ", " + each.source.producerId() + " by " + each.stream.consumerId;
        assertThat(each.stream.decodedBetween(lately - VirtualClock.SECOND, lately + VirtualClock.SECOND))
            .as(who)
            .isGreaterThanOrEqualTo(49);
        assertThat(each.stream.longestGapMillis(lately)).as(who).isLessThan(120);
        assertThat(each.stream.lastLayer()).as(who).isEqualTo(each.source.streams().size() - 1);
        each.stream.checkSeams();
      }
      ended.forEach(ReceivedStream::checkSeams);
      assertThat(call.told()).noneMatch(MediaEvent.TransportClosed.class::isInstance);
      System.out.printf(
          "trouble, seed %d, %d workers: %d consumers, %d of them closed; %d retransmissions, %d key-frame requests;"
              + " drops %s%n",
          seed, workers, watched.size() + ended.size(), ended.size(), call.counters().retransmissions,
          call.counters().keyFrameRequests, call.counters().describeDrops());
    }
  }

  private void isSeen(Watched each) {
    assertThat(each.stream.decodedBetween(call.now() - VirtualClock.SECOND, call.now()))
        .as(each.source.producerId() + " by " + each.stream.consumerId)
        .isGreaterThanOrEqualTo(20);
  }

  private void makeTroubleBetweenWorkers() {
    int first = random.nextInt(call.workers.size() - 1);
    int second = first + 1 + random.nextInt(call.workers.size() - first - 1);
    WorkerLink link = call.between(first, second);
    switch (random.nextInt(4)) {
      case 0 -> {
        // A link that is dead for 5 s is lost, which is another test's matter.
        if (call.now() >= linksCalmNanos) {
          long until = call.now() + random.nextInt(2_000) * VirtualClock.MILLI;
          linksCalmNanos = until + 4 * VirtualClock.SECOND;
          link.outage(call.now(), until);
        }
      }
      case 1 -> link.loss(random.nextInt(12) / 100.0);
      case 2 -> {
        link.forth.reordering(random.nextInt(10) / 100.0, random.nextInt(40)).duplicates(random.nextInt(5) / 100.0);
        link.back.reordering(random.nextInt(10) / 100.0, random.nextInt(40)).duplicates(random.nextInt(5) / 100.0);
      }
      default -> {
        if (call.now() >= linksCalmNanos) {
          call.workers.get(second).core.workerLost(call.workers.get(first).ref());
          call.runMillis(1);
          setUpAgain();
        }
      }
    }
  }

  /** As sessions do. */
  private void setUpAgain() {
    for (MediaEvent event : List.copyOf(call.told())) {
      if (event instanceof MediaEvent.ConsumerLost(String id) && lost.add(id)) {
        for (Watched each : List.copyOf(watched)) {
          if (each.stream.consumerId.equals(id)) {
            watched.remove(each);
            ended.add(each.stream);
            watch(each.viewer, each.source);
          }
        }
      }
    }
  }

  private void makeTrouble() {
    Watched some = watched.get(random.nextInt(watched.size()));
    SimulatedCamera camera = cameras.get(random.nextInt(cameras.size()));
    Wire wire = wires.get(random.nextInt(wires.size()));
    switch (random.nextInt(16)) {
      case 0 -> call.tell(new MediaCommand.PauseConsumer(some.stream.consumerId, random.nextBoolean()));
      case 1 -> call.tell(new MediaCommand.PauseProducer(camera.producerId(), random.nextBoolean()));
      case 2, 3 -> camera.silence(random.nextInt(camera.streams().size()), random.nextBoolean());
      case 4 -> camera.sleep(random.nextBoolean());
      case 5 -> some.viewer.sendPli(some.stream);
      case 6 -> {
        wire.up.loss(random.nextInt(12) / 100.0).duplicates(random.nextInt(5) / 100.0);
        wire.down.loss(random.nextInt(12) / 100.0).duplicates(random.nextInt(5) / 100.0);
      }
      case 7 -> {
        wire.up.reordering(random.nextInt(10) / 100.0, random.nextInt(40));
        wire.down.reordering(random.nextInt(10) / 100.0, random.nextInt(40));
      }
      case 8 -> {
        long until = call.now() + random.nextInt(2_500) * VirtualClock.MILLI;
        wire.up.outage(call.now(), until);
        wire.down.outage(call.now(), until);
      }
      case 9 -> move(some.viewer.transport());
      case 10 -> move(publishers.get(random.nextInt(publishers.size())).transport());
      case 11 -> {
        call.tell(new MediaCommand.CloseConsumer(some.stream.consumerId));
        watched.remove(some);
        ended.add(some.stream);
        watch(some.viewer, some.source);
      }
      case 12 -> replace(camera);
      case 13 -> {
        // Once a stream: if several jumps go unheard, SRTP can't tell the round any more (RFC 3711, 3.3.1).
        SentStream stream = camera.stream(random.nextInt(camera.streams().size()));
        if (renumbered.add(stream)) {
          stream.skip(4_000 + random.nextInt(8_000));
        }
      }
      case 14 -> camera.bitrate(0, 100_000 + random.nextInt(400_000));
      default -> {
        if (viewers.size() < 4) {
          Viewer viewer = call.viewer(wire(random.nextInt(call.workers.size())));
          viewers.add(viewer);
          cameras.forEach(each -> watch(viewer, each));
        }
      }
    }
  }

  private void replace(SimulatedCamera camera) {
    Publisher publisher = publishers.stream().filter(each -> each.sends(camera)).findFirst().orElseThrow();
    publisher.stop(camera);
    call.tell(new MediaCommand.CloseProducer(camera.producerId()));
    cameras.remove(camera);
    watched.stream().filter(each -> each.source == camera).forEach(each -> ended.add(each.stream));
    watched.removeIf(each -> each.source == camera);
    SimulatedCamera next = produce(publisher);
    viewers.forEach(viewer -> watch(viewer, next));
  }

  private void move(ClientTransport transport) {
    transport.moveTo(wire(call.workers.indexOf(call.workerOf(transport))));
    transport.check(true);
  }

  private Wire wire(int worker) {
    Wire wire = call.wire(worker);
    wires.add(wire);
    return wire;
  }

  private SimulatedCamera produce(Publisher publisher) {
    String id = "producer " + producers++;
    VideoFormat format = VideoFormat.values()[random.nextInt(VideoFormat.values().length)];
    SimulatedCamera camera =
        random.nextInt(4) == 0
            ? publisher.screen(id, format, 600_000)
            : publisher.camera(id, format, 150_000, 400_000, 1_000_000);
    cameras.add(camera);
    return call.produce(publisher, camera);
  }

  private void watch(Viewer viewer, SimulatedCamera camera) {
    watched.add(new Watched(viewer, camera, call.watch(viewer, camera)));
  }

  private void calm() {
    for (Wire wire : wires) {
      wire.up.loss(0).duplicates(0).reordering(0, 0);
      wire.down.loss(0).duplicates(0).reordering(0, 0);
    }
    for (int i = 0; i < call.workers.size(); i++) {
      for (int j = i + 1; j < call.workers.size(); j++) {
        WorkerLink link = call.between(i, j).loss(0);
        link.forth.duplicates(0).reordering(0, 0);
        link.back.duplicates(0).reordering(0, 0);
      }
    }
    // Outages under way end by themselves; moves that were lost in one are made again, as a client does.
    call.runMillis(2_600);
    for (Publisher publisher : publishers) {
      publisher.transport().check(true);
    }
    for (Viewer viewer : viewers) {
      viewer.transport().check(true);
    }
    for (SimulatedCamera camera : cameras) {
      camera.sleep(false);
      for (int i = 0; i < camera.streams().size(); i++) {
        camera.silence(i, false);
      }
      call.tell(new MediaCommand.PauseProducer(camera.producerId(), false));
    }
    for (Watched each : watched) {
      call.tell(new MediaCommand.PauseConsumer(each.stream.consumerId, false));
    }
  }
}
