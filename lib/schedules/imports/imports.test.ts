import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "#lib/time/instant.ts";
import { parseCron } from "../cron.ts";
import { scheduleInput } from "../schema.ts";
import { checkSpec } from "../validate.ts";
import { commandOf } from "./crontab.ts";
import { type FoundEntry, IMPORT_KINDS, type ImportKind, LARGEST_TEXT, MOST_ENTRIES } from "./import-kind.ts";
import { nameOfCommand } from "./name-of-command.ts";
import { propose, proposedGrace } from "./propose.ts";
import { IMPORTS, kindOf } from "./register.ts";

const now = instant(Date.UTC(2026, 5, 1, 12));

/** One file of each kind with two jobs, the first of them daily at 02:30. */
const FILES: Readonly<Record<ImportKind, string>> = {
  crontab: "CRON_TZ=Europe/Berlin\n30 2 * * * /opt/backup.sh\n*/15 * * * * /opt/poll.sh\n",
  vercel:
    '{"crons":[{"path":"/api/cron/backup","schedule":"30 2 * * *"},{"path":"/api/poll","schedule":"*/15 * * * *"}]}',
  kubernetes: `apiVersion: batch/v1
kind: CronJob
metadata: { name: backup }
spec: { schedule: "30 2 * * *", timeZone: Europe/Berlin }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: poll }
spec:
  schedule: "*/15 * * * *"
  suspend: true
`,
  github: `name: backup
on:
  schedule:
    - cron: "30 2 * * *"
      timezone: Europe/Berlin
    - cron: "*/15 * * * *"
jobs: {}
`,
};

const proposed = (text: string, kind: ImportKind | null = null) => propose({ text, kind, timezone: "UTC", now });
const itemsOf = (text: string, kind: ImportKind | null = null) => {
  const read = proposed(text, kind);
  if (!read.ok) throw new Error(read.problem.message);
  return read.value.items;
};
const ready = (text: string, kind: ImportKind | null = null) =>
  itemsOf(text, kind).flatMap(({ outcome }) => (outcome.kind === "ready" ? [outcome] : []));
const refusals = (text: string, kind: ImportKind | null = null) =>
  itemsOf(text, kind).flatMap(({ outcome }) => (outcome.kind === "refused" ? [outcome.because] : []));
const problemOf = (text: string, kind: ImportKind | null = null) => {
  const read = proposed(text, kind);
  return read.ok ? "" : read.problem.message;
};

