/** What an Odoo server does: signs tokens, asks for channels, disconnects sessions. */
import { createHmac } from "node:crypto";

import { AUTH_KEY } from "./node.js";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** @param key base64 */
export function signJwt(claims, key = AUTH_KEY) {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ iat: nowSeconds, exp: nowSeconds + 3600, ...claims })}`;
  return `${text}.${createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64url")}`;
}

/** One channel, as its creator knows it. */
export class OdooChannel {
  #node;
  #key;

  constructor(node, { uuid, url }, key) {
    this.#node = node;
    this.#key = key;
    this.uuid = uuid;
    this.url = url;
  }

  /** @param key base64; the channel's own, if it has one */
  static async create(node, { issuer = `test ${crypto.randomUUID()}`, key, query = "" } = {}) {
    const response = await fetch(`${node.url}/v1/channel${query}`, {
      headers: { authorization: `jwt ${signJwt(key ? { iss: issuer, key } : { iss: issuer })}` },
    });
    if (!response.ok) {
      throw new Error(`no channel: HTTP ${response.status}`);
    }
    return new OdooChannel(node, await response.json(), key);
  }

  /** What Odoo hands to a browser that may join. */
  ticket(sessionId) {
    return {
      url: this.url,
      channelUUID: this.uuid,
      jwt: signJwt({ sfu_channel_uuid: this.uuid, session_id: sessionId, ice_servers: [] }, this.#key),
    };
  }

  /** Throws sessions out. */
  async disconnect(...sessionIds) {
    const response = await fetch(`${this.#node.url}/v1/disconnect`, {
      method: "POST",
      body: signJwt({ sessionIdsByChannel: { [this.uuid]: sessionIds } }),
    });
    if (!response.ok) {
      throw new Error(`not disconnected: HTTP ${response.status}`);
    }
  }

  /** The channel's entry in the statistics. */
  async stats() {
    const entries = await (await fetch(`${this.#node.url}/v1/stats`)).json();
    return entries.find(({ uuid }) => uuid === this.uuid);
  }
}
