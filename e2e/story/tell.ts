/**
 * Lets the month of `jobs.ts` happen in a database: what came is recorded, and what is due judged, at its own moment, by
 * the engine's own steps. Only the clock is not the machine's.
 */
import type pg from "pg";
import { v7 } from "uuid";
import type { Role } from "#lib/access/actor.ts";
import { PROJECT } from "#lib/access/context.ts";
import { hashPassword } from "#lib/access/password.ts";
import { insertPerson } from "#lib/access/store/people.ts";
import { newId } from "#lib/db/new-id.ts";
import { makePartitions } from "#lib/db/partitions.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { setMaintenance } from "#lib/engine/maintenance.ts";
import { pauseSchedule } from "#lib/engine/pause-schedule.ts";
import { putSchedule } from "#lib/engine/put-schedule.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { rollUp } from "#lib/engine/roll-up.ts";
import { addDiscarded, type DiscardedRow } from "#lib/evidence/discarded-store.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { acknowledgeIncident, noteIncident } from "#lib/incidents/service.ts";
import type { Result } from "#lib/problem.ts";
import { markChange } from "#lib/schedules/changes.ts";
import { loadFacts } from "#lib/schedules/facts-store.ts";
import { firstWindows } from "#lib/schedules/first-windows.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { nextDeadline } from "#lib/schedules/state-store.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { addBlindSpan } from "#lib/verdicts/blind-store.ts";
import { ADMIN } from "../rollcall.ts";
import { ACCELERATED, accelerationDoings, saidMeanwhile } from "./acceleration.ts";
import { callsOf, ROUTE, routeDoings } from "./boundary.ts";
import { ADA, ADMIN_ID } from "./cast.ts";
import type { StoryClock, StoryEvent } from "./clock.ts";
import { DAY, DEPLOY, DOWN, HOUR, JOBS, type Job, MINUTE, type Said, STORY_NOW, sequence } from "./jobs.ts";

const ROSA = {
  id: "019b0000-0000-7000-8000-000000000002",
  name: "Rosa Sanz",
  email: "rosa@example.com",
  role: "responder",
} as const;
const PEOPLE: readonly { readonly id: string; readonly name: string; readonly email: string; readonly role: Role }[] = [
  { id: ADMIN_ID, name: "Ada Admin", email: "ada@example.com", role: "admin" },
  ROSA,
  { id: "019b0000-0000-7000-8000-000000000003", name: "Otto Ops", email: "otto@example.com", role: "operator" },
  { id: "019b0000-0000-7000-8000-000000000004", name: "Vera Views", email: "vera@example.com", role: "viewer" },
];

