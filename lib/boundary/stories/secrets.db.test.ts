/** Failure stories of secrets, as public threads tell them (contracts.md, section 3): what the gate's own decisions say of each. */
import { describe, expect, test } from "vitest";
import { sentAs, useStories } from "#lib/testing/story.ts";
import { SAMPLES, SECRET } from "../../../packages/gate/testing/samples.ts";

const stories = useStories();
const VERCEL = { kind: "vercel-cron", secret: SECRET } as const;
const vercel = (authorization?: string) => ({
  headers: {
    "user-agent": "vercel-cron/1.0",
    "x-vercel-cron-schedule": "0 * * * *",
    ...(authorization === undefined ? {} : { authorization }),
  },
});
const refusedWith = (reason: string) => ({ verdict: "missing", cause: "rejected", reason });

describe("story 5: the secret is not set where the gate runs", () => {
  test("the gate refuses everybody, and says so", async () => {
    const story = await stories.given(VERCEL);
    const app = await story.guarded({ contract: { kind: "vercel-cron", secret: undefined } });
    expect(await story.calls(app, vercel(`Bearer ${SECRET}`))).toBe(403);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("secret_not_configured"));
    expect(told.because).toBe(
      "Refused at the boundary: the route is configured with no secret; every request is refused until that is mended.",
    );
  });
  test("`Bearer undefined`, and a gate whose secret is that word: neither lets it in", async () => {
    const story = await stories.given(VERCEL);
    const app = await story.guarded();
    expect(await story.calls(app, vercel("Bearer undefined"))).toBe(401);
    const open = await story.guarded({ contract: { kind: "vercel-cron", secret: "undefined" } });
    expect(await story.calls(open, vercel("Bearer undefined"))).toBe(403);
    const told = await story.ends();
    expect(told).toMatchObject({ verdict: "missing", cause: "rejected" });
    expect(told.decisions.map(({ reason }) => reason).sort()).toEqual(["literal_undefined", "secret_not_configured"]);
  });
});

test("story 6: CRON_SECRET is set for preview, not for production: hints without a proof", async () => {
  const story = await stories.given(VERCEL);
  expect(await story.calls(await story.guarded(), vercel())).toBe(401);
  const told = await story.ends();
  expect(told).toMatchObject({
    ...refusedWith("hint_without_proof"),
    decisions: [{ contractResembled: "vercel-cron" }],
  });
  expect(told.because).toBe(
    "Refused at the boundary: the request looks like Vercel Cron by the user agent vercel-cron and x-vercel-cron-schedule, which anyone can type, and carries no proof; this route expects the bearer secret (CRON_SECRET) that Vercel Cron sends in Authorization. Vercel leaves Authorization out where CRON_SECRET did not exist when the project was deployed.",
  );
});

describe("story 7: the secret was stored with a line feed", () => {
  test("as `openssl … | vercel env add` leaves it: HTTP takes the end away, and what the shell escaped stays", async () => {
    const story = await stories.given(VERCEL);
    expect(await story.calls(await story.guarded(), vercel(`Bearer ${SECRET}\\n`))).toBe(401);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("wrong_secret"));
    expect(told.because).toBe(
      "Refused at the boundary: the secret matches but for white space: a line feed or blank was stored with it.",
    );
    expect(JSON.stringify(told)).not.toContain(SECRET);
  });
  test("where the gate has it so: it refuses everybody", async () => {
    const story = await stories.given(VERCEL);
    const app = await story.guarded({ contract: { kind: "vercel-cron", secret: `${SECRET}\n` } });
    expect(await story.calls(app, vercel(`Bearer ${SECRET}`))).toBe(403);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("weak_secret"));
    expect(told.because).toContain("the route is configured with a secret with white space at its ends");
  });
});

describe("story 8: a botched pipe left a secret of one character", () => {
  test("at the scheduler: both lengths are told, and neither value", async () => {
    const story = await stories.given(VERCEL);
    expect(await story.calls(await story.guarded(), vercel("Bearer y"))).toBe(401);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("wrong_secret"));
    expect(told.because).toBe(
      "Refused at the boundary: the secret is another one: it has 1 character where 22 are expected.",
    );
  });
  test("on both sides: too short to prove anything", async () => {
    const story = await stories.given(VERCEL);
    const app = await story.guarded({ contract: { kind: "vercel-cron", secret: "y" } });
    expect(await story.calls(app, vercel("Bearer y"))).toBe(403);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("weak_secret"));
    expect(told.because).toContain("a secret of only 1 character, where 16 are the least");
  });
});

