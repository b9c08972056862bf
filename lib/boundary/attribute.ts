/**
 * Whose a decision is, and which schedule's (domain.md, Boundary). Pure: what was open, and what had run by then, is
 * handed in.
 */
import { type History, previousWindow, versionAt, windowOwning } from "#lib/schedules/windows.ts";
import { type Instant, plus, toMillis } from "#lib/time/instant.ts";
import type { ReportedDecision, Via } from "./decision.ts";
import type { Presented } from "./presented.ts";

/** A window that is open at the decision's moment: within [`opensAt`, `dueBy`]. */
export interface OpenWindow {
  readonly expectedAt: Instant;
  /** A run of it had started before the decision. */
  readonly ran: boolean;
}

export interface Candidate {
  readonly id: string;
  readonly slug: string;
  readonly path: string | null;
  /** Its cron expression, where it has one. */
  readonly expression: string | null;
}

/** The schedules of one route, laid out so that thousands of decisions find theirs among thousands. */
export interface Candidates {
  readonly all: readonly Candidate[];
  readonly bySlug: ReadonlyMap<string, Candidate>;
  readonly byPath: ReadonlyMap<string, readonly Candidate[]>;
  /** Those that name no path. */
  readonly pathless: readonly Candidate[];
}

/** Paths are one where they differ by a slash at their end. */
function plainPath(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

export function candidates<T extends Candidate>(all: readonly T[]): Candidates {
  const byPath = new Map<string, Candidate[]>();
  const pathless: Candidate[] = [];
  for (const one of all) {
    if (one.path === null) {
      pathless.push(one);
      continue;
    }
    const path = plainPath(one.path);
    const list = byPath.get(path);
    if (list) list.push(one);
    else byPath.set(path, [one]);
  }
  return { all, bySlug: new Map(all.map((one) => [one.slug, one])), byPath, pathless };
}

/** The windows of a candidate that are open at the decision's moment; asked only where it matters. */
export type Open = (candidate: Candidate) => readonly OpenWindow[];

export interface Attributed {
  readonly via: Via;
  /** Ids; none where it is of no schedule that is known. */
  readonly schedules: readonly string[];
  /** It may be of any of several. */
  readonly ambiguous: boolean;
}

export type Asked = Pick<
  ReportedDecision,
  "outcome" | "reason" | "via" | "at" | "path" | "schedule" | "expression" | "presented" | "contractResembled"
>;

/** Refusals that say nothing of what was presented: all others answer to a proof, or to a hint. */
const SAYS_NOTHING = new Set([
  "missing_credentials",
  "secret_not_configured",
  "route_unknown",
  "route_disabled",
  "method_not_expected",
  "wrong_environment",
  "ip_not_allowed",
  "rate_limited",
  "untrusted_proxy",
  "forwarded_mismatch",
  "internal_error",
]);
const PROBES = new Set(["verification_probe", "probe_unsigned"]);

/** Headers that only schedulers and their like send; a reporter may know no more than names. */
const TELLING =
  /^(?:authorization|x-vercel-cron(?:-schedule)?|x-cloudscheduler(?:-\w+)?|x-appengine-cron|upstash-[\w-]+|x-inngest-[\w-]+|(?:webhook|svix)-(?:id|timestamp|signature)|x-trigger-signature-\w+|x-nf-event|x-api-key|apikey|[\w-]*-signature(?:-256)?)$/;

/** Whether it presents a proof or hint of some known contract. */
function presentsSomething({ presented, contractResembled, reason, via }: Asked): boolean {
  if (via === "scheduler" || contractResembled !== null || !SAYS_NOTHING.has(reason)) return true;
  const { credentials = [], hints = [], headers = [], scheme } = presented satisfies Presented;
  return (
    credentials.some((one) => one.form !== "empty") ||
    hints.length > 0 ||
    (scheme ?? null) !== null ||
    headers.some((name) => TELLING.test(name))
  );
}

const plain = (expression: string): string => expression.trim().replace(/\s+/g, " ").toUpperCase();

/**
 * Those among which the nearest has to be chosen: the schedule that it names, else those whose path it has, else those
 * whose expression the platform's header quotes, else all. Where a step fits several, the next one chooses among these.
 * A single one needs no choosing.
 */
export function narrowed(asked: Asked, among: Candidates): readonly Candidate[] {
  const named = asked.schedule === null ? undefined : among.bySlug.get(asked.schedule);
  if (named) return [named];
  const { path, expression } = asked;
  // One that has another path is not meant.
  const left = path === null ? among.all : (among.byPath.get(plainPath(path)) ?? among.pathless);
  if (left.length <= 1 || expression === null) return left;
  const quoted = left.filter((one) => one.expression !== null && plain(one.expression) === plain(expression));
  return quoted.length > 0 ? quoted : left;
}

/** The one expected nearest among those with a window open and no run; a tie is all of them. */
function nearest(at: Instant, among: readonly Candidate[], open: Open): readonly Candidate[] {
  let least = Number.POSITIVE_INFINITY;
  let found: Candidate[] = [];
  for (const one of among) {
    for (const { expectedAt, ran } of open(one)) {
      const distance = Math.abs(at - expectedAt);
      if (ran || distance > least) continue;
      if (distance < least) found = [];
      least = distance;
      if (!found.includes(one)) found.push(one);
    }
  }
  return found;
}

/**
 * It belongs to the schedule that it names, else to the one whose path it has, else to the one whose expression the
 * platform's header quotes, else to the one expected nearest among those with a window open and no run; a tie belongs
 * to all of them (domain.md, Boundary).
 */
function belongsTo(asked: Asked, among: Candidates, open: Open): readonly Candidate[] {
  const left = narrowed(asked, among);
  return left.length <= 1 ? left : nearest(asked.at, left, open);
}

export interface By {
  /** The path of the route's address, where it has one. */
  readonly routePath: string | null;
  readonly open: Open;
}

/**
 * Whose it is: the scheduler's when it satisfies the contract, or presents a proof or hint of some known contract on the
 * route's path within [`opensAt`, `dueBy`] of one of its schedules; a person's when the manual contract is satisfied;
 * else a stranger's. Rollcall's own probes say so.
 */
function viaOf(asked: Asked, among: Candidates, by: By): Via {
  // No scheduler sends our probes' header; a gate that has no key to verify it with tells its name all the same.
  const marked = asked.presented.headers?.includes("rollcall-probe") ?? false;
  if (asked.via === "probe" || PROBES.has(asked.reason) || marked) return "probe";
  if (asked.outcome === "admitted") {
    return asked.via === "manual" || asked.reason === "admitted_manual" ? "manual" : "scheduler";
  }
  // A gate that refuses calls the sender a stranger: by the request alone it cannot know better.
  if (!presentsSomething(asked)) return "stranger";
  const { path } = asked;
  if (path !== null && (by.routePath !== null || among.byPath.size > 0)) {
    const onRoute = by.routePath !== null && plainPath(by.routePath) === plainPath(path);
    if (!onRoute && !among.byPath.has(plainPath(path))) return "stranger";
  }
  return among.all.some((one) => by.open(one).length > 0) ? "scheduler" : "stranger";
}

export function attribute(asked: Asked, among: Candidates, by: By): Attributed {
  const found = belongsTo(asked, among, by.open);
  return { via: viaOf(asked, among, by), schedules: found.map((one) => one.id), ambiguous: found.length > 1 };
}

/** Windows that may be open at one moment: a long grace reaches past the next ones. */
const OPEN_AT_MOST = 12;

export interface WindowSpan {
  readonly expectedAt: Instant;
  readonly opensAt: Instant;
  readonly dueBy: Instant;
  /** It owns the time up to here. */
  readonly ownsTo: number;
}

/**
 * The windows that are open at a moment, the newest first.
 * @param lastStart of a rolling schedule: the last start before the moment, which opened its window
 */
export function openAt(history: History, at: Instant, lastStart: Instant | null): WindowSpan[] {
  if (history.archivedAt != null && at >= history.archivedAt) return [];
  const version = versionAt(history, at);
  if (version?.spec.kind === "rolling") {
    const opensAt = lastStart ?? history.createdAt;
    const expectedAt = plus(opensAt, toMillis(version.spec.everySeconds));
    const dueBy = plus(expectedAt, toMillis(version.graceSeconds));
    return opensAt <= at && at <= dueBy ? [{ expectedAt, opensAt, dueBy, ownsTo: Number.POSITIVE_INFINITY }] : [];
  }
  const open: WindowSpan[] = [];
  let ownsTo = Number.POSITIVE_INFINITY;
  for (let window = windowOwning(history, at); window && open.length < OPEN_AT_MOST; ) {
    if (window.dueBy < at) break;
    const { expectedAt, opensAt, dueBy } = window;
    open.push({ expectedAt, opensAt, dueBy, ownsTo });
    ownsTo = opensAt;
    window = previousWindow(history, expectedAt);
  }
  return open;
}
