/**
 * Any table of run records, in PostgreSQL or MySQL: what ought to have run is compared with the runs that were really
 * made, and no job is changed for it. Read-only. Its rows are runs; of attempts such a table knows nothing.
 */
import { z } from "zod";
import { type Instant, instant } from "#lib/time/instant.ts";
import { zoneNamed } from "#lib/time/zone.ts";
import { no } from "./answer.ts";
import type { Driver, RanThere, Reading } from "./driver.ts";
import { address, type ConfigOf, choice, optionalText, secret, text, textOr, whole } from "./fields.ts";
import { DriverRefusal } from "./postgres.ts";
import { type Ask, MYSQL, POSTGRES, type Row, readMysql, readPostgres } from "./sql-engines.ts";
import { boundOf, momentOf, outcomeOf, type TimeForm, wordsOf } from "./sql-times.ts";

const FIELDS = {
  engine: address(choice(["postgresql", "mysql"], "postgresql", "which kind of database it is; MariaDB is mysql")),
  host: address(text("the host where the database listens, or its socket (of PostgreSQL the folder of it)")),
  port: address(whole({ min: 0, max: 65_535, fallback: 0 }, "its port; 0 is the usual one of its kind")),
  database: text("the database"),
  user: textOr("rollcall", "the role to sign in as; it needs to read this one table"),
  password: secret("the password of that role"),
  tls: address(
    choice(
      ["verify", "unverified", "off"],
      "verify",
      "whether the connection is encrypted: with a certificate that is checked, with any, or not at all",
    ),
  ),
  table: text("the table or view, with its schema where that is not the usual one"),
  idColumn: textOr("id", "the column that tells one run from all others"),
  startedColumn: textOr("started_at", "the column of when a run began; it should have an index"),
  finishedColumn: optionalText("the column of when it ended; empty while it runs"),
  statusColumn: optionalText("the column of how it ended; without one a run that has ended is a success"),
  successValues: textOr("success,succeeded,ok,completed,done,true,t,1", "the statuses that mean success, by commas"),
  runningValues: textOr("running,started,pending,queued,in_progress", "the statuses of a run under way, by commas"),
  jobColumn: optionalText("the column that names the job, where the table has runs of several"),
  windowColumn: optionalText("the column of the scheduled time that a run answers"),
  logColumn: optionalText("the column with its log or error"),
  times: choice(
    ["timestamp", "epoch seconds", "epoch milliseconds"],
    "timestamp",
    "how its columns hold times; timestamps without an offset are read in the zone below",
  ),
  zone: textOr("UTC", "the time zone of timestamps without an offset"),
  lateSeconds: whole(
    { min: 0, max: 86_400, fallback: 600 },
    "how late a row may appear, by its time of beginning, in seconds",
  ),
} as const;
type Config = ConfigOf<typeof FIELDS>;

const cursorShape = z.object({
  /** Rows that began before it are known, but for late ones. */
  from: z.number(),
  /** Runs that were told of, by id: whether they had ended. */
  told: z.record(z.string(), z.boolean()),
});

const AT_MOST = 1_000;
const FIRST = 3_600_000;
const LONGEST_LOG = 100_000;

const CLAIMS_NOTHING = "It sees runs and no attempts: its history covers nothing, and a window without a run is silent, not not fired."; // biome-ignore format: one sentence

/** How this column holds moments, by its declared type. */
function formOf(config: Config, type: string): TimeForm {
  if (config.times === "epoch seconds") return { kind: "count", perSecond: 1 };
  if (config.times === "epoch milliseconds") return { kind: "count", perSecond: 1_000 };
  if (config.engine === "postgresql" && type === "timestamp with time zone") return { kind: "moment" };
  // MySQL writes it in the zone of the session, which is UTC here.
  if (config.engine === "mysql" && type === "timestamp") return { kind: "wall", zone: "UTC" };
  return { kind: "wall", zone: zoneNamed(config.zone) ?? "UTC" };
}

const TEXT = ["id", "finished", "status", "named", "log"] as const;

