/** Connections: what drivers need to reach a scheduler. Their secrets go in and never come out. */
import { mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext, sqlIn } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { tellStale } from "#lib/db/tell.ts";
import { isName } from "#lib/input/identifiers.ts";
import { cursorKey, KEY, type Listed, type Page, toPage } from "#lib/input/page.ts";
import {
  conflict,
  notFound,
  ok,
  type Problem,
  preconditionFailed,
  type Result,
  refuse,
  refused,
} from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { CONNECTED_DRIVERS } from "#lib/schedules/schema.ts";
import { storedSpec } from "#lib/schedules/stored-spec.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { connectionFields, mergedConnection } from "./connection.ts";
import {
  type Connected,
  type ConnectionRow,
  configOf,
  connectedBy,
  connectionByName,
  deleteConnection,
  insertConnection,
  listConnections,
  openedSecrets,
  sealedConnection,
  updateConnection,
} from "./connection-store.ts";
import type { DriverProblem, Proposal } from "./driver.ts";
import { canOf, driverOf } from "./register.ts";
import type { GivenConnection } from "./schema.ts";

const noConnection = (): Problem => notFound({ message: "There is no such connection." });
const movedOn = (version: number | null): Problem =>
  preconditionFailed({
    message: version === null ? "There is no such connection yet." : `It has moved on to version ${version}.`,
  });

interface Asked {
  readonly name: string;
  /** The version that the sender has read; `null`: whichever there is. */
  readonly ifMatch: number | null;
}

const shapeOf = (row: ConnectionRow, connected: readonly Connected[], key: string) => {
  const mine = connected.filter((one) => one.connection === row.name);
  const failing = mine.filter((one) => one.failingSince !== null);
  const since = failing.map((one) => Number(one.failingSince));
  return {
    name: row.name,
    ...connectionFields(row),
    schedules: mine.map(({ slug }) => slug),
    /** Of the schedules whose history cannot be read: how many, since when, and why. */
    failing:
      failing.length === 0
        ? null
        : {
            schedules: failing.map(({ slug }) => slug),
            since: new Date(Math.min(...since)).toISOString(),
            problem: failing[0]?.problem ?? "",
          },
    /** Its secrets were sealed under another ROLLCALL_SECRET: they have to be given anew. */
    unreadable: openedSecrets(row, key) === null,
    createdAt: toRfc3339(row.createdAt),
    version: row.version,
  };
};
export type ConnectionShape = ReturnType<typeof shapeOf>;

async function shapesOf(sql: Sql, rows: readonly ConnectionRow[]): Promise<ConnectionShape[]> {
  const connected = await connectedBy(
    sql,
    rows.map(({ name }) => name),
  );
  return rows.map((row) => shapeOf(row, connected, runtime().config.secret));
}

export interface PutConnectionAnswer {
  readonly created: boolean;
  readonly connection: ConnectionShape;
}

/** Makes or changes one. Its kind stays while a schedule is reached through it. */
export function putConnection(
  ctx: Context,
  { name, input, ifMatch }: Asked & { readonly input: GivenConnection },
): Promise<Result<PutConnectionAnswer>> {
  return inContext<PutConnectionAnswer>(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const { secret: key } = runtime().config;
    const row = await connectionByName(tx, name, true);
    if (ifMatch !== null && row?.version !== ifMatch) return refuse(movedOn(row?.version ?? null));
    const used = row && row.kind !== input.kind ? await connectedBy(tx, [name]) : [];
    if (used.length > 0)
      return refuse(inUse(used, "Archive them or give them another connection, then change its kind."));
    const present = row ? { connection: row, secrets: openedSecrets(row, key) ?? {} } : null;
    const done = mergedConnection(input, present, ctx.now);
    if (!done.ok) return done;
    const { connection, secrets, changed } = done.value;
    const written = { ...connection, name, secretsBox: sealedConnection(key, secrets) };
    if (row) await updateConnection(tx, written);
    else if (!(await insertConnection(tx, { ...written, id: newId(ctx.now), now: ctx.now }))) return refuse(movedOn(1));
    await writeAudit(tx, ctx, {
      action: row ? "connection.changed" : "connection.made",
      subjectKind: "connection",
      subjectId: name,
      detail: { kind: connection.kind, secretsChanged: [...changed] },
    });
    await tellStale(tx, ["connections"]);
    const after = await connectionByName(tx, name);
    const [shape] = after ? await shapesOf(tx, [after]) : [];
    if (!shape) throw new Error("a connection that was just stored is gone");
    return ok({ created: row === null, connection: shape });
  });
}

function inUse(used: readonly Connected[], doNext: string): Problem {
  const more = used.length > 1 ? ` and ${used.length - 1} more are` : " is";
  return conflict("connection_in_use", {
    message: `“${used[0]?.slug}”${more} reached through this connection.`,
    doNext,
  });
}

