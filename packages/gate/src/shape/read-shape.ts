/** The shape of a request: what may be kept of it. Every word in it is one of ours, a number, or a claim that names no secret. */
import { authorizationOf } from "../contracts/authorization.ts";
import type { Hints, ReadShape, RequestParts, ShapeOptions } from "../contracts/contract.ts";
import { CONTRACT_KINDS } from "../contracts/kinds.ts";
import { ruleOf } from "../contracts/rules.ts";
import { classOfText } from "../contracts/secret-text.ts";
import { namedSignature } from "../contracts/signature.ts";
import { claimText, readToken, shownUrl } from "../contracts/token.ts";
import { HASHES } from "../crypto/crypto.ts";
import { OTHER_PLATFORMS } from "./platforms.ts";
import type { Credential, CredentialForm, PlatformHint, Shape, TokenShape } from "./shape.ts";

const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const MOST_HEADERS = 100;
const CREDENTIAL_HEADER = /signature|hmac|(^|[-_])(api-?key|apikey|key|token|secret|password)([-_]|$)/;
/** Headers that look like credentials by their name and are somebody else's business. */
const NOT_CREDENTIALS = /^(rollcall-(gate|ticket|probe|proxy-key)|x-vercel-|x-csrf|x-xsrf|x-amzn-|x-goog-|cf-|sec-|content-|next-|cookie$|rsc$)/; // biome-ignore format: one pattern
const CLIENT_CERTIFICATE = /^(ssl-client-(cert|verify|subject-dn)|x-ssl-client-.*|x-forwarded-client-cert|x-forwarded-tls-client-cert(-info)?|client-cert)$/; // biome-ignore format: one pattern
const SECRET_QUERY = /^(secret|token|key|api[-_]?key|cron[-_]?(secret|key|token)|access[-_]?token|auth|password|sig|signature)$/i; // biome-ignore format: one pattern

/** Forms by the header that only one platform has. */
const OWN_HEADER: Readonly<Record<string, CredentialForm>> = {
  "upstash-signature": "qstash-token",
  "x-inngest-signature": "inngest-signature",
  "webhook-signature": "standard-webhooks",
  "svix-signature": "standard-webhooks",
  "rollcall-signature": "rollcall-signature",
};
/** They belong to a signature that is looked at by itself. */
const BESIDE_SIGNATURE = /^((webhook|svix)-(id|timestamp)|rollcall-(execution|schedule|scheduled-for|body-digest))$/;

export const shapeOf: ReadShape = (request, options) => shapeWith(request, credentialsIn(request, options));

export const credentialsIn = (request: RequestParts, options: ShapeOptions): readonly Credential[] => [
  ...authorizationCredential(request),
  ...Object.keys(request.headers).flatMap((name) => headerCredential(name, request.headers[name] ?? "", options)),
  ...queryCredentials(request.url),
];

export function shapeWith(request: RequestParts, credentials: readonly Credential[]): Shape {
  const lengths: Record<string, number> = {};
  for (const { where } of credentials) {
    const value = request.headers[where];
    if (value !== undefined) lengths[where] = value.length;
  }
  return {
    method: /^[A-Z]{1,10}$/.test(request.method) ? request.method : "other",
    headers: Object.keys(request.headers).filter((name) => HEADER_NAME.test(name)).sort().slice(0, MOST_HEADERS), // biome-ignore format: one line
    scheme: schemeOf(request),
    lengths,
    credentials: credentials.slice(0, 20),
    hints: hintsIn(request.headers),
    bodyLength: request.body instanceof Uint8Array ? request.body.length : null,
  };
}

const SCHEMES: Readonly<Record<string, string>> = { bearer: "Bearer", basic: "Basic" };

/** The scheme by our own spelling: an Authorization without one is the secret itself. */
export function schemeOf(request: RequestParts): string | null {
  const found = authorizationOf(request);
  if (found.kind === "none") return null;
  return found.kind === "several" ? "several" : (SCHEMES[found.scheme] ?? "other");
}

function authorizationCredential(request: RequestParts): readonly Credential[] {
  const found = authorizationOf(request);
  if (found.kind === "none") return [];
  const where = "authorization";
  if (found.kind === "several") return [{ form: "other-scheme", where, length: 0 }];
  const { scheme, rest } = found;
  if (scheme === "basic") return [{ form: "basic", where, length: rest.length }];
  if (scheme === "bearer") return [{ ...textCredential(rest, "bearer-secret"), where }];
  return [{ form: "other-scheme", where, length: rest.length }];
}

function headerCredential(name: string, value: string, options: ShapeOptions): readonly Credential[] {
  if (name === "authorization") return NONE;
  const own = OWN_HEADER[name];
  if (own !== undefined) return [{ ...ofOwnHeader(own, value, options.now), where: name }];
  const expected = options.expectedHeaders?.includes(name) === true;
  // Most names are of no interest, and this says so at once.
  if (!expected && !/sign|hmac|key|token|secret|password|cert|client/.test(name)) return NONE;
  if (!HEADER_NAME.test(name) || BESIDE_SIGNATURE.test(name)) return NONE;
  if (CLIENT_CERTIFICATE.test(name)) return [{ form: "client-certificate", where: name, length: value.length }];
  if (!expected && (!CREDENTIAL_HEADER.test(name) || NOT_CREDENTIALS.test(name))) return NONE;
  return [{ ...ofValue(name, value, options.now), where: name }];
}

