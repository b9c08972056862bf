/** The gate that stands in front of a route in an application: decides, answers or lets through, and reports. */
import type {
  OtherSecret,
  PresentedBody,
  ReadShape,
  ReplayStore,
  RequestParts,
  TokenVerifier,
} from "./contracts/contract.ts";
import { headersOf, pathOf } from "./contracts/parts.ts";
import { type RefuseReason, statusOf } from "./contracts/reasons.ts";
import { type ContractConfig, ruleOf } from "./contracts/rules.ts";
import { secretProblem } from "./contracts/secret-text.ts";
import { configProblem } from "./contracts/secrets.ts";
import type { Crypto } from "./crypto/crypto.ts";
import type { Description } from "./describe.ts";
import { GATE_HEADER, makeGateHeader } from "./headers/gate-header.ts";
import { PROBE_HEADER, readProbeHeader } from "./headers/probe-header.ts";
import { makeTicket, type ReadTicket, TICKET_HEADER, type Ticket } from "./headers/ticket.ts";
import { type Enforced, type Judged, judge } from "./judge.ts";
import { headersOfNode, type NodeRequest, type NodeResponse, readAndPutBack, urlOf } from "./node-adapter.ts";
import { type HandOn, readBody, withBody } from "./read-body.ts";
import { MemoryReplays } from "./replays.ts";
import { type ReportedDecision, reportedDecision } from "./report/reported.ts";
import { Reporter, type ReporterStats, type ReportTo } from "./report/reporter.ts";
import { findWaitUntil } from "./report/wait-until.ts";
import { world as realWorld, type World } from "./world.ts";

export interface GateOptions {
  /** The protected route's name in Rollcall. */
  readonly route: string;
  /** What the route expects. */
  readonly contract?: ContractConfig;
  /** Instead of `contract`: any of these, while a route moves from one platform to another. The first is what it expects. */
  readonly contracts?: readonly ContractConfig[];
  /** The door for people and tools; give it a secret of its own, so that the doors can be told apart. */
  readonly manual?: ContractConfig;
  /** Under which answers are signed and tickets verify; Rollcall shows it once when the route is made. */
  readonly gateKey: string | undefined;
  /** Where decisions go. Without it they go nowhere, and the gate still decides. */
  readonly report?: ReportTo;
  /** The scheme and host that callers use, where a proxy in front changes them: `https://app.example.com`. */
  readonly publicUrl?: string;
  /** Checks tokens by published keys: `tokens()` of the package's `jwt` entry. For OIDC contracts. */
  readonly tokens?: TokenVerifier;
  /**
   * `verifyTicket` of this package, where Rollcall's forward-auth endpoint stands before the application: its ticket then
   * names schedule and window where the platform says nothing of its own.
   */
  readonly readTicket?: (
    token: string,
    expected: { readonly gateKey: string } & Pick<Ticket, "route" | "method" | "path">,
  ) => Promise<ReadTicket>;
  /** Remembers what was presented; by default this process does, for its own part. */
  readonly replays?: ReplayStore;
  /** Other routes' secrets, so that one in the wrong place is named. */
  readonly others?: readonly OtherSecret[];
  /** The largest body that is read for a signature, in bytes. Default 1,048,576. */
  readonly mostBodyBytes?: number;
  /** Adds a sentence and the contract that a request resembles (`describe` of the entry of that name); Rollcall does so by itself. */
  readonly describe?: (judged: Judged, expected: ContractConfig) => Description;
  /** Told of every decision, for a log of your own. */
  readonly onDecision?: (decision: ReportedDecision) => void;
  /** Where the gate says what is wrong with its configuration. Default `console.warn`. */
  readonly log?: (line: string) => void;
}

/** What a handler learns about the request that was let in. */
export interface Admission {
  readonly decision: ReportedDecision;
  /**
   * To be passed on with the check-in (`Rollcall-Ticket`), so that the run finds its window; `null` without a gate key.
   * Made when it is asked for: signing one is a third of all that a decision costs, and many handlers need none.
   */
  ticket(): Promise<string | null>;
}

