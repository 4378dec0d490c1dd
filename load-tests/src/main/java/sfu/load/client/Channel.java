package sfu.load.client;

import java.net.URI;

/** A channel as the server made it: its UUID and the base address that clients connect to (http or https). */
public record Channel(String uuid, URI url) {}
