/**
 * What a viewer's line carries, estimated where the packets are sent (Google congestion control,
 * draft-ietf-rmcat-gcc-02).
 *
 * <p>In: when each packet was sent, when it arrived or that it didn't, and a monotonic time. Out: bit/s. Knows nothing of
 * layers, of streams, nor of how packets are sent; who sends a probe says from when to when.
 */
package sfu.protocol.bwe;
