/**
 * The demo: a few schedules, called every minute by a scheduler of their own at a small target behind a real gate, and a
 * switch that hardens the gate against the wrong contract. All in this process; what it makes is marked as its own.
 *
 * Starting: 1. Who may, and whether the names are free. 2. The target listens. 3. The key for its gate's reports, the
 * route, the key of the gate: anew at each start, since none of them can be read again. 4. The schedules. 5. The
 * scheduler. Each step finds what an earlier start has left, so that a crash after any of them is mended by the next.
 * The switch is the contract in the stored route: there is no other state. Once it is turned, the matrix is run: it tells
 * at once what the windows tell in their time, and is green before the last of them is.
 */
import { type Actor, actorName, mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { createKey, listKeys, revokeKey } from "#lib/access/keys.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute, removeRoute, rotateGateKey, viewRoute } from "#lib/boundary/service.ts";
import { archiveSchedule } from "#lib/engine/archive-schedule.ts";
import { putSchedule } from "#lib/engine/put-schedule.ts";
import { verifyRoute } from "#lib/engine/verify-route.ts";
import { resolveIncident } from "#lib/incidents/service.ts";
import { LARGEST_LIMIT } from "#lib/input/page.ts";
import { conflict, notFound, ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { markChange } from "#lib/schedules/changes.ts";
import { changeInput } from "#lib/schedules/maintenance-schema.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import type { Clock } from "#lib/time/clock.ts";
import type { Sleep } from "#lib/time/sleep.ts";
import { DEMO_ROUTE, isOfDemo, viewDemo } from "#lib/views/demo.ts";
import { viewIncidents } from "#lib/views/incidents.ts";
import { viewSchedule } from "#lib/views/schedules.ts";
import { callAsVercel, runScheduler } from "./scheduler.ts";
import { changeOf, DEMO_TAG, JOBS, type Job, routeOf, scheduleOf, secretsOf } from "./story.ts";
import { openTarget, type Target } from "./target.ts";
import { work } from "./work.ts";

export interface DemoState {
  /** Whether it is there: its route and schedules are stored. */
  readonly made: boolean;
  /** Whether this process calls its schedules. */
  readonly running: boolean;
  /** The gate expects another contract than its scheduler presents. */
  readonly wrong: boolean;
  readonly route: string | null;
  /** All of them, by slug; the last crosses no gate. */
  readonly schedules: readonly string[];
  readonly everySeconds: number;
}

export interface DemoOptions {
  /** Rollcall's own address, as it is reached from this machine. */
  readonly rollcall: string;
  /** ROLLCALL_SECRET. */
  readonly secret: string;
  readonly everySeconds: number;
  /** `false` where several processes may serve: the switch would reach one of them. */
  readonly alone: boolean;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: (line: string) => void;
}

export interface Demo {
  state(ctx: Context): Promise<Result<DemoState>>;
  /** Makes it, or goes on with what an earlier start has made. */
  start(ctx: Context): Promise<Result<DemoState>>;
  turn(ctx: Context, asked: { readonly wrong: boolean }): Promise<Result<DemoState>>;
  /** Stops it, archives its schedules and deletes its route and its key. */
  remove(ctx: Context): Promise<Result<null>>;
  /** Stops it; what it made stays. */
  close(): Promise<void>;
}

interface Running {
  wrong: boolean;
  stop(): Promise<void>;
}

const KEY_NAME = "The demo's gate";

const taken = (what: string): Problem =>
  conflict("demo_name_taken", {
    message: `There is ${what} already, and it is not the demo's.`,
    doNext: "Rename or remove it, then start the demo.",
  });
const notAlone = (): Problem =>
  conflict("demo_needs_one_process", {
    message: "The demo runs only where one process does everything.",
    doNext: "Start Rollcall without ROLLCALL_ROLE to see it.",
  });

/** The demo may more than whoever turns its switch; what it does is written down under both names. */
const asDemo = ({ actor, now }: Context): Context => {
  const by: Actor = { kind: "system", name: actor.kind === "system" ? actor.name : `Demo, for ${actorName(actor)}` };
  return { actor: by, now };
};

/** Answers why the names are not free for the demo, if so. */
async function nameTaken(ctx: Context): Promise<Problem | null> {
  const route = await viewRoute(ctx, { name: DEMO_ROUTE });
  if (route.ok && !isOfDemo(route.value)) return taken(`a route “${DEMO_ROUTE}”`);
  for (const { slug } of JOBS) {
    const found = await viewSchedule(ctx, { slug });
    if (found.ok && !found.value.tags.includes(DEMO_TAG)) return taken(`a schedule “${slug}”`);
  }
  return null;
}

async function revokeKeys(ctx: Context): Promise<Result<null>> {
  const keys = await listKeys(ctx, { limit: LARGEST_LIMIT, cursor: null });
  if (!keys.ok) return keys;
  const old = keys.value.items.find(({ name }) => name === KEY_NAME);
  return old ? revokeKey(ctx, { id: old.id }) : ok(null);
}

async function reportKey(ctx: Context): Promise<Result<string>> {
  const revoked = await revokeKeys(ctx);
  if (!revoked.ok) return revoked;
  const made = await createKey(ctx, { name: KEY_NAME, scope: "report" });
  return made.ok ? ok(made.value.text) : made;
}

async function storeRoute(ctx: Context, body: ReturnType<typeof routeOf>): Promise<Result<string | null>> {
  const input = readInput(routeInput, body);
  if (!input.ok) return input;
  const put = await putRoute(ctx, { name: DEMO_ROUTE, input: input.value, ifMatch: null });
  return put.ok ? ok(put.value.gateKey) : put;
}

/** By slug, the id under which a job checks in. */
async function storeSchedules(ctx: Context, everySeconds: number): Promise<Result<ReadonlyMap<string, string>>> {
  const uuids = new Map<string, string>();
  for (const job of JOBS) {
    const input = readInput(scheduleInput, scheduleOf(job, everySeconds));
    if (!input.ok) return input;
    const put = await putSchedule(ctx, { slug: job.slug, input: input.value, ifMatch: null });
    if (!put.ok) return put;
    const read = await viewSchedule(ctx, { slug: job.slug });
    if (!read.ok) return read;
    uuids.set(job.slug, read.value.uuid);
  }
  return ok(uuids);
}

/** A matrix that turned red has nothing left to turn green on. */
async function resolveDrift(ctx: Context): Promise<Result<null>> {
  const query = { state: "unresolved", kind: "boundary_drift" } as const;
  const open = await viewIncidents(ctx, { query, page: { limit: LARGEST_LIMIT, cursor: null } });
  if (!open.ok) return open;
  for (const { id, route } of open.value.items) {
    if (route !== DEMO_ROUTE) continue;
    const input = { note: "The demo was removed.", outage: false };
    const resolved = await resolveIncident(ctx, { id, ifMatch: null, input });
    if (!resolved.ok && resolved.problem.code !== "resolved") return resolved;
  }
  return ok(null);
}

export function openDemo(options: DemoOptions): Demo {
  const { rollcall, everySeconds, alone, clock, sleep, log } = options;
  const secrets = secretsOf(options.secret);
  let running: Running | null = null;
  /** Behind the answer to whoever turned the switch. */
  let verifying: Promise<unknown> = Promise.resolve();
  const verify = (ctx: Context): void => {
    verifying = verifying
      .then(() => verifyRoute(ctx, { name: DEMO_ROUTE }))
      .catch((thrown: unknown) => log(`The demo's matrix could not be run: ${String(thrown)}`));
  };
  // One after the other: two clicks are not two demos.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn.catch(() => {});
    return turn;
  };

  const state = async (ctx: Context): Promise<Result<DemoState>> => {
    const stored = await viewDemo(ctx);
    if (!stored.ok) return stored;
    const made = stored.value !== null;
    return ok({
      ...{ made, running: running !== null, wrong: stored.value?.wrong ?? false, everySeconds },
      ...{ route: made ? DEMO_ROUTE : null, schedules: made ? JOBS.map(({ slug }) => slug) : [] },
    });
  };

  const run = async (ctx: Context, target: Target, wrong: boolean): Promise<Result<null>> => {
    const key = await reportKey(ctx);
    if (!key.ok) return key;
    const made = await storeRoute(ctx, routeOf({ origin: target.origin, secrets, wrong }));
    if (!made.ok) return made;
    const rotated = made.value === null ? await rotateGateKey(ctx, { name: DEMO_ROUTE, ifMatch: null }) : null;
    if (rotated && !rotated.ok) return rotated;
    const gateKey = rotated?.value.gateKey ?? made.value ?? "";
    const uuids = await storeSchedules(ctx, everySeconds);
    if (!uuids.ok) return uuids;
    const stopping = new AbortController();
    const { signal } = stopping;
    const job = (one: Job, ticket: string | null) =>
      work(one, ticket, { ...{ rollcall, everySeconds, sleep, signal, log }, uuids: uuids.value });
    const started: Running = {
      wrong,
      async stop() {
        stopping.abort();
        await Promise.all([ended, verifying]);
        await target.close();
      },
    };
    target.arm({
      ...{ jobs: JOBS, secrets, gateKey, clock, log, work: job, wrong: () => started.wrong },
      report: { url: rollcall, key: key.value },
    });
    const ended = runScheduler({
      ...{ jobs: JOBS, everySeconds, clock, sleep, signal },
      fire: async (one) => {
        const fired = one.path === null ? job(one, null) : callAsVercel(`${target.origin}${one.path}`, secrets.caller);
        await fired.catch((thrown: unknown) => log(`The demo's scheduler got no answer: ${String(thrown)}`));
      },
    });
    running = started;
    return ok(null);
  };

  return {
    state,
    start: (asked) =>
      inTurn(async () => {
        const denied = mayNot(asked.actor, "administer");
        if (denied) return refuse(denied);
        if (!alone) return refuse(notAlone());
        if (running) return state(asked);
        const ctx = asDemo(asked);
        const inTheWay = await nameTaken(ctx);
        if (inTheWay) return refuse(inTheWay);
        const stored = await viewDemo(ctx);
        if (!stored.ok) return stored;
        const target = await openTarget(Number(new URL(stored.value?.probeUrl ?? "http://127.0.0.1:0").port));
        const done = await run(ctx, target, stored.value?.wrong ?? false).finally(() => running ?? target.close());
        return done.ok ? state(asked) : done;
      }),
    turn: (asked, { wrong }) =>
      inTurn(async () => {
        const denied = mayNot(asked.actor, "operate");
        if (denied) return refuse(denied);
        const ctx = asDemo(asked);
        const stored = await viewDemo(ctx);
        if (!stored.ok) return stored;
        if (!stored.value || !running) {
          const message = "The demo is not running.";
          return refuse(conflict("demo_not_running", { message, doNext: "Start it, then turn the switch." }));
        }
        if (stored.value.wrong === wrong) return state(asked);
        const { origin } = new URL(stored.value.probeUrl);
        const put = await storeRoute(ctx, routeOf({ origin, secrets, wrong }));
        if (!put.ok) return put;
        running.wrong = wrong;
        const change = readInput(changeInput, { title: changeOf(wrong), schedules: stored.value.schedules });
        const marked = change.ok ? await markChange(ctx, { input: change.value }) : change;
        verify(ctx);
        return marked.ok ? state(asked) : marked;
      }),
    remove: (asked) =>
      inTurn(async () => {
        const denied = mayNot(asked.actor, "administer");
        if (denied) return refuse(denied);
        const ctx = asDemo(asked);
        const stored = await viewDemo(ctx);
        if (!stored.ok) return stored;
        if (!stored.value && !running) return refuse(notFound({ message: "There is no demo." }));
        await running?.stop();
        running = null;
        for (const { slug } of JOBS) {
          const found = await viewSchedule(ctx, { slug });
          if (!found.ok || !found.value.tags.includes(DEMO_TAG)) continue;
          const archived = await archiveSchedule(ctx, { slug, ifMatch: null });
          if (!archived.ok) return archived;
        }
        const resolved = await resolveDrift(ctx);
        if (!resolved.ok) return resolved;
        const removed = stored.value ? await removeRoute(ctx, { name: DEMO_ROUTE, ifMatch: null }) : ok(null);
        return removed.ok ? revokeKeys(ctx) : removed;
      }),
    close: () =>
      inTurn(async () => {
        await running?.stop();
        running = null;
      }),
  };
}
