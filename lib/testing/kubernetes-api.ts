/**
 * A double of Kubernetes' API server, for the driver's tests: it is none. It speaks the wire format of batch/v1 as the
 * API's reference describes it (lists in pages, Status objects, resourceVersion, merge patches, bearer tokens, TLS) and
 * has no controller: what a controller would do, the tests do.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;
interface Stored extends Json {
  readonly metadata: { namespace: string; name: string; uid: string; resourceVersion: string } & Json;
}

class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

const KINDS = { cronjobs: "CronJob", jobs: "Job" } as const;
type Resource = keyof typeof KINDS;

export class KubernetesApi {
  /** What was asked: method and path. */
  readonly asked: string[] = [];
  /** Called before a patch is looked at: somebody else may be faster. */
  beforePatch: () => void = () => {};
  /** Answers a patch after it has taken effect, and then breaks off. */
  breakAfterPatch = false;
  readonly #objects = new Map<string, Stored>();
  readonly #server: https.Server;
  readonly #tokens: Readonly<Record<string, readonly string[]>>;
  #version = 1_000;

  /** `tokens`: which verbs each may. */
  constructor(
    tls: { readonly key: Buffer; readonly cert: Buffer },
    tokens: Readonly<Record<string, readonly string[]>>,
  ) {
    this.#tokens = tokens;
    this.#server = https.createServer(tls, (request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #key = (resource: Resource, namespace: string, name: string): string => `${resource}/${namespace}/${name}`;

  /** Stores an object as the API server would: with a uid, a version and a time of its making. */
  put(resource: Resource, object: Json & { readonly metadata: Json }): Stored {
    const { namespace, name } = object.metadata as { namespace: string; name: string };
    const before = this.#objects.get(this.#key(resource, namespace, name));
    const metadata = {
      ...{
        uid: before?.metadata.uid ?? randomUUID(),
        creationTimestamp: new Date().toISOString().replace(/\.\d+Z/, "Z"),
      },
      ...{ generation: 1, managedFields: [], ...object.metadata },
      ...{ namespace, name, resourceVersion: String(++this.#version) },
    };
    const stored = { ...object, metadata } as Stored;
    this.#objects.set(this.#key(resource, namespace, name), stored);
    return stored;
  }

  get(resource: Resource, namespace: string, name: string): Stored | undefined {
    return this.#objects.get(this.#key(resource, namespace, name));
  }

  remove(resource: Resource, namespace: string, name: string): void {
    this.#objects.delete(this.#key(resource, namespace, name));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const send = (code: number, body: Json): void => {
      response.writeHead(code, { "content-type": "application/json", "cache-control": "no-cache, private" });
      response.end(JSON.stringify(body));
    };
    try {
      const url = new URL(request.url ?? "/", "https://kubernetes");
      this.asked.push(`${request.method} ${url.pathname}`);
      const [code, body] = this.#handle(request, url, Buffer.concat(chunks).toString());
      if (request.method === "PATCH" && this.breakAfterPatch) request.socket.destroy();
      else send(code, body);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      const { code, reason, message } = thrown;
      send(code, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code });
    }
  }

  #allow(request: IncomingMessage, verb: string, resource: Resource): void {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const verbs = token === undefined ? undefined : this.#tokens[token];
    if (!verbs) throw new Refusal(401, "Unauthorized", "Unauthorized");
    if (!verbs.includes(verb)) {
      const user = 'User "system:serviceaccount:rollcall:rollcall"';
      const message = `${resource}.batch is forbidden: ${user} cannot ${verb} resource "${resource}" in API group "batch"`;
      throw new Refusal(403, "Forbidden", message);
    }
  }

  #handle(request: IncomingMessage, url: URL, body: string): readonly [number, Json] {
    const [, namespace, resource, name] =
      /^\/apis\/batch\/v1(?:\/namespaces\/([^/]+))?\/(cronjobs|jobs)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (resource !== "cronjobs" && resource !== "jobs")
      throw new Refusal(404, "NotFound", "the server could not find the requested resource");
    const kind = KINDS[resource];
    const whole = (object: Json): Json => ({ kind, apiVersion: "batch/v1", ...object });
    if (name === undefined && request.method === "GET") {
      this.#allow(request, "list", resource);
      return [200, this.#list(resource, namespace, url)];
    }
    if (name === undefined && request.method === "POST" && namespace !== undefined) {
      this.#allow(request, "create", resource);
      const given = JSON.parse(body) as Json & { metadata: Json };
      const called = String(given.metadata["name"]);
      if (!/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(called))
        throw new Refusal(
          422,
          "Invalid",
          `${kind}.batch "${called}" is invalid: metadata.name: Invalid value: "${called}"`,
        );
      if (this.get(resource, namespace, called))
        throw new Refusal(409, "AlreadyExists", `${resource}.batch "${called}" already exists`);
      return [201, whole(this.put(resource, { ...given, metadata: { ...given.metadata, namespace } }))];
    }
    if (name === undefined || namespace === undefined) throw new Refusal(405, "MethodNotAllowed", "not allowed");
    const stored = this.get(resource, namespace, name);
    const verb = request.method === "PATCH" ? "patch" : "get";
    this.#allow(request, verb, resource);
    if (!stored) throw new Refusal(404, "NotFound", `${resource}.batch "${name}" not found`);
    if (verb === "get") return [200, whole(stored)];
    return [200, whole(this.#patch(request, { resource, namespace, name }, body))];
  }

  #patch(
    request: IncomingMessage,
    { resource, namespace, name }: { readonly resource: Resource; readonly namespace: string; readonly name: string },
    body: string,
  ): Stored {
    if (request.headers["content-type"] !== "application/merge-patch+json")
      throw new Refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
    this.beforePatch();
    const stored = this.get(resource, namespace, name);
    if (!stored) throw new Refusal(404, "NotFound", `${resource}.batch "${name}" not found`);
    const patch = JSON.parse(body) as { metadata?: Json; spec?: Json };
    const about = `${resource}.batch "${name}"`;
    const version = patch.metadata?.["resourceVersion"];
    if (version !== undefined && version !== stored.metadata.resourceVersion) {
      const message = `Operation cannot be fulfilled on ${about}: the object has been modified; please apply your changes to the latest version and try again`;
      throw new Refusal(409, "Conflict", message);
    }
    const schedule = patch.spec?.["schedule"];
    if (typeof schedule === "string" && !/^(@\w+|(\S+\s+){4}\S+)$/.test(schedule))
      throw new Refusal(422, "Invalid", `CronJob.${about} is invalid: spec.schedule: Invalid value: "${schedule}"`);
    const { metadata: _, ...rest } = patch;
    return this.put(resource, merged(stored, rest) as Stored);
  }

  /** In pages, as `limit` and `continue` ask for. */
  #list(resource: Resource, namespace: string | undefined, url: URL): Json {
    const all = [...this.#objects]
      .filter(([key]) => key.startsWith(namespace === undefined ? `${resource}/` : `${resource}/${namespace}/`))
      .map(([, object]) => object);
    const from = Number(url.searchParams.get("continue") ?? 0);
    const limit = Number(url.searchParams.get("limit") ?? all.length);
    const more = from + limit < all.length;
    return {
      ...{ kind: `${KINDS[resource]}List`, apiVersion: "batch/v1" },
      metadata: {
        resourceVersion: String(this.#version),
        ...(more ? { continue: String(from + limit), remainingItemCount: all.length - from - limit } : {}),
      },
      items: all.slice(from, from + limit),
    };
  }
}
