/**
 * The protected routes with their secrets, and the schedules that they guard, in memory: what the gate answers by
 * without asking the database. Read at the start, and anew when a notice says that a route or a schedule has changed or
 * after a time of not hearing; several notices are one reading.
 */
import type pg from "pg";
import { type ContractConfig, contractOf, readConfig } from "#gate/contracts/register.ts";
import { configProblem } from "#gate/contracts/secrets.ts";
import type { Enforced } from "#gate/decide.ts";
import { type Candidate, type Candidates, candidates } from "#lib/boundary/attribute.ts";
import type { Part, StoredContract } from "#lib/boundary/route.ts";
import { allRoutes, type OpenedRoute, openedRoute } from "#lib/boundary/route-store.ts";
import type { ProxyKind } from "#lib/boundary/schema.ts";
import type { Listener } from "#lib/db/listen.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { type Guarded, guardedBy } from "#lib/schedules/guarded-store.ts";
import { type Expected, expectedOf } from "./expected-of.ts";

export type GuardedSchedule = Guarded & Expected & Candidate;

export interface GuardedRoute {
  readonly name: string;
  readonly enforced: Enforced;
  readonly proxy: ProxyKind;
  /** What the proxy has to show; `null`: nothing is demanded. */
  readonly proxyKey: string | null;
  /** `null`: it cannot be opened, and nothing can be signed or let in. */
  readonly gateKey: string | null;
  /** Scheme and host that callers use, where its address is known. */
  readonly origin: string | null;
  readonly path: string | null;
  /** Every secret that a caller may present to it, so that one in the wrong place is named. */
  readonly secrets: readonly string[];
  readonly schedules: readonly GuardedSchedule[];
  readonly candidates: Candidates;
  /** Whether its gate has to read the body before it decides. */
  readonly readsBody: boolean;
}

export interface GuardedRoutes {
  get(name: string): GuardedRoute | undefined;
  all(): Iterable<GuardedRoute>;
  /** Resolves when everything heard so far has been read. */
  settled(): Promise<void>;
  stop(): void;
}

const CHANNELS = ["rollcall_routes", "rollcall_registry"] as const;

/** The contract as its verifier wants it; `null` where what is stored is none (any more). */
export function configOf(part: Part, stored: StoredContract, { secrets, gateKey }: OpenedRoute): ContractConfig {
  const its = Object.fromEntries(
    Object.entries(contractOf(stored.kind).fields).flatMap(([name, field]) => {
      const value = field.type === "secret" ? secrets[`${part}.${name}`] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
  // Rollcall's dispatcher signs under the route's gate key, unless the contract has one of its own.
  const own = stored.kind === "rollcall" && its["secret"] === undefined && gateKey !== null ? { secret: gateKey } : {};
  const config = { kind: stored.kind, ...stored.options, ...its, ...own };
  const read = readConfig(config);
  // An unfit one is enforced as it is: the gate then refuses everybody, and says what is wrong with it.
  return read.ok ? read.config : (config as unknown as ContractConfig);
}

const readsBody = ({ contracts, manual }: Enforced): boolean =>
  [...contracts, ...(manual ? [manual] : [])].some((config) => {
    const contract = contractOf(config.kind);
    return configProblem(contract, config) === null && contract.readsBody(config);
  });

function guardedRoute(opened: OpenedRoute, schedules: readonly GuardedSchedule[]): GuardedRoute {
  const { row, secrets, gateKey } = opened;
  const enforced: Enforced = {
    route: row.name,
    contracts: [configOf("contract", row.contract, opened)],
    ...(row.manual ? { manual: configOf("manual", row.manual, opened) } : {}),
  };
  const address = row.url === null ? null : new URL(row.url);
  return {
    name: row.name,
    enforced,
    proxy: row.proxy,
    proxyKey: row.proxyKey === null ? null : (secrets["proxyKey"] ?? ""),
    gateKey,
    origin: address?.origin ?? null,
    path: address?.pathname ?? null,
    secrets: Object.entries(secrets).flatMap(([path, value]) => (path === "proxyKey" ? [] : [value])),
    schedules,
    candidates: candidates(schedules),
    readsBody: readsBody(enforced),
  };
}

async function readRoutes(pool: pg.Pool, secret: string): Promise<Map<string, GuardedRoute>> {
  const sql = sqlOf(pool);
  const rows = await allRoutes(sql);
  const guarded = await guardedBy(
    sql,
    rows.map((row) => row.name),
  );
  const expected = await expectedOf(pool, guarded);
  const of = new Map<string, GuardedSchedule[]>(rows.map((row) => [row.name, []]));
  for (const one of guarded) {
    const its = expected.get(one.id);
    if (its) of.get(one.route ?? "")?.push({ ...one, ...its });
  }
  return new Map(rows.map((row) => [row.name, guardedRoute(openedRoute(row, secret), of.get(row.name) ?? [])]));
}

/** Rejects when the first reading fails. */
export async function followRoutes(options: {
  readonly pool: pg.Pool;
  readonly listener: Listener;
  /** ROLLCALL_SECRET, under which secrets are stored. */
  readonly secret: string;
  readonly onTrouble: (thrown: unknown) => void;
}): Promise<GuardedRoutes> {
  const { pool, listener, secret, onTrouble } = options;
  let routes = new Map<string, GuardedRoute>();
  let stale = true;
  let reading: Promise<void> | null = null;
  const read = (): Promise<void> => {
    reading ??= (async () => {
      try {
        while (stale) {
          stale = false;
          try {
            routes = await readRoutes(pool, secret);
          } catch (thrown) {
            stale = true;
            throw thrown;
          }
        }
      } finally {
        reading = null;
      }
    })();
    return reading;
  };
  const readAnew = (): void => {
    stale = true;
    void read().catch(onTrouble);
  };
  // First listen, then read: what changes in between is heard.
  const stops = [listener.onUp(readAnew)];
  for (const channel of CHANNELS) stops.push(await listener.subscribe(channel, readAnew));
  await read();
  return {
    get: (name) => routes.get(name),
    all: () => routes.values(),
    async settled() {
      while (reading) await reading.catch(() => {});
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
