/**
 * `Rollcall-Gate: 1; id=<uuid>; t=<s>; sig=<base64url>` on every answer of a gate, so that a probe can tell our 401 from
 * somebody else's. `sig` is HMAC-SHA256 under the gate key over these lines, joined by line feeds: `rollcall-gate/1`, id,
 * t, the route, `admitted` or `rejected`, and the nonce of the probe that asked (empty without one). The outcome is signed
 * and not the status, which an admitted request's handler chooses.
 */
import type { Crypto } from "../crypto/crypto.ts";
import { isSignatureOf, readFields, signParts } from "./signed.ts";

export const GATE_HEADER = "rollcall-gate";

export interface GateSaid {
  /** The decision's id. */
  readonly id: string;
  readonly route: string;
  readonly outcome: "admitted" | "rejected";
  /** Of the probe that asked, so that an answer to another cannot be shown instead. */
  readonly nonce?: string | null | undefined;
}

interface Signing {
  readonly gateKey: string;
  readonly crypto: Crypto;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const partsOf = ({ id, route, outcome, nonce }: GateSaid, t: string): readonly string[] => [id, t, route, outcome, nonce ?? ""]; // biome-ignore format: one line

export async function makeGateHeader(said: GateSaid, signing: Signing): Promise<string> {
  const t = String(Math.floor(signing.now / 1_000));
  return `1; id=${said.id}; t=${t}; sig=${await signParts("rollcall-gate/1", partsOf(said, t), signing)}`;
}

export type ReadGateHeader =
  | { readonly ok: true; readonly id: string; readonly outcome: "admitted" | "rejected"; readonly ageSeconds: number }
  | { readonly ok: false; readonly because: "missing" | "malformed" | "forged" | "stale" };

/** Whether a gate with this key answered just now, and what it decided; five minutes of tolerance. */
export async function verifyGateHeader(
  value: string | null | undefined,
  expected: { readonly route: string; readonly nonce?: string | null | undefined },
  signing: Signing,
): Promise<ReadGateHeader> {
  if (value === null || value === undefined || value === "") return { ok: false, because: "missing" };
  const { id, t, sig } = readFields(value) ?? {};
  if (id === undefined || t === undefined || sig === undefined || !/^\d{1,12}$/.test(t))
    return { ok: false, because: "malformed" };
  for (const outcome of ["admitted", "rejected"] as const) {
    const parts = partsOf({ id, outcome, ...expected }, t);
    if (!(await isSignatureOf(sig, "rollcall-gate/1", parts, signing))) continue;
    const ageSeconds = Math.floor(signing.now / 1_000) - Number(t);
    return Math.abs(ageSeconds) > 300 ? { ok: false, because: "stale" } : { ok: true, id, outcome, ageSeconds };
  }
  return { ok: false, because: "forged" };
}
