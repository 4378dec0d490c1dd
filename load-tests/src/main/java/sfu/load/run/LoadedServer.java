package sfu.load.run;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A server of ours for one load after the other. For one thread. */
public final class LoadedServer implements AutoCloseable {

  private final OwnServer server;
  private final ServerVenue venue;
  private final RunClock clock;
  private final LiveLine live;

  /** A look at the server when all was measured, while everybody is there still. */
  public interface Glance {

    void look() throws InterruptedException;
  }

  LoadedServer(OwnServer server, RunClock clock, LiveLine live) {
    this.server = server;
    this.venue = server.venue();
    this.clock = clock;
    this.live = live;
  }

  /**
   * Drives it and measures.
   *
   * @param title what the lines of progress begin with
   * @param options of {@code ./sfu load}, but for those that name a server; where the server's workers matter, they say
   *     the same as its settings
   * @param atTheEnd of a load that is no search for the limit
   * @throws UsageException if they can't be followed
   * @throws IOException if this machine has no room for the load
   */
  public LoadOutcome load(String title, List<String> options, Glance atTheEnd)
      throws UsageException, IOException, InterruptedException {
    LoadOptions parsed = OptionParser.parse(options, Map.of());
    if (parsed.server().isPresent() || parsed.mode() instanceof LoadOptions.Mode.Compare) {
      throw new UsageException("this load has its server");
    }
    live.entitle(title);
    ResultHead head = ResultHead.now(parsed);
    LoadCommand.Outcome outcome = new LoadCommand(parsed, clock, live).runAt(server, atTheEnd);
    return new LoadOutcome(head.with(outcome), outcome.parts(), outcome.limit());
  }

  /** Its resident memory in bytes; NaN if that can't be known. */
  public double rssBytes() {
    return venue.usage().map(ServerProbe.Usage::rssBytes).orElse(Double.NaN);
  }

  /**
   * What of its heap is in use, in bytes; NaN if that can't be known. It collects for that, which changes what is
   * resident afterwards.
   */
  public double liveHeapBytes() throws InterruptedException {
    return server.liveHeapBytes();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
  }
}
