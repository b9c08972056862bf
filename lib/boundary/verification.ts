/** What a run of the matrix found (api.md, Verification). Pure. */
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";

export const CASES = [
  "no_credentials",
  "hints_only",
  "wrong_secret",
  "tampered",
  "expired",
  "replayed",
  "wrong_audience",
  "redirect",
  "method_mismatch",
  "valid_manual",
  "valid_scheduler",
] as const;
export type CaseName = (typeof CASES)[number];

export const GOT = ["refused", "accepted", "redirected", "failed", "no_answer", "not_asked"] as const;
export type Got = (typeof GOT)[number];

export interface CaseResult {
  readonly case: CaseName;
  readonly variant: string;
  readonly expected: "refused" | "accepted";
  readonly got: Got;
  readonly status: number | null;
  /** A code of contracts.md, section 4, after a colon its sub-reason; `not_applicable`, `cannot_be_made`. */
  readonly reason: string;
  /** What it means and what to do, for people. */
  readonly sentence: string;
  readonly passed: boolean | null;
  readonly durationMs: number;
}

export interface Verification {
  readonly id: string;
  readonly route: string;
  readonly at: Instant;
  /** `null`: it is under way. */
  readonly finishedAt: Instant | null;
  readonly green: boolean;
  readonly representative: boolean;
  readonly cases: readonly CaseResult[];
  /** Whose doing it was. */
  readonly by: string;
}

export const verificationShape = (one: Verification) => ({
  id: one.id,
  route: one.route,
  at: toRfc3339(one.at),
  finishedAt: one.finishedAt === null ? null : toRfc3339(one.finishedAt),
  green: one.green,
  representative: one.representative,
  cases: one.cases,
  by: one.by,
});
export type VerificationShape = ReturnType<typeof verificationShape>;

export interface Known {
  /** Whether a scheduler's decision was admitted within the last 24 h. */
  readonly admittedLately: boolean;
  readonly representative: boolean;
}

/**
 * Green: every case passed or is not applicable; one that only the platform can make counts while the platform itself was
 * let in lately; and what was tried is what arrives (domain.md, Boundary).
 */
export const isGreen = (cases: readonly CaseResult[], known: Known): boolean =>
  known.representative &&
  cases.length > 0 &&
  cases.every(
    ({ passed, reason }) =>
      passed ?? (reason === "not_applicable" || (reason === "cannot_be_made" && known.admittedLately)),
  );

/** What the contract of a caller is told apart by: two whose requests look alike are one. */
const LOOKS_LIKE: Readonly<Record<string, string>> = { "vercel-cron": "bearer" };
const look = (kind: string): string => LOOKS_LIKE[kind] ?? kind;

/**
 * Whether what is tried is what arrives: the newest of the scheduler's requests that resemble a contract resembles the
 * caller's.
 * @param resembled newest first
 */
export function isRepresentative(caller: string, resembled: readonly string[]): boolean {
  const [newest] = resembled;
  return newest === undefined || look(newest) === look(caller);
}

/** What is wrong, in one sentence for an incident: the gravest case first. */
const GRAVITY: readonly CaseName[] = ["no_credentials", "hints_only", "wrong_secret", "tampered", "expired", "replayed", "wrong_audience", "valid_scheduler", "redirect", "method_mismatch", "valid_manual"]; // biome-ignore format: one list

export function gravest(cases: readonly CaseResult[]): CaseResult | null {
  const failed = cases.filter(({ passed }) => passed === false);
  const open = failed.filter(({ reason }) => reason.startsWith("fail_open"));
  const among = open.length > 0 ? open : failed;
  return [...among].sort((a, b) => GRAVITY.indexOf(a.case) - GRAVITY.indexOf(b.case))[0] ?? null;
}

const CASE_WORDS: Readonly<Record<CaseName, string>> = {
  no_credentials: "a call without credentials",
  hints_only: "a call with hints alone",
  wrong_secret: "a call with a wrong secret",
  tampered: "a call that was tampered with",
  expired: "a call with an old proof",
  replayed: "a proof presented again",
  wrong_audience: "a proof made for another place",
  redirect: "the way to the route",
  method_mismatch: "the method",
  valid_manual: "a valid call by hand",
  valid_scheduler: "a valid call as the scheduler makes it",
};

/** "cron-api: 3 of 31 checks of its boundary fail. A call with hints alone: app.example.com answered 200: …" */
export function driftSentence(route: string, cases: readonly CaseResult[], representative: boolean): string {
  // Of those that could be asked: what does not apply to a contract is no check of it.
  const asked = cases.filter(({ passed }) => passed !== null).length;
  const failed = cases.filter(({ passed }) => passed === false).length;
  const worst = gravest(cases);
  if (worst === null) {
    const because = representative
      ? "only the platform can prove itself, and it was not let in within the last 24 h"
      : "what arrives resembles another contract than the caller's";
    return `${route}: its boundary cannot be shown to work: ${because}.`;
  }
  const words = CASE_WORDS[worst.case];
  const count = failed === 1 ? "1 check of its boundary fails" : `${failed} of ${asked} checks of its boundary fail`;
  return `${route}: ${count}. ${words.charAt(0).toUpperCase()}${words.slice(1)} (${worst.variant}): ${worst.sentence}`;
}

const xml = (text: string): string =>
  text
    // What XML 1.0 has no way to say.
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, "")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** As JUnit XML, for what a CI shows: one test case a row, a skipped one where `passed` is null. */
export function junitOf(one: Verification): string {
  const { green } = one;
  const failures = one.cases.filter(({ passed }) => passed === false).length;
  const skipped = one.cases.filter(({ passed }) => passed === null).length;
  const seconds = (ms: number): string => (ms / 1_000).toFixed(3);
  const total = one.cases.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const rows = one.cases.map((row) => {
    const open = `    <testcase classname="${xml(one.route)}.${row.case}" name="${xml(`${row.case}: ${row.variant}`)}" time="${seconds(row.durationMs)}"`; // biome-ignore format: one line
    if (row.passed === true) return `${open}/>`;
    const told = `${xml(row.reason)}`;
    return row.passed === null
      ? `${open}><skipped message="${told}"/></testcase>`
      : `${open}><failure type="${told}" message="${xml(row.sentence)}">expected ${row.expected}, got ${row.got}${row.status === null ? "" : ` (${row.status})`}</failure></testcase>`; // biome-ignore format: one line
  });
  // Not green without a failed case: said as one, or a CI that counts failures would call it well.
  const whole = !green && failures === 0;
  if (whole) rows.push(`    <testcase classname="${xml(one.route)}" name="green"><failure type="${one.representative ? "cannot_be_made" : "not_representative"}" message="${xml(driftSentence(one.route, one.cases, one.representative))}"/></testcase>`); // biome-ignore format: one line
  const count = `tests="${one.cases.length + (whole ? 1 : 0)}" failures="${failures + (whole ? 1 : 0)}" errors="0" skipped="${skipped}" time="${seconds(total)}"`; // biome-ignore format: one line
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Rollcall boundary" ${count}>`,
    `  <testsuite name="${xml(one.route)}" timestamp="${toRfc3339(one.at)}" ${count}>`,
    `    <properties><property name="representative" value="${one.representative}"/><property name="green" value="${green}"/></properties>`,
    ...rows,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
