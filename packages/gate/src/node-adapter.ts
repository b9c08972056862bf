/**
 * The gate in front of `(req, res)`: node:http, Express, Connect, Fastify's raw requests. What it needs of Node is written
 * down here and not imported, so that the same file lies in an edge's bundle without harm.
 */
import type { PresentedBody } from "./contracts/contract.ts";
import { headersOf } from "./contracts/parts.ts";
import { concat, utf8 } from "./crypto/encoding.ts";

/** What is used of http.IncomingMessage. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly headersDistinct?: Readonly<Record<string, string[] | undefined>>;
  readonly complete: boolean;
  readonly readableEnded: boolean;
  readonly readableDidRead: boolean;
  read(): unknown;
  unshift(chunk: Uint8Array): void;
  on(event: "readable" | "error" | "close", listener: () => void): unknown;
  off(event: "readable" | "error" | "close", listener: () => void): unknown;
}

/** What is used of http.ServerResponse. */
export interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** What earlier middleware may have left: the raw body, and the path before a router cut it. */
interface Beside {
  readonly rawBody?: unknown;
  readonly originalUrl?: unknown;
  readonly socket?: { readonly encrypted?: boolean };
}

/** The URL as the caller wrote it, as far as a server can know; `publicUrl` says the rest. */
export function urlOf(request: NodeRequest, publicUrl: string | null): string {
  const { originalUrl, socket } = request as NodeRequest & Beside;
  const path = typeof originalUrl === "string" ? originalUrl : (request.url ?? "/");
  const host = request.headers["host"];
  const here = `${socket?.encrypted ? "https" : "http"}://${typeof host === "string" ? host : "localhost"}`;
  for (const origin of [publicUrl ?? here, "http://localhost"]) {
    const url = path.startsWith("/") ? `${origin}${path}` : path;
    if (URL.canParse(url)) return new URL(url).href;
  }
  return "http://localhost/";
}

/** One value each for headers of which there may be one only, all values where Node tells them apart. */
export const headersOfNode = (request: NodeRequest): Readonly<Record<string, string>> =>
  headersOf(request.headersDistinct ?? request.headers);

/** Reads the whole body and puts it back, so that a parser or handler behind reads it as if nobody had. */
export async function readAndPutBack(request: NodeRequest, mostBytes: number): Promise<PresentedBody> {
  const { rawBody } = request as NodeRequest & Beside;
  if (rawBody instanceof Uint8Array) return rawBody;
  if (typeof rawBody === "string") return utf8(rawBody);
  const length = request.headers["content-length"];
  // Without either header a request has no body (RFC 9112, section 6.3).
  if (length === "0" || (length === undefined && request.headers["transfer-encoding"] === undefined))
    return new Uint8Array();
  if (request.readableEnded || request.readableDidRead) return "consumed";
  if (Number(length ?? 0) > mostBytes) return "too_large";
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const done = (body: PresentedBody): void => {
      request.off("readable", onReadable);
      request.off("error", onBroken);
      request.off("close", onBroken);
      resolve(body);
    };
    const onBroken = (): void => done("unavailable");
    const onReadable = (): void => {
      for (let chunk: unknown = request.read(); chunk instanceof Uint8Array; chunk = request.read()) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > mostBytes) {
          request.unshift(concat(...chunks));
          done("too_large");
          return;
        }
      }
      // The parser has the whole message. What is put back in this very tick comes before the end is told.
      if (!request.complete) return;
      const body = concat(...chunks);
      if (body.length > 0) request.unshift(body);
      done(body);
    };
    request.on("readable", onReadable);
    request.on("error", onBroken);
    request.on("close", onBroken);
  });
}
