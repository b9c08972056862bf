/** Makes a request one that the pages can rely on: what a stranger says of its way here is taken away. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { CLIENT_ADDRESS, clientAddress, isTrustedPeer } from "#lib/access/client-address.ts";
import type { Config } from "#lib/config.ts";
import { contentPolicy, pageHeaders } from "./page-policy.ts";

export function preparePageRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { trustedProxies: trusted, publicUrl, production }: Pick<Config, "trustedProxies" | "publicUrl" | "production">,
): void {
  const { headers } = request;
  const peer = request.socket.remoteAddress;
  const address = clientAddress({ peer, forwardedFor: headers["x-forwarded-for"], trusted });
  if (!isTrustedPeer(peer, trusted)) {
    for (const name of Object.keys(headers)) if (/^(?:x-)?forwarded(?:$|-)/.test(name)) delete headers[name];
  }
  // Next compares a server action's Origin with this, or with Host, which not every proxy passes on as it was.
  if (headers.origin === publicUrl) headers["x-forwarded-host"] = new URL(publicUrl).host;
  delete headers[CLIENT_ADDRESS];
  if (address !== null) headers[CLIENT_ADDRESS] = address;

  for (const [name, value] of Object.entries(pageHeaders(publicUrl))) response.setHeader(name, value);
  const policy = contentPolicy({ nonce: randomBytes(16).toString("base64"), production });
  response.setHeader("content-security-policy", policy);
  // From here Next takes the nonce for what it writes; whatever a stranger said is overwritten.
  headers["content-security-policy"] = policy;
  delete headers["content-security-policy-report-only"];
  // The address of a one-time link is a credential.
  const link = request.url?.startsWith("/setup/") === true;
  response.setHeader("referrer-policy", link ? "no-referrer" : "same-origin");
}
