/** Load at 64 connections, by autocannon: it comes with npm, so that the ratios can be had on any machine. */
import autocannon from "autocannon";

export interface Load {
  readonly perSecond: number;
  /** ms */
  readonly p99: number;
  readonly not2xx: number;
}

export const CONNECTIONS = 64;

/** Asks for the paths in turn, each connection beginning at another: else all would ask for the same one at a time. */
export async function load(port: number, paths: readonly string[], seconds: number): Promise<Load> {
  const requests = paths.map((path) => ({ method: "GET", path }));
  let made = 0;
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    duration: seconds,
    setupClient: (client) => {
      const first = Math.floor((made++ * requests.length) / CONNECTIONS) % requests.length;
      client.setRequests([...requests.slice(first), ...requests.slice(0, first)]);
    },
  });
  return {
    perSecond: result.requests.average,
    p99: result.latency.p99,
    not2xx: result.non2xx + result.errors,
  };
}