/** Refused while a schedule is reached through it. */
export function removeConnection(ctx: Context, { name, ifMatch }: Asked): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const row = isName(name) ? await connectionByName(tx, name, true) : null;
    if (!row) return refuse(noConnection());
    if (ifMatch !== null && row.version !== ifMatch) return refuse(movedOn(row.version));
    const used = await connectedBy(tx, [name]);
    if (used.length > 0)
      return refuse(inUse(used, "Archive its schedules or give them another driver, then remove it."));
    await deleteConnection(tx, name);
    await writeAudit(tx, ctx, { action: "connection.removed", subjectKind: "connection", subjectId: name });
    await tellStale(tx, ["connections"]);
    return ok(null);
  });
}

export async function viewConnection(
  ctx: Context,
  { name }: { readonly name: string },
): Promise<Result<ConnectionShape>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isName(name) ? await connectionByName(sql, name) : null;
  const [shape] = row ? await shapesOf(sql, [row]) : [];
  return shape ? ok(shape) : refuse(noConnection());
}

/** By name. */
export async function viewConnections(
  ctx: Context,
  { page }: { readonly page: Page },
): Promise<Result<Listed<ConnectionShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, [KEY.text]);
  if (!cursor.ok) return cursor;
  const sql = sqlIn(ctx);
  const rows = await listConnections(sql, { limit: page.limit, after: cursor.value?.[0] ?? null });
  const shapes = new Map((await shapesOf(sql, rows)).map((shape) => [shape.name, shape]));
  const listed = toPage(rows, page, { key: (row) => [row.name], item: (row) => row.name });
  return ok({ ...listed, items: listed.items.flatMap((name) => shapes.get(name) ?? []) });
}

/** The drivers there are: what a connection of each may be told, what it can, and what it cannot and why. */
export function viewDrivers(ctx: Context): Result<{ readonly items: readonly DriverShape[] }> {
  const denied = mayNot(ctx.actor, "see");
  return denied ? refuse(denied) : ok({ items: CONNECTED_DRIVERS.map(driverShape) });
}

const driverShape = (kind: (typeof CONNECTED_DRIVERS)[number]) => {
  const driver = driverOf(kind);
  const fields = Object.entries(driver.fields).map(([name, field]) => ({ name, ...field }));
  return { kind, label: driver.label, refWords: driver.refWords, can: canOf(driver), cannot: driver.cannot, fields };
};
export type DriverShape = ReturnType<typeof driverShape>;

/** A driver's problem as an answer of the API. */
function driverRefusal(problem: DriverProblem): Problem {
  const message = problem.sentence;
  switch (problem.kind) {
    case "cannot":
      return refused("driver_cannot", 422, { message, doNext: "Do it there by hand." });
    case "not_found":
      return refused("driver_not_found", 422, { message, doNext: "Check what the job is called there." });
    case "changed":
      return conflict("driver_changed", { message });
    case "refused":
      return refused("driver_refused", 422, { message, doNext: "Check the connection and what it was granted there." });
    case "unreachable":
      return refused("driver_unreachable", 422, {
        message,
        doNext: "Check the connection and that it is reachable from here.",
      });
  }
}

/** Asks the scheduler which jobs it has. What is proposed is stored nowhere. */
export async function discoverConnection(
  ctx: Context,
  { name }: { readonly name: string },
): Promise<Result<{ readonly items: readonly ProposalShape[] }>> {
  const denied = mayNot(ctx.actor, "administer");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isName(name) ? await connectionByName(sql, name) : null;
  if (!row) return refuse(noConnection());
  const driver = driverOf(row.kind);
  if (!driver.discover) {
    const because = driver.cannot[0] ?? "Its platform tells nobody which jobs it has.";
    return refuse(driverRefusal({ kind: "cannot", sentence: because }));
  }
  const { config: settings, clock } = runtime();
  const config = configOf(row, settings.secret);
  if (config === null) return refuse(unopened());
  const found = await driver.discover(config, { clock });
  await inContext(ctx, async (tx) => {
    const detail = { found: found.ok ? found.value.length : null };
    await writeAudit(tx, ctx, { action: "connection.discovered", subjectKind: "connection", subjectId: name, detail });
    return ok(null);
  });
  if (!found.ok) return refuse(driverRefusal(found.problem));
  const known = new Map((await connectedBy(sql, [name])).map(({ ref, slug }) => [ref, slug]));
  const { kind } = row;
  return ok({
    items: found.value.map((one) => proposalShape({ kind, connection: name, ref: one.ref }, one, known.get(one.ref))),
  });
}

/** What a person may take over: the fields of a schedule, and which schedule has that job already. */
const proposalShape = (
  driver: { readonly kind: string; readonly connection: string; readonly ref: string },
  { slug, name, held, notes }: Proposal,
  schedule: string | undefined,
) => ({
  slug,
  name,
  spec: storedSpec(held.spec),
  timezone: held.timezone,
  driver,
  native: held.native,
  enabled: held.enabled,
  notes,
  schedule: schedule ?? null,
});
export type ProposalShape = ReturnType<typeof proposalShape>;

const unopened = (): Problem =>
  conflict("secret_unreadable", {
    message: "The secrets of this connection were sealed under another ROLLCALL_SECRET.",
    doNext: "Give them anew, or start Rollcall with the ROLLCALL_SECRET that they were stored under.",
  });
