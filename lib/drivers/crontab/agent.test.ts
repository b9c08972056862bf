/** The agent as it is shipped, over its own port; and the driver through it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "#lib/project-root.ts";
import { unless } from "#lib/testing/need.ts";
import { instant } from "#lib/time/instant.ts";
import { yes } from "../answer.ts";
import { crontab } from "../crontab.ts";
import type { Answer, Held } from "../driver.ts";
import { withLock } from "./lock.ts";

const AGENT = join(projectRoot(), "packages/crontab-agent/agent.py");
const missing = ["python3", "openssl"].find(
  (name) => spawnSync(name, [name === "python3" ? "--version" : "version"]).status !== 0,
);

const TEXT = `MAILTO=""
CRON_TZ=Asia/Tokyo
0 2 * * *  root  /srv/app/nightly-etl.sh --token=hush
0 2 * * * root /srv/app/report
`;
const world = { clock: { now: () => instant(Date.now()) } };

function must<T>(answer: Answer<T> | undefined): T {
  if (!answer?.ok) throw new Error(answer?.problem.sentence ?? "it cannot");
  return answer.value;
}

describe("the agent", unless(missing ? `there is no ${missing} here` : null), () => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-agent-"));
  const file = join(folder, "cron.d", "app");
  const keyFile = join(folder, "key");
  const children: ChildProcess[] = [];
  let key = "";
  let url = "";

  function start(...args: readonly string[]): Promise<string> {
    const child = spawn("python3", [
      "-B",
      AGENT,
      "--key-file",
      keyFile,
      "--etc",
      folder,
      "--listen",
      "127.0.0.1:0",
      ...args,
    ]);
    children.push(child);
    return new Promise((done, fail) => {
      child.stdout.once("data", (said: Buffer) => done(/127\.0\.0\.1:\d+/.exec(said.toString())?.[0] ?? ""));
      child.stderr.once("data", (said: Buffer) => fail(new Error(said.toString())));
    });
  }

  beforeAll(async () => {
    mkdirSync(join(folder, "cron.d"), { mode: 0o755 });
    writeFileSync(file, TEXT, { mode: 0o644 });
    writeFileSync(join(folder, "timezone"), "Europe/Berlin\n");
    expect(spawnSync("python3", ["-B", AGENT, "--new-key", keyFile]).status).toBe(0);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    key = readFileSync(keyFile, "utf8").trim();
    url = `http://${await start("--table", "cron.d/app", "--table", "cron.d/gone")}/`;
  });
  afterAll(async () => {
    for (const child of children) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill();
      await ended;
    }
    rmSync(folder, { recursive: true });
  });
  const config = () => ({ agent: url, key, cronTz: false, allowPrivateNetwork: true });
  const withoutGone = () => writeFileSync(join(folder, "cron.d", "gone"), "", { mode: 0o644 });

  const refs = async (): Promise<readonly string[]> => {
    withoutGone();
    const found = await crontab.discover?.(config(), world);
    if (!found?.ok) throw new Error(found?.problem.sentence);
    return found.value.map(({ ref }) => ref);
  };
  const faster = {
    spec: { kind: "cron", expression: "*/2 * * * *", dialect: "rollcall" },
    timezone: "Europe/Berlin",
  } as const;
  const original: Held = {
    ...{ spec: { kind: "cron", expression: "0 2 * * *", dialect: "vixie" }, timezone: "Europe/Berlin" },
    ...{ native: "0 2 * * *", enabled: true },
  };

  test("proposes what stands in the tables that it was started for", async () => {
    withoutGone();
    expect(await crontab.discover?.(config(), world)).toMatchObject({
      ok: true,
      value: [
        {
          slug: "nightly-etl",
          name: "nightly-etl",
          held: original,
          notes: [expect.stringMatching(/^CRON_TZ stands above/)],
        },
        { slug: "report" },
      ],
    });
    const cronie = await crontab.discover?.({ ...config(), cronTz: true }, world);
    expect(cronie).toMatchObject({ value: [{ held: { timezone: "Asia/Tokyo" }, notes: [] }, {}] });
  });

  test("sets a line and puts it back, byte for byte", async () => {
    const [ref = ""] = await refs();
    const set = await crontab.apply?.(config(), { ref, put: faster, instead: original }, world);
    expect(set).toMatchObject({ ok: true, value: { native: "*/2 * * * *" } });
    expect(readFileSync(file, "utf8")).toBe(
      TEXT.replace("0 2 * * *  root", "# rollcall keeps the time of the next line: 0 2 * * *\n*/2 * * * *  root"),
    );
    if (!set?.ok) return;
    expect(await crontab.read?.(config(), ref, world)).toEqual(set);
    const back = await crontab.apply?.(config(), { ref, put: original, instead: set.value }, world);
    expect(back).toEqual(yes(original));
    expect(readFileSync(file, "utf8")).toBe(TEXT);
  });

  test("a zone by another of its names is that zone", async () => {
    writeFileSync(join(folder, "timezone"), "Etc/UTC\n");
    const [ref = ""] = await refs();
    const held = must(await crontab.read?.(config(), ref, world));
    expect(held.timezone).toBe("UTC");
    const set = must(
      await crontab.apply?.(config(), { ref, put: { ...faster, timezone: "Etc/GMT" }, instead: held }, world),
    );
    must(await crontab.apply?.(config(), { ref, put: held, instead: set }, world));
    writeFileSync(join(folder, "timezone"), "Europe/Berlin\n");
  });

  test("where something else stands it writes nothing and says what", async () => {
    const [ref = ""] = await refs();
    const other = { ...original, native: "0 3 * * *" };
    const answer = await crontab.apply?.(config(), { ref, put: faster, instead: other }, world);
    expect(answer).toMatchObject({ ok: false, problem: { kind: "changed", holds: original } });
    expect(readFileSync(file, "utf8")).toBe(TEXT);
  });

  test("another zone, another scheduler's spec and a line that is not there are refused", async () => {
    const [ref = ""] = await refs();
    const [cannot, can] = [{ ...faster.spec, expression: "0 3 * * *" }, faster.spec];
    const asked = (put: Pick<Held, "spec" | "timezone">, at = ref) =>
      crontab.apply?.(config(), { ref: at, put, instead: original }, world);
    expect(await asked({ spec: cannot, timezone: "UTC" })).toMatchObject({ problem: { kind: "refused" } });
    expect(await asked({ spec: { ...can, expression: "*/20 * * * *" }, timezone: "Asia/Kolkata" })).toMatchObject({
      problem: { kind: "refused" },
    });
    const lastDay = { kind: "cron", expression: "0 2 L * *", dialect: "rollcall" } as const;
    expect(await asked({ ...faster, spec: lastDay })).toMatchObject({ problem: { kind: "refused" } });
    expect(await asked(faster, "cron.d/app#000000000000")).toMatchObject({ problem: { kind: "not_found" } });
    expect(await asked(faster, "cron.d/gone#000000000000")).toMatchObject({ problem: { kind: "not_found" } });
    expect(await asked(faster, "crontab#000000000000")).toMatchObject({ problem: { kind: "refused" } });
    expect(await asked(faster, "nonsense")).toMatchObject({ problem: { kind: "not_found" } });
    expect(readFileSync(file, "utf8")).toBe(TEXT);
  });

  test("another key is not taken, and tells nothing", async () => {
    const answer = await crontab.discover?.({ ...config(), key: "x".repeat(43) }, world);
    expect(answer).toMatchObject({
      problem: { kind: "refused", sentence: "The agent does not take this key, or its clock is another." },
    });
    const plain = await crontab.discover?.({ ...config(), agent: "http://192.0.2.1/" }, world);
    expect(plain).toMatchObject({ problem: { sentence: expect.stringMatching(/https alone/) } });
  });

  test("takes turns with Rollcall by the same lock", async () => {
    const [ref = ""] = await refs();
    const order: string[] = [];
    const asked = () => crontab.apply?.(config(), { ref, put: original, instead: original }, world);
    await withLock(join(folder, "cron.d"), async () => {
      void asked()?.then(() => order.push("agent"));
      await new Promise((done) => setTimeout(done, 300));
      order.push("rollcall");
      return yes(null);
    });
    await expect.poll(() => order).toEqual(["rollcall", "agent"]);
  });

  const signed = (body: string, { id = randomUUID() as string, timestamp = Math.floor(Date.now() / 1_000) } = {}) => ({
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`,
  });
  const LIST = JSON.stringify({ do: "list", from: 0 });
  const post = async (headers: Record<string, string>, body = LIST): Promise<number> =>
    (await fetch(url, { method: "POST", headers, body })).status;

  test("a request is taken once, fresh, made since it was started, and as it was signed", async () => {
    const headers = signed(LIST);
    expect(await post(headers)).toBe(200);
    expect(await post(headers)).toBe(401);
    const now = Math.floor(Date.now() / 1_000);
    expect(await post(signed(LIST, { timestamp: now - 301 }))).toBe(401);
    expect(await post(signed(LIST, { timestamp: now + 310 }))).toBe(401);
    expect(await post(signed(LIST), LIST.replace("0", "1"))).toBe(401);
    expect(await post({ ...signed(LIST), "webhook-id": randomUUID() })).toBe(401);
    expect(await post({})).toBe(401);
    for (const body of ["[]", "{", '{"do":"set"}', '{"do":"list","from":"x"}', '{"do":"read","table":1,"key":[]}']) {
      expect(await post(signed(body), body), body).toBe(200);
    }
    // What could be more than a time is refused by the agent itself, whoever signs it.
    const row = (await refs())[0]?.split("#")[1];
    const evil = JSON.stringify({
      do: "set",
      table: "cron.d/app",
      key: row,
      instead: "0 2 * * *",
      put: "* * * * * root id #",
    });
    expect(await post(signed(evil), evil)).toBe(200);
    expect(readFileSync(file, "utf8")).toBe(TEXT);
  });

  test("speaks TLS with its own certificate, and signs what it answers", async () => {
    const pem = join(folder, "cert.pem");
    const made = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      join(folder, "cert.key"),
      "-out",
      pem,
      "-days",
      "2",
    ];
    spawnSync("openssl", [...made, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]);
    const address = await start("--table", "cron.d/app", "--cert", pem, "--cert-key", join(folder, "cert.key"));
    const headers = signed(LIST);
    const answer = await new Promise<string>((done, fail) => {
      const request = https.request(
        `https://${address}/`,
        { method: "POST", headers, ca: readFileSync(pem) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => done(Buffer.concat(chunks).toString()));
        },
      );
      request.on("error", fail);
      request.end(LIST);
    });
    const [signature, text = ""] = answer.split("\n");
    const wanted = createHmac("sha256", key).update(`answer.${headers["webhook-id"]}.200.${text}`).digest("base64");
    expect(signature).toBe(`v1,${wanted}`);
    expect(JSON.parse(text)).toMatchObject({ zone: "Europe/Berlin", next: null, rows: [{ table: "cron.d/app" }, {}] });
  });
});
