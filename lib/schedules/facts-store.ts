import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant, type Seconds } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import { withAccelerations } from "./accelerated.ts";
import type { Excuse } from "./excuse.ts";
import type { Version } from "./spec.ts";
import { type StoredSpec, specOf } from "./stored-spec.ts";
import type { History } from "./windows.ts";

/** What judging needs to know of a schedule, apart from its evidence. */
export interface Facts {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly environment: string;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly route: string | null;
  readonly driver: { readonly kind: string; readonly connection?: string };
  readonly history: History;
  /** When Rollcall's own dispatcher fired it: what it did not fire in them was not fired. */
  readonly dispatched: readonly Span[];
  readonly missThreshold: number;
  readonly recoverThreshold: number;
  readonly alsoBad: readonly ("late" | "double_fire")[];
  /** Paused now and to be resumed by a check-in. */
  readonly resumesOnCheckIn: boolean;
  /** Its own pauses and windows excused by a person; maintenance is read for the project. */
  readonly excuses: readonly Excuse[];
  readonly state: ScheduleState;
}

export interface ScheduleState {
  readonly seq: number;
  readonly nextDeadline: Instant | null;
  readonly judgedThrough: Instant;
  readonly resolvedAt: Instant | null;
  readonly setAside: boolean;
  /** When the scheduler itself was last let in, and last refused, by its decisions' own moments. */
  readonly admittedAt: Instant | null;
  readonly rejectedAt: Instant | null;
  /** When it last fired, as far as it is told. */
  readonly attemptedAt: Instant | null;
}

interface FactsRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly environment: string;
  readonly tags: string[];
  readonly owner: string | null;
  readonly route: string | null;
  readonly driver: { kind: string; connection?: string };
  readonly expected_from: number;
  readonly archived: number | null;
  readonly miss_threshold: number;
  readonly recover_threshold: number;
  readonly also_bad: ("late" | "double_fire")[];
  readonly resumes: boolean;
  readonly seq: number;
  readonly deadline: number | null;
  readonly judged: number;
  readonly resolved: number | null;
  readonly set_aside: boolean;
  readonly admitted: number | null;
  readonly rejected: number | null;
  readonly attempted: number | null;
  readonly versions: {
    number: number;
    from: number;
    spec: StoredSpec;
    tz: string;
    grace: number;
    early: number | null;
    max: number | null;
    fires: boolean | null;
  }[];
  readonly accelerations:
    | {
        id: string;
        standIn: boolean;
        spec: StoredSpec;
        tz: string;
        half: number | null;
        from: number;
        to: number;
      }[]
    | null;
  readonly excuses:
    | { kind: "pause" | "person"; from: number; to: number | null; window: number | null; reason: string | null }[]
    | null;
}

const moment = (ms: number | null): Instant | null => (ms === null ? null : instant(ms));

function factsOf(row: FactsRow): Facts {
  const versions: Version[] = row.versions.map((version) => ({
    number: version.number,
    effectiveFrom: instant(version.from),
    spec: specOf(version.spec),
    timezone: version.tz,
    graceSeconds: version.grace as Seconds,
    earlySeconds: version.early as Seconds | null,
    maxRuntimeSeconds: version.max as Seconds | null,
  }));
  const accelerations = (row.accelerations ?? []).map(({ id, standIn, spec, tz, half, from, to }) => ({
    ...{ id, standIn, spec: specOf(spec), timezone: tz, halfGapSeconds: half as Seconds | null },
    ...{ appliedAt: instant(from), endsAt: instant(to) },
  }));
  const excuses = (row.excuses ?? []).flatMap((excuse): Excuse[] => {
    if (excuse.kind === "pause") {
      return [{ kind: "pause", from: instant(excuse.from), to: moment(excuse.to), reason: excuse.reason }];
    }
    return excuse.window === null ? [] : [{ kind: "person", window: instant(excuse.window), reason: excuse.reason }];
  });
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    environment: row.environment,
    tags: row.tags,
    owner: row.owner,
    route: row.route,
    driver: row.driver,
    history: withAccelerations(
      { createdAt: instant(row.expected_from), versions, archivedAt: moment(row.archived) },
      accelerations,
    ),
    dispatched: dispatchedSpans(row),
    missThreshold: row.miss_threshold,
    recoverThreshold: row.recover_threshold,
    alsoBad: row.also_bad,
    resumesOnCheckIn: row.resumes,
    excuses,
    state: {
      seq: row.seq,
      nextDeadline: moment(row.deadline),
      judgedThrough: instant(row.judged),
      resolvedAt: moment(row.resolved),
      setAside: row.set_aside,
      admittedAt: moment(row.admitted),
      rejectedAt: moment(row.rejected),
      attemptedAt: moment(row.attempted),
    },
  };
}

const END_OF_TIME = instant(8_640_000_000_000_000);

/** From each version that has a target to the next one that has none. */
function dispatchedSpans({ versions }: Pick<FactsRow, "versions">): Span[] {
  const spans: Span[] = [];
  for (const [i, version] of versions.entries()) {
    if (version.fires !== true) continue;
    const before = versions[i - 1]?.fires === true ? spans.pop() : undefined;
    const next = versions[i + 1]?.from;
    spans.push({ from: before?.from ?? instant(version.from), to: next === undefined ? END_OF_TIME : instant(next) });
  }
  return spans;
}

