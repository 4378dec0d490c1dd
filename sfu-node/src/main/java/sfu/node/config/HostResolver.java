package sfu.node.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Turns a literal address or a host name into an address; {@code InetAddress::getByName} outside of tests. */
@FunctionalInterface
public interface HostResolver {

  InetAddress resolve(String host) throws UnknownHostException;
}
