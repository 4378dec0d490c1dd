package sfu.node;

/**
 * A message that may cross nodes: serialized by Jackson as CBOR (bound in {@code reference.conf}).
 *
 * <p>Evolution: a field may be added if its absence reads as a sensible default; none is renamed, retyped or removed
 * while a cluster may hold two builds. Unknown fields are ignored.
 */
public interface CborMessage {}
