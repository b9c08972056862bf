import { open, seal } from "#lib/access/box.ts";
import { PROJECT } from "#lib/access/context.ts";
import { epochMs, likePattern, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Secrets } from "#lib/input/kept-secret.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { StoredContract, StoredRoute } from "./route.ts";

export interface RouteRow extends StoredRoute {
  readonly id: string;
  readonly name: string;
  /** Sealed, as base64. */
  readonly secretsBox: string;
  readonly gateKeyBox: string;
  readonly gateKeyUpdatedAt: Instant;
  readonly createdAt: Instant;
  readonly version: number;
}

/** A route with its secrets in clear, for those who have to prove or to check with them. */
export interface OpenedRoute {
  readonly row: RouteRow;
  readonly secrets: Secrets;
  /** `null`: it was sealed under another ROLLCALL_SECRET, and nothing can be signed with it. */
  readonly gateKey: string | null;
}

export const sealedSecrets = (key: string, secrets: Secrets): string =>
  seal(key, JSON.stringify(secrets)).toString("base64");
export const sealedGateKey = (key: string, gateKey: string): string => seal(key, gateKey).toString("base64");

/** What cannot be opened is as if it were not set: its gate refuses. */
export function openedRoute(row: RouteRow, key: string): OpenedRoute {
  const text = open(key, Buffer.from(row.secretsBox, "base64"));
  // Sealed by `sealedSecrets` alone, and authenticated.
  const secrets = text === null ? {} : (JSON.parse(text) as Secrets);
  return { row, secrets, gateKey: open(key, Buffer.from(row.gateKeyBox, "base64")) };
}

const COLUMNS = `id::text AS id, name, contract, caller, manual, url, probe_url AS "probeUrl",
  probe_methods AS "probeMethods", proxy, proxy_key AS "proxyKey", allow_private_network AS "allowPrivateNetwork",
  encode(secrets_box, 'base64') AS "secretsBox", encode(gate_key_box, 'base64') AS "gateKeyBox",
  ${epochMs("gate_key_updated_at")} AS "gateKeyUpdatedAt", ${epochMs("created_at")} AS "createdAt", version`;
const bytes = (placeholder: string): string => `decode(${placeholder}, 'base64')`;

export async function routeByName(sql: Sql, name: string, lock = false): Promise<RouteRow | null> {
  const [row] = await sql.query<RouteRow>(
    `SELECT ${COLUMNS} FROM route WHERE project_id = ${PROJECT} AND name = $1 ${lock ? "FOR UPDATE" : ""}`,
    [name],
  );
  return row ?? null;
}

/** By name, after a name; one more than the page holds. */
export const listRoutes = (
  sql: Sql,
  page: Pick<Page, "limit"> & { readonly after: string | null },
): Promise<RouteRow[]> =>
  sql.query<RouteRow>(
    `SELECT ${COLUMNS} FROM route WHERE project_id = ${PROJECT} AND ($1::text IS NULL OR name > $1::text)
     ORDER BY name LIMIT $2::int`,
    [page.after, page.limit + 1],
  );

/** Names that hold the words, what begins with them first. */
export const findRoutes = (
  sql: Sql,
  { q, limit }: { readonly q: string; readonly limit: number },
): Promise<{ readonly name: string }[]> =>
  sql.query(
    `SELECT name FROM route WHERE project_id = ${PROJECT} AND name ILIKE $1 ORDER BY NOT (name ILIKE $2), name
     LIMIT $3::int`,
    [likePattern(q), likePattern(q).slice(1), limit],
  );

export const allRoutes = (sql: Sql): Promise<RouteRow[]> =>
  sql.query<RouteRow>(`SELECT ${COLUMNS} FROM route WHERE project_id = ${PROJECT}`);

/** What is asked about a route with every decision of it. */
export interface RouteFacts {
  readonly url: string | null;
  readonly contract: StoredContract;
}

/** By name; without anything that is sealed. */
export async function routeFacts(sql: Sql, names: readonly string[]): Promise<Map<string, RouteFacts>> {
  const rows = await sql.query<RouteFacts & { readonly name: string }>(
    `SELECT name, url, contract FROM route WHERE project_id = ${PROJECT} AND name = ANY ($1::text[])`,
    [[...names]],
  );
  return new Map(rows.map(({ name, ...facts }) => [name, facts]));
}

export const routesByNames = (sql: Sql, names: readonly string[]): Promise<RouteRow[]> =>
  sql.query<RouteRow>(`SELECT ${COLUMNS} FROM route WHERE project_id = ${PROJECT} AND name = ANY ($1::text[])`, [
    [...names],
  ]);

type Written = StoredRoute & Pick<RouteRow, "name" | "secretsBox">;

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

const fields = (route: Written): unknown[] => [
  route.name,
  JSON.stringify(route.contract),
  jsonOrNull(route.caller),
  jsonOrNull(route.manual),
  route.url,
  route.probeUrl,
  [...route.probeMethods],
  route.proxy,
  jsonOrNull(route.proxyKey),
  route.allowPrivateNetwork,
  route.secretsBox,
];

/** False when the name is taken. */
export async function insertRoute(
  sql: Sql,
  made: Written & Pick<RouteRow, "id" | "gateKeyBox"> & { readonly now: Instant },
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO route (name, contract, caller, manual, url, probe_url, probe_methods, proxy, proxy_key,
       allow_private_network, secrets_box, id, project_id, gate_key_box, gate_key_updated_at, created_at)
     VALUES ($1, $2::jsonb, $3::jsonb, $4::jsonb, $5, $6, $7::text[], $8, $9::jsonb, $10::boolean, ${bytes("$11")},
       $12::uuid, ${PROJECT}, ${bytes("$13")}, ${timestamp("$14")}, ${timestamp("$14")})
     ON CONFLICT (project_id, name) DO NOTHING RETURNING name`,
    [...fields(made), made.id, made.gateKeyBox, made.now],
  );
  return rows.length > 0;
}

export async function updateRoute(sql: Sql, changed: Written): Promise<void> {
  await sql.query(
    `UPDATE route SET version = version + 1, contract = $2::jsonb, caller = $3::jsonb, manual = $4::jsonb, url = $5,
       probe_url = $6, probe_methods = $7::text[], proxy = $8, proxy_key = $9::jsonb,
       allow_private_network = $10::boolean, secrets_box = ${bytes("$11")}
     WHERE project_id = ${PROJECT} AND name = $1`,
    fields(changed),
  );
}

export async function writeGateKey(
  sql: Sql,
  written: Pick<RouteRow, "name" | "gateKeyBox"> & { readonly now: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE route SET version = version + 1, gate_key_box = ${bytes("$2")}, gate_key_updated_at = ${timestamp("$3")}
     WHERE project_id = ${PROJECT} AND name = $1`,
    [written.name, written.gateKeyBox, written.now],
  );
}

export async function deleteRoute(sql: Sql, name: string): Promise<void> {
  await sql.query(`DELETE FROM route WHERE project_id = ${PROJECT} AND name = $1`, [name]);
}
