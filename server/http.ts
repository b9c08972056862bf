/** The one server that all doors stand behind: it dispatches by path, and drains. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { cannotStart } from "#lib/db/cannot-start.ts";
import { answerJson, type Door, type Doorway, doorFor } from "./door.ts";

export interface Front {
  readonly port: number;
  /** From now on the doors are these; before, all but the first ones answer 503. */
  open(doorways: readonly Doorway[]): void;
  onUpgrade(take: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): void;
  /** Stops accepting at once, lets requests end within `patience` milliseconds, then cuts. */
  close(patience: number): Promise<void>;
}

export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  /** Answered from the start on. */
  readonly early: readonly Doorway[];
  readonly onBug: (thrown: unknown) => void;
}

const starting: Door = (_request, response) => {
  response.setHeader("retry-after", "1");
  const type = "application/problem+json";
  const detail = "Rollcall is starting and takes requests in a moment.";
  answerJson(response, 503, { type: "about:blank", title: "Starting", status: 503, code: "starting", detail }, type);
};

function whyNot(thrown: Error, { host, port }: { readonly host: string; readonly port: number }): Error {
  const code = "code" in thrown ? thrown.code : null;
  if (code === "EADDRINUSE")
    return cannotStart(`Port ${port} of ${host} is in use.`, "Stop who uses it, or set PORT to another.");
  if (code === "EACCES")
    return cannotStart(`Port ${port} may not be opened by this user.`, "Set PORT to one above 1023.");
  if (code === "EADDRNOTAVAIL") return cannotStart(`${host} is no address of this machine.`, "Correct HOST.");
  return thrown;
}

export async function openFront({ host, port, early, onBug }: FrontOptions): Promise<Front> {
  let doorways = early;
  let otherwise: Door | null = starting;
  let draining = false;
  const underWay = new Set<ServerResponse>();

  const server = createServer((request, response) => {
    underWay.add(response);
    response.once("close", () => {
      underWay.delete(response);
      if (draining) server.closeIdleConnections();
    });
    if (draining) response.setHeader("connection", "close");
    try {
      const door = doorFor(doorways, request.url ?? "/") ?? otherwise;
      if (door) door(request, response);
      else
        answerJson(
          response,
          404,
          { type: "about:blank", title: "Not found", status: 404, code: "not_found" },
          "application/problem+json",
        );
    } catch (thrown) {
      onBug(thrown);
      response.destroy();
    }
  });
  // Longer than the 60 s after which proxies drop an idle connection, or they would meet one that just closed.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 20_000;
  server.requestTimeout = 120_000;

  await new Promise<void>((resolve, reject) => {
    server.once("error", (thrown) => reject(whyNot(thrown, { host, port })));
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });

  return {
    port: (server.address() as AddressInfo).port,
    open(all) {
      doorways = [...early, ...all];
      otherwise = null;
    },
    onUpgrade(take) {
      server.on("upgrade", take);
    },
    async close(patience) {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const response of underWay) if (!response.headersSent) response.setHeader("connection", "close");
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), patience);
      await closed;
      clearTimeout(cut);
    },
  };
}
