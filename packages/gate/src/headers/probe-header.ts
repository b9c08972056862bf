/**
 * `Rollcall-Probe: 1; nonce=<text>; t=<s>; sig=<base64url>`: Rollcall says that a request is one of its own probes. It
 * admits nothing. A gate that can verify it marks its decision as a probe's and adds `Rollcall-Reason` to its answer,
 * which it tells nobody else, since a reason is an oracle for whoever guesses. Signed over `rollcall-probe/1`, nonce, t,
 * method and path.
 */
import { pathOf } from "../contracts/parts.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { isSignatureOf, readFields, signParts } from "./signed.ts";

export const PROBE_HEADER = "rollcall-probe";

interface Signing {
  readonly gateKey: string;
  readonly crypto: Crypto;
  readonly now: number;
}
interface Probed {
  readonly method: string;
  readonly url: string;
}

export async function makeProbeHeader(nonce: string, request: Probed, signing: Signing): Promise<string> {
  const t = String(Math.floor(signing.now / 1_000));
  const parts = [nonce, t, request.method, pathOf(request.url)];
  return `1; nonce=${nonce}; t=${t}; sig=${await signParts("rollcall-probe/1", parts, signing)}`;
}

/** The nonce of a genuine probe of the last five minutes, else `null`. */
export async function readProbeHeader(
  value: string | undefined,
  request: Probed,
  signing: Signing,
): Promise<string | null> {
  // biome-ignore format: one line
  if (value === undefined) return null;
  const { nonce, t, sig } = readFields(value) ?? {};
  if (nonce === undefined || t === undefined || sig === undefined) return null;
  if (!/^[\w-]{8,100}$/.test(nonce) || !/^\d{1,12}$/.test(t)) return null;
  if (Math.abs(Math.floor(signing.now / 1_000) - Number(t)) > 300) return null;
  const parts = [nonce, t, request.method, pathOf(request.url)];
  return (await isSignatureOf(sig, "rollcall-probe/1", parts, signing)) ? nonce : null;
}
