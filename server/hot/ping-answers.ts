/** What a check-in is told, in the form that Healthchecks' clients know. */
import type { ServerResponse } from "node:http";

/** Of a body, what is kept. */
export const BODY_LIMIT = 100_000;
export const RETRY_AFTER = ["Retry-After", "30"] as const;

const COMMON: readonly string[] = [
  "Content-Type",
  "text/plain; charset=utf-8",
  "Ping-Body-Limit",
  String(BODY_LIMIT),
  "Access-Control-Allow-Origin",
  "*",
  "Cache-Control",
  "no-store",
  "Content-Length",
];
const OK_HEADERS = [...COMMON, "2"];

/** `more`: further headers, flat. */
export function answer(response: ServerResponse, status: number, text: string, more: readonly string[] = []): void {
  response.writeHead(status, [...COMMON, String(Buffer.byteLength(text)), ...more]);
  response.end(text);
}

export function answerOk(response: ServerResponse): void {
  response.writeHead(200, OK_HEADERS);
  response.end("OK");
}
