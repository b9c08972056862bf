/** The driver, and so the official client, against a double of the API server that speaks its wire format over TLS. */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KubernetesApi } from "#lib/testing/kubernetes-api.ts";
import { unless } from "#lib/testing/need.ts";
import { instant } from "#lib/time/instant.ts";
import type { Answer, Held } from "./driver.ts";
import type { ClusterConfig } from "./kubernetes/cluster.ts";
import { kubernetes } from "./kubernetes.ts";

const openssl = spawnSync("openssl", ["version"]).status === 0;
const world = { clock: { now: () => instant(Date.now()) } };

function must<T>(answer: Answer<T> | undefined): T {
  if (!answer?.ok) throw new Error(answer?.problem.sentence ?? "it cannot");
  return answer.value;
}

describe("of an API server's double", unless(openssl ? null : "there is no openssl here"), () => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-kubernetes-"));
  let api: KubernetesApi;
  let config: ClusterConfig;

  beforeAll(async () => {
    const [key, cert] = [join(folder, "tls.key"), join(folder, "tls.crt")];
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"];
    spawnSync("openssl", [...made, "-subj", "/CN=kubernetes", "-addext", "subjectAltName=IP:127.0.0.1"]);
    const tokens = { "token-hush": ["get", "list", "patch", "create"], "viewer-hush": ["get", "list"] };
    api = new KubernetesApi({ key: readFileSync(key), cert: readFileSync(cert) }, tokens);
    config = {
      server: await api.listen(),
      token: "token-hush",
      ca: readFileSync(cert, "utf8"),
      timezone: "UTC",
      runs: "history",
    };
  });
  afterAll(async () => {
    await api?.close();
    rmSync(folder, { recursive: true });
  });

  const TEMPLATE = {
    metadata: { labels: { app: "etl" }, annotations: { team: "data" } },
    spec: {
      backoffLimit: 2,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "etl", image: "etl:7" }] } },
    },
  };
  let name = "";
  let count = 0;
  beforeEach(() => {
    name = `nightly-${++count}`;
    api.beforePatch = () => {};
    api.breakAfterPatch = false;
    api.put("cronjobs", {
      metadata: { namespace: "app", name, labels: { app: "etl" } },
      spec: {
        schedule: "0 2 * * *",
        timeZone: "Europe/Berlin",
        suspend: false,
        concurrencyPolicy: "Forbid",
        jobTemplate: TEMPLATE,
      },
      status: {},
    });
  });
  const refNow = () => `app/${name}`;
  const specNow = () => api.get("cronjobs", "app", name)?.["spec"];
  const read = async (): Promise<Held> => must(await kubernetes.read?.(config, refNow(), world));
  const everyMinute = {
    spec: { kind: "cron", expression: "* * * * *", dialect: "rollcall" },
    timezone: "Europe/Berlin",
  } as const;
  const apply = (put: Pick<Held, "spec" | "timezone">, instead: Held, by = config) =>
    kubernetes.apply?.(by, { ref: refNow(), put, instead }, world);

  test("proposes every CronJob, page by page, with what is to be known of it", async () => {
    for (let index = 0; index < 501; index++) {
      api.put("cronjobs", {
        metadata: { namespace: "many", name: `job-${index}` },
        spec: { schedule: "@hourly", suspend: index === 500, jobTemplate: {} },
      });
    }
    api.put("cronjobs", {
      metadata: { namespace: "odd", name: "odd" },
      spec: { schedule: "0 2 * * 7", jobTemplate: {} },
    });
    const all = must(await kubernetes.discover?.(config, world));
    expect(all.find(({ ref }) => ref === refNow())).toMatchObject({
      name,
      held: {
        spec: { kind: "cron", expression: "0 2 * * *", dialect: "kubernetes" },
        ...{ timezone: "Europe/Berlin", native: '{"schedule":"0 2 * * *","timeZone":"Europe/Berlin"}', enabled: true },
      },
      notes: [],
    });
    const last = all.find(({ ref }) => ref === "many/job-500");
    expect(last?.held).toMatchObject({ enabled: false, timezone: "UTC", native: '{"schedule":"@hourly"}' });
    expect(last?.notes).toEqual([
      expect.stringMatching(/^It is suspended/),
      expect.stringMatching(/^It names no timeZone/),
    ]);
    expect(all.some(({ ref }) => ref.startsWith("odd/"))).toBe(false);
    const one = must(await kubernetes.discover?.({ ...config, namespace: "app" }, world));
    expect(one.every(({ ref }) => ref.startsWith("app/"))).toBe(true);
    expect(await kubernetes.read?.({ ...config, namespace: "many" }, refNow(), world)).toMatchObject({
      problem: { kind: "not_found" },
    });
  });

  test("sets schedule and zone, leaves all else, and puts it back word for word", async () => {
    const [before, original] = [specNow(), await read()];
    const set = must(await apply({ ...everyMinute, timezone: "UTC" }, original));
    expect(set).toMatchObject({ native: '{"schedule":"* * * * *","timeZone":"UTC"}', timezone: "UTC" });
    expect(specNow()).toEqual({ ...(before as object), schedule: "* * * * *", timeZone: "UTC" });
    expect(must(await apply(original, set))).toEqual(original);
    expect(specNow()).toEqual(before);
  });

  test("a CronJob without a zone goes without one, and one that was suspended is so again", async () => {
    api.put("cronjobs", {
      metadata: { namespace: "app", name },
      spec: { schedule: "0 2 * * *", suspend: true, jobTemplate: TEMPLATE },
    });
    const original = await read();
    expect(original).toMatchObject({ enabled: false, timezone: "UTC", native: '{"schedule":"0 2 * * *"}' });
    const set = must(await apply({ ...everyMinute, timezone: "UTC" }, original));
    expect(specNow()).toEqual({ schedule: "* * * * *", suspend: true, jobTemplate: TEMPLATE });
    api.put("cronjobs", {
      metadata: { namespace: "app", name },
      spec: { schedule: "* * * * *", suspend: false, jobTemplate: TEMPLATE },
    });
    const resumed = { ...set, enabled: true };
    expect(must(await apply(original, resumed))).toEqual(original);
    expect(specNow()).toEqual({ schedule: "0 2 * * *", suspend: true, jobTemplate: TEMPLATE });
  });

  test("where something else stands nothing is written", async () => {
    const held = await read();
    const patches = () => api.asked.filter((one) => one.startsWith("PATCH")).length;
    const before = patches();
    for (const said of [
      { ...held, native: '{"schedule":"0 3 * * *"}' },
      { ...held, enabled: false },
    ]) {
      expect(await apply(everyMinute, said)).toMatchObject({ ok: false, problem: { kind: "changed", holds: held } });
    }
    expect(patches()).toBe(before);
  });

  test("compares and swaps: a status written in between is passed by, a foreign edit is not overwritten", async () => {
    const held = await read();
    const stored = api.get("cronjobs", "app", name);
    if (!stored) throw new Error("it is gone");
    let times = 0;
    api.beforePatch = () => {
      if (times++ < 3) api.put("cronjobs", { ...stored, status: { lastScheduleTime: new Date().toISOString() } });
    };
    const set = must(await apply(everyMinute, held));
    expect(times).toBe(4);
    api.beforePatch = () => {
      api.put("cronjobs", { ...stored, spec: { ...(stored["spec"] as object), schedule: "5 5 * * *" } });
    };
    const answer = await apply(held, set);
    expect(answer).toMatchObject({
      ok: false,
      problem: { kind: "changed", holds: { spec: { expression: "5 5 * * *" } } },
    });
    expect(specNow()).toMatchObject({ schedule: "5 5 * * *" });
  });

  test("an answer that was lost says nothing of whether it took effect", async () => {
    const held = await read();
    api.breakAfterPatch = true;
    expect(await apply(everyMinute, held)).toMatchObject({ ok: false, problem: { kind: "unreachable" } });
    expect(specNow()).toMatchObject({ schedule: "* * * * *" });
  });

  test("its Jobs are its history, page by page, and those of others are not", async () => {
    const owner = api.get("cronjobs", "app", name)?.metadata.uid ?? "";
    const window = Date.UTC(2027, 0, 12, 1);
    const ownerReferences = [{ apiVersion: "batch/v1", kind: "CronJob", name, uid: owner, controller: true }];
    for (let index = 0; index < 600; index++)
      api.put("jobs", { metadata: { namespace: "app", name: `${name}-other-${index}` }, spec: {} });
    api.put("jobs", {
      metadata: {
        namespace: "app",
        name: `${name}-1`,
        ownerReferences,
        annotations: { "batch.kubernetes.io/cronjob-scheduled-timestamp": "2027-01-12T02:00:00+01:00" },
      },
      spec: {},
      status: {
        ...{ startTime: "2027-01-12T01:00:04Z", completionTime: "2027-01-12T01:00:30Z", succeeded: 1 },
        conditions: [{ type: "Complete", status: "True", lastTransitionTime: "2027-01-12T01:00:30Z" }],
      },
    });
    const reading = must(await kubernetes.attempts?.(config, { ref: refNow(), cursor: null }, world));
    expect(reading.attempts).toMatchObject([{ scheduledFor: window, outcome: "answered" }]);
    expect(reading.runs).toMatchObject([
      { window, startedAt: window + 4_000, finishedAt: window + 30_000, outcome: "success" },
    ]);
    const cursor = JSON.parse(JSON.stringify(reading.cursor));
    expect(must(await kubernetes.attempts?.(config, { ref: refNow(), cursor }, world)).coversFrom).toBeNull();
  });

  test("fires one Job of the template, once under one id, owned by the CronJob and for its window", async () => {
    const asked = { ref: refNow(), window: instant(Date.UTC(2027, 0, 12, 1)), id: randomUUID() };
    for (let times = 0; times < 2; times++)
      expect(must(await kubernetes.fire?.(config, asked, world))).toEqual({ namesWindow: true });
    const { attempts } = must(await kubernetes.attempts?.(config, { ref: refNow(), cursor: null }, world));
    expect(attempts).toMatchObject([{ firedAs: asked.id, scheduledFor: asked.window }]);
    const made = api.get("jobs", "app", `${name}-rc-${asked.id.replace(/-/g, "").slice(-12)}`);
    expect(made).toMatchObject({
      metadata: {
        labels: { app: "etl" },
        annotations: { team: "data", "cronjob.kubernetes.io/instantiate": "manual" },
        ownerReferences: [
          { kind: "CronJob", name, uid: api.get("cronjobs", "app", name)?.metadata.uid, controller: true },
        ],
      },
      spec: TEMPLATE.spec,
    });
  });

  test("a token that is none, one that may not, a CronJob that is not there: each is told, and no secret", async () => {
    const held = await read();
    const answers = [
      await kubernetes.read?.({ ...config, token: "another-hush" }, refNow(), world),
      await apply(everyMinute, held, { ...config, token: "viewer-hush" }),
      await kubernetes.read?.(config, "app/none", world),
      await kubernetes.read?.(config, "no reference", world),
      await kubernetes.read?.(
        { server: config.server, token: "token-hush", timezone: "UTC", runs: "history" },
        refNow(),
        world,
      ),
      await apply({ ...everyMinute, spec: { ...everyMinute.spec, expression: "0 2 * * 7" } }, held),
    ];
    expect(answers.map((answer) => (answer?.ok ? "ok" : answer?.problem.kind))).toEqual([
      ...["refused", "refused", "not_found", "not_found", "unreachable", "refused"],
    ]);
    expect(answers[1]).toMatchObject({
      problem: { sentence: expect.stringMatching(/cannot patch resource "cronjobs"/) },
    });
    expect(answers[4]).toMatchObject({ problem: { sentence: expect.stringMatching(/certificate/) } });
    expect(JSON.stringify(answers)).not.toContain("hush");
    expect(await read()).toEqual(held);
  });
});
