/**
 * Every code of contracts.md, section 4, that a gate, a proxy or a log of somebody else's may report: kept as it is, told
 * in words, and the cause of the window that it starved. Those that our own gate gives are made by requests elsewhere.
 */
import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { ADMIT_REASONS, EDGE_REASONS, REASONS, REFUSE_REASONS } from "#gate/contracts/reasons.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { type Story, useStories } from "#lib/testing/story.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { reasonInWords } from "../reason-words.ts";

const stories = useStories();
let report: Call;
beforeAll(async () => {
  report = await keyCaller("report");
});

const PROBES: readonly string[] = ["probe_unsigned", "verification_probe"];

/** What a careful proxy of somebody's own tells: the code, and what the request looked like; no sentence. */
async function given(reason: string): Promise<Story> {
  const story = await stories.given({ kind: "vercel-cron", secret: "Vq3ZQ7XKJWqv8ZKQXJ4wq1" });
  const at = stories.moment(60, 3);
  stories.db.clock.at = at;
  const sent = await report("POST", "/boundary/decisions", {
    ...{ id: randomUUID(), at: toRfc3339(at), route: story.route, outcome: "rejected", reason, method: "GET" },
    ...{ path: "/api/cron/nightly", contractResembled: "vercel-cron" },
    presented: { headers: ["user-agent", "x-vercel-cron-schedule"] },
  });
  expect([reason, sent.status, sent.body]).toEqual([reason, 202, { stored: 1, again: 0 }]);
  stories.db.clock.at = stories.moment(0);
  return story;
}

test("each is the cause of the window that it starved, and its incident says it in words", async () => {
  const all = [...REFUSE_REASONS, ...EDGE_REASONS];
  const played: (readonly [string, Story])[] = [];
  for (const reason of all) played.push([reason, await given(reason)]);
  for (const [reason, story] of played) {
    const ended = await story.ends();
    expect([reason, ended.decisions]).toMatchObject([reason, [{ reason, outcome: "rejected" }]]);
    if (PROBES.includes(reason)) {
      expect([reason, ended]).toMatchObject([reason, { cause: "silent", decisions: [{ via: "probe" }] }]);
      continue;
    }
    expect([reason, ended]).toMatchObject([reason, { verdict: "missing", cause: "rejected", reason }]);
    expect(ended.because).toMatch(/^Refused at the boundary: \p{L}.{14,}\.$/u);
    // Never the bare code where a person reads, nor what was not told.
    if (reason.includes("_")) expect(ended.because).not.toContain(reason);
    if (reason !== "literal_undefined") expect(ended.because).not.toMatch(/null|undefined/);
  }
}, 120_000);

test("every code has words of its own", () => {
  const refusals = REASONS.filter((reason) => !(ADMIT_REASONS as readonly string[]).includes(reason));
  expect(new Set(refusals.map(reasonInWords)).size).toBe(refusals.length);
  expect(reasonInWords("constructor")).toBe("its reason is constructor");
});
