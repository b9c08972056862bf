/** Reads the JSON that a request brings: bounded, and unreadable where it is not UTF-8 or not JSON. */
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

const readWhole = (request: Request, most: number): Promise<Result<Uint8Array>> =>
  readBytes(request, most).catch(() => refuse(unreadable({ message: "The body broke off before its end." })));

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
