/** Requests a second at the gate, with a bearer secret and with an HMAC over the body, beside bare node:http. */
import { createHmac } from "node:crypto";
import autocannon from "autocannon";
import { startChild } from "./child.ts";
import { CONNECTIONS } from "./load.ts";

const KEY = "rck_bench_0123456789abcdefghijklmnopqrstuvwxyz";
const SECRET = "a-secret-of-the-bench-0123456789";
const BODY = JSON.stringify({
  run: "nightly",
  at: "2027-01-12T02:00:00Z",
  items: Array.from({ length: 20 }, (_, i) => i),
});

export type Proof = "bearer" | "hmac";

const ASKED: Readonly<
  Record<Proof, { readonly method: "GET" | "POST"; readonly body?: string; readonly headers: Record<string, string> }>
> = {
  bearer: {
    method: "GET",
    headers: {
      authorization: `Bearer ${SECRET}`,
      "user-agent": "vercel-cron/1.0",
      "x-vercel-cron-schedule": "*/5 * * * *",
      "x-original-method": "GET",
      "x-original-uri": "/api/cron/nightly",
    },
  },
  hmac: {
    method: "POST",
    body: BODY,
    headers: {
      "content-type": "application/json",
      "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(BODY).digest("hex")}`,
      "x-forwarded-method": "POST",
      "x-forwarded-uri": "/api/cron/nightly",
    },
  },
};

async function asked(port: number, path: string, proof: Proof, seconds: number): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}${path}`,
    ...{ connections: CONNECTIONS, duration: seconds, ...ASKED[proof] },
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx + result.errors} were not let in`);
  return result.requests.average;
}

/** The same requests, answered with OK by a server that does nothing else. */
export async function bareGateRound(proof: Proof, seconds: number): Promise<number> {
  const bare = await startChild("./bare-server.ts");
  await asked(bare.port, "/", proof, 1);
  const perSecond = await asked(bare.port, "/", proof, seconds);
  await bare.stop();
  return perSecond;
}

export async function gateRound(proof: Proof, seconds: number): Promise<number> {
  const server = await startChild("./bench-server.ts", { ROLLCALL_API_KEY: KEY });
  const call = (path: string, body: object) =>
    fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const contract = proof === "bearer" ? { kind: "vercel-cron", secret: SECRET } : { kind: "hmac", secret: SECRET };
  await call("/routes/cron-api", { contract, proxy: proof === "bearer" ? "nginx" : "traefik" });
  await call("/schedules/nightly", {
    ...{ name: "Nightly", spec: { kind: "cron", expression: "*/5 * * * *" }, timezone: "UTC", graceSeconds: 900 },
    route: "cron-api",
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await asked(server.port, "/gate/cron-api", proof, 2);
  const perSecond = await asked(server.port, "/gate/cron-api", proof, seconds);
  await server.stop();
  return perSecond;
}
