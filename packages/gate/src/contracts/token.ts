/** JSON Web Tokens: reading one without trusting it, and judging the claims of one whose signature was checked. */
import { fromBase64, textOf } from "../crypto/encoding.ts";
import { TOKEN_TOLERANCE_SECONDS } from "./clock.ts";
import { type Refused, refused } from "./contract.ts";

export interface ReadToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

const LONGEST_TOKEN = 16_384;

/** What a token says of itself, unverified; `null` where it is none. */
export function readToken(text: string): ReadToken | null {
  if (text.length > LONGEST_TOKEN) return null;
  const parts = text.split(".");
  if (parts.length !== 3) return null;
  const [header, claims] = [objectIn(parts[0] ?? ""), objectIn(parts[1] ?? "")];
  return header && claims ? { header, claims } : null;
}

function objectIn(part: string): Readonly<Record<string, unknown>> | null {
  const bytes = part === "" ? null : fromBase64(part);
  const text = bytes === null ? null : textOf(bytes);
  if (text === null) return null;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export const claimText = (claims: Readonly<Record<string, unknown>>, name: string): string | null =>
  Object.hasOwn(claims, name) && typeof claims[name] === "string" ? (claims[name] as string) : null;

const claimSeconds = (claims: Readonly<Record<string, unknown>>, name: string): number | null => {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

/** A URL as it may be shown: the values of its query are not (an audience that is a whole URL may carry a key in it). */
export function shownUrl(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, "?").slice(0, 300);
  const query = plain.indexOf("?");
  return query < 0 ? plain : `${plain.slice(0, query)}?…`;
}

/** Expiry and start, with a minute of tolerance. A token without expiry is refused: it would be good for ever. */
export function timesProblem(
  claims: Readonly<Record<string, unknown>>,
  { now, toleranceSeconds = TOKEN_TOLERANCE_SECONDS }: { readonly now: number; readonly toleranceSeconds?: number },
): Refused | null {
  const at = Math.floor(now / 1_000);
  const expires = claimSeconds(claims, "exp");
  if (expires === null) return refused("claim_mismatch", "exp: missing");
  if (at >= expires + toleranceSeconds) return refused("expired_token", `${at - expires} s ago`);
  const starts = claimSeconds(claims, "nbf") ?? claimSeconds(claims, "iat");
  if (starts !== null && starts > at + toleranceSeconds) return refused("not_yet_valid", `in ${starts - at} s`);
  return null;
}

/** The issuer is one of those that the contract names; a token never says itself where its keys are. */
export function issuerProblem(claims: Readonly<Record<string, unknown>>, issuers: readonly string[]): Refused | null {
  const issuer = claimText(claims, "iss");
  if (issuer !== null && issuers.includes(issuer)) return null;
  return refused("unknown_issuer", `expected ${shownUrl(issuers[0] ?? "")}, presented ${shownUrl(issuer ?? "none")}`);
}

export function audienceProblem(claims: Readonly<Record<string, unknown>>, audience: string): Refused | null {
  const presented = Object.hasOwn(claims, "aud") ? claims["aud"] : undefined;
  const all: readonly unknown[] = Array.isArray(presented) ? presented : [presented];
  if (all.includes(audience)) return null;
  const first = all.find((one) => typeof one === "string");
  const shown = typeof first === "string" ? shownUrl(first) : "none";
  // The commonest cause: Cloud Scheduler's default audience is the whole target with its query.
  const nearly = typeof first === "string" ? differenceOfUrls(audience, first) : null;
  return refused(
    "wrong_audience",
    `expected ${shownUrl(audience)}, presented ${shown}${nearly === null ? "" : ` (they differ in the ${nearly})`}`,
  );
}

/** Which claim is not what it should be; both sides are shown, neither is secret. */
export function claimProblem(
  claims: Readonly<Record<string, unknown>>,
  name: string,
  expected: string,
): Refused | null {
  // biome-ignore format: one line
  const presented = claimText(claims, name);
  if (presented === expected) return null;
  return refused(
    "claim_mismatch",
    `${name}: expected ${shownUrl(expected)}, presented ${shownUrl(presented ?? "none")}`,
  );
}

export type UrlPart = "scheme" | "host" | "port" | "path" | "trailing slash" | "query";

/** The first part in which two URLs differ; `null` where one is none, or they are the same. */
export function differenceOfUrls(expected: string, presented: string): UrlPart | null {
  let one: URL;
  let other: URL;
  try {
    [one, other] = [new URL(expected), new URL(presented)];
  } catch {
    return null;
  }
  if (one.protocol !== other.protocol) return "scheme";
  if (one.hostname !== other.hostname) return "host";
  if (one.port !== other.port) return "port";
  if (one.pathname !== other.pathname)
    return one.pathname.replace(/\/$/, "") === other.pathname.replace(/\/$/, "") ? "trailing slash" : "path";
  return one.search === other.search ? null : "query";
}
