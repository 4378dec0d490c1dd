package sfu.load.run;

import java.util.Optional;
import sfu.load.report.RunResult.Total;

/**
 * How much load a server carried.
 *
 * @param level channels, or viewers of a scenario that grows by them, of the highest load that held; 0 if none did
 * @param title of that level, as "12 channels"
 * @param held what the newest look at it measured; empty if none held
 * @param broke what broke at the lowest load that didn't hold; empty if nothing did until the search ended
 * @param notTheServers why that may not be the server's limit: the load was at its own, or others disturbed it
 */
public record Limit(
    int level, String title, Optional<Total> held, Optional<String> broke, Optional<String> notTheServers) {}
