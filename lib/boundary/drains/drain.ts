/**
 * What a log tells of scheduled requests that did not come through: each refused one is a decision, with a code of layers 0
 * to 3 (contracts.md, section 4). Pure. A line of a log proves nothing: whether it was the scheduler's is judged by its
 * moment, its path and who it says it is, like any hint.
 */
import { v5 } from "uuid";
import type { Hints } from "#gate/contracts/contract.ts";
import { CONTRACT_KINDS, type ContractKind } from "#gate/contracts/kinds.ts";
import { contractOf } from "#gate/contracts/register.ts";
import { OTHER_PLATFORMS } from "#gate/shape/platforms.ts";
import { DAY, type Instant, MINUTE } from "#lib/time/instant.ts";
import type { ReportedDecision } from "../decision.ts";
import { readAnswer } from "../from-outside.ts";
import type { PresentedHint } from "../presented.ts";
import type { DrainFormat, Entry, LoggedRequest } from "./drain-format.ts";
import { formatFor } from "./register.ts";

const recordOf = (value: unknown): Entry[] =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? [{ kind: "record", record: value as Readonly<Record<string, unknown>> }]
    : [];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The entries of a body: a JSON array or object, else a line each, JSON or text. */
function entriesOf(body: string): readonly Entry[] {
  const trimmed = body.trim();
  if (trimmed.startsWith("[")) {
    const whole = parsed(trimmed);
    if (Array.isArray(whole)) return whole.flatMap(recordOf);
  }
  return trimmed.split(/\r?\n/).flatMap((line): Entry[] => {
    if (line.trim() === "") return [];
    const record = line.trimStart().startsWith("{") ? recordOf(parsed(line)) : [];
    return record.length > 0 ? record : [{ kind: "text", text: line.slice(0, 20_000) }];
  });
}

const PLATFORMS: readonly { readonly of: ContractKind | null; readonly platform: string; readonly hints: Hints }[] = [
  ...CONTRACT_KINDS.map((kind) => ({ of: kind, platform: contractOf(kind).label, hints: contractOf(kind).hints })),
  ...OTHER_PLATFORMS.map((one) => ({ of: null, ...one })),
];

function hintsOf(userAgent: string | null): readonly PresentedHint[] {
  const agent = userAgent?.toLowerCase() ?? "";
  return PLATFORMS.flatMap(({ of, platform, hints: { agent: its } }) =>
    its !== undefined && agent.includes(its.toLowerCase()) ? [{ of, platform, words: `the user agent ${its}` }] : [],
  );
}

export interface Drained {
  readonly route: string;
  /** The paths that the route guards. */
  readonly paths: ReadonlySet<string>;
  readonly caller: ContractKind;
  /** Scheme and host of the route, against which a redirect is read; `null`: it has no address. */
  readonly origin: string | null;
  readonly now: Instant;
}

const plain = (path: string): string => path.replace(/\/+$/, "");

interface Reason {
  readonly code: string;
  readonly sub: string | null;
  readonly sentence: string;
}

/** A redirect whose end the log tells is read as one that was asked for: who keeps everybody out shows in it. */
function leadsTo({ method, path, status, location }: LoggedRequest, origin: string | null): Reason | null {
  if (status < 300 || status >= 400 || location === null || origin === null) return null;
  const answered = {
    kind: "answered",
    status,
    headers: { location },
    body: "",
    ended: "whole",
    durationMs: 0,
  } as const;
  const missing = { ok: false, because: "missing" } as const;
  return readAnswer(answered, { url: `${origin}${path}`, method, gate: missing, should: "accepted" });
}

/** Why it did not come through; `null`: it did, or nothing is known. */
function reasonOf({ status, mitigated }: LoggedRequest): readonly [reason: string, words: string] | null {
  if (mitigated === "challenge") return ["waf_challenge", "a firewall asks for proof that a person calls"];
  if (mitigated === "block") return ["waf_block", "a firewall blocks it"];
  if (status < 300 || status === 304) return null;
  if (status < 400) return ["redirect", "a redirect, which schedulers do not follow"];
  switch (status) {
    case 401:
    case 403:
      return ["refused_elsewhere", "something before the gate refuses it"];
    case 404:
    case 410:
      return ["route_not_found", "there is no such path"];
    case 405:
      return ["method_not_allowed", "the route does not take this method"];
    case 413:
      return ["body_rejected", "a proxy refuses the body as too large"];
    case 429:
      return ["rate_limited_upstream", "something limits how often it may be called"];
    case 502:
    case 504:
      return ["bad_gateway", "the proxy does not reach the application"];
    default:
      return status >= 500 ? ["server_error", "the application or its proxy failed"] : null;
  }
}

/** Of the namespace in which a line's id is made: any UUID, as long as it stays. */
const NAMESPACE = "a3f0b0d2-6a55-4c5e-9d55-1f4c8f1f7c0e";

/** The decision that a line tells of; `null`: it is none of a scheduled request that was refused. */
export function decisionOf(format: DrainFormat, logged: LoggedRequest, by: Drained): ReportedDecision | null {
  const { at, method, path, status, userAgent } = logged;
  const reason = reasonOf(logged);
  if (reason === null || !by.paths.has(plain(path))) return null;
  if (at < by.now - 7 * DAY || at > by.now + 5 * MINUTE) return null;
  const hints = hintsOf(userAgent);
  // A contract without a platform is called by anything but a browser.
  const nameless =
    contractOf(by.caller).hints.agent === undefined && userAgent !== null && !/^Mozilla\//.test(userAgent);
  if (hints.length === 0 && !nameless) return null;
  const led = leadsTo(logged, by.origin);
  const of = JSON.stringify([by.route, logged.id, at, method, path, status, userAgent]);
  return {
    ...{
      id: v5(of, NAMESPACE),
      at,
      route: by.route,
      outcome: "rejected",
      reason: led?.code ?? reason[0],
      method,
      path,
    },
    via: hints.length === 0 ? "scheduler" : null,
    detail: led?.sub ?? String(status),
    contractExpected: null,
    contractResembled: null,
    diagnosis: led
      ? `${method} ${path}: ${led.sentence.replace(/\.$/, "")} (${format.label}).`
      : `${method} ${path} was answered ${status}: ${reason[1]} (${format.label}).`,
    ...{ schedule: null, window: null, expression: null, executionId: null },
    presented: { method, headers: userAgent === null ? [] : ["user-agent"], ...(hints.length === 0 ? {} : { hints }) },
    source: "drain",
  };
}

export interface ReadDrain {
  readonly taken: number;
  readonly decisions: readonly ReportedDecision[];
}

export function readDrain(body: string, by: Drained): ReadDrain {
  const entries = entriesOf(body);
  const decisions = new Map<string, ReportedDecision>();
  for (const entry of entries) {
    const format = formatFor(entry);
    const logged = format?.read(entry) ?? null;
    const decision = format && logged ? decisionOf(format, logged, by) : null;
    if (decision) decisions.set(decision.id, decision);
  }
  return { taken: entries.length, decisions: [...decisions.values()] };
}
