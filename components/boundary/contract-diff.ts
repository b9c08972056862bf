/** What a request carried beside what its route expects, row by row; only shapes, never a secret. Pure. */
import type { Route } from "#components/api/boundary.ts";
import type { Decision } from "#components/api/decision.ts";
import type { PresentedCredential, PresentedHint } from "#lib/boundary/presented.ts";
import { expectsOf, labelOf, marksOf, proofOf } from "./contract-words.ts";

export interface DiffRow {
  readonly name: string;
  readonly presented: string;
  readonly expected: string;
  /** Whether this is where the two part. */
  readonly differs: boolean;
}

const inWords = (code: string): string => code.replaceAll(/[_-]/g, " ");

/** `bearer secret in authorization, 39 characters`. */
function proofInWords({ form, where, length, algorithm, ageSeconds }: PresentedCredential): string {
  const age = ageSeconds === undefined ? "" : `, ${ageSeconds} s old`;
  return `${inWords(form)} in ${where}, ${length} characters${algorithm ? `, ${algorithm}` : ""}${age}`;
}

/** What a token says of itself: facts, one a row. */
function tokenRows({ token }: PresentedCredential): DiffRow[] {
  if (!token) return [];
  const { issuer, audience, keyId, expiresAt } = token;
  const facts = { issuer, audience, "key id": keyId, expires: expiresAt };
  return Object.entries(facts).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [{ name, presented: value, expected: "", differs: false }],
  );
}

const hintInWords = ({ words, platform }: PresentedHint): string => words || platform;

/** How long the secret is that came, beside how long the one is that was set: a length gives nothing away. */
function secretRow(credentials: readonly PresentedCredential[], route: Route | null): DiffRow[] {
  const mark = route ? marksOf(route.contract).find(({ name }) => !name.startsWith("next")) : undefined;
  const [only] = credentials.length === 1 ? credentials : [];
  if (!mark || !only) return [];
  const expected = mark.set ? `set, ${mark.length ?? "?"} characters` : "not set: everything is refused";
  return [{ name: "Secret", presented: `${only.length} characters`, expected, differs: !mark.set }];
}

/**
 * `null` where nothing is known of the request's shape.
 * @param route as it is now; `null` where it is not known, or gone
 */
export function diffRows(decision: Decision, route: Route | null = null): readonly DiffRow[] | null {
  const { presented, reason, detail, contractResembled = null, outcome } = decision;
  if (presented === undefined) return null;
  const { credentials = [], hints = [], headers = [], scheme } = presented;
  const kind = decision.contractExpected ?? route?.contract.kind ?? null;
  const contract = kind === null ? "another proof" : labelOf(kind);
  // Of the contract that the route had then only its kind is kept.
  const same = route !== null && route.contract.kind === kind;
  const refused = outcome === "rejected";
  const proofs = credentials.map(proofInWords);
  const shown = proofs.length > 0 ? proofs.join("; ") : scheme ? `scheme ${scheme}` : "no proof at all";
  const resembled = contractResembled === null ? null : labelOf(contractResembled);
  const rows: DiffRow[] = [
    {
      ...{ name: "Proof", presented: shown, differs: refused },
      expected: same ? `${expectsOf(route.contract)} (${proofOf(route.contract)})` : `as ${contract} proves itself`,
    },
    {
      ...{ name: "Looks like", presented: resembled ?? (refused ? "no contract that is known" : contract) },
      ...{ expected: contract, differs: refused && resembled !== contract },
    },
    ...credentials.flatMap(tokenRows),
    ...(refused && reason !== "wrong_contract" && same ? secretRow(credentials, route) : []),
  ];
  if (hints.length > 0) {
    const said = hints.map(hintInWords).join("; ");
    rows.push({ name: "Hints", presented: said, expected: "not looked at: a hint is no proof", differs: false });
  }
  if (headers.length > 0) rows.push({ name: "Headers", presented: headers.join(", "), expected: "", differs: false });
  if (refused && reason !== null) {
    const why = detail ? `${inWords(reason)}, ${inWords(detail)}` : inWords(reason);
    rows.push({ name: "Answer", presented: `refused: ${why}`, expected: "let in", differs: true });
  }
  return rows;
}
