/** Puts together what takes check-ins: the registry, the spool, the batches, the list of discarded ones, and the door. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { isDatabaseAway } from "#lib/db/away.ts";
import type { Listener } from "#lib/db/listen.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type DiscardedBook, discardedBook } from "#lib/evidence/discarded-book.ts";
import { openIntake, type SpoolState } from "#lib/evidence/intake/intake.ts";
import { setIntake } from "#lib/evidence/intake/of-process.ts";
import type { RecordBatch } from "#lib/evidence/intake/pending.ts";
import { type CreateDraft, placer } from "#lib/evidence/placer.ts";
import { PROTOCOLS } from "#lib/evidence/protocols/register.ts";
import { followRegistry, type LiveRegistry } from "#lib/evidence/registry-follow.ts";
import { openSpool } from "#lib/evidence/spool/spool.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type PingOptions, pingDoor } from "./ping.ts";

export interface CheckInsOptions extends Pick<PingOptions, "addressOf" | "ticketWindow" | "limit"> {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly listener: Listener;
  /** The spool is a folder in it. */
  readonly dataDir: string;
  readonly record: RecordBatch;
  readonly createDraft: CreateDraft;
  readonly onTrouble: (thrown: unknown, doing: string) => void;
}

export interface CheckIns {
  readonly door: (request: IncomingMessage, response: ServerResponse) => void;
  readonly registry: LiveRegistry;
  readonly discarded: DiscardedBook;
  state(): SpoolState;
  /** To be called about once a second. */
  tick(): void;
  /** After the front has closed, before the listener and the pool do. */
  stop(): Promise<void>;
}

/** Resolves when what is on disk has been stored, or the database went away meanwhile. */
export async function openCheckIns(options: CheckInsOptions): Promise<CheckIns> {
  const { sql, clock, listener, dataDir, record, createDraft, onTrouble, addressOf, ticketWindow, limit } = options;
  // That it is away is told by the listener, once.
  const trouble = (doing: string) => (thrown: unknown) => {
    if (!isDatabaseAway(thrown)) onTrouble(thrown, doing);
  };
  const registry = await followRegistry({ sql, listener, onTrouble: trouble("reading the registry") });
  const places = placer(registry, createDraft);
  const discarded = discardedBook({
    sql,
    projectId: () => registry.project?.id ?? null,
    now: () => clock.now(),
    onTrouble: trouble("writing discarded check-ins"),
  });
  const spool = await openSpool({
    folder: join(dataDir, "spool"),
    onTrouble: (message) => onTrouble(new Error(message), "spooling check-ins"),
  });
  const intake = openIntake({
    record,
    spool,
    reachDatabase: () => sql.query("SELECT 1"),
    place: places.settle,
    discard: discarded.note,
    onRefused: (_pending, because) => onTrouble(because, "storing a check-in"),
    onTrouble: trouble("storing spooled check-ins"),
  });
  setIntake(intake);
  const notDown = listener.onDown(intake.databaseDown);
  const notUp = listener.onUp(() => {
    void intake.drain();
    void discarded.flush();
  });
  await intake.drain();

  return {
    door: pingDoor({
      protocol: PROTOCOLS.healthchecks,
      clock,
      placer: places,
      intake,
      discard: discarded.note,
      addressOf,
      ticketWindow,
      limit,
      onBug: (thrown) => onTrouble(thrown, "answering a check-in"),
    }),
    registry,
    discarded,
    state: intake.state,
    tick() {
      intake.tick();
      if (discarded.waiting > 0) void discarded.flush();
    },
    async stop() {
      notDown();
      notUp();
      await intake.stop();
      await discarded.flush();
      registry.stop();
      setIntake(null);
    },
  };
}
