package sfu.node.media.worker;

import java.net.InetAddress;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.PortRange;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.srtp.SrtpCrypto;

/**
 * What one worker needs to know.
 *
 * @param index its number on the node, from 0
 * @param bind address of its sockets
 * @param announced address that clients are told
 * @param relay address at which other workers of the cluster reach it
 * @param ports where its UDP and TCP port are looked for
 * @param maxBitrateInBps what a client is asked to send at most on a transport, in bit/s
 * @param maxBitrateOutBps what a client is sent at most on a transport, in bit/s
 */
public record WorkerSettings(
    int index,
    InetAddress bind,
    InetAddress announced,
    InetAddress relay,
    PortRange ports,
    IoKind io,
    SrtpCrypto crypto,
    DtlsCertificate certificate,
    long maxBitrateInBps,
    long maxBitrateOutBps) {}
