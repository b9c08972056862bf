/**
 * The one way in which Rollcall asks an address that somebody else has written down. A name is resolved once, and the
 * connection goes to the very address that was checked: a name that answers differently the second time gains nothing.
 * Redirects are told and never followed; size and time are bounded, whatever the other side does.
 */
import { lookup as resolve } from "node:dns/promises";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { type Millis, millis } from "#lib/time/instant.ts";
import { forbidden, literalAddress } from "./address.ts";
import { KEPT_HEADERS, type Outcome, type Phase } from "./outcome.ts";

interface Resolved {
  readonly address: string;
  readonly family: number;
}
/** All addresses of a name; rejects with a code of the system. */
export type Resolve = (hostname: string) => Promise<readonly Resolved[]>;

export interface Ask {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly allowPrivateNetwork: boolean;
  /** Until connected (name and TLS included), until the headers are there, and until all is over. */
  readonly limits?: { readonly connect: Millis; readonly headers: Millis; readonly whole: Millis };
  /** As much of the body is read; default: as much as tells a login page from a challenge. */
  readonly mostBytes?: number;
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

const LIMITS = { connect: millis(5_000), headers: millis(10_000), whole: millis(15_000) } as const;
/** As much of a body as tells a login page from a challenge. */
const BODY_BYTES = 16_384;
const HEADER_LENGTH = 1_000;

const system: Resolve = (hostname) => resolve(hostname, { all: true, verbatim: true });

const codeOf = (thrown: unknown): string =>
  typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : "FAILED";

/** Certificates and handshakes, by the codes that Node gives them. */
const OF_TLS = /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$|HOSTNAME_MISMATCH$)/;

/** What is kept of a header: its values in one line, and bounded. */
function kept(message: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (KEPT_HEADERS.has(name) && values) headers[name] = values.join(", ").slice(0, HEADER_LENGTH);
  }
  return headers;
}

/** Answers by itself with what was found out before; never the system's resolver. */
const pinned =
  (addresses: readonly Resolved[]): LookupFunction =>
  (_hostname, options, done) => {
    const [first] = addresses;
    if (options.all) done(null, [...addresses]);
    else done(null, first?.address ?? "", first?.family ?? 4);
  };

interface Checked {
  readonly addresses: readonly Resolved[];
}
type Found = Checked | Pick<Extract<Outcome, { kind: "no_answer" }>, "phase" | "code" | "forbidden">;

