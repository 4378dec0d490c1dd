/** What goes over a wire, as plain objects: bytes and a time in; bytes, events and the next deadline out. */
package sfu.protocol;
