/** What the gate adds to a handler: in one process, handler with and without in turn, so that both meet the same machine. */
import { createHmac } from "node:crypto";
import type { RequestParts } from "#gate/contracts/contract.ts";
import { headersOf } from "#gate/contracts/parts.ts";
import { createGate } from "#gate/index-node.ts";

const SECRET = "a secret of the bench, long enough";
const BODY = JSON.stringify({ job: "nightly", part: 2, of: "a body as a scheduler sends it" });
const URL_OF_ROUTE = "http://127.0.0.1/api/cron/nightly";
const rounds = Number(process.argv[2] ?? 7);

type Handler = (request: Request) => Promise<Response>;

const spin = (turns: number): number => {
  let sum = 0;
  for (let i = 0; i < turns; i++) sum = (sum + i * 7) % 1_000_003;
  return sum;
};
/** So many turns take a millisecond here; the same number of them each time, whatever else the machine does. */
const TURNS = ((): number => {
  spin(5_000_000);
  const began = performance.now();
  spin(5_000_000);
  return Math.round(5_000_000 / (performance.now() - began));
})();
const work = (): number => spin(TURNS);

const options = { route: "nightly", gateKey: "a gate key of the bench, long enough", log: () => {} };
// Decisions are gathered and thrown away: sending them is done in the background, and is not what is asked.
const report = { url: "http://127.0.0.1:9", key: "k", everyMs: 3_600_000, most: 1_000 };
const bearer = createGate({ ...options, report, contract: { kind: "bearer", secret: SECRET } });
const hmac = createGate({ ...options, report, contract: { kind: "hmac", secret: SECRET, header: "x-signature" } });

const withBearer = (): Request => new Request(URL_OF_ROUTE, { headers: { authorization: `Bearer ${SECRET}` } });
const signature = createHmac("sha256", SECRET).update(BODY).digest("hex");
const withHmac = (): Request =>
  new Request(URL_OF_ROUTE, { method: "POST", headers: { "x-signature": `sha256=${signature}` }, body: BODY });

const partsOfWeb = async (request: Request): Promise<RequestParts> => ({
  method: request.method,
  url: request.url,
  headers: headersOf(request.headers),
  body: new Uint8Array(await request.arrayBuffer()),
});

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Microseconds of each call; the request is made outside of what is timed. */
async function timed(handler: Handler, request: () => Request, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const one = request();
    const began = performance.now();
    await handler(one);
    times.push((performance.now() - began) * 1_000);
  }
  return times;
}

const answer: Handler = async (request) => {
  // A handler of a signed request reads its body, with the gate and without.
  if (request.method === "POST") await request.text();
  return new Response("ok");
};
const working: Handler = async (request) => {
  work();
  return answer(request);
};

const cases = { bearer: { gate: bearer, request: withBearer }, hmac: { gate: hmac, request: withHmac } };
const told: Record<string, number> = { ms: 0 };
for (const [name, { gate, request }] of Object.entries(cases)) {
  const decided: number[] = [];
  const added: number[] = [];
  const shares: number[] = [];
  const [bare, guarded] = [answer, gate.protect(answer)];
  const parts = await partsOfWeb(request());
  const deciding: Handler = async (one) => {
    await gate.decide(parts);
    return answer(one);
  };
  await timed(deciding, request, 5_000);
  const [bareWork, guardedWork] = [working, gate.protect(working)];
  await timed(guarded, request, 5_000);
  await timed(bare, request, 5_000);
  for (let round = 0; round < rounds; round++) {
    const without = median(await timed(bare, request, 2_000));
    decided.push(median(await timed(deciding, request, 2_000)) - without);
    added.push(median(await timed(guarded, request, 2_000)) - without);
    // Call by call in turn, and by medians: what others do on this machine meanwhile meets both.
    const [full, less]: [number[], number[]] = [[], []];
    for (let i = 0; i < 400; i++) {
      full.push(...(await timed(bareWork, request, 1)));
      less.push(...(await timed(guardedWork, request, 1)));
    }
    shares.push(1 - median(full) / median(less));
  }
  told[`${name}DecidedMicros`] = median(decided);
  told[`${name}AddedMicros`] = median(added);
  told[`${name}ThroughputLost`] = median(shares);
}
console.log(JSON.stringify(told));
