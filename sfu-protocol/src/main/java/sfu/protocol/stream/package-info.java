/**
 * What an RTP stream remembers: reception quality, loss and its repair, packets kept for retransmission, feedback due.
 *
 * <p>In: sequence numbers, timestamps, sizes and a monotonic time. Out: what to ask of the other side, and by when.
 * Knows nothing of packet layouts, of codecs or of viewers.
 */
package sfu.protocol.stream;
