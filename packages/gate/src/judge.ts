/**
 * The gate's answer to one request: admitted or rejected, with exactly one reason. Steps: headers that nobody may send;
 * the contracts; the manual contract; then, of a refusal, what it is really about. It knows rules only; what is told of
 * a decision is added by `describe.ts`, where there is room for words.
 */
import { basicOf } from "./contracts/authorization.ts";
import { type Deps, type Refused, type RequestParts, refused, type Told, type Verdict } from "./contracts/contract.ts";
import type { ContractKind } from "./contracts/kinds.ts";
import type { AdmitReason, RefuseReason } from "./contracts/reasons.ts";
import { type ContractConfig, ruleOf } from "./contracts/rules.ts";
import { configProblem, same, secretsOf } from "./contracts/secrets.ts";
import { shapeOf } from "./shape/read-shape.ts";
import type { CredentialForm, Shape } from "./shape/shape.ts";

export interface Enforced {
  readonly route: string;
  /** The first is what the route expects; the others are let in too, while a route moves from one platform to another. */
  readonly contracts: readonly [ContractConfig, ...ContractConfig[]];
  /** The door for people and tools, beside the scheduler's. */
  readonly manual?: ContractConfig | undefined;
}

export interface Judged {
  readonly outcome: "admitted" | "rejected";
  readonly reason: AdmitReason | RefuseReason;
  readonly detail: string | null;
  /** Which door, as far as the request alone can tell: a refused one's sender is a stranger. */
  readonly via: "scheduler" | "manual" | "stranger";
  readonly told: Told;
  readonly contractExpected: ContractKind;
  readonly presented: Shape;
}

/** Enforces; never throws: a gate that fails refuses. */
export async function judge(request: RequestParts, enforced: Enforced, deps: Deps): Promise<Judged> {
  const [expected] = enforced.contracts;
  const found = await verdictOf(request, enforced, deps);
  const shape = (deps.shapeOf ?? shapeOf)(request, {
    now: deps.now,
    expectedHeaders: headersOfAll(enforced),
  });
  const verdict =
    found.verdict.outcome === "rejected"
      ? await refine(found.verdict, { request, shape, enforced, deps })
      : found.verdict;
  const hinted = shape.hints.find(({ of }) => of !== null)?.of ?? expected.kind;
  return {
    outcome: verdict.outcome,
    reason: verdict.reason,
    detail: verdict.detail,
    via: found.via,
    told: verdict.outcome === "admitted" ? verdict.told : toldBy(request, hinted),
    contractExpected: expected.kind,
    presented: shape,
  };
}

/** What is enforced does not change, and is asked about with every request. */
const expectedBy = new WeakMap<Enforced, readonly string[]>();

function headersOfAll(enforced: Enforced): readonly string[] {
  const known = expectedBy.get(enforced);
  if (known) return known;
  const found = enforced.contracts.flatMap((config) => headersExpected(config));
  expectedBy.set(enforced, found);
  return found;
}

const headersExpected = (config: ContractConfig): readonly string[] => {
  const contract = ruleOf(config.kind);
  return configProblem(contract, config) ? [] : contract.expectedShape(config).headers;
};

function toldBy(request: RequestParts, kind: ContractKind): Told {
  try {
    return ruleOf(kind).told?.(request) ?? {};
  } catch {
    return {};
  }
}

interface Found {
  readonly verdict: Verdict;
  readonly via: Judged["via"];
}

async function verdictOf(request: RequestParts, enforced: Enforced, deps: Deps): Promise<Found> {
  // Next.js skips its middleware for whoever sends this (CVE-2025-29927): nobody outside has a reason to.
  if (request.headers["x-middleware-subrequest"] !== undefined)
    return { verdict: refused("untrusted_proxy", "x-middleware-subrequest"), via: "stranger" };
  let first: Refused | null = null;
  for (const config of enforced.contracts) {
    const verdict = await enforce(request, config, deps);
    if (verdict.outcome === "admitted") return { verdict, via: "scheduler" };
    first ??= verdict;
  }
  if (enforced.manual) {
    const verdict = await enforce(request, enforced.manual, deps);
    if (verdict.outcome === "admitted") {
      const detail = verdict.reason === "admitted_previous_key" ? verdict.detail : null;
      return { verdict: { ...verdict, reason: "admitted_manual", detail }, via: "manual" };
    }
  }
  return { verdict: first ?? refused("secret_not_configured", "empty"), via: "stranger" };
}

