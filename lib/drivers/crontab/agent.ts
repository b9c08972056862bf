/**
 * cron on another machine, through the agent that runs there (`packages/crontab-agent`). Each request is signed, and so
 * is each answer; the agent changes times and nothing else, whoever holds the key.
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { ask } from "#lib/outbound/ask.ts";
import type { Clock } from "#lib/time/clock.ts";
import { no, yes } from "../answer.ts";
import type { Answer, DriverProblem } from "../driver.ts";
import type { Host, Seen } from "./host.ts";

export interface AgentConfig {
  readonly url: string;
  readonly key: string;
  readonly allowPrivateNetwork: boolean;
}

const KINDS: ReadonlySet<string> = new Set(["refused", "not_found"]);
const MOST_PAGES = 100;

const sign = (key: string, text: string): string =>
  `v1,${createHmac("sha256", Buffer.from(key, "utf8")).update(text).digest("base64")}`;

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

function seenIn(value: unknown): Seen | null {
  if (!isRecord(value)) return null;
  const { table, key, time, command } = value;
  if (typeof table !== "string" || typeof key !== "string" || typeof time !== "string" || typeof command !== "string")
    return null;
  const { user, cronTz, original } = value;
  return {
    ...{ table, key, time, command },
    ...{ user: textOrNull(user), cronTz: textOrNull(cronTz), original: textOrNull(original) },
  };
}

/** Plain HTTP would show the commands to everybody on the way; on the machine itself there is no way. */
const mayBeAsked = (url: URL): boolean =>
  url.protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);

const notAnAgent = no("refused", "What answers there is no agent of Rollcall, or has another key.");

/** What the agent answers to one question, its signature checked. */
async function question(
  { url, key, allowPrivateNetwork }: AgentConfig,
  asked: Readonly<Record<string, unknown>>,
  clock: Clock,
): Promise<Answer<Readonly<Record<string, unknown>>>> {
  if (!URL.canParse(url) || !mayBeAsked(new URL(url)))
    return no("refused", "The agent is asked over https alone, unless it listens on this machine.");
  const body = JSON.stringify(asked);
  const id = randomUUID();
  const timestamp = String(Math.floor(clock.now() / 1_000));
  const outcome = await ask({
    ...{ method: "POST", url, allowPrivateNetwork, body: new TextEncoder().encode(body) },
    headers: {
      ...{ "content-type": "application/json", "webhook-id": id, "webhook-timestamp": timestamp },
      "webhook-signature": sign(key, `${id}.${timestamp}.${body}`),
    },
  });
  if (outcome.kind === "no_answer") {
    if (outcome.phase === "address") return no("refused", `The agent may not be asked there (${outcome.code}).`);
    return no("unreachable", `The agent does not answer (${outcome.code}).`);
  }
  if (outcome.ended !== "whole") return no("unreachable", "The agent's answer broke off.");
  if (outcome.status === 401) return no("refused", "The agent does not take this key, or its clock is another.");
  const [signature = "", text = ""] = outcome.body.split("\n", 2);
  if (!same(signature, sign(key, `answer.${id}.${outcome.status}.${text}`))) {
    const perhaps = outcome.status >= 500;
    return perhaps ? no("unreachable", `The agent does not answer (status ${outcome.status}).`) : notAnAgent;
  }
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return notAnAgent;
  }
  if (!isRecord(answer)) return notAnAgent;
  const { problem } = answer;
  if (isRecord(problem) && typeof problem["sentence"] === "string") {
    const kind = String(problem["kind"]);
    return no(KINDS.has(kind) ? (kind as DriverProblem["kind"]) : "refused", problem["sentence"]);
  }
  return yes(answer);
}

export function agent(config: AgentConfig, clock: Clock): Host {
  async function one(asked: Readonly<Record<string, unknown>>) {
    const answer = await question(config, asked, clock);
    if (!answer.ok) return answer;
    const row = seenIn(answer.value["row"]);
    const zone = textOrNull(answer.value["zone"]);
    return row && zone !== null ? yes({ zone, row, swapped: answer.value["swapped"] === true }) : notAnAgent;
  }
  return {
    async list() {
      const rows: Seen[] = [];
      let from: unknown = 0;
      for (let page = 0; page < MOST_PAGES; page++) {
        const answer = await question(config, { do: "list", from }, clock);
        if (!answer.ok) return answer;
        const { rows: more, next, zone } = answer.value;
        if (!Array.isArray(more) || typeof zone !== "string") return notAnAgent;
        rows.push(...more.map(seenIn).filter((row) => row !== null));
        if (typeof next !== "number") return yes({ zone, rows });
        from = next;
      }
      return no("refused", "The agent has more lines than can be read.");
    },
    read: ({ table, key }) => one({ do: "read", table, key }),
    set: ({ table, key, instead, put }) => one({ do: "set", table, key, instead, put }),
  };
}
