/**
 * pg_cron: jobs of somebody's PostgreSQL (https://github.com/citusdata/pg_cron; tested with 1.4.2).
 *
 * Reading directly before writing, and compare and swap, are one transaction of isolation REPEATABLE READ: where another
 * transaction has changed the job since it was compared, PostgreSQL itself refuses `cron.alter_job` (SQLSTATE 40001).
 * That needs no right to write to `cron.job`, as locking its row would.
 */
import type pg from "pg";
import type { Spec } from "#lib/schedules/spec.ts";
import type { Instant } from "#lib/time/instant.ts";
import { changed, no, reasonOf, withSlugs, yes, zoneOf } from "./answer.ts";
import type { Answer, Driver, Held, World } from "./driver.ts";
import { expressionFor, isAlikeIn } from "./expression-for.ts";
import { RUNS } from "./fields.ts";
import { type Job, readHistory } from "./pg-cron-history.ts";
import { DriverRefusal, POSTGRES_FIELDS, type PostgresConfig, withPostgres } from "./postgres.ts";

const FIELDS = { ...POSTGRES_FIELDS, runs: RUNS } as const;
type Config = PostgresConfig & { readonly runs: "history" | "check-in" };

const JOB = `SELECT jobid::text AS id, jobname::text AS name, schedule, command, database, username, active,
  nodename, current_user::text AS me, coalesce((SELECT setting FROM pg_settings WHERE name = 'cron.timezone'), 'GMT') AS zone FROM cron.job`;

const UNDEFINED = new Set(["3F000", "42P01"]);

/** With what is asked of the extension, and a sentence where it is not there. */
async function asked<T>(
  config: Config,
  work: (client: pg.ClientBase) => Promise<T>,
  { kept }: Partial<World> = {},
): Promise<Answer<T>> {
  const working = async (client: pg.ClientBase): Promise<T> => {
    try {
      return await work(client);
    } catch (thrown) {
      const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
      if (!UNDEFINED.has(code)) throw thrown;
      const sentence = `The database “${config.database}” has no pg_cron: give the one that cron.database_name names.`;
      throw new DriverRefusal({ kind: "refused", sentence });
    }
  };
  return withPostgres(config, working, { kept });
}

async function jobOf(client: pg.ClientBase, ref: string): Promise<Job | null> {
  const { rows } = await client.query<Job>(
    `${JOB} WHERE jobname = $1::text OR (jobid::text = $1::text AND NOT EXISTS (SELECT FROM cron.job WHERE jobname = $1::text))
     ORDER BY jobid LIMIT 2`,
    [ref],
  );
  if (rows.length > 1) {
    const sentence = `Several jobs of pg_cron are called “${ref}”, of several roles: name one by its jobid.`;
    throw new DriverRefusal({ kind: "refused", sentence });
  }
  return rows[0] ?? null;
}

const missing = (ref: string): DriverRefusal =>
  new DriverRefusal({
    kind: "not_found",
    sentence: `pg_cron has no job “${ref}”, or none that this role may see (it sees its own).`,
  });

async function needJob(client: pg.ClientBase, ref: string): Promise<Job> {
  const job = await jobOf(client, ref);
  if (!job) throw missing(ref);
  return job;
}

/** PostgreSQL takes zones that IANA does not name, such as `<+02>-2`. */
function zoneWhere({ zone }: Job): string {
  const named = zoneOf(zone);
  if (named !== null) return named;
  const sentence = `cron.timezone is “${zone}” there, which is no time zone that Rollcall knows.`;
  throw new DriverRefusal({ kind: "refused", sentence });
}

const heldOf = (job: Job): Held => ({
  spec: { kind: "cron", expression: job.schedule, dialect: "pg-cron" },
  timezone: zoneWhere(job),
  native: job.schedule,
  enabled: job.active,
});

/** What is to be written: what was held, word for word, or what its dialect says for the spec. */
function wanted(
  put: Pick<Held, "spec" | "timezone"> | Held,
  job: Job,
  now: Instant,
): Answer<{ schedule: string; active: boolean }> {
  if ("native" in put) return yes({ schedule: put.native, active: put.enabled });
  const there = zoneWhere(job);
  if (!inSeconds(put.spec) && !isAlikeIn(put.spec, [put.timezone, there], now)) {
    return no("refused", `pg_cron reads all its jobs in ${there}, and this spec is meant in ${put.timezone}.`);
  }
  const expression = expressionFor(put.spec, "pg-cron");
  return expression.ok ? yes({ schedule: expression.value, active: job.active }) : expression;
}

/** Of no zone. */
const inSeconds = (spec: Spec): boolean => spec.kind === "cron" && /^\d+\s+seconds?$/i.test(spec.expression.trim());

