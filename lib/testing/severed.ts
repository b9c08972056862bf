/** A way to the test database that a test can cut, hold up and mend again: a socket that passes on to the real one. */
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SeverableWay {
  /** To be given to `pg` as its host. */
  readonly host: string;
  /** Breaks every connection, and refuses new ones. */
  cut(): Promise<void>;
  /** Passes nothing on, and says nothing of it. */
  hold(): void;
  /** Undoes both. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

const NAME = ".s.PGSQL.5432";

export async function severableWay(to: { readonly host: string }): Promise<SeverableWay> {
  const host = mkdtempSync(join(tmpdir(), "rollcall-way-"));
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let holding = false;
  const open = (): Promise<void> =>
    new Promise((resolve) => {
      server = createServer((near) => {
        const far = connect(join(to.host, NAME));
        for (const [from, into] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(from);
          from.on("data", (bytes) => into.write(bytes));
          from.on("error", () => {});
          from.on("close", () => {
            sockets.delete(from);
            into.destroy();
          });
          if (holding) from.pause();
        }
      });
      server.listen(join(host, NAME), resolve);
    });
  const cut = async (): Promise<void> => {
    const closing = server;
    server = null;
    const closed = new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open();
  return {
    host,
    cut,
    hold() {
      holding = true;
      for (const socket of sockets) socket.pause();
    },
    async mend() {
      holding = false;
      for (const socket of sockets) socket.resume();
      if (server === null) await open();
    },
    async close() {
      await cut();
      rmSync(host, { recursive: true, force: true });
    },
  };
}
