/** Asks the probe path of a route once, as Rollcall: the request says that it is ours, and the answer, whether our gate gave it. */
import { randomUUID } from "node:crypto";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { GATE_HEADER, type ReadGateHeader, verifyGateHeader } from "#gate/headers/gate-header.ts";
import { makeProbeHeader, PROBE_HEADER } from "#gate/headers/probe-header.ts";
import { type ReadAnswer, readAnswer } from "#lib/boundary/from-outside.ts";
import type { ToSend } from "#lib/boundary/matrix-requests.ts";
import { ask } from "#lib/outbound/ask.ts";
import type { Clock } from "#lib/time/clock.ts";
import { millis } from "#lib/time/instant.ts";

export interface Probed {
  readonly name: string;
  /** `null`: it cannot be opened; then no answer can be told to be our gate's. */
  readonly gateKey: string | null;
  readonly allowPrivateNetwork: boolean;
}

export interface ProbeAnswer {
  readonly read: ReadAnswer;
  readonly status: number | null;
  readonly durationMs: number;
  /** Whether the route's own gate signed the answer. */
  readonly signed: boolean;
}

const LIMITS = { connect: millis(5_000), headers: millis(8_000), whole: millis(10_000) };

export async function askProbe(
  route: Probed,
  request: ToSend,
  by: { readonly clock: Clock; readonly should: "refused" | "accepted" },
): Promise<ProbeAnswer> {
  const { method, url, body, headers } = request;
  const nonce = randomUUID();
  const { gateKey } = route;
  const signing = gateKey === null ? null : { gateKey, crypto: nodeCrypto, now: by.clock.now() };
  const probe = signing ? { [PROBE_HEADER]: await makeProbeHeader(nonce, request, signing) } : {};
  const outcome = await ask({
    ...{ method, url, body, limits: LIMITS, allowPrivateNetwork: route.allowPrivateNetwork },
    headers: { "user-agent": "Rollcall-Probe/1.0", accept: "application/json", ...headers, ...probe },
  });
  let gate: ReadGateHeader = { ok: false, because: "missing" };
  if (outcome.kind === "answered" && signing) {
    const expected = { route: route.name, nonce };
    const value = outcome.headers[GATE_HEADER];
    const now = { ...signing, now: by.clock.now() };
    gate = await verifyGateHeader(value, expected, now);
    // A proxy may keep our header from its gate; then the gate signs without the nonce.
    if (!gate.ok && gate.because === "forged") gate = await verifyGateHeader(value, { route: route.name }, now);
  }
  return {
    read: readAnswer(outcome, { url, method, gate, should: by.should, now: by.clock.now() }),
    status: outcome.kind === "answered" ? outcome.status : null,
    durationMs: outcome.durationMs,
    signed: gate.ok,
  };
}
