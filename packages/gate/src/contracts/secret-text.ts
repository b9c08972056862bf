/** How secrets are misspelled on their way through shells, dashboards and templates: configured ones and presented ones. */
import type { RefuseReason } from "./reasons.ts";

/** What a program writes where it meant a secret. */
const NOTHING = /^(undefined|null|none|nil|nan|false|true|\[object \w+\])$/i;
/** What a template leaves where nobody filled it in: `$X`, `${X}`, `{{ X }}`, `%X%`, `process.env.X`, `<secret>`. */
const UNEXPANDED =
  /^(\$\(?\{?[A-Za-z_]\w*\}?\)?|\$\{\{.*\}\}|\{\{.*\}\}|%[A-Za-z_]\w*%|(process\.env|import\.meta\.env|os\.environ|ENV)[.[].*|<[^<>]*>)$/;
const CHANGE_ME = /^(change[-_ ]?(me|this|it)|replace[-_ ]?(me|this)|your[-_ ].*|x{4,}|\*{4,}|\.{3,}|todo|example|secret|password|test)[!1-9]*$/i; // biome-ignore format: one pattern

export const QSTASH_DEVELOPMENT_KEY = "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r";
/** Keys that stand in public documentation and in SDKs; `QSTASH_DEV` makes Upstash's receiver accept them. */
const DEVELOPMENT_KEYS = new Set([QSTASH_DEVELOPMENT_KEY, "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs"]);

const SHORTEST_SECRET = 16;

export type TextClass = "empty" | "literal_undefined" | "unexpanded_placeholder" | "text";

export function classOfText(value: string): TextClass {
  const trimmed = value.trim();
  if (trimmed === "") return "empty";
  if (NOTHING.test(trimmed)) return "literal_undefined";
  return UNEXPANDED.test(trimmed) || CHANGE_ME.test(trimmed) ? "unexpanded_placeholder" : "text";
}

export interface SecretProblem {
  readonly reason: Extract<RefuseReason, "secret_not_configured" | "weak_secret" | "development_key">;
  readonly detail: string;
}

/** "1 character", "38 characters". */
export const characters = (n: number): string => `${n} character${n === 1 ? "" : "s"}`;

/** What is wrong with a secret as it is configured; `null` where it is fit. A gate with one that is not refuses everybody. */
export function secretProblem(value: unknown): SecretProblem | null {
  if (value === undefined || value === null || value === "")
    return { reason: "secret_not_configured", detail: "empty" };
  if (typeof value !== "string") return { reason: "secret_not_configured", detail: "not_a_text" };
  const spelled = classOfText(value);
  if (spelled !== "text") return { reason: "secret_not_configured", detail: spelled };
  if (DEVELOPMENT_KEYS.has(value.trim())) return { reason: "development_key", detail: "public" };
  if (value !== value.trim()) return { reason: "weak_secret", detail: "whitespace" };
  if (/^(["'`]).*\1$/.test(value)) return { reason: "weak_secret", detail: "quoted" };
  if (value.length < SHORTEST_SECRET) return { reason: "weak_secret", detail: `short: ${characters(value.length)}` };
  if (new Set(value).size < 4) return { reason: "weak_secret", detail: "repeated" };
  return null;
}
