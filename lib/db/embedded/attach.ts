/** For tools beside the server. */
import type { Log } from "./log.ts";
import { existingPlace } from "./place.ts";
import { DATABASE } from "./postmaster.ts";
import { runningOn } from "./running.ts";
import { type Address, startEmbedded } from "./start.ts";

export interface Attached {
  readonly address: Address;
  detach(): Promise<void>;
}

/** The database that a Rollcall runs at this moment, else one started for the purpose; `null` when there is none. */
export async function attachEmbedded(given: { readonly dataDir: string; readonly log: Log }): Promise<Attached | null> {
  const place = existingPlace(given.dataDir);
  if (!place) return null;
  const running = runningOn(place.cluster);
  if (running) {
    const address = { host: running.socketFolder, user: DATABASE, database: DATABASE };
    return { address, detach: async () => {} };
  }
  const embedded = await startEmbedded(given);
  return { address: embedded.address, detach: embedded.stop };
}
