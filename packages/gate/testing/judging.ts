/** What a test hands to a contract: its own time, memory and keys. */
import type { Deps } from "../src/contracts/contract.ts";
import { nodeCrypto } from "../src/crypto/node.ts";
import { tokens } from "../src/jwt.ts";
import { MemoryReplays } from "../src/replays.ts";
import { jwks, NOW } from "./samples.ts";

export const fetchKeys: typeof fetch = async () => Response.json(jwks);

export const depsAt = (now = NOW, more: Partial<Deps> = {}): Deps => ({
  now,
  crypto: nodeCrypto,
  replays: new MemoryReplays(),
  tokens: tokens({ fetch: fetchKeys }),
  route: "cron-api",
  ...more,
});
