package sfu.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.node.media.MediaWorkerKey;

/** A media worker whose loop dies by a defect, in a running node with two of them. */
class WorkerLossTest {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  @RegisterExtension
  static final TestNode NODE = new TestNode("NUM_WORKERS", "2", "SESSIONS_PER_WORKER", "2");

  /** Where a session's media is, by what its client is told. */
  private static int port(JsonNode transports) {
    return transports.at("/ctsConfig/iceCandidates/0/port").intValue();
  }

  private static Set<ActorRef<MediaCommand>> workers() throws Exception {
    var system = NODE.node().system();
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(MediaWorkerKey.KEY, replyTo),
            ANSWER,
            system.scheduler())
        .thenApply(listing -> listing.getServiceInstances(MediaWorkerKey.KEY))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static int sessionsOn(ActorRef<MediaCommand> worker) throws Exception {
    MediaReply reply =
        AskPattern.<MediaCommand, MediaReply>ask(
                worker, MediaCommand.GetLoad::new, ANSWER, NODE.node().system().scheduler())
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    return ((MediaReply.Load) reply).transports() / 2;
  }

  /** What no command of the protocol does: an Error on the loop's own thread. */
  private static void breakDown(ActorRef<MediaCommand> worker) {
    @SuppressWarnings("unchecked")
    ActorRef<MediaReply> deadly =
        (ActorRef<MediaReply>)
            Proxy.newProxyInstance(
                WorkerLossTest.class.getClassLoader(),
                new Class<?>[] {ActorRef.class},
                (_, method, _) -> {
                  if (method.getName().equals("tell")) {
                    throw new AssertionError("for a test: the end of a media worker");
                  }
                  return null;
                });
    worker.tell(new MediaCommand.GetLoad(deadly));
  }

  @Test
  void itsSessionsAreBroughtBackAndTheOtherWorkersNoticeNothing() throws Exception {
    String uuid = NODE.channel("loss", "");
    List<TestClient> clients = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TestClient client = NODE.join(uuid, i, i == 0 ? new String[] {} : new String[] {"move"}).welcome();
      ports.add(port(client.initTransports()));
      clients.add(client);
    }
    assertThat(ports.get(0)).isEqualTo(ports.get(1)).isNotEqualTo(ports.get(2));
    ActorRef<MediaCommand> full = null;
    for (ActorRef<MediaCommand> worker : workers()) {
      full = sessionsOn(worker) == 2 ? worker : full;
    }

    breakDown(full);

    assertThat(clients.get(0).closeCode()).as("a stock client comes back by itself").isEqualTo(1011);
    JsonNode again = clients.get(1).expect("INIT_TRANSPORTS");
    assertThat(again.get("needResponse").textValue()).as("another session").startsWith("s_1_");
    clients.get(1).answer(again, again.at("/message/payload/capabilities"));
    assertThat(port(again.at("/message/payload"))).as("where the third is").isEqualTo(ports.get(2));
    List<JsonNode> heard = clients.get(2).rest();
    assertThat(names(heard)).as("to the third, one has left, and no more: %s", heard).containsExactly("SESSION_LEAVE");

    ActorRef<MediaCommand> dead = full;
    NODE.await(() -> workers().size() == 2 && !workers().contains(dead));
    TestClient back = NODE.join(uuid, 0).welcome();
    assertThat(port(back.initTransports())).as("another worker has taken the place").isNotEqualTo(ports.get(2));
    assertThat(NODE.stats(uuid).at("/sessionsStats/count").intValue()).isEqualTo(3);
  }

  private static List<String> names(List<JsonNode> payloads) {
    return payloads.stream()
        .map(p -> p.at("/message/name").asText())
        .filter(name -> !name.isEmpty())
        .toList();
  }
}
