/** Protected routes: their secrets go in and never come out, but for the key of a gate, once. */
import { randomBytes } from "node:crypto";
import { mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext, sqlIn } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { tellRoute, tellStale } from "#lib/db/tell.ts";
import { isName } from "#lib/input/identifiers.ts";
import { cursorKey, KEY, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { conflict, notFound, ok, type Problem, preconditionFailed, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { guardedBy } from "#lib/schedules/guarded-store.ts";
import { mergedRoute, type RouteShape, routeShape } from "./route.ts";
import {
  deleteRoute,
  insertRoute,
  listRoutes,
  openedRoute,
  type RouteRow,
  routeByName,
  sealedGateKey,
  sealedSecrets,
  updateRoute,
  writeGateKey,
} from "./route-store.ts";
import { routeWarnings } from "./route-warnings.ts";
import type { RouteInput } from "./schema.ts";

const noRoute = (): Problem => notFound({ message: "There is no such route." });
const movedOn = (version: number | null): Problem =>
  preconditionFailed({
    message: version === null ? "There is no such route yet." : `It has moved on to version ${version}.`,
  });

/** 256 random bits, under which a gate signs and its tickets verify. */
const makeGateKey = (): string => `rgk_${randomBytes(32).toString("base64url")}`;

interface Asked {
  readonly name: string;
  /** The version that the sender has read; `null`: whichever there is. */
  readonly ifMatch: number | null;
}

export interface PutRouteAnswer {
  readonly created: boolean;
  readonly route: RouteShape;
  /** Only where it was made just now. */
  readonly gateKey: string | null;
}

async function shapesOf(sql: Sql, rows: readonly RouteRow[]): Promise<RouteShape[]> {
  const { secret: key } = runtime().config;
  const guarded = await guardedBy(
    sql,
    rows.map((row) => row.name),
  );
  return rows.map((row) =>
    routeShape(row.name, row, {
      schedules: guarded.filter((one) => one.route === row.name),
      gateKey: row.gateKeyUpdatedAt,
      createdAt: row.createdAt,
      version: row.version,
      warnings: routeWarnings(row, openedRoute(row, key).secrets),
    }),
  );
}

async function asItIs(sql: Sql, name: string): Promise<RouteShape> {
  const row = await routeByName(sql, name);
  const [shape] = row ? await shapesOf(sql, [row]) : [];
  if (!shape) throw new Error("a route that was just stored is gone");
  return shape;
}

async function tell(sql: Sql, name: string): Promise<void> {
  await tellRoute(sql, name);
  await tellStale(sql, ["routes"]);
}

export function putRoute(
  ctx: Context,
  { name, input, ifMatch }: Asked & { readonly input: RouteInput },
): Promise<Result<PutRouteAnswer>> {
  return inContext<PutRouteAnswer>(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const { secret: key } = runtime().config;
    const row = await routeByName(tx, name, true);
    if (ifMatch !== null && row?.version !== ifMatch) return refuse(movedOn(row?.version ?? null));
    const present = row ? { route: row, secrets: openedRoute(row, key).secrets } : null;
    const merged = mergedRoute(input, present, ctx.now);
    if (!merged.ok) return merged;
    const { route, secrets, changed } = merged.value;
    const written = { ...route, name, secretsBox: sealedSecrets(key, secrets) };
    const gateKey = row ? null : makeGateKey();
    if (gateKey === null) await updateRoute(tx, written);
    else {
      const made = { ...written, id: newId(ctx.now), gateKeyBox: sealedGateKey(key, gateKey), now: ctx.now };
      if (!(await insertRoute(tx, made))) return refuse(movedOn(1));
    }
    await writeAudit(tx, ctx, {
      action: row ? "route.changed" : "route.made",
      subjectKind: "route",
      subjectId: name,
      detail: {
        contract: route.contract.kind,
        ...(row && row.contract.kind !== route.contract.kind ? { contractBefore: row.contract.kind } : {}),
        secretsChanged: [...changed],
      },
    });
    await tell(tx, name);
    return ok({ created: gateKey !== null, route: await asItIs(tx, name), gateKey });
  });
}

/** The route that is to change, locked; refused where there is none, or it has moved on. */
async function lockKnown(tx: Sql, { name, ifMatch }: Asked): Promise<Result<RouteRow>> {
  const row = isName(name) ? await routeByName(tx, name, true) : null;
  if (!row) return refuse(noRoute());
  if (ifMatch !== null && row.version !== ifMatch) return refuse(movedOn(row.version));
  return ok(row);
}

/** A new key for its gate; the one before it signs and verifies nothing any more. */
export function rotateGateKey(
  ctx: Context,
  { name, ifMatch }: Asked,
): Promise<Result<{ readonly route: RouteShape; readonly gateKey: string }>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const known = await lockKnown(tx, { name, ifMatch });
    if (!known.ok) return known;
    const gateKey = makeGateKey();
    await writeGateKey(tx, { name, gateKeyBox: sealedGateKey(runtime().config.secret, gateKey), now: ctx.now });
    await writeAudit(tx, ctx, { action: "route.key_rotated", subjectKind: "route", subjectId: name });
    await tell(tx, name);
    return ok({ route: await asItIs(tx, name), gateKey });
  });
}

/** Refused while a schedule says that the route guards it: its gate would refuse every call of that schedule. */
export function removeRoute(ctx: Context, { name, ifMatch }: Asked): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const known = await lockKnown(tx, { name, ifMatch });
    if (!known.ok) return known;
    const guarded = await guardedBy(tx, [name]);
    const [first] = guarded;
    if (first) {
      const more = guarded.length > 1 ? ` and ${guarded.length - 1} more` : "";
      return refuse(
        conflict("route_in_use", {
          message: `“${first.slug}”${more} still cross${guarded.length > 1 ? "" : "es"} this route.`,
          doNext: "Take the route out of its schedules, or archive them, then remove it.",
        }),
      );
    }
    await deleteRoute(tx, name);
    await writeAudit(tx, ctx, { action: "route.removed", subjectKind: "route", subjectId: name });
    await tell(tx, name);
    return ok(null);
  });
}

export async function viewRoute(ctx: Context, { name }: { readonly name: string }): Promise<Result<RouteShape>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isName(name) ? await routeByName(sql, name) : null;
  const [shape] = row ? await shapesOf(sql, [row]) : [];
  return shape ? ok(shape) : refuse(noRoute());
}

/** By name. */
export async function viewRoutes(ctx: Context, { page }: { readonly page: Page }): Promise<Result<Listed<RouteShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, [KEY.text]);
  if (!cursor.ok) return cursor;
  const sql = sqlIn(ctx);
  const rows = await listRoutes(sql, { limit: page.limit, after: cursor.value?.[0] ?? null });
  const shapes = new Map((await shapesOf(sql, rows)).map((shape) => [shape.name, shape]));
  const listed = toPage(rows, page, { key: (row) => [row.name], item: (row) => row.name });
  return ok({ ...listed, items: listed.items.flatMap((name) => shapes.get(name) ?? []) });
}
