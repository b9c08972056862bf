/** Refusing what was presented before. Only what was found genuine is remembered, so that strangers cannot fill the memory. */
import { toHex, utf8 } from "../crypto/encoding.ts";
import type { Deps, Verdict } from "./contract.ts";
import { refused } from "./contract.ts";

export interface Presented {
  readonly kind: string;
  /** What makes this request one of its own: the token's id, or the signature. Hashed before it is kept. */
  readonly id: string;
  /** For how long the same would still be genuine otherwise, in milliseconds. */
  readonly forMs: number;
}

/** Passes the first time on and turns every later one into `token_reuse`. */
export async function once(verdict: Verdict, presented: Presented, deps: Deps): Promise<Verdict> {
  if (verdict.outcome !== "admitted" || !deps.replays) return verdict;
  const digest = toHex(await deps.crypto.digest("sha256", utf8(presented.id))).slice(0, 32);
  const key = `${deps.route ?? ""} ${presented.kind} ${digest}`;
  const first = await deps.replays.remember(key, deps.now + presented.forMs, deps.now);
  return first ? verdict : refused("token_reuse");
}
