/**
 * The gate as a forward-auth endpoint (api.md, Gate): a proxy asks it about every request, and it answers 200, 401 or
 * 403 and nothing else. Nothing on its way asks the database: routes lie in memory, and decisions are stored behind the
 * answer.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PresentedBody, ReplayStore, RequestParts, TokenVerifier } from "#gate/contracts/contract.ts";
import { type RefuseReason, statusOf } from "#gate/contracts/reasons.ts";
import { contractOf } from "#gate/contracts/register.ts";
import { configProblem } from "#gate/contracts/secrets.ts";
import { sameBytes } from "#gate/crypto/crypto.ts";
import { utf8 } from "#gate/crypto/encoding.ts";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { type Decided, decide } from "#gate/decide.ts";
import { makeGateHeader } from "#gate/headers/gate-header.ts";
import { PROBE_HEADER, readProbeHeader } from "#gate/headers/probe-header.ts";
import { makeTicket } from "#gate/headers/ticket.ts";
import { rememberedShapeOf } from "#gate/shape/remembered-shape.ts";
import { refusedBefore } from "#lib/boundary/before-contract.ts";
import type { ReportedDecision } from "#lib/boundary/decision.ts";
import { bodyMayBeEmpty, type Original, originalOf } from "#lib/boundary/forwarded.ts";
import { whichSchedule } from "#lib/boundary/which-schedule.ts";
import type { GuardedRoute } from "#lib/engine/guarded-routes.ts";
import { isName } from "#lib/input/identifiers.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, instant, toRfc3339 } from "#lib/time/instant.ts";
import { hasBody, readBody } from "./body.ts";

export interface GateOptions {
  readonly clock: Clock;
  readonly routeNamed: (name: string) => GuardedRoute | undefined;
  /** Secrets of other routes, so that one in the wrong place is named. */
  readonly othersThan: (name: string) => readonly { readonly owner: string; readonly value: string }[];
  readonly take: (decision: ReportedDecision) => void;
  readonly replays: ReplayStore;
  readonly tokens: TokenVerifier;
  /** Signs the answer about a route that is not known. */
  readonly installKey: string;
  readonly onBug: (thrown: unknown) => void;
}

/** As the library's gates read at most. */
const MOST_BODY = 1_048_576;
/** Looking into mismatches costs a dozen HMACs each: this many a second, however many strangers come. */
const EXPLAINED_A_SECOND = 20;

/** `/gate/{route}` and what is behind it. */
function addressed(url: string): { readonly name: string; readonly rest: string } {
  const behind = url.slice("/gate/".length);
  const end = behind.search(/[/?]/);
  return end < 0 ? { name: behind, rest: "" } : { name: behind.slice(0, end), rest: behind.slice(end) };
}

const sameText = async (a: string, b: string): Promise<boolean> =>
  sameBytes(await nodeCrypto.digest("sha256", utf8(a)), await nodeCrypto.digest("sha256", utf8(b)));

/**
 * The headers as `headersOf` reads them, and all values of those that came several times. From what Node has anyway: its
 * own two objects of headers are made only for whoever asks for them.
 */
function headersIn(raw: readonly string[]): {
  readonly headers: Readonly<Record<string, string>>;
  readonly repeated: ReadonlyMap<string, readonly string[]> | null;
} {
  const headers: Record<string, string> = Object.create(null);
  let repeated: Map<string, string[]> | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [(raw[i] ?? "").toLowerCase(), raw[i + 1] ?? ""];
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
    if (before === undefined) continue;
    repeated ??= new Map();
    repeated.set(name, [...(repeated.get(name) ?? [before]), value]);
  }
  return { headers, repeated };
}

/** What is asked about, before anything is decided. */
interface Question {
  readonly name: string;
  readonly route: GuardedRoute | undefined;
  readonly original: Original | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: PresentedBody;
  readonly now: Instant;
}

