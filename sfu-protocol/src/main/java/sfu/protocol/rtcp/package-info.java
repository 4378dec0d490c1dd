/**
 * RTCP messages (RFC 3550, 4585, 5104, 3611, drafts), one file a message: a flyweight to read, a method to write.
 *
 * <p>In: the bytes of a compound packet, or values to report. Out: fields, or bytes. Knows nothing of streams, timing
 * rules or keys; reading allocates nothing and throws nothing on bad bytes.
 */
package sfu.protocol.rtcp;
