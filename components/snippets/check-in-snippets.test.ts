import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { SNIPPETS, snippetOf, snippetText } from "./check-in-snippets.ts";

const asked = { pingUrl: "https://rollcall.example.com/ping/5e1f", expression: "30 2 * * *", job: "backup" };

test.each(SNIPPETS)("%s checks in at the address, and says what is to be added", (name) => {
  const parts = snippetOf(name, asked);
  expect(snippetText(parts)).toContain(asked.pingUrl);
  for (const { text, added } of parts) if (text.includes(asked.pingUrl)) expect(added).toBe(true);
});

test("a line of a crontab is one line, without a percent sign that cron would end it at", () => {
  const text = snippetText(snippetOf("crontab", asked));
  expect(text).toMatch(/^30 2 \* \* \* {2}backup\.sh; /);
  expect(text).not.toMatch(/[\n%]/);
});

test("what is YAML is YAML, what is a script is one", () => {
  for (const name of ["GitHub Actions", "Kubernetes"] as const) {
    expect(() => parse(snippetText(snippetOf(name, asked)))).not.toThrow();
  }
  const script = snippetText(snippetOf("curl", asked));
  expect(() => execFileSync("sh", ["-n"], { input: script })).not.toThrow();
});