test("story 9: `$CRONJOB_KEY` in single quotes is never filled in", async () => {
  const story = await stories.given({ kind: "bearer", secret: SECRET });
  const curl = { headers: { "user-agent": "curl/8.5.0", authorization: "Bearer $CRONJOB_KEY" } };
  expect(await story.calls(await story.guarded(), curl)).toBe(401);
  const told = await story.ends();
  expect(told).toMatchObject(refusedWith("unexpanded_placeholder"));
  expect(told.because).toBe(
    "Refused at the boundary: the request carries a placeholder where its secret belongs: nothing filled the variable in.",
  );
});

test("story 10: the right secret stands in the query, where logs keep it", async () => {
  const story = await stories.given({ kind: "bearer", secret: SECRET });
  const app = await story.guarded();
  expect(await story.calls(app, { path: `/api/cron/nightly?secret=${SECRET}` })).toBe(401);
  const told = await story.ends();
  expect(told).toMatchObject(refusedWith("wrong_contract"));
  expect(told.because).toBe(
    "Refused at the boundary: the right secret stands in the URL, where logs keep it; this route expects a bearer secret in Authorization.",
  );
  const rows = JSON.stringify(await stories.db.sql.query("SELECT row_to_json(d) FROM decision d"));
  expect(rows).not.toContain(SECRET);
});

test("story 19: Supabase's new key is no JWT, and stands in Authorization", async () => {
  const story = await stories.given({ kind: "supabase", secret: `sb_secret_${SECRET}` });
  const request = { headers: { "user-agent": "pg_net/0.14.0", authorization: "Bearer sb_publishable_Vq3ZQ7XKJWqv8" } };
  expect(await story.calls(await story.guarded(), { method: "POST", ...request, body: "{}" })).toBe(401);
  const told = await story.ends();
  expect(told).toMatchObject({ verdict: "missing", cause: "rejected", decisions: [{ contractResembled: "supabase" }] });
  expect(told.because).toContain("an API key of Supabase's");
});

describe("story 21: keys change", () => {
  test("rotated twice without a deployment: neither slot of the gate has the sender's key", async () => {
    const qstash = SAMPLES.qstash;
    const story = await stories.given(qstash.config);
    const app = await story.guarded({
      contract: {
        kind: "qstash",
        currentSigningKey: "sig_7TWVXJQKZq9XJWQKVZ4Jxzkqwvq",
        nextSigningKey: "sig_8QWVKXJZq2ZKXWQJVZ6Kqjxzvwk",
      },
    });
    const { moment } = stories;
    expect(await story.calls(app, sentAs(await qstash.genuine({ now: moment(60, 2), url: story.url })))).toBe(401);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("bad_signature"));
    expect(told.because).toContain("was not made with this route's key");
  });
  test("the other of two keys is let in, and reminds of finishing", async () => {
    const story = await stories.given({ ...VERCEL, nextSecret: "Xw9KJZQ2VQXJKqz7WQJZ3v" });
    expect(await story.calls(await story.guarded(), vercel("Bearer Xw9KJZQ2VQXJKqz7WQJZ3v"))).toBe(200);
    const told = await story.ends();
    // Let in, and the job did not run: that is its own story.
    expect(told).toMatchObject({ verdict: "missing", cause: "lost" });
    expect(told.decisions).toMatchObject([
      {
        reason: "admitted_previous_key",
        diagnosis: "The request proves that it is genuine, with the other of two keys; finish the change of keys.",
      },
    ]);
  });
  test("another route's secret is named as what it is", async () => {
    const story = await stories.given(VERCEL);
    const other = "another-secret-of-a-route-7";
    const app = await story.guarded({ others: [{ owner: "billing", value: other }] });
    expect(await story.calls(app, vercel(`Bearer ${other}`))).toBe(401);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("wrong_secret"));
    expect(told.because).toBe("Refused at the boundary: the secret belongs to the route billing.");
  });
});
