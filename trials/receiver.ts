/** A receiver of outgoing messages that keeps what it was told, and refuses some of it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Chance } from "./report.ts";

export interface Receiver {
  readonly url: string;
  /** By id: the bodies that came under it, whatever was answered. */
  readonly came: ReadonlyMap<
    string,
    { readonly bodies: ReadonlySet<string>; readonly times: number; readonly accepted: boolean }
  >;
  /** From now on nothing is refused. */
  relent(): void;
  close(): Promise<void>;
}

/** @param refuses the share of requests that is answered 500 */
export async function openReceiver(chance: Chance, refuses: number): Promise<Receiver> {
  const came = new Map<string, { bodies: Set<string>; times: number; accepted: boolean }>();
  let relented = false;
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const id = String(request.headers["webhook-id"]);
      const kept = came.get(id) ?? { bodies: new Set<string>(), times: 0, accepted: false };
      const refused = !relented && chance.next() < refuses;
      kept.bodies.add(Buffer.concat(parts).toString("utf8"));
      kept.times += 1;
      kept.accepted ||= !refused;
      came.set(id, kept);
      response.writeHead(refused ? 500 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    came,
    relent: () => {
      relented = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