describe.each(IMPORT_KINDS)("import of %s", (kind) => {
  const member = IMPORTS[kind];

  test("its register, its label and its limits are said", () => {
    expect(member.kind).toBe(kind);
    expect(member.label).not.toBe("");
    for (const limit of member.limits) expect(limit).toMatch(/\.$/);
  });

  test("it knows its own file from the text alone, and no other kind does", () => {
    expect(kindOf(FILES[kind])).toBe(kind);
  });

  test("it finds both jobs, by the platform that fires them", () => {
    const [backup, poll] = ready(FILES[kind]);
    expect(backup?.slug).toBe("backup");
    expect(backup?.sentence).toMatch(/02:30/);
    expect(backup?.schedule.spec).toEqual({ kind: "cron", expression: "30 2 * * *", dialect: member.dialect });
    expect(backup?.schedule.timezone).toBe(kind === "vercel" ? "UTC" : "Europe/Berlin");
    expect(poll?.schedule.spec.expression).toBe("*/15 * * * *");
    expect(poll?.schedule.graceSeconds).toBe(kind === "github" ? 1_800 : 225);
  });

  test("it never throws, whatever the text is", () => {
    const words = fc.constantFrom("kind: List\nitems:\n", "- cron: '* * * * *'\n", "*/5 * * * * ", "@daily ", "&a [*a]", "{", "}", "[", "\n", "  ", "on:\n schedule:\n", '"crons":', "apiVersion: v1\n", "#", "%", "=", ":", "---\n", "\0", "\ud800", "<<: *a\n", "!!js/function ", "? "); // biome-ignore format: a list
    const text = fc.oneof(
      fc.array(fc.oneof(words, fc.string({ maxLength: 6 })), { maxLength: 60 }).map((parts) => parts.join("")),
      fc.array(words, { maxLength: 8 }).map((parts) => `${FILES[kind]}${parts.join("")}`),
      fc.json().map((json) => `{"crons":${json}}`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const read = propose({ text: given, kind, timezone: "UTC", now });
        if (!read.ok) expect(read.problem.status).toBe(422);
        else for (const { where, written } of read.value.items) expect(`${where}${written}`).not.toMatch(/[\n\0]/);
      }),
      { numRuns: 300 },
    );
  });

  test("every entry that it accepts is one that the registry accepts", () => {
    const field = fc.constantFrom(
      "*",
      "*/5",
      "0",
      "7",
      "59",
      "1-5",
      "MON",
      "L",
      "31",
      "?",
      "0,30",
      "@daily",
      "x",
      "5/15",
    );
    const expression = fc.oneof(
      fc.array(field, { minLength: 5, maxLength: 6 }).map((fields) => fields.join(" ")),
      fc.constantFrom("30 2 * * *", "*/10 * * * *", "0 4 1 * *", "5 6 * * 1"),
      fc.constantFrom("@hourly", "@reboot", "@every 90s", "TZ=UTC * * * * *", ""),
    );
    const name = fc.oneof(fc.string({ maxLength: 150 }), fc.constantFrom("Ä b", "…", "x".repeat(500), "a\nb"));
    const zone = fc.constantFrom("Europe/Berlin", "utc", "Pacific/Apia", "Mars/Olympus", "");
    const written: Readonly<Record<ImportKind, (jobs: readonly [string, string, string][]) => string>> = {
      crontab: (jobs) =>
        jobs.map(([when, what, tz]) => `CRON_TZ=${tz}\n${when} ${what.replace(/[\r\n]/g, " ")}`).join("\n"),
      vercel: (jobs) => JSON.stringify({ crons: jobs.map(([schedule, what]) => ({ schedule, path: `/${what}` })) }),
      kubernetes: (jobs) =>
        JSON.stringify({
          kind: "List",
          items: jobs.map(([schedule, what, timeZone]) => ({
            kind: "CronJob",
            metadata: { name: what },
            spec: { schedule, timeZone },
          })),
        }),
      github: (jobs) =>
        JSON.stringify({
          name: jobs[0]?.[1],
          on: { schedule: jobs.map(([cron, , timezone]) => ({ cron, timezone })) },
        }),
    };
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(expression, name, zone), { minLength: 1, maxLength: 12 }), (jobs) => {
        const read = propose({ text: written[kind](jobs), kind, timezone: "Asia/Kolkata", now });
        if (!read.ok) return;
        const slugs = new Set<string>();
        for (const { outcome } of read.value.items) {
          if (outcome.kind === "refused") {
            expect(outcome.because).toMatch(/\S.*\.$/);
            continue;
          }
          accepted++;
          expect(outcome.slug).toMatch(/^[a-z0-9-]{1,100}$/);
          expect(slugs.has(outcome.slug)).toBe(false);
          slugs.add(outcome.slug);
          const { timezone } = scheduleInput.parse(JSON.parse(JSON.stringify(outcome.schedule)));
          expect(checkSpec(outcome.schedule.spec, timezone)).toEqual([]);
        }
      }),
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

const HOSTILE: readonly string[] = [
  "[".repeat(LARGEST_TEXT),
  "- ".repeat(LARGEST_TEXT / 2),
  `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij".split("").map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[index]}`).join(",")}]`).join("\n")}`, // biome-ignore format: one file
  `${" ".repeat(LARGEST_TEXT - 1)}x`,
  '"'.repeat(LARGEST_TEXT),
  Array.from({ length: 15_000 }, (_, index) => `k${index}: ${index}`).join("\n"),
  "\n".repeat(LARGEST_TEXT),
  `#${"=".repeat(LARGEST_TEXT - 3)}x`,
  `A=${" ".repeat(LARGEST_TEXT - 4)}x`,
  `* * * * * ${" ;".repeat(LARGEST_TEXT / 3)}`,
  "* * * * * a\n".repeat(LARGEST_TEXT / 12),
  "a: ".repeat(LARGEST_TEXT / 3),
  `on:${" ".repeat(1_000)}x\n`.repeat(190),
];

test("hostile files are read or refused in the time of their length", () => {
  for (const text of HOSTILE) {
    expect(() => kindOf(text)).not.toThrow();
    for (const kind of IMPORT_KINDS) expect(() => proposed(text, kind)).not.toThrow();
  }
  expect(problemOf("* * * * * a\n".repeat(MOST_ENTRIES + 1))).toContain(`${MOST_ENTRIES} are read at once`);
  expect(problemOf(HOSTILE[2] ?? "", "kubernetes")).toMatch(/repeats itself too often/);
});

