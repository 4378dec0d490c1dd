package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.transport.Drop;
import sfu.protocol.dtls.DtlsRole;

/** Whose address it is: source addresses can be forged, and NATs give them to somebody else. */
class AddressTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatALiveTransportSpeaksFromIsNotTakenByAnother(boolean tcp) {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire wire = call.wire();
      wire.tcp = tcp;
      Publisher publisher = call.publisher(wire);
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      ReceivedStream stream = call.watch(call.viewer(), microphone);
      call.runMillis(1_000);
      ClientTransport other = call.open("another", Direction.CTS, wire);
      for (int i = 0; i < 10; i++) {
        other.check(true);
        call.runMillis(500);
      }

      assertThat(call.counters().drops(Drop.BAD_STUN)).isBetween(10L, 11L);
      assertThat(stream.missing()).isZero();
      assertThat(stream.decoded.getLast().atNanos()).isGreaterThan(call.now() - 25 * VirtualClock.MILLI);
      // Feedback still finds its way too.
      assertThat(publisher.transportWide().arrived()).isGreaterThan(280);
    }
  }

  @Test
  void anAddressThatFellSilentIsTaken() {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire wire = call.wire();
      Publisher before = call.publisher(wire);
      SimulatedMicrophone microphone = call.produce(before, before.microphone("before"));
      ReceivedStream stream = call.watch(call.viewer(), microphone);
      call.runMillis(1_000);
      before.transport().vanish(true);
      call.runMillis(6_900);
      ClientTransport other = call.open(SimulatedCall.CHANNEL, Direction.CTS, wire);
      other.check(true);
      call.runMillis(50);
      assertThat(other.checksAnswered()).isZero();
      assertThat(call.counters().drops(Drop.BAD_STUN)).isEqualTo(1);

      call.runMillis(100);
      call.connect(other, DtlsRole.CLIENT);
      Publisher after = new Publisher(call.clock, other);
      ReceivedStream heard = call.watch(call.viewer(), call.produce(after, after.microphone("after")));
      long packets = stream.packets;
      call.runMillis(1_000);
      assertThat(other.checksAnswered()).isPositive();
      assertThat(heard.packets).isGreaterThan(45);
      assertThat(stream.packets).isEqualTo(packets);
    }
  }

  @Test
  void aTcpConnectionStaysItsTransportsEvenWhenThatFallsSilent() {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire wire = call.wire();
      wire.tcp = true;
      Publisher publisher = call.publisher(wire);
      call.runMillis(1_000);
      publisher.transport().vanish(true);
      call.runMillis(6_000);
      ClientTransport other = call.open("another", Direction.CTS, wire);
      other.check(true);
      call.runMillis(200);
      assertThat(other.checksAnswered()).isZero();
      assertThat(call.counters().drops(Drop.BAD_STUN)).isEqualTo(1);
    }
  }

  @Test
  void aRefusedAddressCostsNoneOfThoseThatATransportHas() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      ReceivedStream stream = call.watch(call.viewer(), microphone);
      Wire first = publisher.transport().wire();
      // As many addresses as are remembered, the last one nominated.
      for (int i = 0; i < 3; i++) {
        publisher.transport().moveTo(call.wire());
        publisher.transport().check(true);
        call.runMillis(100);
      }
      Wire foreign = call.viewer().transport().wire();
      publisher.transport().moveTo(foreign);
      publisher.transport().check(true);
      publisher.transport().moveTo(first);
      call.runMillis(1_000);
      assertThat(call.counters().drops(Drop.BAD_STUN)).isEqualTo(1);
      assertThat(call.counters().drops(Drop.UNKNOWN_SENDER)).isZero();
      assertThat(stream.decoded.getLast().atNanos()).isGreaterThan(call.now() - 25 * VirtualClock.MILLI);
    }
  }
}