export function gateDoor(options: GateOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { clock } = options;
  let second = 0;
  let explained = 0;
  const mayExplain = (now: Instant): boolean => {
    const current = Math.floor(now / 1_000);
    if (current !== second) [second, explained] = [current, 0];
    return explained++ < EXPLAINED_A_SECOND;
  };

  async function decided(question: Question): Promise<Decided> {
    const { route, original, headers, body, now } = question;
    const shown = {
      method: original?.method ?? "GET",
      url: `${route?.origin ?? "https://unknown.invalid"}${original?.target ?? "/"}`,
      ...{ headers, body },
    } satisfies RequestParts;
    const before = (reason: RefuseReason, detail: string | null) =>
      refusedBefore(shown, { route, reason, detail, now });
    if (!route) return before("route_unknown", null);
    const key = headers["rollcall-proxy-key"];
    if (route.proxyKey !== null && (key === undefined || !(await sameText(key, route.proxyKey)))) {
      return before("untrusted_proxy", key === undefined ? "no_key" : "wrong_key");
    }
    if (!original) return before("forwarded_mismatch", `not said as ${route.proxy} says it`);
    if (route.gateKey === null) return before("secret_not_configured", "gate_key_cannot_be_opened");
    return decide(shown, route.enforced, {
      ...{ now, crypto: nodeCrypto, shapeOf: rememberedShapeOf, replays: options.replays },
      ...{ tokens: options.tokens, route: route.name },
      get explain() {
        return mayExplain(now);
      },
      get others() {
        return options.othersThan(route.name);
      },
    });
  }

  async function answerTo(question: Question, response: ServerResponse): Promise<void> {
    const { name, route, original, headers, now } = question;
    const found = await decided(question);
    const id = randomUUID();
    const method = original?.method ?? "GET";
    const path = original?.target.split("?", 1)[0] ?? null;
    const signing = { gateKey: route?.gateKey ?? options.installKey, crypto: nodeCrypto, now };
    const probe = headers[PROBE_HEADER];
    const nonce =
      probe === undefined || !route
        ? null
        : await readProbeHeader(probe, { method, url: `http://gate${path ?? ""}` }, signing);
    const { told, outcome, reason } = found;
    const admitted = outcome === "admitted";
    // One literal without spreads, here and below: on this path they cost as much as a signature.
    const decision: ReportedDecision = {
      id,
      at: now,
      route: name,
      outcome,
      reason,
      method,
      path,
      detail: found.detail,
      diagnosis: found.diagnosis,
      via: nonce === null ? found.via : "probe",
      source: "forward-auth",
      contractExpected: route ? found.contractExpected : null,
      contractResembled: found.contractResembled,
      schedule: route?.schedules.find((one) => one.slug === told.schedule)?.slug ?? null,
      window: told.scheduledFor === undefined ? null : instant(told.scheduledFor),
      expression: told.expression ?? null,
      executionId: told.executionId ?? null,
      // Made by our own gate, of its own words: nothing has to be taken out.
      presented: found.presented,
    };
    options.take(decision);
    const gate = await makeGateHeader({ id, route: name, outcome, nonce }, signing);
    // biome-ignore format: name and value
    const sent = ["Content-Length", "0", "Cache-Control", "no-store", "Rollcall-Decision", outcome, "Rollcall-Route", name, "Rollcall-Gate", gate];
    if (admitted && route) {
      const { schedule, window } = whichSchedule(decision, route);
      const named = window === null ? null : toRfc3339(window);
      const ticket = { route: name, schedule, window: named, method, path: path ?? "/", jti: id };
      sent.push("Rollcall-Schedule", schedule ?? "", "Rollcall-Ticket", await makeTicket(ticket, signing));
    } else sent.push("Rollcall-Reason", reason);
    const status = admitted ? 200 : statusOf(reason as RefuseReason);
    if (status === 401 && route) sent.push(...challenge(route));
    writeSoon(() => {
      try {
        response.writeHead(status, sent);
        response.end();
      } catch (thrown) {
        fail(response, thrown);
      }
    });
  }

  // Answers of one turn of the loop are written together in its check phase: a caller that is woken by the first finds
  // the others written when it looks, where each by itself costs a wake of its own, as much as deciding does.
  let decidedOn: (() => void)[] = [];
  const writeAll = (): void => {
    const all = decidedOn;
    decidedOn = [];
    for (const write of all) write();
  };
  const writeSoon = (write: () => void): void => {
    if (decidedOn.push(write) === 1) setImmediate(writeAll);
  };

  const fail = (response: ServerResponse, thrown: unknown): void => {
    options.onBug(thrown);
    if (response.headersSent) return;
    const sent = ["Content-Length", "0", "Cache-Control", "no-store", "Rollcall-Decision", "rejected"];
    response.writeHead(403, [...sent, "Rollcall-Reason", "internal_error"]);
    response.end();
  };

  return (request, response) => {
    try {
      const { name, rest } = addressed(request.url ?? "/gate/");
      const route = isName(name) ? options.routeNamed(name) : undefined;
      const { headers, repeated } = headersIn(request.rawHeaders);
      const values = (header: string): readonly string[] => {
        const value = headers[header];
        return repeated?.get(header) ?? (value === undefined ? [] : [value]);
      };
      const original = originalOf(route?.proxy ?? "nginx", { method: request.method ?? "GET", rest }, values);
      const asked = { name: isName(name) ? name : "", route, original, headers };
      const go = (body: PresentedBody): void => {
        answerTo({ ...asked, body, now: clock.now() }, response).catch((thrown: unknown) => fail(response, thrown));
      };
      if (!route || !original || !route.readsBody) return go(new Uint8Array());
      if (asked.headers["x-envoy-auth-partial-body"] === "true") return go("unavailable");
      if (!hasBody(asked)) return go(bodyMayBeEmpty(route.proxy, original.method) ? new Uint8Array() : "unavailable");
      readBody(request, MOST_BODY, (body) => {
        // Gone before the end: nobody waits for an answer.
        if (body === null) return response.destroy();
        go(body.bytes > MOST_BODY ? "too_large" : (body.kept ?? "unavailable"));
      });
    } catch (thrown) {
      fail(response, thrown);
    }
  };
}

/** What is asked for at 401, for proxies that hand it on. */
function challenge({ enforced, name }: GuardedRoute): readonly string[] {
  const [config] = enforced.contracts;
  const contract = contractOf(config.kind);
  const scheme = configProblem(contract, config) ? null : contract.expectedShape(config).scheme;
  return scheme === null ? [] : ["WWW-Authenticate", `${scheme} realm="${name}"`];
}
