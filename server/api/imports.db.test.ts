import { beforeAll, expect, test } from "vitest";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";

useDatabase();
let call: Call;
beforeAll(async () => {
  call = await keyCaller("write");
});

const TABLE = `# m h dom mon dow command
CRON_TZ=Europe/Berlin
30 2 * * * /opt/nightly-etl.sh
*/5 * * * * /opt/poll.sh --secret=hunter2
@reboot /opt/agent
`;

test("what a preview proposes is what a `PUT` takes, line by line, and a second preview says that it is there", async () => {
  const preview = await call("POST", "/imports/preview", { text: TABLE });
  expect(preview).toMatchObject({
    status: 200,
    body: {
      kind: "crontab",
      items: [
        { slug: "nightly-etl", present: null, refused: null, schedule: { timezone: "Europe/Berlin" } },
        { slug: "poll", present: null },
        { slug: null, schedule: null, refused: expect.stringContaining("@reboot") },
      ],
    },
  });
  const wanted = preview.body.items.filter(({ schedule }: { schedule: unknown }) => schedule !== null);
  for (const { slug, schedule } of wanted) {
    const made = await call("PUT", `/schedules/${slug}`, schedule);
    expect(made.status).toBe(201);
    expect(JSON.stringify(made.body)).not.toContain("hunter2");
  }
  const again = await call("POST", "/imports/preview", { text: TABLE });
  expect(again.body.items.map(({ present }: { present: unknown }) => present)).toEqual(["live", "live", null]);
  await call("DELETE", "/schedules/poll");
  const after = await call("POST", "/imports/preview", { text: TABLE });
  expect(after.body.items[1].present).toBe("archived");
});

test("a zone that is given stands for entries that name none", async () => {
  const text = "0 5 * * * /opt/a.sh";
  const given = await call("POST", "/imports/preview", { text, timezone: "asia/kolkata" });
  expect(given.body.items[0].schedule.timezone).toBe("Asia/Kolkata");
  const wrong = await call("POST", "/imports/preview", { text, timezone: "Mars/Olympus" });
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: "timezone" }] } });
});

test("a text that is none of the files is refused in words", async () => {
  expect(await call("POST", "/imports/preview", { text: "hello" })).toMatchObject({ status: 422 });
  expect(await call("POST", "/imports/preview", { text: "x".repeat(200_001) })).toMatchObject({ status: 422 });
});
