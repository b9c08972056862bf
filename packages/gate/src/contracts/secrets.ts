/** Comparing what is presented with what is configured, and naming the way in which it nearly matched. */
import { type Crypto, sameBytes } from "../crypto/crypto.ts";
import { fromBase64, textOf, toBase64, utf8 } from "../crypto/encoding.ts";
import type { AnyConfig, Deps, Refused, Rule, Verdict } from "./contract.ts";
import { refused } from "./contract.ts";
import { characters, classOfText, type SecretProblem, secretProblem } from "./secret-text.ts";

export interface Slot {
  readonly slot: "current" | "next";
  readonly value: string;
}

const optionOf = (config: AnyConfig, name: string): unknown =>
  Object.hasOwn(config, name) ? (config as unknown as Record<string, unknown>)[name] : undefined;

/** The secrets of a configuration that are set, the present one first. */
export function secretsOf(contract: Rule, config: AnyConfig): readonly Slot[] {
  return Object.entries(contract.fields).flatMap(([name, field]): readonly Slot[] => {
    const value = optionOf(config, name);
    return field.type === "secret" && typeof value === "string"
      ? [{ slot: name.startsWith("next") ? "next" : "current", value }]
      : [];
  });
}

export interface ConfigProblem extends SecretProblem {
  readonly field: string;
}

/** What keeps a configuration from being enforced: a secret that is not there or unfit. Found at the start, and the reason of every refusal. */
export function configProblem(contract: Rule, config: AnyConfig): ConfigProblem | null {
  const known = problems.get(config);
  if (known !== undefined) return known;
  const found = problemOf(contract, config);
  problems.set(config, found);
  return found;
}

/** A configuration does not change, and is asked about with every request. */
const problems = new WeakMap<AnyConfig, ConfigProblem | null>();

function problemOf(contract: Rule, config: AnyConfig): ConfigProblem | null {
  for (const [name, field] of Object.entries(contract.fields)) {
    const value = optionOf(config, name);
    if (field.type !== "secret") {
      // Types say what the rest is; this is for those who have none. Rollcall reads what it is told by `readConfig`.
      if (field.required && (typeof value !== "string" || value === ""))
        return { reason: "secret_not_configured", detail: "is missing", field: name };
      continue;
    }
    if (!field.required && (value === undefined || value === null)) continue;
    const problem = secretProblem(value);
    if (problem) return { ...problem, field: name };
  }
  const [first] = contract.combined?.(config) ?? [];
  return first ? { reason: "secret_not_configured", detail: first.message, field: first.path } : null;
}

/** The one or two slots by their field names; those that are not set are left out. */
export const slotsOf = (current: string | undefined, next: string | undefined): readonly Slot[] => [
  ...(current === undefined ? [] : [{ slot: "current" as const, value: current }]),
  ...(next === undefined ? [] : [{ slot: "next" as const, value: next }]),
];

/** Digests of configured secrets; those of the presented are made anew each time. */
const digests = new Map<string, Uint8Array>();

async function digestOf(crypto: Crypto, value: string): Promise<Uint8Array> {
  const known = digests.get(value);
  if (known) return known;
  if (digests.size >= 1_000) digests.clear();
  const made = await crypto.digest("sha256", utf8(value));
  digests.set(value, made);
  return made;
}

/** Compares by digests of both sides: neither content nor length shows in the time it takes. */
export async function same(crypto: Crypto, presented: string, expected: string): Promise<boolean> {
  return sameBytes(await crypto.digest("sha256", utf8(presented)), await crypto.digest("sha256", utf8(expected)));
}

/** Which slot was presented. Every slot is compared, so that time does not tell which it was. */
async function slotOf(presented: string, slots: readonly Slot[], crypto: Crypto): Promise<Slot | null> {
  const digest = await crypto.digest("sha256", utf8(presented));
  let found: Slot | null = null;
  for (const slot of slots) {
    if (sameBytes(digest, await digestOf(crypto, slot.value)) && found === null) found = slot;
  }
  return found;
}

/** The verdict over a secret that travels as it is. */
export async function judgeSecret(presented: string, slots: readonly Slot[], deps: Deps): Promise<Verdict> {
  const slot = await slotOf(presented, slots, deps.crypto);
  return slot ? admittedBy(slot) : refuseSecret(presented, slots, deps);
}

export const admittedBy = (slot: Slot): Verdict => ({
  outcome: "admitted",
  reason: slot.slot === "current" ? "admitted" : "admitted_previous_key",
  detail: slot.slot === "current" ? null : "next",
  told: {},
});

async function refuseSecret(presented: string, slots: readonly Slot[], deps: Deps): Promise<Refused> {
  const spelled = classOfText(presented);
  if (spelled === "empty") return refused("missing_credentials", "empty");
  if (spelled !== "text") return refused(spelled);
  if (deps.explain === false) return refused("wrong_secret");
  for (const slot of slots) {
    const near = await nearMiss(presented, slot.value, deps.crypto);
    if (near) return refused("wrong_secret", near);
  }
  for (const { owner, value } of deps.others ?? []) {
    if (await same(deps.crypto, presented, value)) return refused("wrong_secret", `belongs_to_route:${owner}`);
  }
  const [first] = slots;
  return refused(
    "wrong_secret",
    first && first.value.length !== presented.length
      ? `length: ${characters(presented.length)} where ${first.value.length} are expected`
      : null,
  );
}

/** How one text would match the other: the ways in which secrets are damaged on their way. */
async function nearMiss(presented: string, expected: string, crypto: Crypto): Promise<string | null> {
  const pairs: readonly (readonly [string, string | null, string | null])[] = [
    ["whitespace", presented.replace(/\s+|\\[nr]/g, ""), expected],
    ["quoted", presented.trim().replace(/^["'`]+|["'`]+$/g, ""), expected],
    ["prefix", presented.replace(/^((bearer|basic|token)\s+|[A-Z_]+=)/i, ""), expected],
    ["case", presented.toLowerCase(), expected.toLowerCase()],
    ["url_encoded", percentDecoded(presented), expected],
    ["url_encoded", presented, percentDecoded(expected)],
    ["truncated", presented.length >= 4 ? presented : null, expected.slice(0, presented.length)],
    ["truncated", presented.length >= 4 ? presented : null, expected.slice(-presented.length)],
    ["extended", presented.slice(0, expected.length), expected],
    ["base64_of_expected", presented.replace(/=+$/, ""), toBase64(utf8(expected)).replace(/=+$/, "")],
    ["base64_decoded", presented, base64Decoded(expected)],
  ];
  for (const [name, one, other] of pairs) {
    if (one === null || other === null || (one === presented && other === expected)) continue;
    if (await same(crypto, one, other)) return name;
  }
  return null;
}

function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return null;
  }
}

function base64Decoded(text: string): string | null {
  const bytes = fromBase64(text);
  return bytes === null ? null : textOf(bytes);
}
