/** What a refused request carried beside what its route expects, row by row; only shapes, never a secret. */
import type { Decision } from "#components/api/shapes.ts";
import type { PresentedCredential, PresentedHint } from "#lib/boundary/presented.ts";

export interface DiffRow {
  readonly name: string;
  readonly presented: string;
  readonly expected: string;
  /** Whether this is where the two part. */
  readonly differs: boolean;
}

const inWords = (code: string): string => code.replaceAll("_", " ");

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

/** `null` where nothing is known of the request's shape. */
export function diffRows(decision: Decision): readonly DiffRow[] | null {
  const { presented, reason, detail, contractResembled = null } = decision;
  if (presented === undefined) return null;
  const { credentials = [], hints = [], headers = [], scheme } = presented;
  const contract = decision.contractExpected ?? "another proof";
  const proofs = credentials.map(proofInWords);
  const shown = proofs.length > 0 ? proofs.join("; ") : scheme ? `scheme ${scheme}` : "no proof at all";
  const rows: DiffRow[] = [
    { name: "Proof", presented: shown, expected: `as ${contract} proves itself`, differs: true },
    {
      ...{ name: "Looks like", presented: contractResembled ?? "no contract that is known", expected: contract },
      differs: contractResembled !== contract,
    },
    ...credentials.flatMap(tokenRows),
  ];
  if (hints.length > 0) {
    const said = hints.map(hintInWords).join("; ");
    rows.push({ name: "Hints", presented: said, expected: "not looked at: a hint is no proof", differs: false });
  }
  if (headers.length > 0) rows.push({ name: "Headers", presented: headers.join(", "), expected: "", differs: false });
  if (reason !== null) {
    const why = detail ? `${inWords(reason)}, ${inWords(detail)}` : inWords(reason);
    rows.push({ name: "Answer", presented: `refused: ${why}`, expected: "let in", differs: true });
  }
  return rows;
}