describe("crontab", () => {
  const found = (text: string): readonly FoundEntry[] => {
    const read = IMPORTS.crontab.read(text);
    return read.ok ? read.value.entries.filter((entry): entry is FoundEntry => entry.kind === "found") : [];
  };

  test("comments, blank lines and variables are no rows", () => {
    expect(found("# hello\n\nMAILTO=ops@example.com\nPATH = /bin:/usr/bin\n5 4 * * * /bin/true-thing")).toHaveLength(1);
  });

  test("CRON_TZ is the zone of the rows below it; one that is no zone refuses them", () => {
    const text =
      "0 1 * * * a\nCRON_TZ=Europe/Paris\n0 1 * * * b\nCRON_TZ='Nowhere/Land'\n0 1 * * * c\nCRON_TZ=\n0 1 * * * d";
    expect(found(text).map(({ timezone }) => timezone)).toEqual([null, "Europe/Paris", null]);
    expect(refusals(text)).toEqual(["CRON_TZ above it names “Nowhere/Land”, which is no time zone."]);
  });

  test("TZ is said to be the commands' alone", () => {
    const read = IMPORTS.crontab.read("TZ=Asia/Tokyo\n0 1 * * * a");
    expect(read.ok && read.value.notes.join()).toContain("handed to the commands");
    expect(found("TZ=Asia/Tokyo\n0 1 * * * a")[0]?.timezone).toBeNull();
  });

  test("the user of a table of the system is no part of the command", () => {
    const text =
      "SHELL=/bin/sh\n17 * * * * root cd / && run-parts --report /etc/cron.hourly\n25 6 * * * www-data /opt/mail.sh";
    expect(found(text).map(({ name }) => name)).toEqual(["cron.hourly", "mail"]);
    const header = "# m h dom mon dow user command\n0 5 * * * deploy rotate things";
    expect(found(header)[0]?.name).toBe("rotate");
    expect(found("0 5 * * * backup --all")[0]?.name).toBe("backup");
  });

  test("@reboot is refused in words, other nicknames are taken", () => {
    expect(found("@daily /opt/a.sh\n@Hourly /opt/b.sh").map(({ expression }) => expression)).toEqual([
      "@daily",
      "@hourly",
    ]);
    expect(refusals("@reboot /opt/a.sh")).toEqual([
      "@reboot fires when the machine starts: that is no time at which a run could be expected.",
    ]);
  });

  test("a command ends at a percent sign that no backslash keeps", () => {
    expect(commandOf("mail -s hi ops%Dear all,%bye")).toBe("mail -s hi ops");
    expect(commandOf("date +\\%F")).toBe("date +%F");
  });

  test("a job is named by its comment, else by its command", () => {
    expect(found("0 1 * * * /x/y.sh # Nightly invoices")[0]?.name).toBe("Nightly invoices");
    expect(found("# Rotate the logs:\n0 1 * * * /x/y.sh")[0]?.name).toBe("Rotate the logs");
    expect(found("# 0 2 * * * /x/old.sh\n0 1 * * * /x/y.sh")[0]?.name).toBe("y");
    const commands = {
      "cd /srv/app && bundle exec rake nightly:etl >/dev/null 2>&1": "rake",
      "flock -n /tmp/lock /usr/local/bin/sync-orders --all": "lock",
      "FOO=1 /usr/bin/python3 /opt/report.py": "report",
      "curl -fsS https://example.com/api/cron/nightly?key=secret": "nightly",
      "::": "job",
    };
    for (const [command, name] of Object.entries(commands)) expect(nameOfCommand(command), command).toBe(name);
  });

  test("what is no row is refused, with the line on which it stands", () => {
    const [first] = itemsOf("61 * * * * a\nnot a row", "crontab");
    expect(first?.outcome.kind).toBe("refused");
    expect(first?.where).toBe("line 1");
    expect(refusals("not a row\n* * * * * a")[0]).toMatch(/no row of a crontab/);
  });
});

describe("the other kinds", () => {
  test("a List holds its CronJobs, and what is none is left alone", () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- ${FILES.kubernetes.split("---")[0]?.trim().replace(/\n/g, "\n  ")}\n- kind: Deployment\n---\nkind: Service\n`;
    const read = proposed(text);
    expect(read.ok && read.value.items.map(({ where }) => where)).toEqual(["document 1, item 1"]);
    expect(read.ok && read.value.notes).toEqual(["2 objects that are no CronJobs were left alone."]);
  });

  test("a suspended CronJob is said to be so", () => {
    expect(itemsOf(FILES.kubernetes).map(({ suspended }) => suspended)).toEqual([false, true]);
  });

  test("a template is recognised as one", () => {
    const helm = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: {{ .Values.cron }}\n";
    expect(refusals(helm, "kubernetes")).toEqual([
      "Its schedule is no text; if this is a template, paste what it renders to.",
    ]);
    expect(problemOf(`${helm}  {{- with .Values.x }}: [\n`, "kubernetes")).toMatch(/looks like a template/);
  });

  test("several cron lines of one workflow have names of their own", () => {
    expect(ready(FILES.github).map(({ slug, schedule }) => [slug, schedule.name])).toEqual([
      ["backup", "backup"],
      ["backup-2", "backup (2)"],
    ]);
  });

  test("a workflow without a schedule, and a text that is none of all, are refused in words", () => {
    expect(problemOf("on: [push]\njobs: {}", "github")).toBe("No workflow in it runs on a schedule.");
    expect(problemOf("dear diary")).toMatch(/looks like no crontab/);
    expect(problemOf("{}", "vercel")).toBe("There is no list of crons in it.");
  });

  test("a path of Vercel is the schedule's path, without its query", () => {
    const [one] = ready('{"crons":[{"path":"/api/cron/a?x=1","schedule":"0 5 * * *"}]}');
    expect(one?.schedule.path).toBe("/api/cron/a");
  });
});

test("a proposed grace holds the platform's promise, and else no more than half of the gap", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40_000_000 }), fc.integer({ min: 0, max: 86_400 }), (gap, promise) => {
      const grace = proposedGrace(gap, promise);
      expect(grace).toBeGreaterThanOrEqual(Math.max(promise, 1));
      if (grace > promise) expect(grace).toBeLessThanOrEqual(Math.max(1, gap / 2));
    }),
  );
  expect(parseCron("0 2 * * *", "vixie").ok).toBe(true);
  expect(proposedGrace(86_400, 0)).toBe(900);
});