/** One contract over one request; what its configuration lacks comes first, and an exception is a refusal. */
export async function enforce(request: RequestParts, config: ContractConfig, deps: Deps): Promise<Verdict> {
  const contract = ruleOf(config.kind);
  const problem = configProblem(contract, config);
  if (problem) return refused(problem.reason, problem.detail);
  try {
    return await contract.verify(request, config, deps);
  } catch {
    return refused("internal_error");
  }
}

interface Refusal {
  readonly request: RequestParts;
  readonly shape: Shape;
  readonly enforced: Enforced;
  readonly deps: Deps;
}

/** What stands in the place of a credential and is none, whatever the contract. */
const NO_PROOF: ReadonlySet<CredentialForm> = new Set(["empty", "literal-undefined", "placeholder"]);

/** What a contract alone cannot see: that the proof is another's, or the secret in another place, or only hinted at. */
async function refine(found: Refused, of: Refusal): Promise<Refused> {
  const { shape } = of;
  const proof = shape.credentials.find(({ form }) => !NO_PROOF.has(form));
  const other = shape.credentials.find(({ form }) => ["jwt", "google-access-token", "supabase-key"].includes(form));
  switch (found.reason) {
    case "missing_credentials": {
      const place = await misplaced(of);
      if (place !== null) return refused("wrong_contract", place);
      // An empty one in its own place (a user name without a password, too) is no other contract's proof.
      if (proof && found.detail !== "empty") return refused("wrong_contract", proof.form);
      if (shape.credentials.length > 0) return isSpelled(shape) ?? found;
      if (shape.hints.length > 0) return refused("hint_without_proof", [...new Set(shape.hints.map(({ words }) => words))].join(", ")); // biome-ignore format: one line
      return found;
    }
    case "wrong_secret":
      // A token, or another platform's key, where the route has a secret of its own.
      return other && (found.detail === null || found.detail.startsWith("length"))
        ? refused("wrong_contract", other.form)
        : found;
    case "malformed_credentials":
      if (found.detail !== "not_a_jwt") return found;
      return isSpelled(shape) ?? (proof ? refused("wrong_contract", "bearer_secret_where_token_expected") : found);
    case "wrong_contract":
      return found.detail === "basic" || found.detail === "bearer"
        ? refused("wrong_contract", (await misplaced(of)) ?? found.detail)
        : found;
    default:
      return found;
  }
}

/** `Bearer undefined` says what happened better than that something else was expected. */
function isSpelled(shape: Shape): Refused | null {
  if (shape.credentials.some(({ form }) => form === "literal-undefined")) return refused("literal_undefined");
  return shape.credentials.some(({ form }) => form === "placeholder") ? refused("unexpanded_placeholder") : null;
}

/** Whether the right secret stands where it does not count: the query, another header, the password of Basic. */
async function misplaced({ request, shape, enforced, deps }: Refusal): Promise<string | null> {
  if (deps.explain === false) return null;
  const [expected] = enforced.contracts;
  const contract = ruleOf(expected.kind);
  // A key that signs is never sent: that another contract's secret has its value says nothing.
  if (!contract.secretTravels || configProblem(contract, expected)) return null;
  const secrets = secretsOf(contract, expected);
  const matches = async (value: string): Promise<boolean> => {
    for (const secret of secrets) if (await same(deps.crypto, value, secret.value)) return true;
    return false;
  };
  const query = request.url.indexOf("?");
  if (query >= 0) {
    for (const value of [...new URLSearchParams(request.url.slice(query + 1)).values()].slice(0, 20))
      if (await matches(value)) return "secret_in_url";
  }
  for (const { where } of shape.credentials) {
    const value = request.headers[where];
    if (value !== undefined && (await matches(value.replace(/^bearer\s+/i, "")))) return `secret_in: ${where}`;
  }
  const basic = basicOf(request);
  if ("password" in basic && ((await matches(basic.password)) || (await matches(basic.username))))
    return "secret_in: the password of Basic";
  return null;
}
