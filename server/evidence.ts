/** The way of evidence into this process: registry, spool, group commit, and the doors for check-ins and of the gate. */
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { clientAddress } from "#lib/access/client-address.ts";
import { PROJECT } from "#lib/access/context.ts";
import type { Config } from "#lib/config.ts";
import { isDatabaseAway } from "#lib/db/away.ts";
import type { Listener } from "#lib/db/listen.ts";
import { tellStale } from "#lib/db/tell.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { createDraft } from "#lib/engine/create-draft.ts";
import type { Recorder } from "#lib/engine/record.ts";
import { type DiscardedBook, discardedBook } from "#lib/evidence/discarded-book.ts";
import { type Intake, openIntake } from "#lib/evidence/intake/intake.ts";
import { setIntake } from "#lib/evidence/intake/of-process.ts";
import { placer } from "#lib/evidence/placer.ts";
import { PROTOCOLS } from "#lib/evidence/protocols/register.ts";
import { followRegistry, type LiveRegistry } from "#lib/evidence/registry-follow.ts";
import { openSpool, type Spool } from "#lib/evidence/spool/spool.ts";
import type { Logger } from "#lib/log.ts";
import { ProblemError } from "#lib/problem.ts";
import type { Runtime } from "#lib/runtime.ts";
import type { Door } from "./door.ts";
import { openGate } from "./gate.ts";
import { pingDoor } from "./hot/ping.ts";

export interface Evidence {
  /** For check-ins. */
  readonly door: Door;
  /** Of the gate. */
  readonly gateDoor: Door;
  readonly intake: Intake;
  /** To be called about once a second. */
  tick(): void;
  close(): Promise<void>;
}

export interface EvidenceOptions {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly listener: Listener;
  readonly recorder: Recorder;
  readonly log: Logger;
}

const addressOf =
  (trusted: readonly string[]) =>
  (request: IncomingMessage): string | null =>
    clientAddress({ peer: request.socket.remoteAddress, forwardedFor: request.headers["x-forwarded-for"], trusted });

/** Resolves when check-ins can be taken; what an earlier process left on disk has been stored by then, if it could be. */
export async function openEvidence({ config, runtime, listener, recorder, log }: EvidenceOptions): Promise<Evidence> {
  const { pool, clock } = runtime;
  const sql = sqlOf(pool);
  const onTrouble = (thrown: unknown): void => {
    if (isDatabaseAway(thrown)) return; // health says so
    if (typeof thrown === "string") log.warn(thrown);
    else log.warn({ err: thrown }, "Trouble with taking check-ins in");
  };
  const registry: LiveRegistry = await followRegistry({ sql, listener, onTrouble });
  const spool: Spool = await openSpool({ folder: join(config.dataDir, "spool"), onTrouble });
  const book: DiscardedBook = discardedBook({
    ...{ sql, projectId: () => PROJECT, now: () => clock.now(), onTrouble },
    // A notice that is lost costs a screen a second look.
    onWritten: () => void tellStale(sql, ["discarded"]).catch(() => {}),
  });
  const places = placer(registry, async (slug, now, environment) => {
    const draft = await createDraft(slug, now, { environment });
    if (!draft.ok) throw new ProblemError(draft.problem);
    return { scheduleId: draft.value.scheduleId, made: draft.value.created };
  });
  const intake = openIntake({
    record: (items) => recorder.record(items),
    spool,
    reachDatabase: () => pool.query("SELECT 1"),
    place: (claim, at) => places.settle(claim, at),
    discard: (one) => book.note(one),
    onRefused: (_pending, because) => log.error({ err: because }, "The database refuses a check-in; it is kept aside"),
    onTrouble,
  });
  setIntake(intake);
  const notDown = listener.onDown(() => intake.databaseDown());
  const notUp = listener.onUp(() => {
    void intake.drain();
    void book.flush();
  });
  await intake.drain();
  const gate = await openGate({ runtime, listener, log });
  const door = pingDoor({
    protocol: PROTOCOLS.healthchecks,
    clock,
    placer: places,
    intake,
    discard: (one) => book.note(one),
    addressOf: addressOf(config.trustedProxies),
    ticketWindow: gate.ticketWindow,
    limit: null,
    onBug: (thrown) => log.error({ err: thrown }, "A bug at the door for check-ins"),
  });
  return {
    door,
    gateDoor: gate.door,
    intake,
    tick: () => {
      intake.tick();
      gate.tick();
      void book.flush();
    },
    async close() {
      notDown();
      notUp();
      await intake.stop();
      await gate.close();
      await book.flush();
      await spool.close();
      registry.stop();
      setIntake(null);
    },
  };
}
