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
