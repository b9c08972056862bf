/** The Authorization header (RFC 9110, section 11.6.2): one value, its scheme in any case. */
import { fromBase64, textOf } from "../crypto/encoding.ts";
import { type Refused, type RequestParts, refused } from "./contract.ts";

export type Authorization =
  | { readonly kind: "none" }
  /** Two values of one header, or a proxy's beside the caller's: which one counts is anybody's guess. */
  | { readonly kind: "several" }
  | { readonly kind: "one"; readonly scheme: string; readonly rest: string };

export function authorizationOf(request: RequestParts): Authorization {
  const value = request.headers["authorization"];
  if (value === undefined) return { kind: "none" };
  if (/,\s*(bearer|basic|digest)\s/i.test(value)) return { kind: "several" };
  const match = /^(\S+)(?:[ \t]+(.*))?$/s.exec(value.trim());
  if (!match) return { kind: "none" };
  return { kind: "one", scheme: (match[1] ?? "").toLowerCase(), rest: match[2] ?? "" };
}

/** What follows `Bearer`, or why there is none. */
export function bearerOf(request: RequestParts): { readonly token: string } | { readonly refused: Refused } {
  const found = authorizationOf(request);
  if (found.kind === "none") return { refused: refused("missing_credentials") };
  if (found.kind === "several") return { refused: refused("ambiguous_credentials", "several Authorization values") };
  if (found.scheme === "bearer") return { token: found.rest };
  if (found.scheme === "basic") return { refused: refused("wrong_contract", "basic") };
  return found.rest === ""
    ? { refused: refused("malformed_credentials", "no scheme") }
    : { refused: refused("wrong_contract", "scheme") };
}

/** User name and password of Basic (RFC 7617): UTF-8, split at the first colon. */
export function basicOf(
  request: RequestParts,
): { readonly username: string; readonly password: string } | { readonly refused: Refused } {
  const found = authorizationOf(request);
  if (found.kind === "none") return { refused: refused("missing_credentials") };
  if (found.kind === "several") return { refused: refused("ambiguous_credentials", "several Authorization values") };
  if (found.scheme !== "basic")
    return { refused: refused("wrong_contract", found.scheme === "bearer" ? "bearer" : "scheme") };
  const bytes = fromBase64(found.rest.trim());
  const text = bytes === null ? null : textOf(bytes);
  if (text === null) return { refused: refused("malformed_credentials", "base64") };
  const colon = text.indexOf(":");
  if (colon < 0) return { refused: refused("malformed_credentials", "no colon") };
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
