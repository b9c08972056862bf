/**
 * One request of the dispatcher: where it goes, how it is signed, and what its answer means. What is sent was stored
 * before as an attempt; nothing here writes anything.
 */
import type { Made } from "#gate/contracts/contract.ts";
import { CONTRACT_KINDS } from "#gate/contracts/kinds.ts";
import type { ContractConfig } from "#gate/contracts/register.ts";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { GATE_HEADER, type ReadGateHeader, verifyGateHeader } from "#gate/headers/gate-header.ts";
import { type DispatchRead, readDispatched } from "#lib/boundary/dispatched.ts";
import { scrubbed } from "#lib/boundary/matrix.ts";
import { genuine, hasBody, type ToSend } from "#lib/boundary/matrix-requests.ts";
import { withoutSecrets } from "#lib/boundary/presented.ts";
import type { OpenedRoute } from "#lib/boundary/route-store.ts";
import { scheduledFor } from "#lib/drivers/dispatch/due.ts";
import type { Why } from "#lib/drivers/dispatch/planned.ts";
import { isSuccess, retryAfter } from "#lib/drivers/dispatch/retry.ts";
import { ask, type Resolve } from "#lib/outbound/ask.ts";
import type { Driver } from "#lib/schedules/schema.ts";
import type { History } from "#lib/schedules/windows.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, latest, millis, SECOND } from "#lib/time/instant.ts";
import { configOf } from "./guarded-routes.ts";

type Target = Extract<Driver, { kind: "rollcall" }>["target"];

/** Where a schedule's requests go, and as whom. */
export interface Aim {
  readonly target: Omit<Target, "contract">;
  /** Signs them; `null`: nobody here knows its secret, and they go as they are. */
  readonly contract: ContractConfig | null;
  /** Of the route that they cross. */
  readonly route: { readonly name: string; readonly gateKey: string | null } | null;
  /** Secrets that an answer may echo. */
  readonly hidden: readonly string[];
  /** As the platform's header would quote it. */
  readonly expression: string | null;
}

export interface Firing {
  /** Of its attempt. */
  readonly id: string;
  /** When its attempt was stored. */
  readonly at: Instant;
  readonly scheduleId: string;
  readonly slug: string;
  readonly why: Why;
  readonly retry: number;
  /** The expected time that it names. */
  readonly window: Instant | null;
  /** Of its window. */
  readonly dueBy: Instant | null;
  readonly history: History;
  readonly aim: Aim;
}

/** The contract of a route by which the target wants to be called; the platform's own way before the gate's. */
function contractNamed(kind: string, opened: OpenedRoute | null): ContractConfig | null {
  if (!opened || !CONTRACT_KINDS.some((known) => known === kind)) return null;
  const { caller, contract, manual } = opened.row;
  const parts = [["caller", caller], ["contract", contract], ["manual", manual]] as const; // biome-ignore format: one line
  const found = parts.find(([, stored]) => stored?.kind === kind);
  return found?.[1] ? configOf(found[0], found[1], opened) : null;
}

const secretValues = (headers: Readonly<Record<string, string>>): string[] =>
  Object.values(headers)
    .flatMap((value) => [value, value.replace(/^\S+\s+/, "")])
    .filter((value) => value.length >= 8);

const routeSecrets = ({ secrets, gateKey }: OpenedRoute): string[] => [
  ...Object.values(secrets),
  ...(gateKey === null ? [] : [gateKey]),
];

/** Of a schedule that Rollcall fires. */
export function aimOf(target: Target, opened: OpenedRoute | null, expression: string | null): Aim {
  return {
    target,
    contract: contractNamed(target.contract, opened),
    route: opened ? { name: opened.row.name, gateKey: opened.gateKey } : null,
    hidden: [...secretValues(target.headers), ...(opened ? routeSecrets(opened) : [])],
    expression,
  };
}

const USUALLY_GET = new Set(["vercel-cron", "bearer", "basic", "api-key"]);

