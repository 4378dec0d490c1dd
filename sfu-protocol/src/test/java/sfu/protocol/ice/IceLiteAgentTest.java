package sfu.protocol.ice;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import sfu.protocol.ortc.IceParameters;
import sfu.protocol.stun.Stun;
import sfu.protocol.stun.StunIntegrity;
import sfu.protocol.stun.StunReader;
import sfu.protocol.stun.StunWriter;

class IceLiteAgentTest {
  private static final long V4 = 0xFFFF_C0A8_0102L;
  private static final int PORT = 50_000;
  private static final byte[] USERNAME = "server:client".getBytes(StandardCharsets.US_ASCII);

  private final IceLiteAgent agent = new IceLiteAgent("server", "secret");
  private final IceCheckClient client = new IceCheckClient("client", "server", "secret", 42);
  private final StunIntegrity integrity = new StunIntegrity("secret");
  private final StunWriter writer = new StunWriter();
  private final StunReader reader = new StunReader();
  private final MemorySegment in = MemorySegment.ofArray(new byte[512]);
  private final MemorySegment out = MemorySegment.ofArray(new byte[IceLiteAgent.MAX_RESPONSE_LENGTH]);

  @Test
  void aCheckIsAnsweredWithTheAddressItCameFrom() {
    int result = handle(client.writeCheck(in, 0, 1, 2, 100, false), 0, V4, 5);

    assertThat(IceLiteAgent.isAuthenticated(result)).isTrue();
    assertThat(IceLiteAgent.isNominated(result)).isFalse();
    assertThat(agent.wasHeard()).isTrue();
    assertThat(agent.lastHeardNanos()).isEqualTo(5);
    assertThat(client.onResponse(out, 0, IceLiteAgent.responseLength(result))).isEqualTo(IceCheckClient.SUCCESS);
    assertThat(client.transactionHi()).isEqualTo(1);
    assertThat(client.transactionLo()).isEqualTo(2);
    assertThat(client.mappedHi()).isZero();
    assertThat(client.mappedLo()).isEqualTo(V4);
    assertThat(client.mappedPort()).isEqualTo(PORT);
  }

  @Test
  void anIpv6ClientGetsItsAddress() {
    int result = handle(client.writeCheck(in, 0, 1, 2, 100, false), 0x20010db8_00000000L, 0x1L, 5);

    assertThat(client.onResponse(out, 0, IceLiteAgent.responseLength(result))).isEqualTo(IceCheckClient.SUCCESS);
    assertThat(client.mappedHi()).isEqualTo(0x20010db8_00000000L);
    assertThat(client.mappedLo()).isEqualTo(1);
  }

  @Test
  void aClientThatMovesNominatesAgain() {
    assertThat(IceLiteAgent.isNominated(handle(client.writeCheck(in, 0, 1, 2, 100, true), 0, V4, 5))).isTrue();
    assertThat(IceLiteAgent.isNominated(handle(client.writeCheck(in, 0, 1, 3, 100, true), 0, V4 + 1, 9))).isTrue();
    assertThat(agent.lastHeardNanos()).isEqualTo(9);
  }

  @Test
  void aWrongPasswordGets401AndProvesNothing() {
    IceCheckClient stranger = new IceCheckClient("client", "server", "guess", 42);
    assertRefused(handle(stranger.writeCheck(in, 0, 1, 2, 100, true), 0, V4, 5), Stun.UNAUTHENTICATED, false);
  }

  @Test
  void aCheckForAnotherAgentGets401() {
    IceCheckClient lost = new IceCheckClient("client", "server2", "secret", 42);
    assertRefused(handle(lost.writeCheck(in, 0, 1, 2, 100, true), 0, V4, 5), Stun.UNAUTHENTICATED, false);
  }

  @Test
  void aRequestWithoutIntegrityGets400() {
    int length = request().username(USERNAME).priority(1).useCandidate().fingerprint().length();
    assertRefused(handle(length, 0, V4, 5), Stun.BAD_REQUEST, false);
  }

  @Test
  void aRequestWithoutUsernameGets400() {
    int length = request().priority(1).integrity(integrity).fingerprint().length();
    assertRefused(handle(length, 0, V4, 5), Stun.BAD_REQUEST, false);
  }

  @Test
  void aCheckWithoutPriorityGets400Signed() {
    int length = request().username(USERNAME).integrity(integrity).fingerprint().length();
    assertRefused(handle(length, 0, V4, 5), Stun.BAD_REQUEST, true);
  }

  @Test
  void aClientThatWantsToBeControlledGets487() {
    int length = request().username(USERNAME).priority(1).iceControlled(7).integrity(integrity).fingerprint().length();
    assertRefused(handle(length, 0, V4, 5), Stun.ROLE_CONFLICT, true);
  }

  @Test
  void anAttributeThatMustBeUnderstoodAndIsNotGets420() throws GeneralSecurityException {
    int length = request().username(USERNAME).priority(1).integrity(integrity).length();
    // Make PRIORITY, after header and username of 4 + 16 bytes, an attribute that nobody knows.
    in.set(JAVA_BYTE, 20 + 20 + 1, (byte) 0x7F);
    signAgain(length);
    assertRefused(handle(length, 0, V4, 5), Stun.UNKNOWN_ATTRIBUTE, true);
  }

