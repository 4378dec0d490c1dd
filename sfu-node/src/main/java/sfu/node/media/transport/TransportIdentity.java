package sfu.node.media.transport;

import java.util.function.Consumer;
import sfu.node.media.MediaEvent;

/** Which transport it is, of which channel, and who hears of it ({@code owner}: called on the loop's thread). */
public record TransportIdentity(String id, String channelId, Consumer<MediaEvent> owner) {}
