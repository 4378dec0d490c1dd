/**
 * JSON Web Tokens (RFC 7519) as Odoo servers sign them: HS256 with any key, base64 of either alphabet.
 *
 * <p>In: a token, a key, the time. Out: claims or a reason to refuse. Knows nothing of HTTP, sockets or channels.
 */
package sfu.protocol.jwt;
