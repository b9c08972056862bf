/**
 * Reads the JSON that a request brings: bounded, and unreadable where it is not UTF-8 or not JSON. It may come compressed:
 * platforms send their logs so (Cloudflare's Logpush always with gzip).
 */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { ok, type Result, refuse, refused, unreadable } from "#lib/problem.ts";

const LARGEST_BODY = 1_000_000;

const tooLarge = (most: number): Result<never> =>
  refuse(
    refused("too_large", 413, {
      message: `The body is larger than ${most.toLocaleString("en-US")} bytes.`,
      doNext: "Send less at once.",
    }),
  );

async function readBytes(request: Request, most: number): Promise<Result<Uint8Array>> {
  if (Number(request.headers.get("content-length") ?? 0) > most) return tooLarge(most);
  if (!request.body) return ok(new Uint8Array());
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return ok(Buffer.concat(chunks));
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      return tooLarge(most);
    }
    chunks.push(value);
  }
}

/** RFC 9110, 8.4.1. */
const DECODERS: ReadonlyMap<string, (bytes: Uint8Array, limits: { maxOutputLength: number }) => Promise<Buffer>> =
  new Map([
    ["gzip", promisify(gunzip)],
    ["x-gzip", promisify(gunzip)],
    ["deflate", promisify(inflate)],
    ["br", promisify(brotliDecompress)],
  ]);

/** What was compressed, as it was before; no larger than what comes as it is. */
async function decoded(bytes: Uint8Array, encoding: string, most: number): Promise<Result<Uint8Array>> {
  const decode = DECODERS.get(encoding);
  if (!decode) {
    const doNext = "Send the body as it is, or with gzip, deflate or br.";
    return refuse(unreadable({ message: "The body's Content-Encoding is not known here.", doNext }));
  }
  try {
    return ok(await decode(bytes, { maxOutputLength: most }));
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
    if (code === "ERR_BUFFER_TOO_LARGE") return tooLarge(most);
    return refuse(unreadable({ message: "The body is not what its Content-Encoding says." }));
  }
}

async function readWhole(request: Request, most: number): Promise<Result<Uint8Array>> {
  const bytes = await readBytes(request, most).catch(() =>
    refuse(unreadable({ message: "The body broke off before its end." })),
  );
  const encoding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (!bytes.ok || bytes.value.length === 0 || encoding === "" || encoding === "identity") return bytes;
  return decoded(bytes.value, encoding, most);
}

/** Lines of a log hold what strangers sent: a byte that is not UTF-8 is no reason to lose the others. */
export async function readText(request: Request, most: number = LARGEST_BODY): Promise<Result<string>> {
  const bytes = await readWhole(request, most);
  return bytes.ok ? ok(new TextDecoder("utf-8").decode(bytes.value)) : bytes;
}

/** An empty body is an empty object, so that an act that needs nothing can be sent without one. */
export async function readJson(request: Request, most: number = LARGEST_BODY): Promise<Result<unknown>> {
  const bytes = await readWhole(request, most);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return ok({});
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.value);
  } catch {
    return refuse(unreadable({ message: "The body is not UTF-8." }));
  }
  try {
    return ok(JSON.parse(text));
  } catch {
    return refuse(unreadable({ message: "The body is not JSON." }));
  }
}
