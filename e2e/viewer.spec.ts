import { type APIRequestContext, expect, test } from "@playwright/test";
import { ask, comeIn, join, openPage, visit } from "./pages.ts";
import { ADMIN, PING_KEY, type Rollcall, startRollcall } from "./rollcall.ts";

const VERA = { role: "viewer", name: "Vera", email: "vera@example.com", password: ADMIN.password };

let rollcall: Rollcall;
let incident = "";

test.beforeAll(async ({ browser }) => {
  test.setTimeout(400_000);
  rollcall = await startRollcall({ withAdmin: true });
  const spec = { kind: "interval", everySeconds: 3_600, anchor: new Date(Date.now() + 2_000).toISOString() };
  const body = { name: "Nightly", spec, timezone: "UTC", graceSeconds: 1 };
  await ask(rollcall, "/schedules/nightly", { method: "PUT", body });
  await fetch(`${rollcall.url}/ping/${PING_KEY}/no-such-job`);
  await expect
    .poll(
      async () => {
        incident = (await ask(rollcall, "/incidents")).items[0]?.id ?? "";
        return incident;
      },
      { timeout: 60_000 },
    )
    .not.toBe("");
  const context = await browser.newContext();
  await join((await openPage(context)).page, rollcall, VERA);
  await context.close();
});
test.afterAll(() => rollcall?.stop());

/** What would change something: none of these is offered to a viewer. */
const CHANGES =
  /^(Acknowledge|Snooze|Assign|Resolve|Add the note|Add a note|Excuse|Pause|Resume|Archive|Rotate|Edit|Run now|New schedule|Repair|It means|Invite|Make a key|Revoke|Save|Delete|Protect|Run matrix|Run again|Replace|Accelerate|Revert|Put the original|Keep theirs|Add a connection|Ask|Close|Set a maintenance)\b/;

const PAGES = () => [
  ...["/", "/incidents", "/incidents?state=all", `/incidents/${incident}`, "/schedules", "/schedules/nightly"],
  ...["/schedules/nightly?tab=runs", "/discarded", "/settings/people", "/settings/keys", "/settings/webhooks"],
  ...[
    "/settings/audit",
    "/settings/ping",
    "/settings/retention",
    "/settings/changes",
    "/settings/about",
    "/new",
    "/schedules/nightly/edit",
  ],
  ...["/boundary", "/boundary/new", "/accelerations", "/settings/connections"],
];

test("a viewer sees every page, and no control on it that would change something", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall, VERA);
  for (const path of PAGES()) {
    await visit(page, `${rollcall.url}${path}`);
    await expect(page.getByRole("heading", { level: 1 }), path).toBeVisible();
    const main = page.getByRole("main");
    for (const role of ["button", "link", "menuitem", "checkbox"] as const) {
      await expect(main.getByRole(role, { name: CHANGES }), `${role} on ${path}`).toHaveCount(0);
    }
  }
  // Nor by a key.
  await visit(page, `${rollcall.url}/incidents/${incident}`);
  await expect(page.getByText("Open: nobody has it yet")).toBeVisible();
  for (const key of ["a", "s", "i", "n", "r"]) await page.keyboard.press(key);
  await visit(page, `${rollcall.url}/incidents`);
  await expect(page.getByRole("listitem").filter({ hasText: "nightly" })).toBeVisible();
  for (const key of ["j", "a", "x", "s", "r"]) await page.keyboard.press(key);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await ask(rollcall, `/incidents/${incident}`)).toMatchObject({ state: "open", version: 1 });
  await context.close();
});

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const NOBODY = "0b9d6a8e-0000-4000-8000-00000000dead";

/** Bodies that validate, for calls that are read before it is asked who may; the others take an empty one. */
const BODIES: Readonly<Record<string, unknown>> = {
  "put /schedules/{slug}": {
    ...{ name: "A", spec: { kind: "interval", everySeconds: 60 }, timezone: "UTC", graceSeconds: 1 },
  },
  "post /runs/{id}/close": { note: "x" },
  "post /discarded/{id}/repair": { as: "new", slug: "x" },
  "post /incidents/{id}/snooze": { until: new Date(Date.now() + 3_600_000).toISOString() },
  "post /incidents/{id}/notes": { text: "x" },
  "post /incidents/{id}/assign": { userId: null },
  "post /incidents/{id}/make-good": { mode: "excuse", max: 1, perMinute: 1 },
  "post /incidents/bulk": { ids: [NOBODY], act: { kind: "acknowledge" } },
  "post /changes": { title: "x" },
  "put /webhooks/{name}": { url: "https://a.example" },
  "put /routes/{name}": { contract: { kind: "bearer", secret: "a secret of this journey" } },
  "post /keys": { name: "mine", scope: "read" },
  "post /people": { email: "new@example.com", name: "New", role: "viewer" },
  "patch /people/{id}": { name: "New" },
};

/** Questions that take a body: whoever sees may ask them. */
const isQuestion = (path: string): boolean => /\/(preview|backtest)$/.test(path);

const called = (request: APIRequestContext, method: string, path: string, data: unknown) =>
  request.fetch(`${rollcall.url}/api/v1${path}`, {
    method: method.toUpperCase(),
    headers: { origin: rollcall.url, ...(data === undefined ? {} : { "content-type": "application/json" }) },
    ...(data === undefined ? {} : { data: JSON.stringify(data) }),
  });

test("every call of the API that would change something is refused to a viewer, by its role", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall, VERA);
  const document = (await (await called(context.request, "get", "/openapi.json", undefined)).json()) as Document;
  const refused = new Set<string>();
  for (const [template, operations] of Object.entries(document.paths)) {
    const path = template
      .replace(/\{id\}/, incident)
      .replace(/\{slug\}/, "nightly")
      .replace(/\{\w+\}/, "some-name");
    for (const method of Object.keys(operations)) {
      if (!/^(post|put|patch|delete)$/.test(method) || isQuestion(template)) continue;
      const name = `${method} ${template}`;
      const body = method === "delete" ? undefined : (BODIES[name] ?? {});
      const answer = await called(context.request, method, path, body);
      // What it could not even read (422), it did not do; a body that validates is refused by the role.
      const may = BODIES[name] === undefined ? [403, 422] : [403];
      expect(may, `${name}: ${answer.status()} ${await answer.text()}`).toContain(answer.status());
      if (answer.status() === 403) refused.add(name);
    }
  }
  expect(Object.keys(BODIES).filter((name) => !refused.has(name))).toEqual([]);
  expect(refused.size).toBeGreaterThan(30);
  for (const path of ["/keys", "/people", "/audit"]) {
    expect([path, (await called(context.request, "get", path, undefined)).status()]).toEqual([path, 403]);
  }
  // And it was not said in vain: everything is as it was.
  expect(await ask(rollcall, `/incidents/${incident}`)).toMatchObject({ state: "open", version: 1 });
  expect((await ask(rollcall, "/schedules/nightly")).version).toBe(1);
  await context.close();
});
