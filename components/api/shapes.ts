/** What the JSON API answers, as far as screens read it. The pages' first data are checked against these by the compiler. */

import type { DriverShown } from "#components/forms/driver-values.ts";
import type { MarkName } from "#components/marks/look.ts";
import type { State } from "#lib/accelerations/saga.ts";
import type { Role, Scope } from "#lib/access/actor.ts";
import type { Cause, Status, Verdict } from "#lib/verdicts/verdict.ts";
import type { Decision } from "./decision.ts";
import type { MakingGood } from "./making-good.ts";

export interface List<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Run {
  readonly id: string;
  readonly rid: string | null;
  readonly schedule: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly outcome: "running" | "success" | "fail";
  readonly exitStatus: number | null;
  readonly durationSeconds: number | null;
  readonly windowExpectedAt: string | null;
  readonly windowNamed: "matched" | "not_matched" | null;
  readonly unscheduled: boolean;
  readonly doubleFire: boolean;
  readonly manual: boolean;
  readonly logBytes: number;
  readonly source: string;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
}

export interface Attempt {
  readonly id: string;
  readonly at: string;
  readonly status: number | null;
  readonly outcome: "answered" | "refused" | "no_answer" | "answer_unknown";
}

export interface Window {
  readonly expectedAt: string;
  readonly opensAt: string;
  readonly dueBy: string;
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly reason?: string;
  readonly diagnosis?: string;
  readonly runs: readonly Run[];
  readonly attempts: readonly Attempt[];
  readonly decisions: readonly Decision[];
  readonly version: number;
  readonly incidentId?: string;
  readonly doubleFire: boolean;
  /** When an unfinished or over-long run of it passed its maximum run time. */
  readonly limitAt?: string;
  /** The acceleration whose temporary spec expected it. */
  readonly acceleration?: string;
}

/** An acceleration as the timeline has it: up to when its revert began, or will by itself. */
export interface LaneBand extends Span {
  readonly id: string;
  readonly state: State;
  readonly confirmedAt: string | null;
  readonly revertedAt: string | null;
}

export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface Excused {
  readonly from: string;
  /** `null`: no end is set. */
  readonly to: string | null;
  readonly reason: string | null;
}

export interface Bucket {
  readonly at: string;
  readonly counts: Readonly<Partial<Record<Verdict, number>>>;
  readonly worst: Verdict;
  /** Of the missing ones, so many were refused at the boundary. */
  readonly rejected?: number;
}

/** A lane of the light list. */
export interface LaneListed {
  readonly slug: string;
  readonly name: string;
  readonly cadence: string;
  /** `rejected`: a missing run that was refused at the boundary. */
  readonly status: Status | "rejected";
  readonly nextExpectedAt: string | null;
  readonly environment: string;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly route: string | null;
  readonly driver: string;
  readonly openIncidentId: string | null;
}

export interface Lane extends Omit<LaneListed, "openIncidentId"> {
  readonly accelerations?: readonly LaneBand[];
  readonly maintenance: readonly Excused[];
  readonly pauses: readonly Excused[];
  readonly versions: readonly { readonly version: number; readonly at: string }[];
  readonly windows?: readonly Window[];
  /** Runs that nobody expected. */
  readonly unscheduled?: readonly Pick<Run, "id" | "startedAt" | "finishedAt" | "outcome">[];
  readonly buckets?: readonly Bucket[];
}

/** Bad windows by bucket over all lanes; buckets without any are left out. */
export interface Density {
  readonly from: string;
  readonly to: string;
  readonly bucketSeconds: number;
  readonly buckets: readonly { readonly at: string; readonly bad: number; readonly worst: MarkName }[];
  /** How many windows of the span have which mark; what is still to come is not counted. */
  readonly totals: Readonly<Partial<Record<MarkName, number>>>;
}

/** Bad windows in the order of the screen. */
export interface BadListed {
  readonly items: readonly {
    readonly slug: string;
    readonly expectedAt: string;
    readonly mark: MarkName;
    readonly incidentId: string | null;
  }[];
  /** There are more than were asked for. */
  readonly more: boolean;
}

export interface ChangeMark {
  readonly id: string;
  readonly at: string;
  readonly title: string;
  readonly url?: string | null;
  readonly schedules?: readonly string[] | null;
}

