/**
 * `GET /api/v1/live`: a server-sent stream of which keys of `lib/views/keys.ts` went stale, whichever process stored what.
 *
 * resumed, reset   the first word: what was missed since `Last-Event-ID` follows; or nobody knows, and all may be stale
 * stale            `{keys}`: whoever holds an answer under a key that begins so asks for it again
 * deaf             nothing can be heard of the database at the moment: ask from time to time; a `reset` ends it
 * beat             every 15 s, so that a connection that is dead is found to be
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { mayNot } from "#lib/access/actor.ts";
import { headerOf } from "#lib/access/headers.ts";
import { keyCache } from "#lib/access/key-cache.ts";
import { actorOfRequest } from "#lib/access/request-actor.ts";
import type { Listener } from "#lib/db/listen.ts";
import { type Problem, refused, unauthenticated, unavailable } from "#lib/problem.ts";
import { problemOfThrown, problemResponse } from "./api/problem-response.ts";
import type { Door } from "./door.ts";
import { frame, makeRing } from "./live-ring.ts";

export interface Live {
  readonly door: Door;
  /** Ends every stream and takes no new one. */
  close(): void;
}

export interface LiveOptions {
  readonly listener: Listener;
  /** Of this process. */
  readonly instanceId: string;
  readonly onTrouble: (thrown: unknown) => void;
}

/** After the first notice, which goes at once, the next ones are gathered for so long (ms). */
const GATHERED_FOR = 100;
/** At ten a second, a reader may have been away for a minute. */
const KEPT = 600;
/** Bytes that wait for a reader before it is cut off: it comes back, and reads what it missed or everything. */
const BEHIND_AT_MOST = 64 * 1_024;
const STREAMS_AT_MOST = 5_000;
/** Proxies cut what is silent for a minute. */
const BEAT = 15_000;
/** A session runs out without anybody saying so. */
const LOOK_AGAIN = 60_000;
/** Topics of one moment beyond which their subjects alone are kept. */
const TOPICS_AT_MOST = 500;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // no-transform: a proxy that compresses would hold frames back.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
};

interface Stream {
  readonly response: ServerResponse;
  /** What it was let in by. */
  readonly credentials: Readonly<Record<"authorization" | "x-api-key" | "cookie", string | undefined>>;
}

async function answerProblem(response: ServerResponse, problem: Problem, headers: Record<string, string> = {}) {
  const answer = problemResponse(problem, headers);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
}

/** Why these credentials may not listen; `null`: they may. */
async function refusalOf(credentials: Stream["credentials"]): Promise<Problem | null> {
  const actor = await actorOfRequest({ headers: credentials, method: "GET" });
  if (!actor.ok) return actor.problem;
  if (!actor.value) return unauthenticated({ message: "This needs a signed-in person or an API key." });
  return mayNot(actor.value, "see");
}

export async function openLive({ listener, instanceId, onTrouble }: LiveOptions): Promise<Live> {
  const ring = makeRing({ epoch: instanceId, most: KEPT, longest: BEHIND_AT_MOST });
  const streams = new Set<Stream>();
  let closed = false;

  const send = (stream: Stream, text: string): void => {
    if (stream.response.writableLength > BEHIND_AT_MOST) stream.response.destroy();
    else if (!stream.response.writableEnded) stream.response.write(text);
  };
  const sendAll = (text: string): void => {
    for (const stream of streams) send(stream, text);
  };

  let topics = new Set<string>();
  let gathering: NodeJS.Timeout | NodeJS.Immediate | null = null;
  const tell = (): void => {
    gathering = null;
    if (topics.size === 0) return;
    const told = ring.stale(topics);
    topics = new Set();
    if (told === null) return;
    sendAll(told);
    gathering = setTimeout(tell, GATHERED_FOR);
  };
  const hear = (topic: string): void => {
    topics.add(topics.size < TOPICS_AT_MOST ? topic : (topic.split("/", 1)[0] ?? topic));
    // Not before all notices of one transaction have come.
    gathering ??= setImmediate(tell);
  };

  /** Ends the streams of those who may not listen any more. */
  const lookAgain = async (): Promise<void> => {
    const asked = new Map<string, Promise<Problem | null>>();
    for (const stream of [...streams]) {
      const of = JSON.stringify(stream.credentials);
      const answer = asked.get(of) ?? refusalOf(stream.credentials);
      asked.set(of, answer);
      // While the database is away nobody knows, and nothing is told.
      const refusal = await answer.catch(() => null);
      if (refusal) stream.response.end();
    }
  };
  let endings = 0;
  const look = (): void => void lookAgain().catch(onTrouble);

  const enter = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "GET") {
      const told = { message: "/live takes GET.", doNext: "Use this method." };
      return answerProblem(response, refused("method_not_allowed", 405, told), { allow: "GET" });
    }
    const credentials = {
      authorization: request.headers.authorization,
      "x-api-key": headerOf(request.headers, "x-api-key") ?? undefined,
      cookie: request.headers.cookie,
    };
    const asked = endings;
    const refusal = await refusalOf(credentials);
    if (refusal) return answerProblem(response, refusal);
    if (closed || streams.size >= STREAMS_AT_MOST) {
      const message = closed ? "Rollcall is stopping." : "Too many are listening.";
      return answerProblem(response, unavailable({ message, retryAfterSeconds: closed ? 1 : 30 }));
    }
    if (response.closed) return;
    const stream: Stream = { response, credentials };
    response.once("close", () => streams.delete(stream));
    response.on("error", () => {}); // it has gone away
    response.writeHead(200, HEADERS);
    const missed = ring.since(headerOf(request.headers, "last-event-id"));
    send(stream, `retry: 1000\n\n${missed.kind === "reset" ? missed.frame : frame("resumed", {}) + missed.text}`);
    if (!listener.isUp()) send(stream, frame("deaf", {}));
    streams.add(stream);
    // A session may have ended while it was being looked at.
    if (endings !== asked) look();
  };

  const stopHearing = [
    await listener.subscribe("rollcall_stale", hear),
    await listener.subscribe("rollcall_access", () => {
      endings++;
      keyCache().forget();
      look();
    }),
    listener.onDown(() => sendAll(frame("deaf", {}))),
    // What was told meanwhile, nobody heard.
    listener.onUp(() => {
      sendAll(ring.reset());
      keyCache().forget();
      look();
    }),
  ];
  const beats = setInterval(() => sendAll(frame("beat", {})), BEAT);
  const looks = setInterval(look, LOOK_AGAIN);

  return {
    door: (request, response) => {
      enter(request, response).catch(async (thrown: unknown) => {
        if (response.headersSent) return response.destroy();
        await answerProblem(response, problemOfThrown(thrown, { method: "GET", path: "/api/v1/live" }));
      });
    },
    close() {
      closed = true;
      for (const stop of stopHearing) stop();
      clearInterval(beats);
      clearInterval(looks);
      if (gathering !== null && "refresh" in gathering) clearTimeout(gathering);
      else if (gathering !== null) clearImmediate(gathering);
      for (const { response } of streams) response.end();
    },
  };
}
