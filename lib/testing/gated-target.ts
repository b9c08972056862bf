/** A small application behind its own gate, with whatever mistake a test plants into it; only tests import it. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { headersOf, partsOf } from "#gate/contracts/parts.ts";
import { type RefuseReason, statusOf } from "#gate/contracts/reasons.ts";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { decide } from "#gate/decide.ts";
import { makeGateHeader } from "#gate/headers/gate-header.ts";
import { PROBE_HEADER, readProbeHeader } from "#gate/headers/probe-header.ts";
import type { Enforced } from "#gate/judge.ts";
import { MemoryReplays } from "#gate/replays.ts";
import type { Clock } from "#lib/time/clock.ts";
import { givenTarget, type Target } from "./target.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Mistake {
  /** Lets it in without asking the gate. */
  readonly admits?: (asked: Asked) => boolean;
  /** Answers by itself, whatever the gate would say: `true` where it did. */
  readonly answers?: (asked: Asked, response: ServerResponse) => boolean;
  /** Remembers nothing that was presented. */
  readonly forgets?: boolean;
  /** Of the gate's clock, in ms. */
  readonly tolerates?: (asked: Asked) => number;
  /** Runs the job whatever the gate said. */
  readonly heedless?: boolean;
  /** Says nothing of a gate. */
  readonly unsigned?: boolean;
}

export interface Gated {
  readonly enforced: Enforced;
  readonly clock: Clock;
  /** Known only once the route is made. */
  readonly gateKey: () => string;
}

export async function givenGated({ enforced, clock, gateKey }: Gated, mistake: Mistake = {}): Promise<Target> {
  const replays = new MemoryReplays(1_000);
  const target: Target = await givenTarget(async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const [method, url] = [request.method ?? "", `${target.origin}${request.url ?? "/"}`];
    const headers = headersOf(request.headersDistinct);
    const asked = { method, path: new URL(url).pathname, headers, body: body.toString() };
    if (mistake.answers?.(asked, response)) return;
    const now = clock.now() + (mistake.tolerates?.(asked) ?? 0);
    const seen = mistake.forgets ? {} : { replays };
    const found = await decide(partsOf({ method, url, headers, body }), enforced, { now, crypto: nodeCrypto, route: enforced.route, ...seen }); // biome-ignore format: one line
    const admitted = found.outcome === "admitted";
    const outcome = (mistake.admits?.(asked) ?? admitted) ? "admitted" : "rejected";
    const signing = { gateKey: gateKey(), crypto: nodeCrypto, now: clock.now() };
    const nonce = await readProbeHeader(headers[PROBE_HEADER], { method, url }, signing);
    const said = { id: randomUUID(), route: enforced.route, outcome, nonce } as const;
    if (!mistake.unsigned) {
      response.setHeader("rollcall-gate", await makeGateHeader(said, signing));
      if (outcome === "rejected" && nonce !== null) response.setHeader("rollcall-reason", found.reason);
    }
    response.statusCode =
      outcome === "admitted" || mistake.heedless ? 200 : admitted ? 403 : statusOf(found.reason as RefuseReason);
    response.end(`you sent ${JSON.stringify(headers)}`);
  });
  return target;
}
