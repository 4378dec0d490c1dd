package sfu.node.media.relay;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.LinkParameters;
import sfu.node.media.io.Addresses;
import sfu.node.media.io.Path;
import sfu.node.media.producer.InboundBatch;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerStream;
import sfu.node.media.producer.StreamIntake;
import sfu.node.media.producer.StreamRequests;
import sfu.node.media.transport.Drop;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.SendRun;
import sfu.node.media.transport.Transport;
import sfu.node.media.transport.TransportHost;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.srtp.SrtpProfile;
import sfu.protocol.srtp.SrtpSender;

/**
 * One end of the link between two workers: carries all producers that cross between them, in both directions. mediasoup
 * calls it a pipe transport. Keys and addresses come with the cluster's messages; the way is proven by checks of both
 * ends (see {@link LinkChecks}), which also tell whether the other is still there. Confined to the loop's thread.
 */
public final class RelayTransport extends Transport implements SendRun.Member {
  /** Who opened the link, and hears what becomes of it. */
  public interface Owner {
    /** There is a proven way to the other end: media can flow. */
    void ready(RelayTransport link);

    /** It ended by itself, with all that it carried. */
    void ended(RelayTransport link, String reason);

    /** A producer of ours is closed, or was not asked for any more, and crosses no longer. */
    void sourceEnded(RelayTransport link, Producer producer);

    /** A relay of a producer of the other's ended here alone: it had no subscriber for a while, or no reports. */
    void relayEnded(RelayTransport link, long relay, Producer producer);
  }

  /** Nothing was heard of the other end for this long: it is lost. */
  public static final long LOST_NANOS = 5_000_000_000L;

  /** The path in use answers no checks for this long: any other that does takes its place. */
  private static final long DEAF_NANOS = 2_500_000_000L;

  private static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;

  /** Reports, wants and requests of thousands of producers. */
  private static final long MAX_RTCP_BPS = 100_000_000;

  /** What a client may send, with what changes on the way. */
  private static final int MAX_RTP_LENGTH = 1600;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Logger LOG = LoggerFactory.getLogger(RelayTransport.class);

  private final Owner owner;
  private final LinkSender sender;
  private final LinkReceiver receiver = new LinkReceiver(this);
  private final LinkChecks checks;
  private final LinkWriter writer;
  private final LinkFeedback feedback;
  private final StreamRequests requests;
  private final StreamIntake intake;
  private final byte[] key = new byte[PROFILE.keyLength()];
  private final byte[] salt = new byte[PROFILE.saltLength()];
  private boolean ready;

  /** When the path in use last answered. */
  private long answeredNanos;

  /** {@code id} is the same at both ends; {@code batch} takes what was received, {@code run} flushes what is sent. */
  public RelayTransport(
      LoopContext context, String id, TransportHost host, Owner owner, InboundBatch batch, SendRun run) {
    super(context, id, host, MAX_RTCP_BPS);
    this.owner = owner;
    this.sender = new LinkSender(this, run);
    this.checks = new LinkChecks(context);
    this.writer = new LinkWriter(context.io, context.counters);
    this.feedback = new LinkFeedback(this);
    this.requests = new StreamRequests(context.counters);
    this.intake = new StreamIntake(context, batch);
    RANDOM.nextBytes(key);
    RANDOM.nextBytes(salt);
    context.timers.schedule(this, context.nowNanos() + LOST_NANOS);
  }

  // -- the two ends --------------------------------------------------------------------------------------------------

  /** What the other end has to know; before {@link #connect}, which is the last to need the keys. */
  public LinkParameters parameters(InetAddress address, int port) {
    return new LinkParameters(
        id(), address.getHostAddress(), port, iceParameters().usernameFragment(), iceParameters().password(), PROFILE,
        key.clone(), salt.clone());
  }

  /** The other end is known: checks begin. Returns what is wrong with it, or null. */
  public String connect(LinkParameters remote) {
    if (remote.profile() != PROFILE
        || remote.key().length != PROFILE.keyLength()
        || remote.salt().length != PROFILE.saltLength()) {
      return "a link with " + remote.profile() + ", or keys of another length than it has";
    }
    try {
      InetAddress address = InetAddress.ofLiteral(remote.address());
      checks.start(
          iceParameters().usernameFragment(), remote.usernameFragment(), remote.password(), Addresses.hi(address),
          Addresses.lo(address), remote.port());
    } catch (IllegalArgumentException e) {
      return "no way to " + remote.address() + ": " + e.getMessage();
    }
    secure(
        context.crypto.sender(PROFILE, key, salt),
        context.crypto.receiver(PROFILE, remote.key(), remote.salt(), LinkStreams.MAX_SSRCS));
    Arrays.fill(key, (byte) 0);
    Arrays.fill(salt, (byte) 0);
    context.timers.scheduleEarlier(this, context.nowNanos());
    return null;
  }

  /** Whether there ever was a proven way. */
  public boolean wasReady() {
    return ready;
  }

  /** The first part of the ids of its checks' transactions, by which their answers are told from others'. */
  public int transactionHi() {
    return checks.transactionHi();
  }

