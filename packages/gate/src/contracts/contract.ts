/**
 * What a member of the family must say: how one platform proves that a scheduled request is genuine. A contract is a
 * pure description: `now`, keys and memory are handed in, so that the gate in an application, Rollcall's forward-auth
 * endpoint and its matrix run the very same rule.
 */
import type { Crypto } from "../crypto/crypto.ts";
import type { Shape } from "../shape/shape.ts";
import type { Fields, WordedFields } from "./fields.ts";
import type { ContractKind } from "./kinds.ts";
import type { AdmitReason, RefuseReason } from "./reasons.ts";

/**
 * The bytes of the body as they came; or why there are none: the proxy does not forward them, they are more than the
 * gate takes, or somebody read them first.
 */
export type PresentedBody = Uint8Array | "unavailable" | "too_large" | "consumed";

/** A request as a contract reads it. `partsOf` makes one. */
export interface RequestParts {
  readonly method: string;
  /** The whole public URL, as the caller wrote it. */
  readonly url: string;
  /** Names in lower case; several of one name are joined by `", "`, as Fetch joins them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: PresentedBody;
}

/** A secret of another route or environment, so that one in the wrong place is named as what it is. */
export interface OtherSecret {
  readonly owner: string;
  readonly value: string;
}

/** Remembers what was presented once. Handed in, since one process and many processes remember in different places. */
export interface ReplayStore {
  /** Whether this is the first time; remembers it until then (milliseconds since the epoch). */
  remember(key: string, until: number, now: number): boolean | Promise<boolean>;
}

/** The outcome of checking a token's signature with its issuer's published keys. */
export type CheckedToken =
  | { readonly ok: true; readonly claims: Readonly<Record<string, unknown>> }
  | {
      readonly ok: false;
      readonly reason: Extract<
        RefuseReason,
        "bad_signature" | "unknown_key" | "algorithm_not_allowed" | "keys_unavailable" | "malformed_credentials"
      >;
      readonly detail: string | null;
    };

/** Checks signatures by published keys (JWKS); claims are the contract's to judge. The core has none: `jwt.ts` makes one. */
export interface TokenVerifier {
  check(token: string, how: { readonly jwksUrl: string; readonly algorithms: readonly string[]; readonly now: number }): Promise<CheckedToken>; // biome-ignore format: one call
}

export interface ShapeOptions {
  /** Milliseconds since the epoch: signed times are told as their age. */
  readonly now: number;
  /** The headers in which the route expects its credential, whatever they are called. */
  readonly expectedHeaders?: readonly string[];
}

export type ReadShape = (request: RequestParts, options: ShapeOptions) => Shape;

export interface Deps {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly crypto: Crypto;
  readonly replays?: ReplayStore | undefined;
  readonly tokens?: TokenVerifier | undefined;
  readonly others?: readonly OtherSecret[] | undefined;
  /** Replays are remembered apart for each. */
  readonly route?: string | undefined;
  /** Reads what may be kept of a request; a server's remembers what it read. */
  readonly shapeOf?: ReadShape | undefined;
  /** Whether a mismatch may be looked into (a dozen HMACs); a gate under a flood of strangers says no. */
  readonly explain?: boolean | undefined;
}

/** What the platform says of the occurrence; said by whoever sent it, so believed only as far as the request is. */
export interface Told {
  /** The expected time that it names, in milliseconds since the epoch. */
  readonly scheduledFor?: number;
  /** One execution, the same over its retries. */
  readonly executionId?: string;
  /** The schedule by name (or the platform's id of it). */
  readonly schedule?: string;
  /** The expression, as the platform's header quotes it. */
  readonly expression?: string;
}

export interface Admitted {
  readonly outcome: "admitted";
  readonly reason: AdmitReason;
  readonly detail: string | null;
  readonly told: Told;
}
export interface Refused {
  readonly outcome: "rejected";
  readonly reason: RefuseReason;
  /** The sub-reason, and after a colon what a person needs beside it. Never a byte of a secret or signature. */
  readonly detail: string | null;
}
export type Verdict = Admitted | Refused;

export const refused = (reason: RefuseReason, detail: string | null = null): Refused => ({
  outcome: "rejected",
  reason,
  detail,
});

export interface RequestToMake {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | undefined;
  /** What the platform would say of its occurrence; each platform says what it can. */
  readonly told?: Told | undefined;
}
export type Made =
  | {
      readonly ok: true;
      readonly request: {
        readonly method: string;
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: Uint8Array;
      };
    }
  | { readonly ok: false; readonly reason: "cannot_be_made"; readonly because: string };

export const cannotBeMade = (because: string): Made => ({ ok: false, reason: "cannot_be_made", because });

/** How a request of this contract looks, for a diff beside what came. */
export interface ExpectedShape {
  readonly headers: readonly string[];
  readonly scheme: string | null;
}

/** How far a shape goes towards a contract: it carries a proof of that form, or only values that anyone can type. */
export type Resemblance = { readonly by: "proof" | "hint"; readonly weight: number } | null;

/** By what a platform can be guessed, and nothing more: anyone can type it. */
export interface Hints {
  /** What its user agent contains, in any case. */
  readonly agent?: string;
  /** In lower case. */
  readonly headers?: readonly string[];
}

/** What every configuration has; the register has the union. */
export interface AnyConfig {
  readonly kind: ContractKind;
}

/** What a gate needs of a contract: its options, and whether a request satisfies it. */
export interface Rule<Config extends AnyConfig = AnyConfig> {
  readonly kind: ContractKind;
  readonly fields: Fields;
  /** What fields alone cannot say: which belong together. Answers like `fieldErrors`. */
  combined?(config: Config): readonly { readonly path: string; readonly message: string }[];
  expectedShape(config: Config): ExpectedShape;
  /** Whether the secret itself is sent, and could so stand in the wrong place; a key that signs is never sent. */
  readonly secretTravels: boolean;
  /** Whether the proof covers the body, so that a gate has to read it first. */
  readsBody(config: Config): boolean;
  /** Asked only once its secrets are fit to be compared (`configProblem`). */
  verify(request: RequestParts, config: Config, deps: Deps): Promise<Verdict>;
  /** What the platform says of its occurrence, where it says anything. */
  told?(request: RequestParts): Told;
  /** What it sends that is no proof, since anyone can type it. */
  readonly hints: Hints;
}

/**
 * What is told of a contract, recognised and made on Rollcall's side. Apart from the rule, though in the same file, so
 * that a gate carries only what it enforces.
 */
export interface About<Config extends AnyConfig = AnyConfig> {
  /** What each option is, in words. */
  readonly options: Readonly<Record<string, string>>;
  /** The platform's name, as it is said in a sentence. */
  readonly label: string;
  /** "an HMAC signature over the body in X-Signature": after "this route expects". */
  expects(config: Config): string;
  /** What the proof is bound to, so that it is good for nothing else. */
  covers(config: Config): readonly ("url" | "method" | "body" | "time" | "id")[];
  /** Each part of the proof, in words: "Authorization: Bearer <secret>". */
  proof(config: Config): string;
  /** "a bearer secret as Vercel Cron sends it": after "the request carries". */
  readonly carries: string;
  /** A genuine request, as the platform would send it. */
  make(config: Config, request: RequestToMake, deps: Pick<Deps, "now" | "crypto">): Promise<Made>;
  resembles(shape: Shape): Resemblance;
  /** What this contract cannot promise, and why. */
  readonly limits: readonly string[];
  /** What is usually behind its hints arriving without a proof: a sentence. */
  readonly withoutProof?: string;
}

export type Contract<Config extends AnyConfig = AnyConfig> = Rule<Config> &
  About<Config> & { readonly fields: WordedFields };
