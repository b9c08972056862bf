import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { WireSpec } from "#components/api/shapes.ts";
import { fiveFields, SNIPPETS, type SnippetOf, snippetOf } from "./snippets.ts";

const pingUrl = "https://rollcall.example.com/ping/6f1f7d3e-6d3a-4b3e-9a43-3a5a2c1d8e01";
const cron = (expression: string): WireSpec => ({ kind: "cron", expression, dialect: "rollcall" });
const of = (spec: WireSpec, slug = "nightly-etl"): SnippetOf => ({ slug, pingUrl, spec, timezone: "Europe/Berlin" });

describe("what makes a job known", () => {
  it("has the address, the start and the id in every form, and no sign that a crontab takes for a line break", () => {
    for (const { id } of SNIPPETS) {
      const { text } = snippetOf(id, of(cron("0 2 * * *")));
      expect(text, id).toContain(pingUrl);
      expect(text, id).toMatch(/start/);
      expect(text, id).toMatch(/rid=/i);
    }
    expect(snippetOf("crontab", of(cron("0 2 * * *"))).text).not.toMatch(/[%\n]/);
  });

  it("writes the times where five fields say them, and says so where they do not", () => {
    const interval = (everySeconds: number): WireSpec => ({ kind: "interval", everySeconds, anchor: "" });
    expect([cron(" 30  2 * * MON-FRI "), interval(60), interval(900), interval(3_600)].map(fiveFields)).toEqual([
      { expression: "30 2 * * MON-FRI", exact: true },
      { expression: "* * * * *", exact: true },
      { expression: "*/15 * * * *", exact: true },
      { expression: "0 * * * *", exact: true },
    ]);
    const sunday: WireSpec = { kind: "cron", expression: "0 2 * * 1", dialect: "cloudflare" };
    for (const spec of [
      sunday,
      cron("@daily"),
      cron("0 0 2 * * *"),
      cron("0 2 L * *"),
      cron("0 2 * * 5L"),
      interval(420),
      interval(90),
    ]) {
      expect(fiveFields(spec)).toEqual({ expression: "*/5 * * * *", exact: false });
      expect(snippetOf("crontab", of(spec)).note).toContain("only an example");
    }
  });

  it("is a workflow and a CronJob that are read as YAML", () => {
    const workflow = parse(snippetOf("github", of(cron("0 2 * * *"), "0-first")).text);
    expect(workflow.on.schedule).toEqual([{ cron: "0 2 * * *" }]);
    expect(workflow.env.PING).toBe(pingUrl);
    // A job's id begins with a letter or _.
    expect(Object.keys(workflow.jobs)).toEqual(["job-0-first"]);
    const job = parse(snippetOf("kubernetes", of(cron("0 2 * * *"), `${"a".repeat(60)}-b`)).text);
    expect(job).toMatchObject({ apiVersion: "batch/v1", kind: "CronJob", spec: { timeZone: "Europe/Berlin" } });
    // 52 characters, since a Job's name adds eleven (kubernetes.io, CronJob).
    expect(job.metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/);
    const [container] = job.spec.jobTemplate.spec.template.spec.containers;
    expect(container.args).toHaveLength(1);
    expect(container.args[0]).toContain(`${pingUrl}/$1?rid=$rid`);
  });
});