/**
 * The facts of several schedules, by id. Excuses that ended before a schedule's `judged_through` are left out, unless
 * older ones are asked for.
 * @param since read excuses that ended after it
 * @param lock hold the rows of `schedule_state`, in the order of their ids, to the end of the transaction
 */
export async function loadFacts(
  sql: Sql,
  scheduleIds: readonly string[],
  asked: { readonly since?: Instant; readonly lock?: boolean } = {},
): Promise<Map<string, Facts>> {
  if (scheduleIds.length === 0) return new Map();
  if (asked.lock) {
    await sql.query(
      "SELECT 1 FROM schedule_state WHERE schedule_id = ANY ($1::uuid[]) ORDER BY schedule_id FOR UPDATE",
      [scheduleIds],
    );
  }
  const rows = await sql.query<FactsRow>(
    `SELECT s.id::text AS id, s.slug, s.name, s.environment, s.tags, s.owner, s.route, s.driver,
            ${epochMs("s.expected_from")} AS expected_from, ${epochMs("s.archived_at")} AS archived,
            s.miss_threshold, s.recover_threshold, s.also_bad,
            (s.paused_at IS NOT NULL AND s.resume_on_check_in) AS resumes,
            st.seq::float8 AS seq, ${epochMs("st.next_deadline")} AS deadline, ${epochMs("st.judged_through")} AS judged,
            ${epochMs("st.resolved_at")} AS resolved, (st.set_aside_at IS NOT NULL) AS set_aside,
            ${epochMs("st.admitted_at")} AS admitted, ${epochMs("st.rejected_at")} AS rejected,
            ${epochMs("st.attempted_at")} AS attempted,
            (SELECT json_agg(json_build_object('number', v.number, 'from', ${epochMs("v.effective_from")}, 'spec', v.spec,
                      'tz', v.timezone, 'grace', v.grace_seconds, 'early', v.early_seconds, 'max', v.max_runtime_seconds,
                      'fires', v.fields->'driver'->>'kind' = 'rollcall')
                    ORDER BY v.number)
               FROM schedule_version v WHERE v.schedule_id = s.id) AS versions,
            (SELECT json_agg(json_build_object('id', a.id, 'standIn', a.stand_in, 'spec', a.temporary_spec,
                      'tz', a.timezone, 'half', a.half_gap_seconds, 'from', ${epochMs("a.applied_at")},
                      'to', ${epochMs("coalesce(a.revert_began_at, a.expires_at)")}) ORDER BY a.applied_at)
               FROM acceleration a WHERE a.schedule_id = s.id AND a.applied_at IS NOT NULL) AS accelerations,
            (SELECT json_agg(json_build_object('kind', e.kind, 'from', ${epochMs("e.from_at")}, 'to', ${epochMs("e.to_at")},
                      'window', ${epochMs("e.window_expected_at")}, 'reason', e.reason))
               FROM excuse e
              WHERE e.schedule_id = s.id
                AND (e.to_at IS NULL
                     OR e.to_at > least(st.judged_through, to_timestamp($2::float8 / 1000)) - interval '32 days')) AS excuses
       FROM schedule s JOIN schedule_state st ON st.schedule_id = s.id
      WHERE s.id = ANY ($1::uuid[])`,
    [scheduleIds, asked.since ?? null],
  );
  return new Map(rows.map((row) => [row.id, factsOf(row)]));
}

/** Which schedules a maintenance speaks of; nothing named means all. */
export interface Selector {
  readonly schedules?: readonly string[];
  readonly tags?: readonly string[];
  readonly routes?: readonly string[];
  readonly drivers?: readonly string[];
}

export interface Maintenance {
  readonly id: string;
  readonly from: Instant;
  readonly to: Instant | null;
  readonly selector: Selector;
  readonly reason: string | null;
}

/** The maintenance of the project that ends after a moment. */
export async function loadMaintenance(sql: Sql, since: Instant): Promise<Maintenance[]> {
  const rows = await sql.query<{
    id: string;
    f: number;
    t: number | null;
    selector: Selector | null;
    reason: string | null;
  }>(
    `SELECT id::text AS id, ${epochMs("from_at")} AS f, ${epochMs("to_at")} AS t, selector, reason FROM excuse
      WHERE kind = 'maintenance' AND (to_at IS NULL OR to_at > to_timestamp($1::float8 / 1000))
      ORDER BY from_at`,
    [since],
  );
  return rows.map((row) => ({
    id: row.id,
    from: instant(row.f),
    to: moment(row.t),
    selector: row.selector ?? {},
    reason: row.reason,
  }));
}

/** Whether a maintenance speaks of a schedule: by slug, tag, route or driver; one that names nothing, of all. */
export function speaksOf(selector: Selector, facts: Pick<Facts, "slug" | "tags" | "route" | "driver">): boolean {
  const { schedules = [], tags = [], routes = [], drivers = [] } = selector;
  if (schedules.length + tags.length + routes.length + drivers.length === 0) return true;
  return (
    schedules.includes(facts.slug) ||
    tags.some((tag) => facts.tags.includes(tag)) ||
    (facts.route !== null && routes.includes(facts.route)) ||
    drivers.includes(facts.driver.kind)
  );
}
