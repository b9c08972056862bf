import { promisify } from "node:util";
import { gzip } from "node:zlib";

const zip = promisify(gzip);

/** Below it the headers of compression cost more than it saves. */
const LEAST_BYTES = 2_048;
/** Of 9: a screen waits for it, and what repeats itself as much as buckets do is small at any level. */
const LEVEL = 1;

/** Whether gzip is wanted (RFC 9110, 12.5.3): named, or under `*`, and not with `q=0`. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  let any = false;
  for (const one of (acceptEncoding ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = one.split(";").map((part) => part.trim());
    const wanted = !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter));
    if (name === "gzip" || name === "x-gzip") return wanted;
    if (name === "*") any = wanted;
  }
  return any;
}

/** The same answer, compressed where it is JSON, not small, and its reader takes gzip. */
export async function compressed(response: Response, acceptEncoding: string | undefined): Promise<Response> {
  if (response.headers.get("content-type") !== "application/json") return response;
  response.headers.append("vary", "accept-encoding");
  if (!takesGzip(acceptEncoding)) return response;
  const { status, headers } = response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length < LEAST_BYTES) return new Response(bytes, { status, headers });
  headers.set("content-encoding", "gzip");
  return new Response(new Uint8Array(await zip(bytes, { level: LEVEL })), { status, headers });
}
