/** Small servers that behave well or badly, for what asks from outside; only tests import it. */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

export interface Target {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** What came, in order: method and target. */
  readonly asked: { readonly method: string; readonly url: string; readonly headers: http.IncomingHttpHeaders }[];
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => unknown;

/** Listens until the tests of the file are over. */
export async function givenTarget(handle: Handler): Promise<Target> {
  const asked: Target["asked"] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers });
      void handle(request, response, Buffer.concat(chunks));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  afterAll(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