export interface Answered {
  readonly admission: Admission;
  readonly admitted: boolean;
  /** 200 where it was admitted. */
  readonly status: 200 | 401 | 403;
  /** For the answer, whoever makes it. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Gate {
  /** Puts the gate in front of a handler of Web requests. The body stays readable. */
  protect<R extends Request, Rest extends readonly unknown[]>(
    handler: (request: R, admission: Admission, ...rest: Rest) => Response | Promise<Response>,
  ): (request: R, ...rest: Rest) => Promise<Response>;
  /** The read-only route that shares the very same path, for verification: answers and does nothing. */
  probe(): (request: Request, ...rest: readonly unknown[]) => Promise<Response>;
  /**
   * The same for `(req, res)`: Express, Fastify's raw requests, node:http. Without a handler it is middleware, and puts
   * the admission on `req.rollcall`. It goes before whatever parses bodies; a contract that covers the body refuses one
   * that was read already (unless `req.rawBody` has it).
   */
  node<Req extends NodeRequest, Res extends NodeResponse>(
    handler?: (request: Req, response: Res, admission: Admission) => unknown,
  ): (request: Req, response: Res, next?: (error?: unknown) => void) => Promise<void>;
  /** Decides on any request, for frameworks that have neither form; reports it as well. */
  decide(request: RequestParts): Promise<Answered>;
  /** Sends what waits to be reported; for shutdown. */
  flush(): Promise<void>;
  readonly stats: ReporterStats;
}

/** Looking into mismatches costs a dozen HMACs each: this many a second, however many strangers come. */
const EXPLAINED_A_SECOND = 20;

/** What differs between a server, an edge and a test. */
export interface Surroundings {
  readonly crypto: Crypto;
  readonly world?: World;
  /** Told of every gate, so that it is flushed before the process ends. */
  readonly born?: (gate: Gate) => void;
  readonly handOn?: HandOn;
  readonly shapeOf?: ReadShape;
}

