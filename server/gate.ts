/** The gate of this process: routes in memory, the door that proxies ask, and what its tickets say. */
import { hkdfSync } from "node:crypto";
import { readToken } from "#gate/contracts/token.ts";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { verifyTicket } from "#gate/headers/ticket.ts";
import { tokens } from "#gate/jwt.ts";
import { MemoryReplays } from "#gate/replays.ts";
import { isDatabaseAway } from "#lib/db/away.ts";
import type { Listener } from "#lib/db/listen.ts";
import { type DecisionQueue, decisionQueue } from "#lib/engine/decision-queue.ts";
import { followRoutes, type GuardedRoutes } from "#lib/engine/guarded-routes.ts";
import { recordDecisions } from "#lib/engine/record-decisions.ts";
import type { Logger } from "#lib/log.ts";
import type { Runtime } from "#lib/runtime.ts";
import { type Instant, parseRfc3339 } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import type { Door } from "./door.ts";
import { gateDoor } from "./hot/gate.ts";

/** The expected time that a ticket of the gate names for a schedule; `null` where it does not verify or names none. */
export type TicketWindow = (ticket: string, scheduleId: string, now: Instant) => Promise<Instant | null>;

export interface Gate {
  readonly door: Door;
  readonly ticketWindow: TicketWindow;
  /** To be called about once a second. */
  tick(): void;
  /** Stores what was answered and is not stored yet. */
  close(): Promise<void>;
}

/** One process remembers what was presented for ten minutes at most; 100,000 proofs take about 15 MB. */
const REPLAYS = 100_000;

function ticketsOf(routes: Pick<GuardedRoutes, "get">): TicketWindow {
  return async (ticket, scheduleId, now) => {
    if (ticket.length > 4_000) return null;
    const claimed = readToken(ticket)?.claims["route"];
    const route = typeof claimed === "string" ? routes.get(claimed) : undefined;
    if (!route || route.gateKey === null) return null;
    const read = await verifyTicket(ticket, { gateKey: route.gateKey, crypto: nodeCrypto, now, route: route.name });
    if (!read.ok || read.ticket.window === null) return null;
    const meant = route.schedules.find((one) => one.slug === read.ticket.schedule);
    // A check-in whose schedule could not be looked up yet is believed: its ticket is genuine.
    return meant && (scheduleId === "" || meant.id === scheduleId) ? parseRfc3339(read.ticket.window) : null;
  };
}

export async function openGate(options: {
  readonly runtime: Runtime;
  readonly listener: Listener;
  readonly log: Logger;
}): Promise<Gate> {
  const { runtime, listener, log } = options;
  const { pool, clock, config } = runtime;
  const onTrouble = (thrown: unknown): void => {
    if (!isDatabaseAway(thrown)) log.warn({ err: thrown }, "Trouble with the gate's decisions or routes");
  };
  const routes = await followRoutes({ pool, listener, secret: config.secret, onTrouble });
  const queue: DecisionQueue = decisionQueue({
    record: (batch) => recordDecisions(pool, batch, clock.now()),
    onTrouble,
    sleep,
  });
  let told = 0;
  const installKey = Buffer.from(hkdfSync("sha256", config.secret, "", "rollcall gate 1", 32)).toString("base64url");
  const door = gateDoor({
    clock,
    routeNamed: (name) => routes.get(name),
    othersThan: (name) =>
      [...routes.all()].flatMap((route) =>
        route.name === name ? [] : route.secrets.map((value) => ({ owner: route.name, value })),
      ),
    take: (decision) => queue.take(decision),
    replays: new MemoryReplays(REPLAYS),
    tokens: tokens({ log: (line) => log.warn(line) }),
    installKey,
    onBug: (thrown) => log.error({ err: thrown }, "A bug at the gate"),
  });
  return {
    door,
    ticketWindow: ticketsOf(routes),
    tick() {
      queue.tick();
      if (queue.lost > told) log.warn(`${queue.lost - told} decisions of the gate were lost: too many waited`);
      told = queue.lost;
    },
    async close() {
      routes.stop();
      await queue.close();
    },
  };
}