/** In the place of a scheduler that nobody here can set: the route, called as its caller calls it; `null`: no address. */
export function standInAim(opened: OpenedRoute, expression: string | null): Aim | null {
  const { url, caller, contract, allowPrivateNetwork, name } = opened.row;
  if (url === null) return null;
  const config = caller ? configOf("caller", caller, opened) : configOf("contract", contract, opened);
  return {
    target: {
      ...{ url, method: USUALLY_GET.has(config.kind) ? "GET" : "POST", headers: {}, body: "", timeoutSeconds: 60 },
      ...{ successCodes: "200-299", retries: 0, overlap: "allow", catchUp: "skip", allowPrivateNetwork },
      // Whoever watches a schedule from outside is told of its runs by check-ins.
      runs: "check-in",
    },
    contract: config,
    route: { name, gateKey: opened.gateKey },
    hidden: routeSecrets(opened),
    expression,
  };
}

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The request as it goes out; a refusal where the contract is one that only its platform can sign. */
export async function requestOf(
  firing: Pick<Firing, "id" | "slug" | "window" | "aim">,
  now: Instant,
): Promise<{ readonly ok: true; readonly request: ToSend } | { readonly ok: false; readonly because: string }> {
  const { target, contract, expression } = firing.aim;
  const text = hasBody(target.method) ? target.body : "";
  const own = lowerCase(target.headers);
  const named = {
    "rollcall-execution": firing.id,
    "rollcall-schedule": firing.slug,
    ...(firing.window === null ? {} : { "rollcall-scheduled-for": scheduledFor(firing.window) }),
  };
  const type = text !== "" && own["content-type"] === undefined ? (isJson(text) ? "application/json" : "text/plain; charset=utf-8") : null; // biome-ignore format: one line
  const bare: ToSend = {
    method: target.method,
    url: target.url,
    headers: { "user-agent": "Rollcall", ...(type === null ? {} : { "content-type": type }), ...own, ...named },
    body: new TextEncoder().encode(text),
  };
  if (contract === null) return { ok: true, request: bare };
  const told = {
    executionId: firing.id,
    schedule: firing.slug,
    ...(firing.window === null ? {} : { scheduledFor: firing.window }),
    ...(expression === null ? {} : { expression }),
  };
  const made: Made | null = await genuine(contract, bare, { now, crypto: nodeCrypto, told });
  if (made === null) return { ok: false, because: "Its contract has no secret that can sign." };
  return made.ok ? { ok: true, request: made.request } : { ok: false, because: made.because };
}

/** What became of a firing. */
export interface Fired {
  readonly firing: Firing;
  readonly sentAt: Instant;
  readonly answeredAt: Instant;
  readonly read: DispatchRead;
  /** The beginning of the body of an answer that went badly, without secrets. */
  readonly excerpt: string | null;
  readonly retryAfterSeconds: number | null;
}

const EXCERPT = 2_000;
const LONGEST_CONNECT = millis(10 * SECOND);
/** A page full of NULs is no text to PostgreSQL. */
const storable = (text: string): string => text.replaceAll("\0", "�");

async function gateOf(value: string | undefined, { route }: Aim, now: Instant): Promise<ReadGateHeader> {
  if (!route?.gateKey) return { ok: false, because: "missing" };
  return verifyGateHeader(value, { route: route.name }, { gateKey: route.gateKey, crypto: nodeCrypto, now });
}

/** Sends it, once, and waits for the answer; never rejects. */
export async function send(firing: Firing, by: { readonly clock: Clock; readonly resolve?: Resolve }): Promise<Fired> {
  const { clock } = by;
  const { target, hidden } = firing.aim;
  const sentAt = clock.now();
  const made = await requestOf(firing, sentAt);
  if (!made.ok) {
    const attempt = { outcome: "no_answer", status: null, latencyMs: 0, error: `Not sent: ${made.because}` } as const;
    const read: DispatchRead = { attempt, run: null, rejected: null, body: "" };
    return { firing, sentAt, answeredAt: sentAt, read, excerpt: null, retryAfterSeconds: null };
  }
  const { request } = made;
  const whole = millis(target.timeoutSeconds * SECOND);
  const connect = millis(Math.min(whole, LONGEST_CONNECT));
  const outcome = await ask({
    ...request,
    limits: { connect, headers: whole, whole },
    allowPrivateNetwork: target.allowPrivateNetwork,
    ...(by.resolve ? { resolve: by.resolve } : {}),
  });
  const answeredAt = latest(sentAt, clock.now());
  const headers = outcome.kind === "answered" ? outcome.headers : {};
  const gate = await gateOf(headers[GATE_HEADER], firing.aim, answeredAt);
  const plain = readDispatched(outcome, {
    ...{ url: request.url, method: request.method, gate },
    isSuccess: (status) => isSuccess(target.successCodes, status),
  });
  // What was signed for this one request alone proves nothing any more, and still is nobody's business.
  const proofs = Object.entries(request.headers).flatMap(([name, value]) =>
    /authorization|signature|token|key|secret/.test(name) ? secretValues({ [name]: value }) : [],
  );
  const clean = (text: string): string => scrubbed(storable(text), [...hidden, ...proofs]);
  const { attempt, rejected } = plain;
  const read: DispatchRead = {
    ...plain,
    attempt: { ...attempt, error: attempt.error === null ? null : clean(attempt.error) },
    rejected: rejected && { ...rejected, diagnosis: clean(rejected.diagnosis) },
  };
  const bad = plain.run !== "success" && plain.body !== "";
  return {
    ...{ firing, sentAt, answeredAt, read },
    excerpt: bad ? withoutSecrets(clean(plain.body)).slice(0, EXCERPT) : null,
    retryAfterSeconds: retryAfter(headers["retry-after"], answeredAt),
  };
}
