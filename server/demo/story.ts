/** Who plays in the demo, and with which secrets. Pure. */
import { createHmac } from "node:crypto";
import type { ContractConfig } from "#gate/contracts/rules.ts";
import { DEMO_CALLER, DEMO_PROBE_PATH, DEMO_ROUTE } from "#lib/views/demo.ts";

export interface Job {
  readonly slug: string;
  readonly name: string;
  /** The route that it is called by; `null`: a crontab on its own machine starts it, and no gate stands in its way. */
  readonly path: string | null;
  /** Of its period: how long after its time it is called, and how long it runs. */
  readonly after: number;
  readonly takes: number;
}

const job = (slug: string, name: string, path: string | null, [after, takes]: readonly [number, number]): Job => ({
  ...{ slug: `demo-${slug}`, name: `${name} (demo)`, path: path === null ? null : `/api/cron/${path}`, after, takes },
});

export const JOBS: readonly Job[] = [
  job("invoices", "Send invoices", "invoices", [0.01, 0.09]),
  job("prices", "Refresh prices", "prices", [0.02, 0.05]),
  job("search-index", "Rebuild the search index", "search-index", [0.03, 0.16]),
  job("digest", "Mail the digest", "digest", [0.015, 0.07]),
  job("cache", "Warm the cache", null, [0.02, 0.06]),
];

/** What marks a schedule as the demo's: it is never one that somebody made. */
export const DEMO_TAG = "demo";

/** Every minute for people; another length for tests, counted from a moment long past so that it is the same each time. */
const specOf = (everySeconds: number) =>
  everySeconds === 60
    ? { kind: "cron", expression: "* * * * *", dialect: "rollcall" }
    : { kind: "interval", everySeconds, anchor: "2026-01-01T00:00:00Z" };

/** A fifth of the period: 12 s of a minute. */
export const graceOf = (everySeconds: number): number => Math.max(2, Math.round(everySeconds / 5));

/** The body of its `PUT`. */
export const scheduleOf = ({ name, path }: Job, everySeconds: number) => ({
  name,
  spec: specOf(everySeconds),
  timezone: "UTC",
  graceSeconds: graceOf(everySeconds),
  environment: "demo",
  tags: [DEMO_TAG],
  owner: "Demo",
  description:
    path === null
      ? "Part of the demo: a crontab starts it, and it crosses no boundary."
      : "Part of the demo: a scheduler inside Rollcall calls a small target behind a gate.",
  ...(path === null ? {} : { route: DEMO_ROUTE, path }),
  reason: "The demo",
});

/** The latest moment at which they were expected, and those to come, lie on these multiples. In milliseconds. */
export const nextFiring = (now: number, everySeconds: number): number =>
  (Math.floor(now / (everySeconds * 1_000)) + 1) * everySeconds * 1_000;

export interface Secrets {
  /** As the scheduler's platform would keep it in `CRON_SECRET`. */
  readonly caller: string;
  readonly signing: string;
  readonly manual: string;
}

/** Derived, so that a start after the first finds the same without keeping them anywhere else. */
export function secretsOf(rollcallSecret: string): Secrets {
  const of = (use: string) => createHmac("sha256", rollcallSecret).update(`rollcall demo: ${use}`).digest("base64url");
  return { caller: of("caller"), signing: of("signing"), manual: of("manual") };
}

type Contracts = Readonly<Record<"caller" | "hardened" | "manual", ContractConfig>>;

export const contractsOf = ({ caller, signing, manual }: Secrets): Contracts => ({
  caller: { kind: DEMO_CALLER, secret: caller },
  hardened: { kind: "hmac", secret: signing, header: "x-signature", algorithm: "sha256", encoding: "hex" },
  manual: { kind: "bearer", secret: manual },
});

/** The body of its route's `PUT`. @param wrong whether the gate expects what its scheduler does not present */
export function routeOf({ origin, secrets, wrong }: { origin: string; secrets: Secrets; wrong: boolean }) {
  const { caller, hardened, manual } = contractsOf(secrets);
  return {
    ...{ contract: wrong ? hardened : caller, caller, manual, allowPrivateNetwork: true },
    ...{ url: `${origin}/api/cron`, probeUrl: `${origin}${DEMO_PROBE_PATH}`, probeMethods: ["GET"] },
  };
}

/** What stands on the timeline where the switch was turned. */
export const changeOf = (wrong: boolean): string =>
  wrong
    ? "Demo: the gate now expects an HMAC signature; its scheduler goes on sending a bearer secret"
    : "Demo: the gate expects Vercel Cron's bearer secret again";
