/** The cases of a verification matrix by family, in the order in which a person reads them (api.md, Verification). Pure. */
import type { Verification, VerificationCase } from "#components/api/boundary.ts";

const FAMILIES = [
  ["no_credentials", "No credentials"],
  ["hints_only", "Scheduler hints alone"],
  ["wrong_secret", "Wrong secret"],
  ["tampered", "Tampered with"],
  ["expired", "Proof of another time"],
  ["replayed", "Replayed"],
  ["wrong_audience", "Meant for somebody else"],
  ["redirect", "Behind a redirect"],
  ["method_mismatch", "Another method"],
  ["valid_manual", "Valid manual proof"],
  ["valid_scheduler", "Valid scheduler proof"],
] as const;

export type LampState = "passed" | "failed" | "not_run";

export interface Lamp {
  readonly family: string;
  readonly label: string;
  readonly state: LampState;
  readonly cases: readonly VerificationCase[];
}

const stateOf = (cases: readonly VerificationCase[]): LampState =>
  cases.some(({ passed }) => passed === false)
    ? "failed"
    : cases.some(({ passed }) => passed === true)
      ? "passed"
      : "not_run";

/** One a family; those of a case that is not known come last. */
export function lampsOf(verification: Pick<Verification, "cases"> | null): readonly Lamp[] {
  const cases = verification?.cases ?? [];
  const known: ReadonlySet<string> = new Set(FAMILIES.map(([family]) => family));
  const others = [...new Set(cases.map((one) => one.case))].filter((family) => !known.has(family));
  const families: readonly (readonly [string, string])[] = [
    ...FAMILIES,
    ...others.map((family) => [family, family.replaceAll("_", " ")] as const),
  ];
  return families.map(([family, label]) => {
    const its = cases.filter((one) => one.case === family);
    return { family, label, state: stateOf(its), cases: its };
  });
}

/** "9 of 10", of what could be made and applies. */
export function scoreOf({ cases }: Pick<Verification, "cases">): { readonly passed: number; readonly of: number } {
  const judged = cases.filter(({ passed }) => passed !== null);
  return { passed: judged.filter(({ passed }) => passed).length, of: judged.length };
}

/** "13 ways", "3 ways, 1 does not apply": of cases of one family, none of which failed. */
export function variantsOf(cases: readonly VerificationCase[]): string {
  const tried = cases.filter(({ passed }) => passed !== null).length;
  const left = cases.length - tried;
  const made = cases.some(({ reason }) => reason === "cannot_be_made");
  const not = made ? "cannot be made" : left === 1 ? "does not apply" : "do not apply";
  const ways = `${tried} ${tried === 1 ? "way" : "ways"}`;
  return left === 0 ? ways : tried === 0 ? `${left} ways, which ${not}` : `${ways}, ${left} ${not}`;
}

export const WORD_OF_LAMP: Readonly<Record<LampState, string>> = {
  passed: "as it should be",
  failed: "not as it should be",
  not_run: "not run",
};
