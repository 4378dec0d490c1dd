package sfu.node;

/**
 * A message that may cross nodes: serialized by Jackson as CBOR (bound in {@code reference.conf}).
 *
 * <p>Nodes of two builds that differ by one version are one cluster while it is upgraded, so messages evolve in steps:
 *
 * <ul>
 *   <li>A field may be added. An older node ignores it, and a newer one gets null, 0 or false from an older: that must
 *       read as what was true before there was the field.
 *   <li>No field is renamed, retyped or removed, and no class of a message is renamed or moved: who wants that adds the
 *       new one, and takes the old one away a version later.
 *   <li>A new message, or a new constant of an enum in one, is understood by nobody yet: a build that can receive it
 *       comes one version before the build that sends it. Or it is sent only to who has shown, by something it said,
 *       that it knows it. A node drops and logs what it doesn't know; nobody waits for an answer without a timeout.
 *   <li>What is replicated (the channels of the registry) passes through all nodes: a new field of it may get lost on
 *       its way through an older one, and counts only once there are none.
 * </ul>
 *
 * <p>{@code RollingUpgradeTest} takes three nodes from this build to one with fields more, under a call.
 */
public interface CborMessage {}
