/**
 * A user's endpoint that drives whatever scheduler it likes (docs/drivers.md, Webhook): one address, one JSON body for
 * each question, signed by Standard Webhooks.
 */
import { newId } from "#lib/db/new-id.ts";
import { ask } from "#lib/outbound/ask.ts";
import type { Answered } from "#lib/outbound/outcome.ts";
import { signedHeaders } from "#lib/outbound/signed.ts";
import { storedSpec } from "#lib/schedules/stored-spec.ts";
import { type Instant, latest, millis, minus, SECOND, toRfc3339 } from "#lib/time/instant.ts";
import { changed, no, withSlugs, yes } from "./answer.ts";
import type { Answer, Driver, Held, Reading, World } from "./driver.ts";
import { sameHeld } from "./driver.ts";
import { type ConfigOf, flag, RUNS, secret, url } from "./fields.ts";
import { type Asks, fired, heldAnswer, historyAnswer, jobsAnswer, messageAnswer } from "./webhook-answers.ts";

const FIELDS = {
  url: url("the address that is asked, with POST"),
  secret: secret("the secret that signs what is asked (Standard Webhooks: whsec_ and base64, or any text)", {
    required: true,
  }),
  allowPrivateNetwork: flag("whether the address may lie in a private network"),
  runs: RUNS,
} as const;
type Config = ConfigOf<typeof FIELDS>;

const LIMITS = { connect: millis(5_000), headers: millis(30_000), whole: millis(35_000) } as const;
/** A history may hold a thousand runs. */
const LARGEST_ANSWER = 2_000_000;
/** As much of a refusal is shown. */
const SHOWN = 300;

/** A word of the endpoint's own, without the secret in it. */
function said(answered: Answered, config: Config): string {
  const read = messageAnswer(answered.body);
  if (read === null) return "";
  const clean = config.secret ? read.replaceAll(config.secret, "…") : read;
  return `: ${clean.replace(/\s+/g, " ").trim().slice(0, SHOWN).replace(/\.+$/, "")}`;
}

function signed(config: Config, body: string, now: Instant): Readonly<Record<string, string>> | null {
  try {
    return signedHeaders({ id: newId(now), secret: config.secret ?? "", body }, now);
  } catch {
    return null;
  }
}

/** What was answered, read as it has to be; `null`: with no content. */
async function call<T>(
  config: Config,
  question: Readonly<Record<string, unknown>> & { readonly type: string },
  read: Asks<T>,
  world: World,
): Promise<Answer<T>> {
  const body = JSON.stringify(question);
  const headers = signed(config, body, world.clock.now());
  if (!headers) return no("refused", "The secret cannot sign: after whsec_ it has to be base64.");
  const { url: to, allowPrivateNetwork } = config;
  const asked = { method: "POST", url: to, headers, body: Buffer.from(body), allowPrivateNetwork, limits: LIMITS };
  const outcome = await ask({ ...asked, mostBytes: LARGEST_ANSWER });
  if (outcome.kind === "no_answer") {
    if (outcome.phase === "address")
      return no("refused", `The address may not be asked (${outcome.code}): private networks have to be allowed.`);
    return no("unreachable", `The endpoint does not answer: ${outcome.code} (${outcome.phase}).`);
  }
  const { status } = outcome;
  if (status === 409) {
    const holds = heldAnswer(outcome.body);
    return holds ? changed(holds) : no("changed", `It holds something else by now${said(outcome, config)}.`);
  }
  if (status === 404) return no("not_found", `The endpoint knows no such job${said(outcome, config)}.`);
  if (status === 501) return no("cannot", `The endpoint cannot do that (${question.type})${said(outcome, config)}.`);
  if (status >= 500) return no("unreachable", `The endpoint answers ${status}${said(outcome, config)}.`);
  if (status >= 300) return no("refused", `The endpoint answers ${status}${said(outcome, config)}.`);
  const value = outcome.ended === "whole" ? read(outcome.body) : null;
  if (value !== null) return yes(value);
  return no("refused", `The endpoint's answer to ${question.type} is none that Rollcall can read (docs/drivers.md).`);
}

const sent = (held: Pick<Held, "spec" | "timezone"> | Held) => ({
  spec: storedSpec(held.spec),
  timezone: held.timezone,
  ...("native" in held ? { native: held.native, enabled: held.enabled } : {}),
});

const readHeld = (config: Config, ref: string, world: World): Promise<Answer<Held>> =>
  call(config, { type: "driver.read", ref }, heldAnswer, world);

/** A history is whole a little after: the endpoint's clock and ours may differ by that. */
const SETTLED = millis(2 * SECOND);

export const webhook: Driver<Config> = {
  kind: "webhook",
  label: "Webhook",
  fields: FIELDS,
  refWords: "whatever your endpoint calls the job",
  cannot: [
    "What is not in your endpoint Rollcall cannot do: one that answers 501 to a question is asked it no more than its schedule needs.",
    "There is no compare and swap but your endpoint's: Rollcall reads directly before it sets and tells it what has to stand there; it has to answer 409 where something else does. One that does not look may overwrite somebody's edit of that very moment.",
  ],

  async discover(config, world) {
    const found = await call(config, { type: "driver.discover" }, jobsAnswer, world);
    return found.ok ? yes(withSlugs(found.value)) : found;
  },

  read: readHeld,

  async apply(config, { ref, put, instead }, world) {
    const before = await readHeld(config, ref, world);
    if (!before.ok) return before;
    if (!sameHeld(before.value, instead)) return changed(before.value);
    const question = { type: "driver.apply", ref, put: sent(put), instead: sent(instead) };
    const done = await call(config, question, () => true, world);
    return done.ok ? readHeld(config, ref, world) : done;
  },

  async attempts(config, { ref, cursor }, world) {
    const now = world.clock.now();
    const found = await call(config, { type: "driver.history", ref, cursor: cursor ?? null }, historyAnswer, world);
    if (!found.ok) return found;
    const { covers, coversFrom, coversTo, ...rest } = found.value;
    const settled = minus(now, SETTLED);
    const to = coversTo === null || coversTo > settled ? settled : coversTo;
    // What covers nothing begins where it ends.
    const from = covers ? coversFrom : latest(to, coversFrom ?? to);
    return yes({ ...rest, coversFrom: from, coversTo: to } satisfies Reading);
  },

  fire: (config, { ref, window, id }, world) =>
    call(config, { type: "driver.fire", ref, id, window: window === null ? null : toRfc3339(window) }, fired, world),
};
