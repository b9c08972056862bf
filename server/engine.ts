/** The engine of this process: what records, the ledger of blind spans, and the loops. */
import type { Config } from "#lib/config.ts";
import type { Listener } from "#lib/db/listen.ts";
import { judgeAsideAgain } from "#lib/engine/judge-due.ts";
import { keepLedger, type Ledger } from "#lib/engine/keep-ledger.ts";
import { type Loops, startLoops } from "#lib/engine/loops.ts";
import { makeRecorder, type Recorder } from "#lib/engine/record.ts";
import { makeMonths } from "#lib/engine/retain.ts";
import { tellStored } from "#lib/engine/tell-stored.ts";
import { spoolState } from "#lib/evidence/intake/of-process.ts";
import type { Logger } from "#lib/log.ts";
import type { Runtime } from "#lib/runtime.ts";
import type { Instant } from "#lib/time/instant.ts";

export interface Engine {
  readonly recorder: Recorder;
  /** Begins to judge: when evidence can be taken, and what was spooled is stored. */
  start(tick: () => void): Promise<void>;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly listener: Listener;
  readonly log: Logger;
}

export async function openEngine({ config, runtime, listener, log }: EngineOptions): Promise<Engine> {
  const { pool, clock, instanceId } = runtime;
  await makeMonths(pool, clock.now());
  let loops: Loops | null = null;
  const stored = tellStored(pool);
  const recorder = makeRecorder({
    pool,
    clock,
    onStored: (schedules, earlier: Instant | null) => {
      if (earlier !== null) loops?.deadlineMoved(earlier);
      stored.note(schedules, earlier !== null && config.role === "web");
      loops?.stored();
    },
  });
  const spooling = (): boolean => spoolState().spooling;
  const { role, dataDir } = config;
  const ledger: Ledger = keepLedger({ pool, processId: instanceId, role, dataDir, startedAt: clock.now(), spooling });
  listener.onDown(() => recorder.forget());
  return {
    recorder,
    async start(tick) {
      const blind = await ledger.open(clock.now());
      if (blind) {
        const seconds = Math.round((blind.to - blind.from) / 1_000);
        log.info(`No evidence could be taken for ${seconds} s: windows in that time are blind, not missing`);
      }
      if (role !== "web") await judgeAsideAgain(pool, clock.now());
      loops = startLoops({
        ...{ config, pool, clock, processId: instanceId, listener, recorder, ledger, spooling, log },
        tick,
        tellStored: stored.flush,
      });
    },
    async close() {
      await loops?.stop();
      await ledger
        .close(clock.now())
        .catch((thrown: unknown) => log.warn({ err: thrown }, "The last heartbeat failed"));
    },
  };
}
