/** The intake of this process, for those who have to know what it holds: the engine's loops, and the health check. */
import type { Intake, SpoolState } from "./intake.ts";

const KEY: unique symbol = Symbol.for("rollcall.intake");
const holder = globalThis as typeof globalThis & { [KEY]?: Intake };

const NOTHING: SpoolState = { spooling: false, waiting: 0, oldest: null, failure: null };

export function setIntake(intake: Intake | null): void {
  if (intake) holder[KEY] = intake;
  else delete holder[KEY];
}

/** A process that takes no check-ins has none waiting. */
export const spoolState = (): SpoolState => holder[KEY]?.state() ?? NOTHING;

/** Stores what is on disk as far as the database is there; at the start before anything is judged. Never rejects. */
export const drainSpool = async (): Promise<void> => holder[KEY]?.drain();

/** To be called about once a second. */
export const tickIntake = (): void => holder[KEY]?.tick();
