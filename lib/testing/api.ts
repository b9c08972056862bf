/**
 * Asks the JSON API in this process, as a key or as a signed-in person; only tests import it. Every answer that a test
 * gets is held against the OpenAPI document.
 */
import type { Scope } from "#lib/access/actor.ts";
import { createKey } from "#lib/access/keys.ts";
import { cookieName, sessionToken } from "#lib/access/session-cookie.ts";
import { runtime } from "#lib/runtime.ts";
import { type ApiDocument, conformity, type SentAnswer } from "#lib/testing/conform.ts";
import { type PersonActor, SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { makeApi } from "#server/api/app.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answered>;

const api = makeApi();

export async function ask(path: string, init: RequestInit): Promise<Answered> {
  const answer = await api.request(path, init);
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.includes("json") ?? false;
  return { status: answer.status, headers: answer.headers, body: text === "" ? null : json ? JSON.parse(text) : text };
}

/** A text or bytes go as they are, anything else as JSON. */
const bodyOf = (body: unknown): string | Uint8Array<ArrayBuffer> => {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === "string" ? body : JSON.stringify(body);
};

let wrongWith: ((answer: SentAnswer) => string | null) | null = null;

/** Throws where an answer is not what the document says of it. */
async function holdAgainstDocument(method: string, path: string, { status, headers, body }: Answered): Promise<void> {
  wrongWith ??= conformity((await ask("/api/v1/openapi.json", {})).body as ApiDocument);
  const type = (headers.get("content-type") ?? "").split(";", 1)[0] ?? "";
  const wrong = wrongWith({ method, path, status, type, body });
  if (wrong !== null) throw new Error(`Not what /openapi.json says: ${wrong}`);
}

const caller =
  (credentials: Readonly<Record<string, string>>): Call =>
  async (method, path, body, headers = {}) => {
    const answered = await ask(`/api/v1${path}`, {
      method,
      headers: { ...credentials, ...headers },
      ...(body === undefined ? {} : { body: bodyOf(body) }),
    });
    await holdAgainstDocument(method, path, answered);
    return answered;
  };

let made = 0;

export async function keyCaller(scope: Scope): Promise<Call> {
  const ctx = { actor: SYSTEM, now: runtime().clock.now() };
  const { text } = succeeded(await createKey(ctx, { name: `test ${++made}`, scope }));
  return caller({ authorization: `Bearer ${text}` });
}

export async function sessionCaller(person: PersonActor): Promise<Call> {
  const { config } = runtime();
  const token = await sessionToken({ personId: person.id, sessionId: person.sessionId }, config.secret);
  return caller({ cookie: `${cookieName(config.publicUrl)}=${token}`, origin: config.publicUrl });
}
