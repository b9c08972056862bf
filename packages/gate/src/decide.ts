/** The gate's whole answer, with its words: what Rollcall's own gate stores. */
import type { Deps, RequestParts } from "./contracts/contract.ts";
import { type Description, describe } from "./describe.ts";
import { type Enforced, type Judged, judge } from "./judge.ts";

export type { Enforced } from "./judge.ts";
export type Decided = Judged & Description;

/** Enforces and describes; never throws. */
export async function decide(request: RequestParts, enforced: Enforced, deps: Deps): Promise<Decided> {
  const judged = await judge(request, enforced, deps);
  return { ...judged, ...describe(judged, enforced.contracts[0]) };
}
