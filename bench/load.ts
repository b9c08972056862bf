/** Load at 64 connections: wrk where it is installed (it costs the least of the two cores), else autocannon. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";

export interface Load {
  readonly perSecond: number;
  readonly p99: number;
  readonly not2xx: number;
  readonly requests: number;
}

export const CONNECTIONS = 64;

const hasWrk = (): boolean => spawnSync("wrk", ["--version"]).error === undefined;

/** Asks for the paths in turn, beginning anywhere. */
export async function load(port: number, paths: readonly string[], seconds: number): Promise<Load> {
  return hasWrk() ? withWrk(port, paths, seconds) : withAutocannon(port, paths, seconds);
}

async function withWrk(port: number, paths: readonly string[], seconds: number): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-wrk-"));
  const script = join(folder, "load.lua");
  const list = paths.map((path) => JSON.stringify(path)).join(",");
  writeFileSync(
    script,
    `local made, at = {}, 0
     local paths = {${list}}
     init = function(args) for i, p in ipairs(paths) do made[i] = wrk.format("GET", p) end end
     request = function() at = at % #made + 1; return made[at] end
     done = function(s, l, r)
       io.write(string.format("\\nRESULT %f %f %d %d\\n", s.requests / (s.duration / 1e6), l:percentile(99) / 1e3, s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout, s.requests))
     end`,
  );
  const { spawn } = await import("node:child_process");
  const child = spawn("wrk", ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, `http://127.0.0.1:${port}`]);
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  await new Promise((resolve) => child.once("close", resolve));
  rmSync(folder, { recursive: true });
  const [, perSecond, p99, not2xx, requests] = /RESULT (\S+) (\S+) (\d+) (\d+)/.exec(out) ?? [];
  return { perSecond: Number(perSecond), p99: Number(p99), not2xx: Number(not2xx), requests: Number(requests) };
}

async function withAutocannon(port: number, paths: readonly string[], seconds: number): Promise<Load> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    duration: seconds,
    requests: paths.map((path) => ({ method: "GET", path })),
  });
  return {
    perSecond: result.requests.average,
    p99: result.latency.p99,
    not2xx: result.non2xx + result.errors,
    requests: result.requests.total,
  };
}
