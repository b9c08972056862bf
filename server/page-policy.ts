/** What a browser may do on our pages, in headers. Everything comes from ourselves; text is never run. */
import { isIP } from "node:net";

export interface PolicyOptions {
  /** Of this one answer: what we wrote ourselves carries it. */
  readonly nonce: string;
  readonly production: boolean;
}

/**
 * sonner writes its styles into the page by itself, and takes no nonce: its text is let in by what it is. A test says the
 * hash anew when the package has changed.
 */
export const SONNER_STYLES = "'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='";
/** Of nothing: sonner puts the empty element into the page first. */
const EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * Next puts the nonce of `script-src` on every script that it writes, and `strict-dynamic` lets those load the rest: no
 * address of ours can be made a script, not even that of a run's log. Where it is looser, this is why:
 * - `style-src-attr`: the server draws widths and places as `style` attributes, which no nonce can mark
 * - in development Next evaluates modules, writes styles as they change, and talks over a socket
 */
export function contentPolicy({ nonce, production }: PolicyOptions): string {
  const own = `'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    `script-src ${own} 'strict-dynamic'${production ? "" : " 'unsafe-eval'"}`,
    production ? `style-src-elem 'self' ${own} ${EMPTY} ${SONNER_STYLES}` : "style-src-elem 'self' 'unsafe-inline'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${production ? "" : " ws: wss:"}`,
    `worker-src 'self'${production ? "" : " blob:"}`,
    "manifest-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

const UNUSED = ["accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb"];

/** Secure Contexts, 3.1: elsewhere a browser ignores what needs one, and complains of it on the console. */
const isTrustworthy = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" ||
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  (isIP(hostname) === 4 && hostname.startsWith("127."));

/** The rest, the same for every answer. */
export function pageHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    "x-content-type-options": "nosniff",
    // For browsers that do not know `frame-ancestors`.
    "x-frame-options": "DENY",
    "permissions-policy": UNUSED.map((name) => `${name}=()`).join(", "),
    "cross-origin-resource-policy": "same-origin",
    ...(isTrustworthy(new URL(publicUrl)) ? { "cross-origin-opener-policy": "same-origin" } : {}),
  };
}
