/**
 * `Rollcall-Ticket`: a JWT (HS256 under the gate key as text) by which a gate's admission is passed on: from the proxy
 * to the application, and from there with a check-in to Rollcall. It names the window that the run answers. 60 s.
 */

import { claimText, readToken } from "../contracts/token.ts";
import { type Crypto, sameBytes } from "../crypto/crypto.ts";
import { fromBase64, toBase64Url, utf8 } from "../crypto/encoding.ts";

export const TICKET_HEADER = "rollcall-ticket";
const TICKET_SECONDS = 60;

export interface Ticket {
  readonly route: string;
  /** The schedule's slug, where the gate knows it. */
  readonly schedule: string | null;
  /** The expected time, RFC 3339, where the platform or Rollcall named it. */
  readonly window: string | null;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The decision's id. */
  readonly jti: string;
}

interface Signing {
  readonly gateKey: string;
  readonly crypto: Crypto;
  readonly now: number;
}

/** The header that every HS256 token of ours has, encoded. */
const HEADER = toBase64Url(utf8('{"alg":"HS256","typ":"JWT"}'));

export async function makeTicket(ticket: Ticket, { gateKey, crypto, now }: Signing): Promise<string> {
  const iat = Math.floor(now / 1_000);
  const { route, schedule, window, method, path, jti } = ticket;
  const claims = { route, schedule, window, method, path, jti, iat, exp: iat + TICKET_SECONDS };
  const signed = `${HEADER}.${toBase64Url(utf8(JSON.stringify(claims)))}`;
  return `${signed}.${await crypto.sign(gateKey, signed)}`;
}

export type ReadTicket =
  | { readonly ok: true; readonly ticket: Ticket }
  | {
      readonly ok: false;
      readonly because: "malformed" | "algorithm" | "forged" | "expired" | "of_the_future" | "other_request";
    };

/** Five seconds for clocks that differ: the gate and its reader are near each other. */
const TOLERANCE_SECONDS = 5;

/** Checks signature and time, and that it was given for this route, method and path where these are named. */
export async function verifyTicket(
  token: string,
  { gateKey, crypto, now, ...expected }: Signing & Partial<Pick<Ticket, "route" | "method" | "path">>,
): Promise<ReadTicket> {
  const read = readToken(token);
  if (!read) return { ok: false, because: "malformed" };
  if (read.header["alg"] !== "HS256") return { ok: false, because: "algorithm" };
  const dot = token.lastIndexOf(".");
  const made = await crypto.hmac("sha256", utf8(gateKey), utf8(token.slice(0, dot)));
  if (!sameBytes(fromBase64(token.slice(dot + 1)) ?? new Uint8Array(), made)) return { ok: false, because: "forged" };
  const { claims } = read;
  const at = Math.floor(now / 1_000);
  const { exp, iat } = claims;
  if (typeof exp !== "number" || typeof iat !== "number") return { ok: false, because: "malformed" };
  if (at >= exp + TOLERANCE_SECONDS) return { ok: false, because: "expired" };
  if (iat > at + TOLERANCE_SECONDS) return { ok: false, because: "of_the_future" };
  const text = (name: keyof Ticket): string => claimText(claims, name) ?? "";
  const ticket: Ticket = {
    route: text("route"),
    schedule: claimText(claims, "schedule"),
    window: claimText(claims, "window"),
    method: text("method"),
    path: text("path"),
    jti: text("jti"),
  };
  for (const name of ["route", "method", "path"] as const) {
    if (expected[name] !== undefined && expected[name] !== ticket[name]) return { ok: false, because: "other_request" };
  }
  return { ok: true, ticket };
}
