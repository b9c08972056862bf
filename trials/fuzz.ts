/**
 * Bad requests at every route: no 5xx, nothing half made, every refusal in the form it should have.
 * Usage: trials/fuzz.ts [requests] [seed]
 */
import http from "node:http";
import { type Operation, requestOf, type Surroundings } from "./fuzz/requests.ts";
import { curlLine, type FuzzAnswer, type FuzzRequest, send } from "./fuzz/send.ts";
import { argument, chanceOf, percentile, Report, runTrial } from "./report.ts";
import { Rollcall, sleep } from "./rollcall.ts";

const REQUESTS = argument(10_000);
const { seed } = chanceOf(process.argv[3] === undefined ? undefined : argument(0, 3));
const AT_ONCE = 16;
const SLUGS = ["one", "two", "three", "four"];
const PAGES = [
  ...["/", "/sign-in", "/account", "/incidents", "/schedules", "/keys", "/healthz", "/metrics", "/api/auth/signin"],
  ...[
    "/setup/{}",
    "/incidents/{}",
    "/schedules/{}",
    "/api/auth/{}",
    "/api/auth/callback/credentials",
    "/_next/{}",
    "/{}",
  ],
];

const report = new Report("bad requests");
const rollcall = new Rollcall();

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, OpenApiSchema>> };
}
interface OpenApiOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: OpenApiSchema }>> };
}
interface OpenApiSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly allOf?: readonly OpenApiSchema[];
  readonly anyOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
}

function fieldsOf(schema: OpenApiSchema | undefined, document: OpenApi): string[] {
  if (!schema) return [];
  const named = schema.$ref?.split("/").at(-1);
  if (named) return fieldsOf(document.components?.schemas?.[named], document);
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [...Object.keys(schema.properties ?? {}), ...parts.flatMap((part) => fieldsOf(part, document))];
}

function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const body = operation.requestBody?.content?.["application/json"]?.schema;
      return {
        method: method.toUpperCase(),
        path: path.replace(/^\/api\/v1/, ""),
        query: (operation.parameters ?? []).filter((one) => one.in === "query").map((one) => one.name),
        fields: operation.requestBody ? [...new Set(fieldsOf(body, document))] : null,
      };
    }),
  );
}

/** What lies in the registry as far as answers told: what was answered 2xx, and nothing else. */
const told = new Map<string, Set<string>>();
const added = new Map<string, number>();
const toldOf = (what: string): Set<string> => {
  const keys = told.get(what) ?? new Set<string>();
  told.set(what, keys);
  return keys;
};
/** Two requests about one thing, one making and one deleting it, must not race each other. */
const locks = new Map<string, Promise<unknown>>();

function take({ effect }: FuzzRequest, answer: FuzzAnswer): void {
  if (!effect || answer.status < 200 || answer.status > 299) return;
  if (effect.kind === "adds") added.set(effect.what, (added.get(effect.what) ?? 0) + 1);
  else if (effect.key !== null) {
    if (effect.kind === "puts") toldOf(effect.what).add(effect.key);
    else if (effect.what === "maintenance") added.set(effect.what, (added.get(effect.what) ?? 0) - 1);
    else toldOf(effect.what).delete(effect.key);
  }
}

