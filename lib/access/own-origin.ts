/** A browser sends a session's cookie with whatever a foreign page makes it send, but says which page that was. */
import { type Problem, refused } from "#lib/problem.ts";
import { type AnyHeaders, headerOf } from "./headers.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * `null` when the request reads, or comes from a page of ours: of the public address, or, where no TLS is in play, of
 * the very host and port that the request was sent to (an address of the machine itself, a name in the local network).
 */
export function requireOwnOrigin(input: {
  readonly headers: AnyHeaders;
  readonly method: string;
  readonly publicUrl: string;
}): Problem | null {
  const { headers, method, publicUrl } = input;
  if (READS.has(method.toUpperCase())) return null;
  const origin = headerOf(headers, "origin");
  if (origin === publicUrl) return null;
  const host = headerOf(headers, "host")?.toLowerCase();
  const plain = publicUrl.startsWith("http:") || (host !== undefined && LOOPBACK.test(host));
  if (plain && host && origin === `http://${host}`) return null;
  return refused("foreign_origin", 403, {
    message:
      origin === null ? "A write with a session needs an Origin." : "This write comes from a page of another site.",
    doNext: `Send it from ${publicUrl}, or use an API key.`,
  });
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;
