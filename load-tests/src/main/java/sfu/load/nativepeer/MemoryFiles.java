package sfu.load.nativepeer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of memory. */
final class MemoryFiles {

  private static final long KIBIBYTE = 1024;

  private MemoryFiles() {}

  /** Of a process, in bytes; 0 if it is gone. */
  static long residentBytes(long pid) {
    return read(Path.of("/proc", Long.toString(pid), "status"), "VmRSS:");
  }

  /** What processes can still get without harm to others, in bytes; 0 where the system doesn't say. */
  static long availableBytes() {
    return read(Path.of("/proc/meminfo"), "MemAvailable:");
  }

  /** Lines are as "VmRSS:     1234 kB". */
  private static long read(Path file, String name) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(name)) {
          return KIBIBYTE * Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
        }
      }
    } catch (IOException _) {
      // Gone between two looks.
    }
    return 0;
  }
}