async function runsSince(
  ask: Ask,
  config: Config,
  asked: { readonly ref: string; readonly from: Instant; readonly open: readonly string[] },
): Promise<{ readonly rows: readonly Row[]; readonly forms: Readonly<Record<string, TimeForm>> }> {
  const engine = config.engine === "mysql" ? MYSQL : POSTGRES;
  const { text: typesText, values: typesValues } = engine.types(config.table);
  const types = new Map((await ask(typesText, typesValues)).map((row) => [row["name"] ?? "", row["type"] ?? ""]));
  const columns = {
    ...{ id: config.idColumn, started: config.startedColumn, finished: config.finishedColumn },
    ...{ status: config.statusColumn, named: config.windowColumn, log: config.logColumn },
  };
  for (const column of [...Object.values(columns), config.jobColumn]) {
    if (column === undefined || types.has(column.toLowerCase())) continue;
    const known = types.size > 0 ? `has no column “${column}”` : "is not there, or may not be read";
    throw new DriverRefusal({ kind: "refused", sentence: `The table “${config.table}” ${known}.` });
  }
  const forms = Object.fromEntries(
    (["started", "finished", "named"] as const).map((name) => [
      name,
      formOf(config, types.get(columns[name]?.toLowerCase() ?? "") ?? ""),
    ]),
  );
  const started = engine.quoted(config.startedColumn);
  const id = engine.asText(engine.quoted(config.idColumn));
  const shown = ["started", ...TEXT].flatMap((name) => {
    const column = columns[name as keyof typeof columns];
    return column === undefined ? [] : [`${engine.asText(engine.quoted(column))} AS ${name}`];
  });
  const values: unknown[] = [];
  const place = (value: unknown): string => engine.placeholder(values.push(value));
  const form = forms["started"] ?? { kind: "moment" };
  const since = `${started} >= ${engine.bound(place(boundOf(asked.from, form)), form.kind)}`;
  const still = asked.open.length === 0 ? "" : ` OR ${id} IN (${asked.open.map(place).join(", ")})`;
  const job = config.jobColumn === undefined ? "" : ` AND ${engine.asText(engine.quoted(config.jobColumn))} = ${place(asked.ref)}`; // biome-ignore format: one line
  const rows = await ask(
    `SELECT ${shown.join(", ")} FROM ${engine.quoted(config.table)} WHERE (${since}${still})${job} ORDER BY ${started} LIMIT ${AT_MOST}`,
    values,
  );
  return { rows, forms };
}

function ranOf(row: Row, forms: Readonly<Record<string, TimeForm>>, config: Config): RanThere | null {
  const of = (name: string): Instant | null => momentOf(row[name] ?? null, forms[name] ?? { kind: "moment" });
  const [startedAt, finished, id] = [of("started"), of("finished"), row["id"] ?? null];
  if (startedAt === null || id === null) return null;
  const outcome = outcomeOf(
    { status: row["status"] ?? null, finished },
    {
      hasStatus: config.statusColumn !== undefined,
      success: wordsOf(config.successValues),
      running: wordsOf(config.runningValues),
    },
  );
  const finishedAt = outcome === null ? null : instant(Math.max(finished ?? startedAt, startedAt));
  const log = row["log"]?.slice(0, LONGEST_LOG) ?? null;
  return { id, startedAt, finishedAt, outcome, window: of("named"), log };
}

async function reading(
  ask: Ask,
  config: Config,
  asked: { ref: string; cursor: unknown; now: Instant },
): Promise<Reading> {
  const { ref, now } = asked;
  const read = cursorShape.safeParse(asked.cursor);
  const since = read.success ? read.data : { from: now - FIRST, told: {} };
  const from = instant(since.from - config.lateSeconds * 1_000);
  const open = Object.entries(since.told).flatMap(([id, ended]) => (ended ? [] : [id]));
  const { rows, forms } = await runsSince(ask, config, { ref, from, open });
  const all = rows.flatMap((row) => ranOf(row, forms, config) ?? []);
  const whole = rows.length < AT_MOST;
  const last = all.at(-1)?.startedAt ?? now;
  const next = whole ? now : Math.max(last, since.from);
  // What began before the next reading's bound and has ended is not read again.
  const told = all.filter((ran) => ran.finishedAt === null || ran.startedAt >= next - config.lateSeconds * 1_000);
  return {
    attempts: [],
    runs: all.filter(({ id, finishedAt }) => since.told[id] === undefined || (!since.told[id] && finishedAt !== null)),
    cursor: { from: next, told: Object.fromEntries(told.map(({ id, finishedAt }) => [id, finishedAt !== null])) },
    coversFrom: whole ? now : instant(next),
    coversTo: whole ? now : instant(next),
  };
}

export const sqlTable: Driver<Config> = {
  kind: "sql",
  label: "SQL table of runs",
  fields: FIELDS,
  refWords: "what the job's column holds; any word where the table has one job alone",
  cannot: [
    "A table of runs says when jobs ran and not when they ought to: it proposes no schedules.",
    "There is no spec in it to be read or compared.",
    "It is read-only: nothing can be set through it, so what it watches cannot be accelerated by it.",
    CLAIMS_NOTHING,
    "Nothing can be fired through it, neither by hand nor for a window that is made good.",
  ],
  combined: (config) =>
    config.zone !== undefined && zoneNamed(config.zone) === null
      ? [{ path: "zone", message: "must be an IANA time zone such as Europe/Berlin" }]
      : [],

  attempts: async (config, { ref, cursor }, { clock }) => {
    const { engine, port } = config;
    if (zoneNamed(config.zone) === null) return no("refused", `“${config.zone}” is no time zone.`);
    const usual = engine === "mysql" ? 3_306 : 5_432;
    const at = { ...config, port: port === 0 ? usual : port };
    return (engine === "mysql" ? readMysql : readPostgres)(at, (ask) =>
      reading(ask, config, { ref, cursor, now: clock.now() }),
    );
  },
};