const LEAKS = /\bat \S+ \(?(file:|\/|node:)|node_modules|PrismaClient|syntax error at or near|violates \w+ constraint/;
const PING = new Set([200, 201, 400, 404, 405, 409, 429]);

const shortened = (line: string): string => (line.length > 1_500 ? `${line.slice(0, 1_500)} … (${line.length})` : line);

/** What is wrong with an answer; `null`: nothing. */
function wrongWith(request: FuzzRequest, answer: FuzzAnswer): string | null {
  if (answer.status === 0) {
    if (answer.error?.startsWith("unsendable")) return null;
    // A body that is too large may be cut off after its answer has been sent.
    if ((request.body?.length ?? 0) > 1_000_000 && !request.path.startsWith("/ping/")) return null;
    return `no answer: ${answer.error}`;
  }
  if (answer.status >= 500) return `${answer.status}`;
  if (LEAKS.test(answer.text)) return "it shows its insides";
  // Node's own answer to what is no HTTP.
  if ((answer.status === 400 || answer.status === 431) && answer.text === "") return null;
  if (request.path.startsWith("/ping/")) {
    if (!PING.has(answer.status)) return `${answer.status} to a check-in`;
    if (answer.headers["set-cookie"]) return "a cookie to a check-in";
  }
  if (request.path.startsWith("/api/v1/") && answer.status >= 400 && request.method !== "HEAD") {
    const type = answer.headers["content-type"] ?? "";
    if (!type.startsWith("application/problem+json"))
      return `${answer.status} as ${type || "nothing"} instead of a problem`;
    if (!/"code":"[a-z_]+"/.test(answer.text)) return "a problem without a code";
  }
  return null;
}

async function sendAll(around: Surroundings): Promise<{
  readonly wrong: Map<string, string[]>;
  readonly statuses: Map<string, number>;
  readonly times: number[];
}> {
  const wrong = new Map<string, string[]>();
  const statuses = new Map<string, number>();
  const times: number[] = [];
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let n = 0;
  const worker = async (): Promise<void> => {
    while (n < REQUESTS) {
      const request = requestOf(n++, around);
      const lock = request.effect?.key == null ? null : `${request.effect.what} ${request.effect.key}`;
      const before = lock === null ? undefined : locks.get(lock);
      const act = (async () => {
        await before;
        const began = performance.now();
        const answer = await send(request, rollcall.port, agent);
        times.push(performance.now() - began);
        take(request, answer);
        return answer;
      })();
      if (lock !== null) locks.set(lock, act);
      const answer = await act;
      const group = `${answer.status === 0 ? "none" : `${Math.floor(answer.status / 100)}xx`}`;
      statuses.set(group, (statuses.get(group) ?? 0) + 1);
      const found = wrongWith(request, answer);
      if (found === null) continue;
      const key = `${request.route}: ${found}`;
      const lines = wrong.get(key) ?? [];
      lines.push(`${shortened(curlLine(request, rollcall.base))}\n    → ${answer.text.slice(0, 300)}`);
      wrong.set(key, lines);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  agent.destroy();
  return { wrong, statuses, times };
}

await runTrial(
  async () => {
    console.log(`bad requests: ${REQUESTS}, seed ${seed}`);
    await rollcall.start();
    const document = await rollcall.must<OpenApi>("GET", "/openapi.json");
    const ids: string[] = [];
    for (const slug of SLUGS) {
      const made = await rollcall.must<{ uuid: string }>("PUT", `/schedules/${slug}`, {
        ...{ name: slug, spec: { kind: "interval", everySeconds: 60 }, timezone: "UTC", graceSeconds: 0 },
      });
      toldOf("schedules").add(slug);
      ids.push(made.uuid);
      await fetch(`${rollcall.base}/ping/${made.uuid}`);
    }
    const runs = await rollcall.all<{ id: string }>(`/runs?schedule=${SLUGS[0]}`);
    ids.push(...runs.map(({ id }) => id));
    const around: Surroundings = {
      ...{ operations: operationsOf(document), pages: PAGES, apiKey: rollcall.apiKey, pingKey: rollcall.pingKey },
      ...{ ids, slugs: SLUGS, seed },
    };
    report.figure("routes", around.operations.length);
    const began = performance.now();
    const { wrong, statuses, times } = await sendAll(around);
    const took = (performance.now() - began) / 1_000;
    report.figure(
      "answers",
      [...statuses]
        .sort()
        .map(([group, count]) => `${count} ${group}`)
        .join(", "),
    );
    report.figure(
      "speed",
      `${(REQUESTS / took).toFixed(0)} requests/s, p99 ${percentile(times, 0.99).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`,
    );
    report.check(wrong.size === 0, "every bad request is answered as it should be", () =>
      [...wrong]
        .slice(0, 25)
        .map(([what, lines]) => `${what} (${lines.length} times)\n  ${lines[0] ?? ""}`)
        .join("\n"),
    );
    await sleep(500);
    await rollcall.healthy(10_000);
    const found = async (what: string, key: "slug" | "name"): Promise<void> => {
      const items = await rollcall.all<Record<string, string>>(`/${what}`);
      // Rollcall's own, and those that the demo makes when a request happens to ask for it.
      const there = items.map((item) => item[key] ?? "").filter((one) => !/^(rollcall|demo)-/.test(one));
      const expected = [...toldOf(what)];
      const [odd, lost] = [
        there.filter((one) => !expected.includes(one)),
        expected.filter((one) => !there.includes(one)),
      ];
      report.check(odd.length === 0 && lost.length === 0, `the ${what} are those that were answered 2xx`, () =>
        JSON.stringify({ odd, lost }),
      );
    };
    await found("schedules", "slug");
    await found("webhooks", "name");
    for (const what of ["maintenance", "changes"]) {
      const items = await rollcall.all<{ readonly title?: string }>(`/${what}`);
      // The demo's own switch is a change, where a request happens to turn it.
      const there = items.filter(({ title }) => title?.startsWith("Demo: ") !== true);
      const expected = added.get(what) ?? 0;
      report.check(
        there.length === expected,
        `the ${what} are those that were answered 2xx`,
        () => `${there.length}, not ${expected}`,
      );
    }
    const still = await fetch(`${rollcall.base}/ping/${rollcall.pingKey}/fuzz-still-well?create=1`, { method: "POST" });
    report.check(still.status === 201, "it still takes a good check-in", () => `${still.status}`);
    const bugs = rollcall.log.split("\n").filter((line) => /"level":(50|60)|^\s*⨯|\bError:/.test(line));
    report.check(bugs.length === 0, "its log tells of no bug", () => bugs.slice(0, 10).join("\n"));
    report.end(
      `${REQUESTS} bad requests at ${around.operations.length} operations, the check-ins and the pages, no 5xx`,
    );
  },
  () => rollcall.remove(),
);
