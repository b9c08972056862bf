/**
 * Tokens that an issuer signs with keys that it publishes (JWKS), by jose. An entry of its own, so that gates without
 * OIDC contracts carry none of it.
 */
import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from "jose";
import type { CheckedToken, TokenVerifier } from "./contracts/contract.ts";
import { webUrlError } from "./contracts/fields.ts";
import { readToken } from "./contracts/token.ts";

export interface TokensOptions {
  readonly fetch?: typeof fetch;
  /** Told when keys cannot be fetched, with the issuer's address and why. */
  readonly log?: (line: string) => void;
}

/** For this long keys are used without asking again. */
const FRESH_MS = 10 * 60_000;
/** For this long old keys are used while the issuer cannot be reached: an outage of theirs is not to be ours. */
const STALE_MS = 24 * 3_600_000;
/** A key that is not known, or a fetch that failed, makes us ask again at most this often. */
const COOLDOWN_MS = 30_000;
const ANSWER_WITHIN_MS = 5_000;
const MOST_BYTES = 262_144;
const MOST_ISSUERS = 20;

interface Keys {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly at: number;
}

class KeyCache {
  #keys: Keys | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #fault: string | null = null;
  #asking: Promise<void> | null = null;
  readonly #url: string;
  readonly #options: TokensOptions;

  constructor(url: string, options: TokensOptions) {
    this.#url = url;
    this.#options = options;
  }

  get fault(): string | null {
    return this.#fault;
  }

  /** The keys, fresh where they can be had: old ones at once, with a fetch in the background. */
  async keys(now: number): Promise<Keys | null> {
    const age = this.#keys === null ? Number.POSITIVE_INFINITY : now - this.#keys.at;
    if (age < FRESH_MS) return this.#keys;
    const asking = this.#ask(now);
    if (age >= STALE_MS) await asking;
    return this.#keys !== null && now - this.#keys.at < STALE_MS ? this.#keys : null;
  }

  /** After a key that is not among them: whether others were fetched. */
  async renewed(now: number): Promise<boolean> {
    const before = this.#keys;
    await this.#ask(now);
    return this.#keys !== before;
  }

  #ask(now: number): Promise<void> {
    if (this.#asking) return this.#asking;
    if (now - this.#askedAt < COOLDOWN_MS) return Promise.resolve();
    this.#askedAt = now;
    this.#asking = this.#fetch(now).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #fetch(now: number): Promise<void> {
    try {
      this.#keys = { find: createLocalJWKSet(await fetchKeys(this.#url, this.#options.fetch ?? fetch)), at: now };
      this.#fault = null;
    } catch (thrown) {
      this.#fault = thrown instanceof KeysFault ? thrown.message : "cannot be reached";
      this.#options.log?.(`rollcall gate: the keys at ${this.#url} ${this.#fault}`);
    }
  }
}

class KeysFault extends Error {}

async function fetchKeys(url: string, fetchFrom: typeof fetch): Promise<JSONWebKeySet> {
  const wrong = webUrlError(url);
  if (wrong) throw new KeysFault(`are not fetched: the address ${wrong}`);
  const answer = await fetchFrom(url, {
    headers: { accept: "application/json" },
    // A redirect could lead anywhere, and keys that move are configured anew.
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (answer.status !== 200) throw new KeysFault(`are answered with ${answer.status}`);
  const text = await textWithin(answer, MOST_BYTES);
  try {
    const read = JSON.parse(text) as JSONWebKeySet;
    if (Array.isArray(read.keys)) return read;
  } catch {
    // said below
  }
  throw new KeysFault("are no key set");
}

async function textWithin(answer: Response, most: number): Promise<string> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new KeysFault("are too large");
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

const codeOf = (thrown: unknown): string => (thrown instanceof errors.JOSEError ? thrown.code : "");

/** Checks tokens against published keys; one for a process, so that its cache is shared by all gates. */
export function tokens(options: TokensOptions = {}): TokenVerifier {
  const caches = new Map<string, KeyCache>();
  const cacheOf = (url: string): KeyCache => {
    const known = caches.get(url);
    if (known) return known;
    if (caches.size >= MOST_ISSUERS) caches.clear();
    const cache = new KeyCache(url, options);
    caches.set(url, cache);
    return cache;
  };
  return {
    async check(token, { jwksUrl, algorithms, now }): Promise<CheckedToken> {
      const read = readToken(token);
      if (!read) return { ok: false, reason: "malformed_credentials", detail: "not_a_jwt" };
      const algorithm = read.header["alg"];
      if (typeof algorithm !== "string" || !algorithms.includes(algorithm)) {
        const shown = typeof algorithm === "string" ? algorithm.replace(/[^\w-]/g, "").slice(0, 10) : "none";
        return {
          ok: false,
          reason: "algorithm_not_allowed",
          detail: `presented ${shown}, expected ${algorithms.join(" or ")}`,
        };
      }
      const cache = cacheOf(jwksUrl);
      let keys = await cache.keys(now);
      if (keys === null) return { ok: false, reason: "keys_unavailable", detail: cache.fault };
      for (;;) {
        try {
          const { payload } = await compactVerify(token, keys.find, { algorithms: [...algorithms] });
          return { ok: true, claims: JSON.parse(new TextDecoder().decode(payload)) };
        } catch (thrown) {
          switch (codeOf(thrown)) {
            case "ERR_JWKS_NO_MATCHING_KEY": {
              // Issuers change their keys: ask once more, but not at a stranger's pace.
              const next: Keys | null = (await cache.renewed(now)) ? await cache.keys(now) : null;
              if (next === null || next === keys) return { ok: false, reason: "unknown_key", detail: null };
              keys = next;
              continue;
            }
            case "ERR_JWKS_MULTIPLE_MATCHING_KEYS":
              return { ok: false, reason: "unknown_key", detail: "it names no key, and there are several" };
            case "ERR_JWS_SIGNATURE_VERIFICATION_FAILED":
              return { ok: false, reason: "bad_signature", detail: null };
            case "ERR_JOSE_ALG_NOT_ALLOWED":
              return { ok: false, reason: "algorithm_not_allowed", detail: null };
            default:
              return { ok: false, reason: "malformed_credentials", detail: "not_a_jwt" };
          }
        }
      }
    },
  };
}
