/** What a decision tells a person: which contract the request resembles, and a sentence. From its shape alone, so also later. */
import type { AnyConfig } from "./contracts/contract.ts";
import type { ContractKind } from "./contracts/kinds.ts";
import { contractOf } from "./contracts/register.ts";
import { configProblem } from "./contracts/secrets.ts";
import type { Judged } from "./judge.ts";
import { classify } from "./shape/classify.ts";
import { diagnose } from "./shape/diagnose.ts";

export interface Description {
  /** Which contract it would satisfy in form. */
  readonly contractResembled: ContractKind | null;
  /** What went wrong, or wants attention, in a sentence; `null` where all is well. */
  readonly diagnosis: string | null;
}

/** Forms that any platform may use: what satisfies the route's contract in one of them resembles no other's. */
const GENERAL: ReadonlySet<ContractKind> = new Set(["bearer", "basic", "api-key", "hmac", "timestamped-hmac"]);

type Told = Pick<Judged, "outcome" | "reason" | "detail" | "presented">;

/** `expected` is the route's configuration; its secrets are not looked at but for whether they are fit. */
export function describe(judged: Told, expected: AnyConfig): Description {
  const contract = contractOf(expected.kind);
  return describeAs(judged, {
    kind: expected.kind,
    get expects() {
      // A broken configuration has no words of its own.
      const isBroken = configProblem(contract, expected)?.reason === "secret_not_configured";
      return isBroken ? "a proof" : contract.expects(expected);
    },
  });
}

/** The same for who knows the contract without its secrets; `expects` stands after "this route expects". */
export function describeAs(
  { outcome, reason, detail, presented }: Told,
  by: { readonly kind: ContractKind; readonly expects: string },
): Description {
  const looks = classify(presented);
  const contractResembled =
    outcome === "admitted"
      ? (looks.find((look) => !GENERAL.has(look.kind))?.kind ?? by.kind)
      : (looks[0]?.kind ?? null);
  if (reason === "admitted" || reason === "admitted_manual") return { contractResembled, diagnosis: null };
  return {
    contractResembled,
    diagnosis: diagnose({
      ...{ reason, detail, shape: presented, expects: by.expects },
      advice: contractResembled === null ? undefined : contractOf(contractResembled).withoutProof,
    }),
  };
}
