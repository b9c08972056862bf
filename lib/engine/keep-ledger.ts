/**
 * Keeps the ledger of blind spans: the spans in which no process of this installation could accept evidence.
 *
 * 1. Every second a process says in the database that it is up, and in a file of its data folder for the time in which
 *    the database is away (spooling is not blind).
 * 2. At the start, and whenever a second took much longer, what lies since the last word of any process is a blind
 *    span; unless another process was up all the while.
 * A crash leaves the last word; the next start closes the span.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { newId } from "#lib/db/new-id.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { type Instant, instant, type Millis, millis } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import { addBlindSpan, lockLedger } from "#lib/verdicts/blind-store.ts";
import { beat, readLiveness, sayStopped } from "#lib/verdicts/liveness-store.ts";

export interface LedgerOptions {
  readonly pool: pg.Pool;
  readonly processId: string;
  readonly role: "all" | "web" | "engine";
  readonly dataDir: string;
  readonly startedAt: Instant;
  readonly spooling: () => boolean;
}

export interface Ledger {
  /** To be called when evidence can be accepted, and before anything is judged. Answers the span that was closed. */
  open(now: Instant): Promise<Span | null>;
  /** To be called every second. */
  beat(now: Instant): Promise<Span | null>;
  close(now: Instant): Promise<void>;
}

/** A heartbeat that comes so late means that the process, or the machine, stood still. */
const STOOD_STILL = millis(5_000);
/** A gap as short as this, between two processes or over a quick start, is not told: no window is touched by it. */
const TOO_SHORT = millis(50);

export function keepLedger(options: LedgerOptions): Ledger {
  const { pool, processId, role, startedAt } = options;
  const file = join(options.dataDir, "last-alive");
  let last: Instant | null = null;
  const accepts = role !== "engine";

  const fromFile = (): Instant | null => {
    try {
      const read = Number(readFileSync(file, "utf8"));
      return Number.isFinite(read) && read > 0 ? instant(read) : null;
    } catch {
      return null;
    }
  };
  const toFile = (now: Instant): void => {
    writeFileSync(`${file}.new`, String(now));
    renameSync(`${file}.new`, file);
  };

  async function close(since: {
    readonly now: Instant;
    readonly known: Instant | null;
    readonly reason: string;
  }): Promise<Span | null> {
    return inSqlTransaction(pool, async (sql) => {
      await lockLedger(sql);
      const { lastSeen, otherUp } = await readLiveness(sql, { processId, now: since.now });
      const seen = Math.max(lastSeen ?? 0, since.known ?? 0);
      if (otherUp || seen === 0 || since.now - seen <= TOO_SHORT) return null;
      const blind = span(instant(seen), since.now);
      await addBlindSpan(sql, { id: newId(since.now), span: blind, reason: since.reason });
      await beat(sql, { processId, role, startedAt, now: since.now, spooling: options.spooling() });
      return blind;
    });
  }

  return {
    async open(now) {
      if (!accepts) return null;
      const closed = await close({ now, known: fromFile(), reason: "Rollcall was not running" });
      await beat(sqlOf(pool), { processId, role, startedAt, now, spooling: options.spooling() });
      toFile(now);
      last = now;
      return closed;
    },
    async beat(now) {
      const pause = last === null ? millis(0) : ((now - last) as Millis);
      const before = last;
      last = now;
      let closed: Span | null = null;
      if (accepts && before !== null && pause > STOOD_STILL) {
        closed = await close({ now, known: before, reason: "Rollcall, or its machine, stood still" });
      }
      if (accepts) toFile(now);
      await beat(sqlOf(pool), { processId, role, startedAt, now, spooling: options.spooling() });
      return closed;
    },
    async close(now) {
      if (accepts) toFile(now);
      await sayStopped(sqlOf(pool), { processId, now });
    },
  };
}