  /** A check may be a copy sent from elsewhere: it is answered, and its address is checked before it is used. */
  @Override
  protected Path onCheck(Path known, Path path, long addressHi, long addressLo, int port, boolean nominated) {
    return known != null ? known : checks.answerTo(addressHi, addressLo, port, context.nowNanos());
  }

  /** A STUN message that may answer a check. */
  public void onAnswer(
      Path path, MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    if (isClosed() || !checks.isAnswer(segment, offset, length, addressHi, addressLo, port)) {
      context.counters.drop(Drop.BAD_STUN);
      return;
    }
    heard();
    long now = context.nowNanos();
    boolean known = path != null && path.attachment() == this;
    Path proven = known ? path : adopt(null, addressHi, addressLo, port);
    if (proven != null && (selectedPath() == null || now - answeredNanos >= DEAF_NANOS)) {
      select(proven);
    }
    if (proven != null && proven == selectedPath()) {
      answeredNanos = now;
    }
  }

  @Override
  protected void onSelected() {
    if (!ready && isConnected()) {
      ready = true;
      LOG.debug("link {}: the way to {} is proven", id(), checks.target());
      owner.ready(this);
    }
  }

  /** Its secrets came by the cluster's messages, so the address is surely the other worker's. */
  @Override
  public boolean outranks(Transport other) {
    return true;
  }

  // -- in ------------------------------------------------------------------------------------------------------------

  @Override
  public void onDtls(MemorySegment segment, long offset, int length) {
    context.counters.drop(Drop.UNEXPECTED);
  }

  @Override
  public void onRtp(MemorySegment segment, long offset, int length) {
    if (!intake.readHeader(segment, offset, length, MAX_RTP_LENGTH)) {
      return;
    }
    ProducerStream stream = receiver.stream(intake.rtp().ssrc());
    if (stream == null) {
      context.counters.drop(Drop.UNKNOWN_STREAM);
    } else if (intake.decrypt(this, stream, segment, offset, length)) {
      intake.route(stream, context.nowNanos());
    }
  }

  @Override
  protected void onRtcpPlain(MemorySegment segment, long offset, int length) {
    feedback.onRtcp(segment, offset, length, context.nowNanos());
  }

  // -- what crosses --------------------------------------------------------------------------------------------------

  /**
   * Lets a producer of this worker cross, as far as the other end wants. Returns its parameters as on the link, null if
   * there are too many streams on it. Begins anew if it crosses already; {@code relay} is the other end's number for it.
   */
  public RtpParameters relay(long relay, Producer producer) {
    return sender.relay(relay, producer);
  }

  /** The other end has no use for a relay any more. */
  public void stopRelaying(long relay, String producerId) {
    sender.stop(relay, producerId);
  }

  /** Receives a producer of the other worker from now on. Null if an SSRC of it is in use or missing. */
  public Producer receive(
      long relay, String producerId, String channelId, StreamType type, RtpParameters parameters, boolean paused) {
    return receiver.receive(relay, producerId, channelId, type, parameters, paused);
  }

  /** A relayed producer is closed. */
  void forget(RelayedProducer relayed) {
    receiver.forget(relayed);
    host().gone(relayed.producer().id());
  }

  LinkSender sender() {
    return sender;
  }

  LinkReceiver receiver() {
    return receiver;
  }

  /** There is nothing to choose: the other end says what it wants. */
  @Override
  public void allocate() {}

  @Override
  public void flush() {
    sender.flush(context.nowNanos());
  }

  // -- RTCP, timers, life --------------------------------------------------------------------------------------------

  LoopContext context() {
    return context;
  }

  Owner owner() {
    return owner;
  }

  LinkWriter writer() {
    return writer;
  }

  /** Null if there is none. */
  Path path() {
    return isClosed() ? null : selectedPath();
  }

  /** Null once it is closed. */
  SrtpSender cipher() {
    return srtp();
  }

  StreamRequests requests() {
    return requests;
  }

  /** Room for RTCP in the out buffer, or -1. */
  long reserveControl(int maxLength) {
    return reserveRtcp(maxLength);
  }

  void commitControl(long offset, int length) {
    commitRtcp(offset, length);
  }

  @Override
  protected long onDue(long nowNanos) {
    long lost = lastHeardNanos() + LOST_NANOS;
    if (nowNanos >= lost) {
      end("nothing was heard from " + checks.target() + " for 5 s");
      return Long.MAX_VALUE;
    }
    return Math.min(lost, checks.onTimer(selectedPath(), nowNanos));
  }

  @Override
  public void failed(RuntimeException defect) {
    LOG.error("link {} ends by a defect", id(), defect);
    end("a defect; the log has it");
  }

  private void end(String reason) {
    if (!isClosed()) {
      close();
      owner.ended(this, reason);
    }
  }

  /** Ends it with all that it carries: relayed producers are lost to those who view them here. */
  @Override
  public void close() {
    if (isClosed()) {
      return;
    }
    sender.close();
    receiver.close();
    checks.close();
    super.close();
  }

  @Override
  protected void onParting() {
    part();
  }
}
