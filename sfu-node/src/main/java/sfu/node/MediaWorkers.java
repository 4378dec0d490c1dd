package sfu.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.function.IntFunction;
import org.apache.pekko.actor.typed.Behavior;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.config.Config;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaWorker;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.PortRange;
import sfu.node.media.transport.HandshakeRehearsal;
import sfu.node.media.worker.WorkerLoop;
import sfu.node.media.worker.WorkerSettings;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.srtp.SrtpCrypto;

/** Makes the media workers that a configuration asks for; all of a node share one certificate, made at start. */
final class MediaWorkers implements IntFunction<Behavior<MediaCommand>> {

  private static final Logger LOG = LoggerFactory.getLogger(MediaWorkers.class);

  private final Config.Rtc rtc;
  private final SrtpCrypto crypto;
  private final InetAddress bind;
  private final InetAddress relay;
  private final DtlsCertificate certificate = DtlsCertificate.generate();

  MediaWorkers(Config config) {
    rtc = config.rtc();
    crypto =
        switch (rtc.crypto()) {
          case BEST -> SrtpCrypto.best();
          case LIBCRYPTO -> SrtpCrypto.openssl();
          case JDK -> SrtpCrypto.jdk();
        };
    bind = bind(rtc, config.cluster());
    relay = relay(bind, config.cluster());
    HandshakeRehearsal.start(certificate, Thread::startVirtualThread);
  }

  /**
   * Where to bind. With java.nio a socket on all addresses answers from the one that routing prefers, which need not be
   * the one that was asked; the client then takes the answer for a stranger's and tries on for a fifth of a second. On
   * Linux it is told, at some 50 ns a message. Clients are told PUBLIC_IP alone, so if that is an address of this
   * machine, it is the one; unless the other nodes come by another.
   */
  private static InetAddress bind(Config.Rtc rtc, Config.Cluster cluster) {
    boolean twoAddresses = !cluster.isAlone() && !cluster.address().equals(rtc.publicAddress());
    if (!rtc.bind().isAnyLocalAddress() || twoAddresses) {
      return rtc.bind();
    }
    try {
      boolean local = NetworkInterface.getByInetAddress(rtc.publicAddress()) != null;
      return local ? rtc.publicAddress() : rtc.bind();
    } catch (SocketException e) {
      LOG.warn("can't tell whether {} is an address of this machine; binding all", rtc.publicAddress(), e);
      return rtc.bind();
    }
  }

  /**
   * Where other workers reach those of this node: PUBLIC_IP may be a translator's, which doesn't let us in from inside.
   */
  private static InetAddress relay(InetAddress bind, Config.Cluster cluster) {
    if (!bind.isAnyLocalAddress()) {
      return bind;
    }
    return cluster.isAlone() ? InetAddress.getLoopbackAddress() : cluster.address();
  }

  /** @throws UncheckedIOException if its ports can't be had */
  @Override
  public Behavior<MediaCommand> apply(int index) {
    IoKind io =
        switch (rtc.io()) {
          case BEST -> IoKind.BEST;
          case LINUX -> IoKind.LINUX;
          case NIO -> IoKind.NIO;
        };
    WorkerSettings settings =
        new WorkerSettings(
            index,
            bind,
            rtc.publicAddress(),
            relay,
            new PortRange(rtc.minPort(), rtc.maxPort()),
            io,
            crypto,
            certificate,
            rtc.maxBitrateInBps(),
            rtc.maxBitrateOutBps());
    try {
      WorkerLoop loop = WorkerLoop.bind(settings);
      LOG.info("{}", loop.describe());
      return MediaWorker.create(loop);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
