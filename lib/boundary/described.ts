/**
 * Which contract a decision resembles, and what it says to a person, where the gate that reports it says neither: the
 * library leaves that to Rollcall, so that an edge carries no words (domain.md, Boundary). From its shape alone. Pure.
 */
import type { AnyConfig } from "#gate/contracts/contract.ts";
import { CONTRACT_KINDS, type ContractKind } from "#gate/contracts/kinds.ts";
import { ADMIT_REASONS, REFUSE_REASONS } from "#gate/contracts/reasons.ts";
import { contractOf } from "#gate/contracts/register.ts";
import { describeAs } from "#gate/describe.ts";
import { CREDENTIAL_FORMS, type Shape } from "#gate/shape/shape.ts";
import type { ReportedDecision } from "./decision.ts";
import type { Presented, PresentedCredential } from "./presented.ts";
import { reasonInWords } from "./reason-words.ts";
import type { StoredContract } from "./route.ts";

type Gatelike = Pick<
  ReportedDecision,
  "outcome" | "reason" | "detail" | "presented" | "contractExpected" | "contractResembled" | "diagnosis"
>;
export type Described = Pick<ReportedDecision, "contractResembled" | "diagnosis">;

/** The member of a list that a reporter's word is; `undefined`: it is none of ours. */
const memberOf = <T extends string>(list: readonly T[], word: string | null): T | undefined =>
  list.find((one) => one === word);

const REASONS = [...ADMIT_REASONS, ...REFUSE_REASONS];

function credentialOf(given: PresentedCredential): readonly Shape["credentials"][number][] {
  const form = memberOf(CREDENTIAL_FORMS, given.form);
  if (form === undefined) return [];
  const { where, length, token, ageSeconds, algorithm } = given;
  const empty = { algorithm: null, keyId: null, issuer: null, audience: null, issuedAt: null, expiresAt: null };
  const role = memberOf(["anon", "service_role"] as const, token?.role ?? null) ?? null;
  return [
    {
      ...{ form, where, length },
      ...(token === undefined ? {} : { token: { ...empty, ...token, role } }),
      ...(ageSeconds === undefined ? {} : { ageSeconds }),
      ...(algorithm === undefined ? {} : { algorithm }),
    },
  ];
}

/** What was kept of a request, as the gate's classifier reads it. */
const shapeFrom = ({ method, headers, scheme, lengths, credentials, hints, bodyLength }: Presented): Shape => ({
  method: method ?? "other",
  headers: headers ?? [],
  scheme: scheme ?? null,
  lengths: lengths ?? {},
  credentials: (credentials ?? []).flatMap(credentialOf),
  hints: (hints ?? []).map(({ of, platform, words }) => ({
    of: memberOf(CONTRACT_KINDS, of) ?? null,
    platform,
    words,
  })),
  bodyLength: bodyLength ?? null,
});

/** What the gate that decided expects, in words: by the options of the route where these are of its contract. */
function expectedBy(kind: ContractKind, stored: StoredContract | null): string {
  const contract = contractOf(kind);
  if (stored === null || stored.kind !== kind) return contract.carries;
  // Words are made of options; of secrets, which stay in their box, none holds anything.
  const config: AnyConfig = { kind, ...stored.options };
  return contract.expects(config);
}

/**
 * What is to be kept beside a decision: what its reporter said, and where it said nothing, our own words.
 * @param stored the contract of its route as Rollcall knows it; the gate may enforce another
 */
export function described(decision: Gatelike, stored: StoredContract | null): Described {
  const { outcome, detail, presented, contractResembled, diagnosis } = decision;
  const reason = memberOf(REASONS, decision.reason);
  const kind = memberOf(CONTRACT_KINDS, decision.contractExpected) ?? stored?.kind;
  // A drain, or a gate that is not ours: there is no more than its reason.
  if (reason === undefined || kind === undefined)
    return {
      contractResembled,
      diagnosis: diagnosis ?? (outcome === "admitted" ? null : reasonInWords(decision.reason)),
    };
  // Most of all decisions: let in, and told by our own gate.
  const well = reason === "admitted" || reason === "admitted_manual";
  if (contractResembled !== null && (well || diagnosis !== null)) return { contractResembled, diagnosis };
  const own = describeAs({ outcome, reason, detail, presented: shapeFrom(presented) }, { kind, expects: expectedBy(kind, stored) }); // biome-ignore format: one line
  return { contractResembled: contractResembled ?? own.contractResembled, diagnosis: diagnosis ?? own.diagnosis };
}
