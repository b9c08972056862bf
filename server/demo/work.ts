/** What a job of the demo does: it says that it begins, takes its time, and says that it ended, as any job would. */
import { randomUUID } from "node:crypto";
import { millis } from "#lib/time/instant.ts";
import type { Sleep } from "#lib/time/sleep.ts";
import type { Job } from "./story.ts";

export interface WorkOptions {
  /** Rollcall's own address, and the address of each job's check-ins below it. */
  readonly rollcall: string;
  readonly uuids: ReadonlyMap<string, string>;
  readonly everySeconds: number;
  readonly sleep: Sleep;
  /** A job that is under way then ends at once, well. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

const ANSWER_WITHIN = 10_000;

/** @param ticket of the gate that let the request in: passed on, so that the run finds the window that it answers */
export async function work(job: Job, ticket: string | null, options: WorkOptions): Promise<void> {
  const { rollcall, uuids, everySeconds, sleep, signal, log } = options;
  const uuid = uuids.get(job.slug);
  if (uuid === undefined) return;
  const rid = randomUUID();
  const checkIn = async (ending: string): Promise<void> => {
    const headers = { "user-agent": "rollcall-demo", ...(ticket === null ? {} : { "rollcall-ticket": ticket }) };
    const init = { method: "POST", headers, signal: AbortSignal.timeout(ANSWER_WITHIN) };
    const answer = await fetch(`${rollcall}/ping/${uuid}${ending}?rid=${rid}`, init);
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
  };
  try {
    await checkIn("/start");
    await sleep(millis(Math.round(job.takes * everySeconds * 1_000)), signal).catch(() => {});
    await checkIn("");
  } catch (thrown) {
    log(`The demo's ${job.slug} could not check in: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
