/**
 * The HTTP API and the WebSockets of a node.
 *
 * <p>In: requests of Odoo servers, frames of clients. Out: questions to the cluster and their answers. Knows nothing of
 * media.
 */
package sfu.node.http;