function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.problem.message} ${JSON.stringify(result.problem.errors ?? "")}`);
}

/** Windows follow from one another where it is rolling: the next start is counted from the last. */
function rollingStarts(everySeconds: number, since: number): number[] {
  const starts: number[] = [];
  const random = sequence(45);
  for (let at = since + 10 * MINUTE; at < STORY_NOW; at += everySeconds * 1_000 - (2 + 16 * random()) * MINUTE)
    starts.push(at);
  return starts;
}

const isDown = (at: number): boolean => at >= DOWN.from && at < DOWN.to;

async function expectedTimes(pool: pg.Pool, job: Job, id: string): Promise<number[]> {
  const since = STORY_NOW - job.daysOld * DAY;
  const { spec } = scheduleInput.parse({ name: job.slug, ...job.fields });
  if (spec.kind === "rolling") return rollingStarts(spec.everySeconds, since);
  const facts = (await loadFacts(sqlOf(pool), [id])).get(id);
  if (!facts) throw new Error(`${job.slug} is not there`);
  return firstWindows(facts.history, span(instant(since), instant(STORY_NOW)), 100_000).map((one) => one.expectedAt);
}

/** What came of it. While Rollcall was down no start came through; clients tried again with the ends of their runs. */
async function saidBy(pool: pg.Pool, job: Job, id: string): Promise<Said[]> {
  const random = sequence(job.slug.length * 7_919 + job.daysOld);
  return (await expectedTimes(pool, job, id))
    .flatMap((at) => job.course(at, random))
    .filter(({ at, kind }) => at <= STORY_NOW && (!isDown(at) || kind !== "start"));
}

function checkIn(scheduleId: string, said: Said): Incoming {
  const at = instant(said.at);
  const receivedAt = isDown(said.at) ? instant(DOWN.to + 5_000) : at;
  const body = said.body === undefined ? null : Buffer.from(said.body);
  return {
    ...{ id: v7({ msecs: at }), scheduleId, at, receivedAt, kind: said.kind, rid: null, window: null },
    ...{ exitStatus: said.exitStatus ?? null, body, bodyBytes: body?.length ?? 0, method: "POST" },
    ...{ remoteAddress: "10.20.0.17", userAgent: "curl/8.9.1" },
  };
}

async function judgeAll(pool: pg.Pool, now: Instant): Promise<void> {
  while ((await judgeDue(pool, { now, atMost: 100 })).judged > 0);
}

/** What people did, and what happened to Rollcall itself. */
function doings(pool: pg.Pool, clock: StoryClock): StoryEvent[] {
  const ctx = () => ({ actor: ADA, now: clock.now() });
  const change = (at: number, title: string, url: string | null): StoryEvent => ({
    at,
    happen: async () => void must(await markChange(ctx(), { input: { title, url, schedules: null } })),
  });
  return [
    change(STORY_NOW - 3 * DAY, "deploy 77d01e4", "https://git.example.com/shop/commit/77d01e4"),
    change(DEPLOY, "deploy a41f9c2", "https://git.example.com/shop/commit/a41f9c2"),
    {
      at: STORY_NOW - 95 * MINUTE,
      happen: async () => {
        const input = { until: instant(STORY_NOW + 23 * MINUTE), resumeOnCheckIn: false };
        must(await pauseSchedule(ctx(), { slug: "warehouse-vacuum", input, ifMatch: null }));
      },
    },
    {
      at: STORY_NOW - 26 * HOUR,
      happen: async () => {
        const to = instant(STORY_NOW - 25 * HOUR);
        const input = { from: clock.now(), to, tags: ["ops"], reason: "New disks for warehouse-01" };
        must(await setMaintenance(ctx(), { input }));
      },
    },
    {
      at: DOWN.to,
      happen: async () => {
        const blind = span(instant(DOWN.from), instant(DOWN.to));
        await addBlindSpan(sqlOf(pool), { id: newId(clock.now()), span: blind, reason: "Rollcall was not running" });
      },
    },
    {
      at: STORY_NOW - 40 * MINUTE,
      happen: async () => {
        const [open] = await sqlOf(pool).query<{ id: string }>(
          "SELECT i.id FROM incident i JOIN schedule s ON s.id = i.schedule_id WHERE s.slug = 'ledger-sync' AND i.state = 'open'",
        );
        if (!open) throw new Error("the incident of ledger-sync is not open");
        const acting = { ...ADA, ...ROSA };
        const asked = { id: open.id, ifMatch: null };
        const acknowledged = { note: "Looking at the missing table", expectedFixAt: null, outage: false };
        must(await acknowledgeIncident({ actor: acting, now: clock.now() }, { ...asked, input: acknowledged }));
        const text = "fx_rate_eur was dropped by yesterday's migration; restoring it from the backup.";
        must(await noteIncident({ actor: acting, now: clock.now() }, { ...asked, input: { text } }));
      },
    },
    {
      at: STORY_NOW - 30 * MINUTE,
      happen: async () => {
        const row: DiscardedRow = {
          ...{
            id: newId(clock.now()),
            reason: "unknown_slug" as const,
            slug: "nightly-elt",
            count: 6,
            scheduleId: null,
          },
          ...{ sender: "10.20.0.31", userAgent: "python-requests/2.32", detail: null },
          ...{ path: "/ping/Jou…/nightly-elt", firstAt: instant(STORY_NOW - 6 * DAY), lastAt: clock.now() },
        };
        await addDiscarded(sqlOf(pool), { projectId: PROJECT, rows: [row] });
      },
    },
  ];
}

/** Brings an empty, migrated database to where the story stands at `STORY_NOW`; leaves the clock there. */
export async function tellStory(pool: pg.Pool, clock: StoryClock): Promise<void> {
  const sql = sqlOf(pool);
  const begin = STORY_NOW - 31 * DAY;
  clock.at = instant(begin);
  await inSqlTransaction(pool, (tx) => makePartitions(tx, instant(begin), instant(STORY_NOW + 40 * DAY)));
  const passwordHash = must(await hashPassword(ADMIN.password));
  for (const person of PEOPLE) await insertPerson(sql, { ...person, passwordHash, createdAt: clock.now() });
  let deadline: number = begin;
  const onStored = (_: readonly string[], earlier: Instant | null) => {
    if (earlier !== null) deadline = Math.min(deadline, earlier);
  };
  const recorder = makeRecorder({ pool, clock, onStored });
  const events = [...doings(pool, clock), ...routeDoings(pool, clock), ...accelerationDoings(pool)];
  for (const job of [...JOBS].sort((a, b) => b.daysOld - a.daysOld)) {
    clock.at = instant(STORY_NOW - job.daysOld * DAY - MINUTE);
    const guarded = job.calledAt === undefined ? {} : { route: ROUTE, path: job.calledAt };
    const input = scheduleInput.parse({ name: job.slug, ...job.fields, ...guarded });
    must(await putSchedule({ actor: ADA, now: clock.now() }, { slug: job.slug, input, ifMatch: null }));
    const id = (await scheduleBySlug(sql, job.slug))?.id ?? "";
    events.push(...callsOf(pool, clock, job, await expectedTimes(pool, job, id)));
    const meanwhile = job.slug === ACCELERATED ? saidMeanwhile() : [];
    for (const said of [...(await saidBy(pool, job, id)), ...meanwhile]) {
      events.push({
        at: isDown(said.at) ? DOWN.to + 5_000 : said.at,
        happen: async () => {
          await recorder.record([checkIn(id, said)]);
        },
      });
    }
  }
  events.sort((a, b) => a.at - b.at);
  // It counts from now on, and at the end all at once.
  await rollUp(pool, instant(begin));
  for (const { at, happen } of events) {
    clock.at = instant(at);
    if (at > deadline && !isDown(at)) {
      await judgeAll(pool, clock.now());
      deadline = (await nextDeadline(sql)) ?? STORY_NOW;
    }
    await happen();
  }
  clock.at = instant(STORY_NOW);
  await judgeAll(pool, clock.now());
  await rollUp(pool, clock.now());
}
