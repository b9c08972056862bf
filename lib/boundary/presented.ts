/**
 * The shape of what a request presented: header names, scheme, lengths, key ids, issuer, audience, times; never a
 * secret's value (domain.md, Boundary). What a reporter sends is read by a list of what may be kept: all else is left
 * out, whatever it is. Pure.
 */
import { isUuid } from "#lib/input/identifiers.ts";

export interface PresentedToken {
  readonly algorithm?: string | null;
  readonly keyId?: string | null;
  readonly issuer?: string | null;
  readonly audience?: string | null;
  readonly issuedAt?: string | null;
  readonly expiresAt?: string | null;
  readonly role?: string | null;
}

export interface PresentedCredential {
  readonly form: string;
  /** The header, or `query`. */
  readonly where: string;
  readonly length: number;
  readonly token?: PresentedToken;
  readonly ageSeconds?: number;
  readonly algorithm?: string;
}

export interface PresentedHint {
  readonly of: string | null;
  readonly platform: string;
  readonly words: string;
}

export interface Presented {
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly scheme?: string | null;
  readonly lengths?: Readonly<Record<string, number>>;
  readonly credentials?: readonly PresentedCredential[];
  readonly hints?: readonly PresentedHint[];
  readonly bodyLength?: number | null;
}

const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
/** RFC 9110's registered schemes and those of the platforms: an unknown word before a space may be the secret itself. */
const SCHEMES = new Set(["bearer", "basic", "digest", "apikey", "api-key", "token", "hmac", "signature", "negotiate", "aws4-hmac-sha256", "key", "secret", "dpop", "mutual", "hoba", "vapid"]); // biome-ignore format: one list
const MOST = 100;

/** A text with everything in it that looks like a secret, a token or a signature taken out. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g, "…")
    .replace(
      /\b(?:(?:whsec|sig|sk|pk|rk|sb_secret|sb_publishable|rgk|tr|ghp|gho|ghs|github_pat)_|signkey-\w+-|xox[a-z]-|AKIA|ya29\.)[\w+/=.-]{6,}/g,
      "…",
    )
    .replace(
      /\b(bearer|basic|token|apikey|api-key|hmac)(\s+|:\s*)(?!secret\b|token\b|auth|scheme\b|header\b|signature\b|key\b)[^\s,;"'”]{6,}/gi,
      "$1 …",
    )
    .replace(/[\w+/=-]{20,}/g, (run) => (looksRandom(run) ? "…" : run));
}

/** Letters and digits mixed as no word or date mixes them. */
function looksRandom(run: string): boolean {
  // A UUID is an id: of an execution, a message.
  if (isUuid(run)) return false;
  if (run.length >= 32 && /^[0-9a-f]+$/i.test(run)) return true;
  const changes = run.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])/g)?.length ?? 0;
  return changes >= run.length / 6;
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, MOST) : []);
const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && Math.abs(value) < 1e12 ? Math.round(value) : undefined;
const clean = (text: string): string => text.replace(/[\p{Cc}\p{Cs}]/gu, "");
/** An id, an address or a time: as it is, where it is of that form. */
const idOf = (value: unknown, form = /^[\w:/.@?=&%+~-]{1,500}$/): string | undefined =>
  typeof value === "string" && form.test(value) && !/^eyJ/.test(value) ? value : undefined;

/**
 * Short texts that were found to be as they may be kept: requests of one platform have the same names and hints in every
 * report, and looking for secrets in them is two thirds of what reading one costs. What held a secret is not remembered.
 */
function remembered(answer: (text: string) => string | undefined): (text: string) => string | undefined {
  const fine = new Set<string>();
  return (text) => {
    if (fine.has(text)) return text;
    const found = answer(text);
    if (found !== text || text.length > 100) return found;
    if (fine.size >= 1_000) fine.clear();
    fine.add(text);
    return found;
  };
}

const cleaned = remembered((text) => withoutSecrets(clean(text)));
/** A line that says something: cleaned of what may be a secret. */
const wordsOf = (value: unknown, most = 300): string | undefined =>
  typeof value === "string" && value !== "" ? cleaned(value.slice(0, most)) : undefined;
const nameOf = remembered((text) => {
  const name = text.toLowerCase();
  return HEADER_NAME.test(name) && withoutSecrets(name) === name ? name : undefined;
});
const headerOf = (value: unknown): string | undefined => (typeof value === "string" ? nameOf(value) : undefined);

/** What is set of these, and nothing else. */
function set<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const name in fields) if (fields[name] !== undefined) kept[name] = fields[name];
  return kept as T;
}

function tokenOf(value: unknown): PresentedToken | undefined {
  const given = fieldsOf(value);
  if (!given) return undefined;
  const time = /^[\d:.TZ+-]{10,40}$/;
  return set<PresentedToken>({
    algorithm: idOf(given["algorithm"], /^[\w-]{1,20}$/),
    keyId: idOf(given["keyId"], /^[\w.:=+/-]{1,200}$/),
    issuer: idOf(given["issuer"]),
    audience: idOf(given["audience"]),
    issuedAt: idOf(given["issuedAt"], time),
    expiresAt: idOf(given["expiresAt"], time),
    role: idOf(given["role"], /^(?:anon|service_role)$/),
  });
}

function credentialOf(value: unknown): PresentedCredential[] {
  const given = fieldsOf(value);
  const form = idOf(given?.["form"], /^[a-z-]{1,40}$/);
  const where = headerOf(given?.["where"]);
  const length = numberOf(given?.["length"]);
  if (!given || form === undefined || where === undefined || length === undefined) return [];
  return [
    set<PresentedCredential>({
      form,
      where,
      length,
      token: tokenOf(given["token"]),
      ageSeconds: numberOf(given["ageSeconds"]),
      algorithm: idOf(given["algorithm"], /^[\w-]{1,20}$/),
    }),
  ];
}

function hintOf(value: unknown): PresentedHint[] {
  const given = fieldsOf(value);
  const [platform, words] = [wordsOf(given?.["platform"], 100), wordsOf(given?.["words"])];
  if (!given || platform === undefined || words === undefined) return [];
  return [{ of: idOf(given["of"], /^[a-z-]{1,40}$/) ?? null, platform, words }];
}

function schemeOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return SCHEMES.has(value.toLowerCase()) ? value : "other";
}

function lengthsOf(value: unknown): Readonly<Record<string, number>> | undefined {
  const given = fieldsOf(value);
  if (!given) return undefined;
  const lengths: Record<string, number> = {};
  for (const [name, length] of Object.entries(given).slice(0, MOST)) {
    const [header, known] = [headerOf(name), numberOf(length)];
    if (header !== undefined && known !== undefined && known >= 0) lengths[header] = known;
  }
  return lengths;
}

/** What may be kept of what a reporter sends as presented. */
export function presentedOf(value: unknown): Presented {
  const given = fieldsOf(value);
  if (!given) return {};
  return set<Presented>({
    method: idOf(given["method"], /^[A-Za-z]{1,20}$/),
    headers: Array.isArray(given["headers"])
      ? listOf(given["headers"]).flatMap((name) => headerOf(name) ?? [])
      : undefined,
    scheme: schemeOf(given["scheme"]),
    lengths: lengthsOf(given["lengths"]),
    credentials: Array.isArray(given["credentials"]) ? listOf(given["credentials"]).flatMap(credentialOf) : undefined,
    hints: Array.isArray(given["hints"]) ? listOf(given["hints"]).flatMap(hintOf) : undefined,
    bodyLength: numberOf(given["bodyLength"]),
  });
}