export function gateWith({
  crypto,
  world = realWorld,
  born,
  handOn = withBody,
  shapeOf,
}: Surroundings): (options: GateOptions) => Gate {
  return (options: GateOptions): Gate => {
    const log = options.log ?? ((line) => console.warn(line));
    const enforced = enforcedBy(options);
    const gateKey = secretProblem(options.gateKey) === null ? options.gateKey : undefined;
    for (const line of complaints(options, enforced)) log(line);
    const reporter = options.report ? new Reporter(options.report, { world, log }) : null;
    const replays = options.replays ?? new MemoryReplays();
    const readsBody = [...enforced.contracts, ...(enforced.manual ? [enforced.manual] : [])].some(bodyIsRead);
    const publicUrl = options.publicUrl?.replace(/\/+$/, "") ?? null;
    const mostBodyBytes = options.mostBodyBytes ?? 1_048_576;
    let second = 0;
    let explained = 0;

    const mayExplain = (now: number): boolean => {
      const current = Math.floor(now / 1_000);
      if (current !== second) [second, explained] = [current, 0];
      return explained++ < EXPLAINED_A_SECOND;
    };

    const tell = (decision: ReportedDecision): void => {
      try {
        options.onDecision?.(decision);
      } catch {
        // A log that fails is no reason to fail a request.
      }
    };

    const decideOn = async (request: RequestParts): Promise<Answered> => {
      const now = world.now();
      const deps = {
        now,
        crypto,
        shapeOf,
        replays,
        tokens: options.tokens,
        others: options.others,
        route: options.route,
        get explain() {
          return mayExplain(now);
        },
      };
      const judged = await judge(request, enforced, deps);
      const decided = judged.outcome === "admitted" ? await withTicket(judged, request) : judged;
      const probe = request.headers[PROBE_HEADER];
      const nonce = gateKey === undefined ? null : await readProbeHeader(probe, request, { gateKey, crypto, now });
      const via = nonce === null ? decided.via : "probe";
      const { method, url } = request;
      const of: Parameters<typeof reportedDecision>[1] = {
        id: world.uuid(),
        now,
        route: options.route,
        method,
        url,
        via,
      };
      const decision = reportedDecision(decided, of, options.describe?.(decided, enforced.contracts[0]));
      reporter?.add(decision);
      tell(decision);
      return answerTo({ decided, decision, nonce, now });
    };

    /** The ticket of a forward-auth endpoint admits nobody: schedule and window are all that it is believed. */
    const withTicket = async (judged: Judged, { headers, method, url }: RequestParts): Promise<Judged> => {
      const token = headers[TICKET_HEADER];
      if (!options.readTicket || token === undefined || gateKey === undefined) return judged;
      const read = await options.readTicket(token, { gateKey, route: options.route, method, path: pathOf(url) });
      if (!read.ok) return judged;
      const { schedule, window } = read.ticket;
      const its = { ...(schedule && { schedule }), ...(window && { scheduledFor: Date.parse(window) }) };
      return { ...judged, told: { ...its, ...judged.told } };
    };

    const answerTo = async (of: {
      readonly decided: Judged;
      readonly decision: ReportedDecision;
      readonly nonce: string | null;
      readonly now: number;
    }): Promise<Answered> => {
      const { decision, nonce, now, decided } = of;
      const { outcome, id } = decision;
      const { route } = options;
      const admitted = outcome === "admitted";
      const signing = gateKey === undefined ? null : { gateKey, crypto, now };
      const { schedule = null, window = null, method, path } = decision;
      return {
        admitted,
        status: admitted ? 200 : statusOf(decided.reason as RefuseReason),
        admission: {
          decision,
          // Its minute begins when it is made, which a handler that works for long first may put off to its end.
          ticket: async () =>
            gateKey !== undefined && admitted
              ? makeTicket({ route, schedule, window, method, path, jti: id }, { gateKey, crypto, now: world.now() })
              : null,
        },
        headers: {
          "rollcall-decision": outcome,
          ...(signing ? { [GATE_HEADER]: await makeGateHeader({ id, route, outcome, nonce }, signing) } : {}),
          ...(nonce === null ? {} : { "rollcall-reason": decision.reason }),
          ...(admitted ? {} : refusalHeaders(enforced, options.route)),
        },
      };
    };

    const partsOf = async (request: Request): Promise<RequestParts> => ({
      method: request.method.toUpperCase(),
      url: publicUrl === null ? request.url : moved(request.url, publicUrl),
      headers: headersOf(request.headers),
      body: readsBody ? await bodyOf(request, mostBodyBytes) : new Uint8Array(),
    });

    const keepAlive = (rest: readonly unknown[]): void => {
      const waitUntil = options.report?.waitUntil ?? findWaitUntil(rest);
      if (reporter && waitUntil) waitUntil(reporter.flush());
    };

    const protect: Gate["protect"] =
      (handler) =>
      async (request, ...rest) => {
        const parts = await partsOf(request);
        const answered = await decideOn(parts);
        keepAlive(rest);
        if (!answered.admitted) return refusal(answered);
        return marked(await handler(handOn(request, parts.body), answered.admission, ...rest), answered.headers);
      };

    const node: Gate["node"] = (handler) => async (request, response, next) => {
      try {
        const answered = await decideOn({
          method: (request.method ?? "GET").toUpperCase(),
          url: urlOf(request, publicUrl),
          headers: headersOfNode(request),
          body: readsBody ? await readAndPutBack(request, mostBodyBytes) : new Uint8Array(),
        });
        keepAlive([]);
        for (const [name, value] of Object.entries(answered.headers)) response.setHeader(name, value);
        if (!answered.admitted) {
          response.statusCode = answered.status;
          response.setHeader("content-type", "application/json");
          response.end(refusalBody(answered));
          return;
        }
        Object.assign(request, { rollcall: answered.admission });
        if (handler) await handler(request, response, answered.admission);
        else next?.();
      } catch (thrown) {
        if (!next) throw thrown;
        next(thrown);
      }
    };

    const gate: Gate = {
      protect,
      node,
      probe: () =>
        protect(
          (_request: Request, { decision }) =>
          Response.json({ ok: true, route: options.route, decision: decision.id }, { headers: { "cache-control": "no-store" } }), // biome-ignore format: one line
        ),
      decide: decideOn,
      flush: async () => reporter?.flush(),
      get stats() {
        return reporter?.stats ?? { waiting: 0, sent: 0, dropped: 0 };
      },
    };
    if (reporter) born?.(gate);
    return gate;
  };
}