/** Where it may connect to; only what was checked is ever connected to. */
async function addressesOf(hostname: string, { allowPrivateNetwork, resolve: by = system }: Ask): Promise<Found> {
  const literal = literalAddress(hostname);
  let all: readonly Resolved[];
  try {
    all = literal === null ? await by(hostname) : [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
  } catch (thrown) {
    return { phase: "dns", code: codeOf(thrown) };
  }
  if (all.length === 0) return { phase: "dns", code: "ENODATA" };
  const addresses = all.filter(({ address }) => forbidden(address, { allowPrivateNetwork }) === null);
  if (addresses.length > 0) return { addresses };
  return {
    phase: "address",
    code: "FORBIDDEN_ADDRESS",
    forbidden: forbidden(all[0]?.address ?? "", { allowPrivateNetwork }) ?? "special",
  };
}

/** One limit at a time, the next in its place; it keeps no process alive, and once taken back holds nothing. */
function deadline() {
  let timer: NodeJS.Timeout | undefined;
  return {
    set(limit: Millis, act: () => void): void {
      clearTimeout(timer);
      timer = setTimeout(act, limit).unref();
    },
    takeBack: (): void => clearTimeout(timer),
  };
}

/** `null`: they were not found in time. */
function addressesInTime(url: URL, asked: Ask, limit: Millis): Promise<Found | null> {
  const until = deadline();
  const over = new Promise<null>((done) => until.set(limit, () => done(null)));
  return Promise.race([addressesOf(url.hostname, asked), over]).finally(until.takeBack);
}

// A connection of its own for each: nothing that was opened for somebody else is used again, no session either.
const ALONE = {
  "http:": new http.Agent({ keepAlive: false }),
  "https:": new https.Agent({ keepAlive: false, maxCachedSessions: 0 }),
};

/** Asks once; never rejects. */
export async function ask(asked: Ask): Promise<Outcome> {
  const began = performance.now();
  const spent = (): number => Math.round(performance.now() - began);
  const none = (phase: Phase, code: string): Outcome => ({ kind: "no_answer", phase, code, durationMs: spent() });
  const limits = asked.limits ?? LIMITS;
  if (!URL.canParse(asked.url)) return none("address", "NOT_A_URL");
  const url = new URL(asked.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") return none("address", "NOT_HTTP");
  if (url.username !== "" || url.password !== "") return none("address", "USER_IN_URL");
  const found = await addressesInTime(url, asked, limits.connect);
  if (found === null) return none("dns", "TIMEOUT");
  if (!("addresses" in found)) return { kind: "no_answer", ...found, durationMs: spent() };
  return send(asked, url, { addresses: found.addresses, limits, spent });
}

interface Way {
  readonly addresses: readonly Resolved[];
  readonly limits: NonNullable<Ask["limits"]>;
  readonly spent: () => number;
}

function send(asked: Ask, url: URL, { addresses, limits, spent }: Way): Promise<Outcome> {
  return new Promise((done) => {
    const secure = url.protocol === "https:";
    let phase: Phase = "connect";
    let answered = false;
    let request: http.ClientRequest;
    const until = deadline();
    const left = (limit: Millis): Millis => millis(Math.max(1, limit - spent()));
    const fail = (code: string): void => {
      if (answered) return;
      answered = true;
      until.takeBack();
      const at: Phase = OF_TLS.test(code) ? "tls" : phase;
      done({ kind: "no_answer", phase: at, code, durationMs: spent() });
      request?.destroy();
    };
    const options: https.RequestOptions = {
      method: asked.method,
      headers: { ...asked.headers, ...(asked.body?.length ? { "content-length": String(asked.body.length) } : {}) },
      lookup: pinned(addresses),
      agent: secure ? ALONE["https:"] : ALONE["http:"],
      maxHeaderSize: 32_768,
    };
    try {
      request = (secure ? https : http).request(url, options);
    } catch (thrown) {
      // A header that cannot be sent.
      done({ kind: "no_answer", phase: "address", code: codeOf(thrown), durationMs: spent() });
      return;
    }
    until.set(left(millis(Math.min(limits.connect, limits.headers))), () => fail("TIMEOUT"));
    const connected = (): void => {
      phase = "headers";
      if (!answered) until.set(left(limits.headers), () => fail("TIMEOUT"));
    };
    request.on("socket", (socket) => {
      if (!secure) socket.once("connect", connected);
      else {
        socket.once("connect", () => {
          phase = "tls";
        });
        socket.once("secureConnect", connected);
      }
    });
    request.on("error", (thrown) => fail(codeOf(thrown)));
    // A second response, or an upgrade, is nothing that was asked for.
    request.on("upgrade", () => fail("UPGRADE"));
    request.on("response", (message) => {
      if (answered) return message.destroy();
      answered = true;
      const status = message.statusCode ?? 0;
      const chunks: Buffer[] = [];
      const most = asked.mostBytes ?? BODY_BYTES;
      let size = 0;
      let ended: "whole" | "cut" | "timeout" | "broken" | null = null;
      const finish = (how: "whole" | "cut" | "timeout" | "broken"): void => {
        if (ended !== null) return;
        ended = how;
        until.takeBack();
        const body = Buffer.concat(chunks).subarray(0, most).toString("utf8");
        done({ kind: "answered", status, headers: kept(message), body, ended: how, durationMs: spent() });
        request.destroy();
      };
      until.set(left(limits.whole), () => finish("timeout"));
      message.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > most) finish("cut");
      });
      message.on("end", () => finish("whole"));
      message.on("error", () => finish("broken"));
      message.on("close", () => finish("broken"));
    });
    request.end(asked.body?.length ? Buffer.from(asked.body) : undefined);
  });
}