const SERIALIZATION = "40001";

async function set(
  client: pg.ClientBase,
  asking: {
    readonly ref: string;
    readonly put: Pick<Held, "spec" | "timezone"> | Held;
    readonly instead: Held;
    readonly now: Instant;
  },
): Promise<void> {
  const { ref, put, instead } = asking;
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  const job = await needJob(client, ref);
  const holds = heldOf(job);
  if (holds.native !== instead.native || holds.enabled !== instead.enabled)
    throw new DriverRefusal(changed(holds).problem);
  const to = wanted(put, job, asking.now);
  if (!to.ok) throw new DriverRefusal(to.problem);
  const { schedule, active } = to.value;
  await client.query("SELECT cron.alter_job($1::bigint, schedule := $2::text, active := $3::boolean)", [
    ...[job.id, schedule, active],
  ]);
  await client.query("COMMIT");
}

const isTakenBack = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && thrown.code === SERIALIZATION;

/** Longest that a command fired by hand may take, in ms. */
const FIRED_AT_MOST = 15 * 60_000;

export const pgCron: Driver<Config> = {
  kind: "pg-cron",
  label: "pg_cron",
  fields: FIELDS,
  refWords: "the name of the job, or its jobid where it has no name",
  cannot: [
    "A schedule is compared and swapped, a run is not: one that pg_cron began before a change goes on, and one that it decided on in that second still starts.",
    "pg_cron has one time zone for all its jobs (cron.timezone, GMT unless set): a spec that is meant in another is refused.",
    "pg_cron 1.4 knows no seconds: below a minute nothing can be set there.",
    "Its history names no window, so runs are placed by their start.",
    "With cron.log_run off it keeps no history, and where its role may not read that setting Rollcall cannot know: then nothing counts as not fired.",
    "Firing by hand runs the job's command over Rollcall's own connection: only for jobs of the very role that it signs in as, and pg_cron's history does not show it.",
  ],

  discover: (config) =>
    asked(config, async (client) => {
      const { rows } = await client.query<Job>(`${JOB} ORDER BY jobid LIMIT 1000`);
      const named = new Map<string, number>();
      for (const { name } of rows) if (name !== null) named.set(name, (named.get(name) ?? 0) + 1);
      return withSlugs(
        rows.map((job) => ({
          ref: job.name !== null && named.get(job.name) === 1 ? job.name : job.id,
          name: job.name ?? `pg_cron job ${job.id}`,
          held: heldOf(job),
          notes: [
            ...(job.active ? [] : ["It is not active there: nothing is fired until it is."]),
            ...(job.username === job.me ? [] : [`It is ${job.username}'s: Rollcall's role cannot fire it by hand.`]),
          ],
        })),
      );
    }),

  read: (config, ref) => asked(config, async (client) => heldOf(await needJob(client, ref))),

  async apply(config, asking, { clock }) {
    const done = await asked(config, async (client): Promise<Answer<Held>> => {
      try {
        await set(client, { ...asking, now: clock.now() });
      } catch (thrown) {
        await client.query("ROLLBACK");
        if (!isTakenBack(thrown)) throw thrown;
        return changed(heldOf(await needJob(client, asking.ref)));
      }
      return yes(heldOf(await needJob(client, asking.ref)));
    });
    return done.ok ? done.value : done;
  },

  attempts(config, { ref, cursor }, world) {
    const work = async (client: pg.ClientBase) => {
      const job = await jobOf(client, ref);
      const reading = await readHistory(client, { job, cursor, now: world.clock.now() });
      if (!reading) throw missing(ref);
      return reading;
    };
    return asked(config, work, world);
  },

  async fire(config, { ref, window, id }, { clock }) {
    const found = await asked(config, (client) => needJob(client, ref));
    if (!found.ok) return found;
    const job = found.value;
    if (job.username !== job.me)
      return no(
        "cannot",
        `The job is ${job.username}'s, and Rollcall signs in as ${job.me}: it may not run its command.`,
      );
    const startedAt = clock.now();
    const ran = await withPostgres(
      { ...config, database: job.database },
      async (client) => {
        try {
          await client.query(job.command);
          return null;
        } catch (thrown) {
          // The command was begun: that it failed is its own affair.
          return reasonOf(thrown);
        }
      },
      { statement: FIRED_AT_MOST },
    );
    if (!ran.ok) return ran;
    const failed = ran.value;
    const finishedAt = clock.now();
    const outcome = failed === null ? ("success" as const) : ("fail" as const);
    return yes({ namesWindow: true, ran: { id, startedAt, finishedAt, outcome, window, log: failed } });
  },
};
