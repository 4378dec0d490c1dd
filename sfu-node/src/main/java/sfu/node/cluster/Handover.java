package sfu.node.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import sfu.protocol.signal.Json;

/**
 * What a node that restarts leaves to its successor: its channels. Clients come back sooner than the Odoo server asks
 * for their channel again, and would take "no such channel" for the end. The file has the channels' keys: it belongs to
 * the launcher, which made it for the operator's user alone and removes it.
 */
public final class Handover {

  private static final TypeReference<List<ChannelRecord>> CHANNELS = new TypeReference<>() {};

  private Handover() {}

  /** Takes what is there, once: nothing at a first start. */
  public static List<ChannelRecord> take(Path file) throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return List.of();
    }
    try {
      return Json.MAPPER.readValue(file.toFile(), CHANNELS);
    } finally {
      Files.write(file, new byte[0]);
    }
  }

  public static void leave(Path file, List<ChannelRecord> channels) throws IOException {
    Json.MAPPER.writeValue(file.toFile(), channels);
  }
}