/** What was done before an incident began, as the audit log has it. */
export interface DoneBefore {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Timeline {
  readonly from: string;
  readonly to: string;
  readonly bucketSeconds: number | null;
  readonly blind: readonly Span[];
  readonly changes: readonly ChangeMark[];
  readonly lanes: readonly Lane[];
  readonly nextCursor: string | null;
}

export type WireSpec =
  | { readonly kind: "cron"; readonly expression: string; readonly dialect: string }
  | { readonly kind: "interval"; readonly everySeconds: number; readonly anchor: string }
  | { readonly kind: "rolling"; readonly everySeconds: number }
  | { readonly kind: "at"; readonly at: string };

/** What a person writes of a schedule, and what each of its versions keeps. */
export interface ScheduleFields {
  readonly name: string;
  readonly spec: WireSpec;
  readonly timezone: string;
  readonly graceSeconds: number;
  readonly earlySeconds: number | null;
  readonly maxRuntimeSeconds: number | null;
  readonly missThreshold: number;
  readonly recoverThreshold: number;
  readonly alsoBad: readonly ("late" | "double_fire")[];
  readonly environment: string;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly driver: DriverShown;
  readonly route: string | null;
  readonly path: string | null;
  readonly description: string | null;
}

export interface Schedule extends ScheduleFields {
  readonly slug: string;
  readonly uuid: string;
  readonly pingUrl: string;
  readonly version: number;
  readonly createdAt: string;
  readonly cadence: string;
  readonly draft: boolean;
  readonly status: Status;
  readonly nextExpectedAt: string | null;
  readonly lastRun: Run | null;
  readonly paused: {
    readonly at: string;
    readonly until: string | null;
    readonly by: string | null;
    readonly resumeOnCheckIn: boolean;
  } | null;
  readonly archivedAt: string | null;
  readonly openIncidentId: string | null;
  /** The one that is under way. */
  readonly acceleration?: string | null;
  /** Of one that is read by itself: why nobody here can run it now; `null`: Rollcall can. */
  readonly cannotFire?: string | null;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly proposedGraceSeconds?: number;
  readonly proposedSpec?: { readonly kind: "interval" | "rolling"; readonly everySeconds: number };
  readonly proposedTimezone?: string;
}

export interface ScheduleVersion extends ScheduleFields {
  readonly version: number;
  readonly effectiveFrom: string;
  readonly reason: string | null;
  readonly actor: string;
}

export interface Compared {
  readonly expectedAt: string;
  /** `null`: not expected under these fields. */
  readonly present: Verdict | null;
  readonly given: Verdict | null;
}

type Counts = Readonly<Partial<Record<Verdict, number>>>;

export interface Backtest {
  readonly from: string;
  readonly to: string;
  readonly present: Counts;
  readonly given: Counts;
  readonly windows: readonly Compared[];
  readonly differences: number;
  readonly newest: readonly Compared[];
  readonly latenessSeconds: readonly number[];
}

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface DayOfStatistics {
  readonly at: string;
  readonly runs: number;
  readonly durationSeconds: Quantiles | null;
  readonly latenessSeconds: Quantiles | null;
}

export interface Statistics {
  readonly from: string;
  readonly to: string;
  readonly latenessFrom: string;
  readonly counts: Readonly<Record<"24h" | "7d" | "30d" | "90d", Counts>>;
  readonly days: readonly DayOfStatistics[];
}

export interface CheckIn {
  readonly id: string;
  readonly at: string;
  readonly receivedAt: string;
  readonly kind: "start" | "success" | "fail" | "log" | "close";
  readonly run: string | null;
  readonly rid: string | null;
  readonly exitStatus: number | null;
  readonly namedWindow: string | null;
  readonly bodyBytes: number;
  readonly method: string;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
}

export interface Preview {
  readonly expectedAt: readonly string[];
  readonly sentence: string;
  readonly warnings: readonly Warning[];
}

export interface Rung {
  readonly rung: "attempt" | "decision" | "run" | "outcome";
  readonly reached: boolean;
  readonly at?: string;
  readonly sentence: string;
}

export interface Why {
  readonly at: string;
  readonly expected: boolean;
  readonly because: readonly string[];
  readonly window?: Window;
  readonly rungs: readonly Rung[];
}

export interface IncidentEvent {
  readonly at: string;
  readonly kind: string;
  readonly by: string | null;
  readonly text: string | null;
}

export type IncidentState = "open" | "acknowledged" | "resolved";

export interface Incident {
  readonly id: string;
  readonly number: number;
  readonly kind: "windows" | "boundary_drift" | "revert_failing";
  readonly schedule?: string;
  readonly route?: string;
  /** Whose original could not be put back. */
  readonly acceleration?: string;
  readonly state: IncidentState;
  readonly sentence: string;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly diagnosis: string | null;
  readonly since: string;
  readonly openedAt: string;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly snoozedUntil: string | null;
  readonly expectedFixAt: string | null;
  readonly assignee: { readonly id: string; readonly name: string } | null;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
  readonly outageId: string | null;
}

/** A window as an incident lists it; of one that is no longer expected only what was kept. */
export type ListedWindow = Omit<Window, "opensAt" | "dueBy" | "version"> &
  Partial<Pick<Window, "opensAt" | "dueBy" | "version">>;

export interface IncidentInFull extends Incident {
  readonly windows: readonly ListedWindow[];
  readonly events: readonly IncidentEvent[];
  /** The plan that is being worked off, or that stopped with windows left that are still bad. */
  readonly makingGood: MakingGood | null;
}

export interface Outage {
  readonly id: string;
  readonly reason: string;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly incidents: readonly Incident[];
  readonly sentence: string;
}

export interface Discarded {
  readonly id: string;
  readonly reason: string;
  readonly path: string;
  readonly sender: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly slug: string | null;
  readonly remedy: string;
  readonly repairedTo: string | null;
}

export interface Key {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly prefix: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly lastUsedAt: string | null;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly disabledAt: string | null;
  readonly lastSeenAt: string | null;
  readonly invited: boolean;
  readonly version: number;
}
