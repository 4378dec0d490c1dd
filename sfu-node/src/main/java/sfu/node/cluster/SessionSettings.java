package sfu.node.cluster;

import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.signal.ProducerOptions;

/** What all sessions of a node have in common; {@code nanoClock} is monotonic. */
record SessionSettings(
    RtpCapabilities capabilities,
    Map<MediaKind, ProducerOptions> producerOptions,
    LongSupplier nanoClock,
    RandomGenerator random) {}