const NONE: readonly Credential[] = [];

function ofOwnHeader(form: CredentialForm, value: string, now: number): Omit<Credential, "where"> {
  if (form === "qstash-token") {
    const token = tokenShape(value);
    return { form, length: value.length, ...(token ? { token } : {}) };
  }
  return { form, length: value.length, ...ageIn(value, now) };
}

/** What a value is by its looks: a signature with its time, a bare one, a token, a key. */
function ofValue(name: string, value: string, now: number): Omit<Credential, "where"> {
  const { length } = value;
  if (/^t=\d+,\s*v\d+=/.test(value)) return { form: "timestamped-signature", length, ...ageIn(value, now) };
  const { hash, signature: bare } = namedSignature(value);
  const named = HASHES.find((known) => known === hash);
  const algorithm = named === undefined ? {} : { algorithm: named };
  if (/^([0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i.test(bare) && (named !== undefined || /sign|hmac/.test(name)))
    return { form: "hex-signature", length, ...algorithm };
  if (/^[A-Za-z0-9+/_-]{26,88}={0,2}$/.test(bare) && (named !== undefined || /sign|hmac/.test(name)))
    return { form: "base64-signature", length, ...algorithm };
  return textCredential(value, "api-key");
}

function textCredential(text: string, plain: CredentialForm): Omit<Credential, "where"> {
  const { length } = text;
  switch (classOfText(text)) {
    case "empty":
      return { form: "empty", length };
    case "literal_undefined":
      return { form: "literal-undefined", length };
    case "unexpanded_placeholder":
      return { form: "placeholder", length };
    case "text":
  }
  if (text.startsWith("ya29.")) return { form: "google-access-token", length };
  if (/^sb_(secret|publishable)_/.test(text)) return { form: "supabase-key", length };
  const token = tokenShape(text);
  return token ? { form: "jwt", length, token } : { form: plain, length };
}

const plainText = (value: string | null, form: RegExp): string | null =>
  value !== null && form.test(value) ? value : null;
const timeOf = (value: unknown): string | null =>
  typeof value === "number" && value > 0 && value < 100_000_000_000 ? new Date(value * 1_000).toISOString() : null;

function tokenShape(text: string): TokenShape | null {
  const read = readToken(text);
  if (!read) return null;
  const { header, claims } = read;
  const audience = Array.isArray(claims["aud"]) ? (claims["aud"] as readonly unknown[])[0] : claims["aud"];
  const issuer = claimText(claims, "iss");
  const role = claimText(claims, "role");
  return {
    algorithm: plainText(claimText(header, "alg"), /^[A-Za-z0-9-]{2,12}$/),
    keyId: plainText(claimText(header, "kid"), /^[\w.:/+=-]{1,100}$/),
    issuer: issuer === null ? null : shownUrl(issuer),
    audience: typeof audience === "string" ? shownUrl(audience) : null,
    issuedAt: timeOf(claims["iat"]),
    expiresAt: timeOf(claims["exp"]),
    role: role === "anon" || role === "service_role" ? role : null,
  };
}

function ageIn(value: string, now: number): { readonly ageSeconds?: number } {
  const timestamp = /(?:^|[,&])t=(\d{1,12})(?:[,&]|$)/.exec(value)?.[1];
  return timestamp === undefined ? {} : { ageSeconds: Math.round(now / 1_000) - Number(timestamp) };
}

function queryCredentials(url: string): readonly Credential[] {
  const query = url.indexOf("?");
  if (query < 0) return [];
  return [...new URLSearchParams(url.slice(query + 1))].flatMap(([name, value]): readonly Credential[] =>
    SECRET_QUERY.test(name) ? [{ form: "query-secret", where: "query", length: value.length }] : [],
  );
}

/** Whose hints are looked for: every contract's, and those of platforms that have none. */
const PLATFORMS: readonly { readonly of: PlatformHint["of"]; readonly platform: string; readonly hints: Hints }[] = [
  ...CONTRACT_KINDS.map((kind) => ({ of: kind, platform: kind, hints: ruleOf(kind).hints })),
  ...OTHER_PLATFORMS.map((other) => ({ of: null, ...other })),
];

/** A request of each platform goes by here: no closures, since most hint at none. */
function hintsIn(headers: Readonly<Record<string, string>>): readonly PlatformHint[] {
  const text = headers["user-agent"]?.toLowerCase() ?? "";
  const found: PlatformHint[] = [];
  for (const { of, platform, hints } of PLATFORMS) {
    if (hints.agent !== undefined && text.includes(hints.agent.toLowerCase()))
      found.push({ of, platform, words: `the user agent ${hints.agent}` });
    if (hints.headers)
      for (const words of hints.headers) if (headers[words] !== undefined) found.push({ of, platform, words });
  }
  return found;
}
