/** A protected route: what is stored of it, what is shown, and which secrets stay when it is changed. Pure. */
import { type Merge, markShape, merged, type SecretMark, type Secrets } from "#lib/input/kept-secret.ts";
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import { type ContractKind, type GivenContract, secretFields } from "./contract-options.ts";
import type { ProxyKind, RouteInput } from "./schema.ts";

/** What a person should know of the secrets of a route. */
export interface RouteWarning {
  readonly code: string;
  readonly message: string;
  /** `contract.secret` */
  readonly path: string;
}

/** A contract without its secrets. */
export interface StoredContract {
  readonly kind: ContractKind;
  readonly options: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, SecretMark>>;
}

/** The parts of a route that hold secrets. */
export const PARTS = ["contract", "caller", "manual"] as const;
export type Part = (typeof PARTS)[number];

export interface StoredRoute {
  readonly contract: StoredContract;
  /** `null`: the platform that calls it presents what its gate enforces. */
  readonly caller: StoredContract | null;
  readonly manual: StoredContract | null;
  readonly url: string | null;
  readonly probeUrl: string | null;
  readonly probeMethods: readonly string[];
  readonly proxy: ProxyKind;
  readonly proxyKey: SecretMark | null;
  readonly allowPrivateNetwork: boolean;
}

export interface PutRoute {
  readonly route: StoredRoute;
  readonly secrets: Secrets;
  /** The names of the secrets that were given, or taken away. */
  readonly changed: readonly string[];
}

const originOf = (url: string | null): string | null => (url === null ? null : new URL(url).origin);

function mergedContract(part: Part, given: GivenContract, before: StoredContract | null, by: Merge): StoredContract {
  const { kind, options } = given;
  const secrets: Record<string, SecretMark> = {};
  for (const name of secretFields(kind)) {
    // A secret of another kind of contract says nothing here.
    const known = before?.kind === kind ? (before.secrets[name] ?? null) : null;
    const mark = merged(`${part}.${name}`, given.secrets[name], known, by);
    if (mark) secrets[name] = mark;
  }
  return { kind, options, secrets };
}

/**
 * The route as it is to be stored: what is left out takes its default, and a secret that is left out, or sent as it was
 * read, stays (api.md). It stays for the hosts that it was given for: else whoever may edit a route could have its
 * secrets sent to a host of theirs.
 */
export function mergedRoute(
  input: RouteInput,
  present: { readonly route: StoredRoute; readonly secrets: Secrets } | null,
  now: Instant,
): Result<PutRoute> {
  const before = present?.route ?? null;
  const known = new Set([originOf(before?.url ?? null), originOf(before?.probeUrl ?? null), null]);
  const strange = !known.has(originOf(input.url)) || !known.has(originOf(input.probeUrl));
  const kept = present?.secrets ?? {};
  const shared: Omit<Merge, "mayNotStay"> = { present: kept, now, secrets: {}, changed: [], errors: [] };
  const anew = before && strange ? "must be given anew for another host" : null;
  const inside: Merge = { ...shared, mayNotStay: null };
  const sent: Merge = { ...shared, mayNotStay: anew };
  const contract = mergedContract("contract", input.contract, before?.contract ?? null, input.caller ? inside : sent);
  const caller = input.caller ? mergedContract("caller", input.caller, before?.caller ?? null, sent) : null;
  const manual = input.manual ? mergedContract("manual", input.manual, before?.manual ?? null, sent) : null;
  const proxyKey = merged("proxyKey", input.proxyKey, before?.proxyKey ?? null, inside);
  if (shared.errors.length > 0) {
    return refuse(invalid({ message: "A secret has no value that could stay.", errors: shared.errors }));
  }
  const { url, probeUrl, probeMethods, proxy, allowPrivateNetwork } = input;
  const route = { contract, caller, manual, url, probeUrl, probeMethods, proxy, proxyKey, allowPrivateNetwork };
  return ok({ route, secrets: shared.secrets, changed: shared.changed });
}

function contractShape(stored: StoredContract): { readonly kind: ContractKind } & Readonly<Record<string, unknown>> {
  const secrets = secretFields(stored.kind).map((name) => [name, markShape(stored.secrets[name])] as const);
  return { kind: stored.kind, ...stored.options, ...Object.fromEntries(secrets) };
}

/** A route as it leaves Rollcall: sent back as it is, it changes nothing. */
export const routeShape = (
  name: string,
  route: StoredRoute,
  more: {
    readonly schedules: readonly { readonly slug: string; readonly path: string | null }[];
    readonly gateKey: Instant;
    readonly createdAt: Instant;
    readonly version: number;
    readonly warnings: readonly RouteWarning[];
  },
) => ({
  name,
  contract: contractShape(route.contract),
  caller: route.caller ? contractShape(route.caller) : null,
  manual: route.manual ? contractShape(route.manual) : null,
  url: route.url,
  probeUrl: route.probeUrl,
  probeMethods: route.probeMethods,
  proxy: route.proxy,
  proxyKey: markShape(route.proxyKey),
  allowPrivateNetwork: route.allowPrivateNetwork,
  gateKey: { set: true, updatedAt: toRfc3339(more.gateKey) },
  schedules: more.schedules.map(({ slug }) => slug),
  createdAt: toRfc3339(more.createdAt),
  version: more.version,
  warnings: more.warnings,
});
export type RouteShape = ReturnType<typeof routeShape>;