  @Test
  void aFingerprintOfAnotherMessageIsDropped() {
    int length = client.writeCheck(in, 0, 1, 2, 100, true);
    in.set(JAVA_BYTE, length - 1, (byte) ~in.get(JAVA_BYTE, length - 1));
    assertThat(handle(length, 0, V4, 5)).isZero();
  }

  @Test
  void indicationsAndResponsesGetNoAnswer() {
    for (int type : new int[] {Stun.BINDING_INDICATION, Stun.BINDING_SUCCESS, Stun.BINDING_ERROR, 0x0003}) {
      int length = writer.begin(in, 0, type, 1, 2).fingerprint().length();
      assertThat(handle(length, 0, V4, 5)).isZero();
    }
    assertThat(agent.wasHeard()).isFalse();
  }

  @Test
  void theAgentOfACheckIsFoundByItsUserFragment() {
    int length = client.writeCheck(in, 0, 1, 2, 100, true);
    assertThat(IceLiteAgent.peekUsername(reader, in, 0, length)).isEqualTo("server");

    length = writer.begin(in, 0, Stun.BINDING_INDICATION, 1, 2).username(USERNAME).length();
    assertThat(IceLiteAgent.peekUsername(reader, in, 0, length)).isNull();
  }

  @Test
  void credentialsAreLongAndOfTheDeployedAlphabet() {
    IceParameters parameters = IceLiteAgent.generate(new Random(1));
    assertThat(parameters.usernameFragment()).matches("[a-z0-9]{32}");
    assertThat(parameters.password()).matches("[a-z0-9]{32}").isNotEqualTo(parameters.usernameFragment());
    assertThat(parameters.iceLite()).isTrue();
  }

  @Test
  void aCheckOfTheLongestUsualNamesFitsItsRoom() {
    String name = "x".repeat(32);
    int length = new IceCheckClient(name, name, name, 1).writeCheck(in, 0, 1, 2, 3, true);
    assertThat(length).isLessThanOrEqualTo(IceCheckClient.MAX_CHECK_LENGTH);
  }

  @Test
  void aForgedAnswerIsIgnoredByTheClient() {
    int length = writer.begin(in, 0, Stun.BINDING_SUCCESS, 1, 2).xorMappedAddress(0, V4, 1).fingerprint().length();
    assertThat(client.onResponse(in, 0, length)).isEqualTo(IceCheckClient.IGNORED);
    writer.begin(in, 0, Stun.BINDING_SUCCESS, 1, 2).xorMappedAddress(0, V4, 1);
    length = writer.integrity(new StunIntegrity("guess")).fingerprint().length();
    assertThat(client.onResponse(in, 0, length)).isEqualTo(IceCheckClient.IGNORED);
  }

  @Property(tries = 1000)
  void aDamagedCheckNeverNominatesAndNeverThrows(
      @ForAll @IntRange(max = 100) int at, @ForAll @IntRange(min = 1, max = 255) int flip) {
    int length = client.writeCheck(in, 0, 1, 2, 100, true);
    int position = at % (length - 8); // all that the integrity covers, and itself; FINGERPRINT follows
    byte before = in.get(JAVA_BYTE, position);
    in.set(JAVA_BYTE, position, (byte) (before ^ flip));
    int result = agent.onRequest(in.asSlice(0, length), 0, length, 0, V4, PORT, out, 0, 1);
    assertThat(IceLiteAgent.isAuthenticated(result)).isFalse();
    assertThat(IceLiteAgent.responseLength(result)).isLessThanOrEqualTo(IceLiteAgent.MAX_RESPONSE_LENGTH);
  }

  private StunWriter request() {
    return writer.begin(in, 0, Stun.BINDING_REQUEST, 1, 2);
  }

  /** Makes the integrity at the end of the message, 24 bytes, anew over what is there now. */
  private void signAgain(int length) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec("secret".getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
    byte[] value = mac.doFinal(in.asSlice(0, length - 24).toArray(JAVA_BYTE));
    MemorySegment.copy(value, 0, in, JAVA_BYTE, length - 20, value.length);
  }

  private int handle(int length, long remoteHi, long remoteLo, long nowNanos) {
    return agent.onRequest(in, 0, length, remoteHi, remoteLo, PORT, out, 0, nowNanos);
  }

  private void assertRefused(int result, int code, boolean signed) {
    assertThat(IceLiteAgent.isAuthenticated(result)).isFalse();
    assertThat(IceLiteAgent.isNominated(result)).isFalse();
    assertThat(agent.wasHeard()).isFalse();
    assertThat(reader.wrap(out, 0, IceLiteAgent.responseLength(result))).isTrue();
    assertThat(reader.type()).isEqualTo(Stun.BINDING_ERROR);
    assertThat(reader.errorCode()).isEqualTo(code);
    assertThat(reader.hasIntegrity()).isEqualTo(signed);
    assertThat(reader.fingerprintFits()).isTrue();
    assertThat(client.onResponse(out, 0, IceLiteAgent.responseLength(result))).isEqualTo(code);
  }
}
