/** Every driver against what each of them must keep. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CONNECTED_DRIVERS, type ConnectedKind } from "#lib/schedules/schema.ts";
import { instant } from "#lib/time/instant.ts";
import { connectionFields, mergedConnection } from "./connection.ts";
import type { Answer, AnyDriver, DriverProblem } from "./driver.ts";
import type { AnyConfig, Field } from "./fields.ts";
import { canOf, driverOf } from "./register.ts";
import { connectionInput } from "./schema.ts";

const DOCUMENTED = readFileSync(new URL("../../docs/drivers.md", import.meta.url), "utf8");
const SECRET = "a-secret-of-the-conformance-test";

/** Whatever a field takes: nobody listens there. */
function sample(name: string, field: Field): unknown {
  switch (field.type) {
    case "secret":
      return SECRET;
    case "url":
      return "http://127.0.0.1:1/nobody";
    case "choice":
      return name === "tls" ? "off" : field.choices?.[0];
    case "whole":
      return name === "port" ? 1 : (field.fallback ?? field.min);
    case "flag":
      return true;
    default:
      return name === "host" ? "127.0.0.1" : (field.fallback ?? `some-${name}`);
  }
}
const sampleOf = (kind: ConnectedKind): AnyConfig =>
  Object.fromEntries(Object.entries(driverOf(kind).fields).map(([name, field]) => [name, sample(name, field)]));

// A program that writes itself small does so at the beginning of a sentence, too.
const sentence = /^(?:[A-Z“]|pg_cron ).*\.$/s;
/** What `cannot` has to speak of where it is not there. */
const ABSENT = {
  discover: /propos|which jobs/i,
  read: /\bread\b/i,
  apply: /\bset\b|chang|accelerat/i,
  history: /history|attempts|which runs/i,
  fire: /\bfire|by hand|run now/i,
} as const;

/** Their platforms refuse a write over somebody else's; `pg-cron.db.test.ts` and `kubernetes.test.ts` try it. */
const SWAP_BY_THEMSELVES: ReadonlySet<string> = new Set(["pg-cron", "kubernetes"]);

const world = { clock: { now: () => instant(Date.UTC(2027, 0, 12)) } };

/** Everything that a driver can be asked, where nobody answers. */
const asked = (driver: AnyDriver, config: AnyConfig): readonly Promise<Answer<unknown>>[] => {
  const held = {
    spec: { kind: "cron", expression: "0 2 * * *", dialect: "rollcall" },
    timezone: "UTC",
    native: "0 2 * * *",
    enabled: true,
  } as const;
  return [
    driver.discover?.(config, world),
    driver.read?.(config, "1", world),
    driver.apply?.(config, { ref: "1", put: held, instead: held }, world),
    driver.attempts?.(config, { ref: "1", cursor: null }, world),
    driver.fire?.(config, { ref: "1", window: null, id: "018f0000-0000-7000-8000-000000000000" }, world),
  ].filter((one) => one !== undefined);
};

describe.each(CONNECTED_DRIVERS)("%s", (kind) => {
  const driver = driverOf(kind);
  const written = Object.keys(driver.fields).length > 0;

  test("has a name, and words for what it is told", () => {
    expect(driver.kind).toBe(kind);
    expect(driver.label).toMatch(/\S/);
    for (const [name, field] of Object.entries(driver.fields)) {
      expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(["kind", "name", "schedules", "failing", "unreadable", "createdAt", "version"]).not.toContain(name);
      expect(field.words, name).toMatch(/^[a-z].*[^.]$/s);
    }
  });

  test("where it cannot, it says so: in sentences what it cannot do, and of everything that is not there why", () => {
    for (const one of driver.cannot) expect(one).toMatch(sentence);
    if (!written) return;
    for (const [what, there] of Object.entries(canOf(driver))) {
      if (there) continue;
      const words = ABSENT[what as keyof typeof ABSENT];
      expect(
        driver.cannot.some((one) => words.test(one)),
        `${what}: ${words}`,
      ).toBe(true);
    }
  });

  test("The driver reads directly before each write, and compares and swaps where its platform can; where it cannot, it says so.", () => {
    const says = driver.cannot.some((one) => /compares? and swaps?/i.test(one));
    if (driver.apply) expect(says || SWAP_BY_THEMSELVES.has(kind)).toBe(true);
  });

  test("stands in the table of docs/drivers.md as it is", () => {
    const row = DOCUMENTED.split("\n").find((line) => line.startsWith(`| [\`${kind}\`]`));
    const cells = row?.split("|").slice(2, 7) ?? [];
    const there = Object.values(canOf(driver));
    expect(cells.map((cell) => !cell.trim().startsWith("–"))).toEqual(there);
  });

  test("takes the connection that its fields describe; a secret goes in and never comes out", () => {
    const given = connectionInput.parse({ kind, ...sampleOf(kind) });
    const merged = mergedConnection(given, null, world.clock.now());
    if (!merged.ok) throw new Error(merged.problem.message);
    const { connection, secrets } = merged.value;
    const shown = connectionFields(connection);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    const again = mergedConnection(connectionInput.parse(shown), { connection, secrets }, world.clock.now());
    expect(again).toEqual({ ok: true, value: { connection, secrets, changed: [] } });
  });

  test("where nobody answers it says so, and no secret", async () => {
    const given = connectionInput.parse({ kind, ...sampleOf(kind) });
    const config = { ...given.options, ...given.secrets };
    const answers: readonly Answer<unknown>[] = await Promise.all(asked(driver, config));
    for (const answer of answers) {
      const problem: DriverProblem | null = answer.ok ? null : answer.problem;
      expect(problem?.kind).toMatch(/^(unreachable|refused|not_found)$/);
      expect(problem?.sentence).toMatch(sentence);
      expect(JSON.stringify(problem)).not.toContain(SECRET);
    }
  });
});
