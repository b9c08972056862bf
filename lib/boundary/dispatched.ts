/** What the answer to a request of the dispatcher is evidence of (domain.md, Run and check-in). Pure. */
import type { ReadGateHeader } from "#gate/headers/gate-header.ts";
import type { Answered, Outcome } from "#lib/outbound/outcome.ts";
import { type ReadAnswer, type ReadCode, readAnswer } from "./from-outside.ts";

export interface DispatchRead {
  readonly attempt: {
    readonly outcome: "answered" | "refused" | "no_answer";
    readonly status: number | null;
    readonly latencyMs: number;
    /** Why it went badly, in one sentence. */
    readonly error: string | null;
  };
  /** The run that the answer tells of; `null`: none came about. */
  readonly run: "success" | "fail" | null;
  /** What stands before the job and let nothing through; `null`: nothing did, or its own gate tells it itself. */
  readonly rejected: { readonly reason: string; readonly detail: string | null; readonly diagnosis: string } | null;
  /** The beginning of the answer's body. It may echo what was sent. */
  readonly body: string;
}

/** Who keeps robots away, or wants a person to sign in: answers of theirs are no answers of the job. */
const CHALLENGES: ReadonlySet<ReadCode> = new Set<ReadCode>([
  ...(["platform_protection", "waf_challenge", "waf_block", "edge_basic_auth", "csrf_rejected"] as const),
]);

/** A challenge under a status of success, told by the headers that only firewalls send. */
function silentChallenge({ status, headers }: Answered, host: string): ReadAnswer | null {
  if (status >= 300) return null;
  const by =
    headers["cf-mitigated"] === "challenge"
      ? "cloudflare"
      : headers["x-vercel-mitigated"] === "challenge"
        ? "vercel"
        : /challenge|captcha/.test(headers["x-amzn-waf-action"] ?? "")
          ? "aws"
          : null;
  if (by === null) return null;
  const sentence = `The firewall before ${host} (${by}) asks for proof that a person calls, and a scheduler does not come through.`;
  return { layer: "edge", code: "waf_challenge", sub: by, sentence };
}

const isChallenge = (read: ReadAnswer): boolean =>
  CHALLENGES.has(read.code) || (read.code === "html_instead_of_json" && read.sub === "login");

/** In words that fit a request which may have met no gate at all. */
function refusal(read: ReadAnswer, answered: Answered, asked: DispatchedAs): ReadAnswer {
  if (read.code !== "refused_elsewhere") return read;
  const host = new URL(asked.url).host;
  const sentence =
    asked.gate.ok && asked.gate.outcome === "admitted"
      ? `The gate of ${host} let the request in, and the application refused it with ${answered.status}.`
      : `${host} refused the request with ${answered.status}.`;
  return { ...read, sentence };
}

const ENDED = {
  timeout: "The answer began and did not end in time.",
  broken: "The answer broke off before its end.",
} as const;

export interface DispatchedAs {
  readonly url: string;
  readonly method: string;
  /** Whether the answer carries the signature of the route's own gate. */
  readonly gate: ReadGateHeader;
  readonly isSuccess: (status: number) => boolean;
}

/** Reads one answer; total: whatever came has exactly one reading. */
export function readDispatched(outcome: Outcome, asked: DispatchedAs): DispatchRead {
  const plain = readAnswer(outcome, { url: asked.url, method: asked.method, gate: asked.gate, should: "accepted" });
  const latencyMs = outcome.durationMs;
  if (outcome.kind === "no_answer") {
    const attempt = { outcome: "no_answer", status: null, latencyMs, error: plain.sentence } as const;
    return { attempt, run: null, rejected: null, body: "" };
  }
  const { status, body, ended } = outcome;
  const read = silentChallenge(outcome, new URL(asked.url).host) ?? refusal(plain, outcome, asked);
  const redirected = status >= 300 && status < 400 && status !== 304;
  const refused = status === 401 || status === 403 || redirected;
  const success = asked.isSuccess(status);
  if (isChallenge(read) || (refused && !success)) {
    const error = read.sentence;
    // Its gate reports the decision itself: one request is one decision.
    const own = read.code === "gate_refused";
    return {
      attempt: { outcome: "refused", status, latencyMs, error },
      run: null,
      rejected: own ? null : { reason: read.code, detail: read.sub, diagnosis: error },
      body,
    };
  }
  if (success && (ended === "whole" || ended === "cut")) {
    return { attempt: { outcome: "answered", status, latencyMs, error: null }, run: "success", rejected: null, body };
  }
  const error = success && (ended === "timeout" || ended === "broken") ? ENDED[ended] : read.sentence;
  return { attempt: { outcome: "answered", status, latencyMs, error }, run: "fail", rejected: null, body };
}
