/** The demo's application: a write route for each job and a read-only one, behind a real gate, on a port of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { describe } from "#gate/describe.ts";
import { type Gate, type GateOptions, gateWith } from "#gate/gate.ts";
import { world } from "#gate/world.ts";
import type { Clock } from "#lib/time/clock.ts";
import { DEMO_PROBE_PATH, DEMO_ROUTE } from "#lib/views/demo.ts";
import { contractsOf, type Job, type Secrets } from "./story.ts";

export interface Armed {
  readonly jobs: readonly Job[];
  readonly secrets: Secrets;
  readonly gateKey: string;
  readonly report: { readonly url: string; readonly key: string };
  /** Asked for each request: whether the gate is hardened against the wrong contract. */
  readonly wrong: () => boolean;
  /** What a job does; the ticket is the gate's. */
  readonly work: (job: Job, ticket: string | null) => Promise<void>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export interface Target {
  readonly origin: string;
  /** From then on it lets requests in, or refuses them; before, it answers 503. */
  arm(armed: Armed): void;
  /** What its gate saw is reported when this resolves. */
  close(): Promise<void>;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
};

function behindGates({ jobs, secrets, gateKey, report, wrong, work, clock, log }: Armed) {
  // Not the package's `createGate`: that one listens for the process's signals, which here are the server's to answer.
  const createGate = gateWith({ crypto: nodeCrypto, world: { ...world, now: () => clock.now() } });
  const { caller, hardened, manual } = contractsOf(secrets);
  const common: GateOptions = {
    route: DEMO_ROUTE,
    manual,
    gateKey,
    report: { ...report, everyMs: 250 },
    describe,
    log,
  };
  const gates = [createGate({ ...common, contract: caller }), createGate({ ...common, contract: hardened })] as const;
  const handlerOf = (gate: Gate): Handle => {
    const probe = gate.node((_request, response: ServerResponse) => answer(response, 200, { ok: true }));
    const routes = new Map<string, Handle>([[DEMO_PROBE_PATH, probe]]);
    for (const job of jobs) {
      if (job.path === null) continue;
      const handle = gate.node(async (_request: IncomingMessage, response: ServerResponse, { ticket }) => {
        await work(job, await ticket());
        answer(response, 200, { ok: true });
      });
      routes.set(job.path, handle);
    }
    return async (request, response) => {
      const handle = routes.get((request.url ?? "/").split("?")[0] ?? "");
      if (!handle) answer(response, 404, { error: "there is no such route in the demo" });
      else if (request.method !== "GET") answer(response.setHeader("allow", "GET"), 405, { error: "use GET" });
      else await handle(request, response);
    };
  };
  const [open, strict] = [handlerOf(gates[0]), handlerOf(gates[1])];
  const handle: Handle = (request, response) => (wrong() ? strict : open)(request, response);
  return { handle, flush: () => Promise.all(gates.map((gate) => gate.flush())) };
}

function listening(handle: Handle, port: number) {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      if (!response.headersSent) answer(response, 500, { error: "the demo's target failed" });
    });
  });
  return new Promise<typeof server>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** @param port the one that it had before, where it is still free; 0 for any */
export async function openTarget(port: number): Promise<Target> {
  let armed: ReturnType<typeof behindGates> | null = null;
  const handle: Handle = async (request, response) => {
    if (armed) await armed.handle(request, response);
    else answer(response, 503, { error: "the demo is starting" });
  };
  const server = await listening(handle, port).catch((thrown: unknown) => {
    if (port === 0) throw thrown;
    return listening(handle, 0);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm(parts) {
      armed = behindGates(parts);
    },
    async close() {
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeIdleConnections();
      });
      await armed?.flush();
    },
  };
}
