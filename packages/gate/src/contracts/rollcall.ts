/**
 * Rollcall's own dispatcher: `Rollcall-Signature: t=<s>,v1=<hex>` over method, path with query, time, execution, expected
 * time, schedule, and the digest of the body, under the route's gate key. The digest travels in a header, so that a gate
 * that never sees bodies (nginx, Caddy) can check everything but them, and can let in what has none.
 */
import { fromHex, toHex, utf8 } from "../crypto/encoding.ts";
import { SIGNATURE_TOLERANCE_SECONDS, secondsOf, timestampProblem } from "./clock.ts";
import { type About, type Deps, type Refused, type RequestParts, type Rule, refused, type Told } from "./contract.ts";
import { type ConfigOf, nextSecret, optionalSecret } from "./fields.ts";
import { made } from "./made.ts";
import { once } from "./replay.ts";
import { admittedBy, slotsOf } from "./secrets.ts";
import { digestProblem, judgeSigned, NO_BODY, type Signing, sign } from "./signature.ts";

const fields = { secret: optionalSecret(), nextSecret: nextSecret() } as const;
export type RollcallConfig = ConfigOf<"rollcall", typeof fields>;

const HEADERS = {
  signature: "rollcall-signature",
  execution: "rollcall-execution",
  scheduledFor: "rollcall-scheduled-for",
  schedule: "rollcall-schedule",
  digest: "rollcall-body-digest",
} as const;

const EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

interface Signed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

function signingOf(request: Signed, timestamp: string): Signing {
  const { pathname, search } = new URL(request.url);
  const header = (name: keyof typeof HEADERS): string => request.headers[HEADERS[name]] ?? "";
  const lines = ["rollcall/1", timestamp, request.method, pathname + search, header("execution"), header("scheduledFor"), header("schedule"), header("digest")]; // biome-ignore format: one line
  const input = utf8(lines.join("\n"));
  return { hash: "sha256", encoding: "hex", key: utf8, input: () => input };
}

async function bodyProblem(request: RequestParts, deps: Deps): Promise<Refused | null> {
  const claimed = request.headers[HEADERS.digest] ?? "";
  if (request.body === "unavailable" && claimed === EMPTY_DIGEST) return null;
  return digestProblem(fromHex(claimed) ?? NO_BODY, request.body, deps);
}

function toldIn(request: RequestParts): Told {
  const executionId = request.headers[HEADERS.execution];
  const schedule = request.headers[HEADERS.schedule];
  const at = Date.parse(request.headers[HEADERS.scheduledFor] ?? "");
  return {
    ...(executionId !== undefined && /^[\w-]{1,200}$/.test(executionId) ? { executionId } : {}),
    ...(Number.isNaN(at) ? {} : { scheduledFor: at }),
    ...(schedule !== undefined && /^[a-z0-9-]{1,100}$/.test(schedule) ? { schedule } : {}),
  };
}

export const rollcall: Rule<RollcallConfig> = {
  kind: "rollcall",
  fields,
  expectedShape: () => ({
    headers: Object.values(HEADERS),
    scheme: null,
  }),
  secretTravels: false,
  readsBody: () => true,
  async verify(request, config, deps) {
    if (config.secret === undefined) return refused("secret_not_configured", "empty");
    const value = request.headers[HEADERS.signature];
    if (value === undefined) return refused("missing_credentials");
    const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/i.exec(value.trim());
    const [, timestamp, signature] = match ?? [];
    if (timestamp === undefined || signature === undefined) return refused("malformed_credentials", "form");
    const signing = signingOf(request, timestamp);
    const slots = slotsOf(config.secret, config.nextSecret);
    const found = await judgeSigned(signing, [signature], { slots, body: NO_BODY }, deps);
    if ("reason" in found) return found;
    const toleranceSeconds = SIGNATURE_TOLERANCE_SECONDS;
    const wrong =
      timestampProblem(secondsOf(timestamp) ?? 0, { now: deps.now, toleranceSeconds }) ??
      (await bodyProblem(request, deps));
    if (wrong) return wrong;
    const verdict = admittedBy(found.slot);
    const told = toldIn(request);
    return once(
      verdict.outcome === "admitted" ? { ...verdict, told } : verdict,
      { kind: "rollcall", id: signature.toLowerCase(), forMs: toleranceSeconds * 2_000 },
      deps,
    );
  },
  told: toldIn,
  hints: { agent: "Rollcall", headers: ["rollcall-execution", "rollcall-scheduled-for"] },
};

export const aboutRollcall: About<RollcallConfig> = {
  options: {
    secret: "the route's gate key, unless it has another",
    nextSecret: "the next (or previous) gate key, accepted beside it while it is changed",
  },
  label: "Rollcall",
  proof: () => "t=<seconds>,v1=<hex>: HMAC (sha256) over method, path, time, execution and the body's digest",
  covers: () => ["url", "method", "body", "time", "id"],
  expects: () => "the signature of Rollcall's dispatcher in Rollcall-Signature",
  carries: "a signature as Rollcall's dispatcher sends it",
  async make(config, request, deps) {
    const body = request.body ?? new Uint8Array();
    const { executionId, scheduledFor, schedule } = request.told ?? {};
    const headers = {
      ...request.headers,
      "user-agent": "Rollcall",
      [HEADERS.execution]: executionId ?? crypto.randomUUID(),
      ...(scheduledFor === undefined ? {} : { [HEADERS.scheduledFor]: new Date(scheduledFor).toISOString() }),
      ...(schedule === undefined ? {} : { [HEADERS.schedule]: schedule }),
      [HEADERS.digest]: toHex(await deps.crypto.digest("sha256", body)),
    };
    const timestamp = String(Math.floor(deps.now / 1_000));
    const signature = await sign(signingOf({ ...request, headers }, timestamp), config.secret ?? "", body, deps);
    return made(request, { ...headers, [HEADERS.signature]: `t=${timestamp},v1=${signature}` });
  },
  resembles: (shape) => {
    if (shape.credentials.some(({ form }) => form === "rollcall-signature")) return { by: "proof", weight: 6 };
    return shape.hints.some(({ of }) => of === "rollcall") ? { by: "hint", weight: 1 } : null;
  },
  limits: ["It covers the path and not the host, since proxies rewrite hosts; the gate key is the route's own."],
};