function enforcedBy(options: GateOptions): Enforced {
  const [first, ...others] = options.contracts ?? (options.contract ? [options.contract] : []);
  if (!first) throw new TypeError("createGate needs a contract.");
  // Rollcall's dispatcher signs under the route's gate key, unless the contract has one of its own.
  const withKey = (config: ContractConfig): ContractConfig =>
    config.kind === "rollcall" && config.secret === undefined && options.gateKey !== undefined
      ? { ...config, secret: options.gateKey }
      : config;
  return {
    route: options.route,
    contracts: [withKey(first), ...others.map(withKey)],
    ...(options.manual ? { manual: withKey(options.manual) } : {}),
  };
}

/** What is wrong from the start, a line each, without a byte of any secret. */
function complaints({ route, gateKey }: GateOptions, enforced: Enforced): readonly string[] {
  const of = (config: ContractConfig, door: string): readonly string[] => {
    const problem = configProblem(ruleOf(config.kind), config);
    return problem
      ? [
          `rollcall gate: route "${route}" refuses ${door}: ${config.kind}.${problem.field} is unfit (${problem.reason}: ${problem.detail})`,
        ]
      : [];
  };
  const key = secretProblem(gateKey);
  return [
    ...enforced.contracts.flatMap((config) => of(config, "everybody")),
    ...(enforced.manual ? of(enforced.manual, "all at the manual door") : []),
    ...(key ? [`rollcall gate: route "${route}" signs nothing: gateKey is unfit (${key.detail})`] : []),
  ];
}

const bodyIsRead = (config: ContractConfig): boolean => {
  const contract = ruleOf(config.kind);
  return configProblem(contract, config) === null && contract.readsBody(config);
};

/** Where the caller went away, or a stream broke, there is nothing that could be checked. */
const bodyOf = (request: Request, most: number): Promise<PresentedBody> =>
  readBody(request, most).catch((): PresentedBody => "unavailable");

/** The same path and query at the public address. */
export function moved(url: string, publicUrl: string): string {
  const { pathname, search } = new URL(url);
  return `${publicUrl}${pathname}${search}`;
}

function refusalHeaders(enforced: Enforced, route: string): Readonly<Record<string, string>> {
  const schemes = new Set(
    enforced.contracts.flatMap((config) => {
      const contract = ruleOf(config.kind);
      const scheme = configProblem(contract, config) ? null : contract.expectedShape(config).scheme;
      return scheme === null ? [] : [scheme];
    }),
  );
  const challenge = [...schemes].map((scheme) => `${scheme} realm="${route.replace(/[^\w .-]/g, "")}"`).join(", ");
  return { "cache-control": "no-store", ...(challenge === "" ? {} : { "www-authenticate": challenge }) };
}

/** Says that it was refused and under which id it is kept; the reason is for the operator, else it is an oracle. */
const refusalBody = ({ status, admission }: Answered): string =>
  JSON.stringify({ error: status === 401 ? "unauthenticated" : "forbidden", id: admission.decision.id });

const refusal = (answered: Answered): Response =>
  new Response(refusalBody(answered), {
    status: answered.status,
    headers: { ...answered.headers, "content-type": "application/json" },
  });

/** The handler's answer with the gate's headers; those of `Response.redirect` and of fetched answers cannot be changed. */
function marked(answer: Response, headers: Readonly<Record<string, string>>): Response {
  try {
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
    return answer;
  } catch {
    const copy = new Response(answer.body, answer);
    for (const [name, value] of Object.entries(headers)) copy.headers.set(name, value);
    return copy;
  }
}
