/**
 * The receive side: what clients send. One {@link sfu.node.media.producer.Producer} a stream, one
 * {@link sfu.node.media.producer.ProducerStream} a layer of it.
 *
 * <p>In: SRTP of a CTS transport. Out: {@link sfu.node.media.producer.InboundPacket}s to subscribers, and RTCP feedback to
 * the client. Knows nothing of who views.
 */
package sfu.node.media.producer;
