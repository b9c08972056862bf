import { type APIRequestContext, expect, test } from "@playwright/test";
import { ask, openPage, signIn } from "./pages.ts";
import { ADMIN, PING_KEY, type Rollcall, startRollcall } from "./rollcall.ts";

const VERA = { name: "Vera", email: "vera@example.com", password: ADMIN.password };

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
  const adas = await browser.newContext();
  const { page } = await openPage(adas);
  await signIn(page, rollcall);
  await page.goto(`${rollcall.url}/settings/people`);
  await page.getByLabel("E-mail").fill(VERA.email);
  await page.getByLabel("Name").fill(VERA.name);
  await page.getByRole("combobox", { name: "Role", exact: true }).selectOption("viewer");
  await page.getByRole("button", { name: "Invite" }).click();
  const link = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
  const veras = await browser.newContext();
  const vera = (await openPage(veras)).page;
  await vera.goto(link);
  await vera.getByLabel("Password").fill(VERA.password);
  await vera.getByRole("button", { name: "Come in" }).click();
  await expect(vera.getByRole("heading", { name: "Timeline" })).toBeVisible();
  await veras.close();
  await adas.close();
});
test.afterAll(() => rollcall?.stop());

/** What would change something: none of these is offered to a viewer. */
const CHANGES =
  /^(Acknowledge|Snooze|Assign|Resolve|Add the note|Add a note|Excuse|Pause|Resume|Archive|Rotate|Edit|Run now|New schedule|Repair|It means|Invite|Make a key|Revoke|Save|Delete|Accelerate|Revert|Close|Set a maintenance)/;

const PAGES = () => [
  ...["/", "/incidents", "/incidents?state=all", `/incidents/${incident}`, "/schedules", "/schedules/nightly"],
  ...["/schedules/nightly?tab=runs", "/discarded", "/settings/people", "/settings/keys", "/settings/webhooks"],
  ...["/settings/audit", "/settings/ping", "/new", "/schedules/nightly/edit"],
];

test("a viewer sees every page, and no control on it that would change something", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await signIn(page, rollcall, VERA);
  for (const path of PAGES()) {
    await page.goto(`${rollcall.url}${path}`);
    await expect(page.getByRole("heading", { level: 1 }), path).toBeVisible();
    await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
    for (const role of ["button", "link", "menuitem", "checkbox"] as const) {
      await expect(page.getByRole("main").getByRole(role, { name: CHANGES }), `${role} on ${path}`).toHaveCount(0);
    }
  }
  // Nor by a key.
  await page.goto(`${rollcall.url}/incidents/${incident}`);
  await expect(page.getByText("Open: nobody has it yet")).toBeVisible();
  for (const key of ["a", "s", "i", "n", "r"]) await page.keyboard.press(key);
  await page.goto(`${rollcall.url}/incidents`);
  await expect(page.getByRole("listitem").filter({ hasText: "nightly" })).toBeVisible();
  for (const key of ["j", "a", "x", "s", "r"]) await page.keyboard.press(key);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await ask(rollcall, `/incidents/${incident}`)).toMatchObject({ state: "open", version: 1 });
  await context.close();
});

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The least that a schema asks for. */
function leastOf(schema: Schema, known: Document["components"]["schemas"], name = ""): unknown {
  if (schema.$ref !== undefined) return leastOf(known[schema.$ref.split("/").at(-1) ?? ""] ?? {}, known, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (first) return leastOf(first, known, name);
  if (schema.properties) {
    const fields = schema.required ?? [];
    return Object.fromEntries(fields.map((field) => [field, leastOf(schema.properties?.[field] ?? {}, known, field)]));
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "array")
    return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => leastOf(schema.items ?? {}, known, name));
  if (type === "integer" || type === "number") return Math.max(1, schema.minimum ?? 1);
  if (type === "boolean") return true;
  if (schema.format === "date-time") return new Date(Date.now() + 3_600_000 * (name === "to" ? 2 : 1)).toISOString();
  if (schema.format === "uuid" || schema.format === "guid") return "0b9d6a8e-0000-4000-8000-00000000dead";
  if (name === "url") return "https://a.example/hook";
  if (name === "email") return "new@example.com";
  if (name === "timezone") return "UTC";
  return "x".repeat(Math.max(1, schema.minLength ?? 1));
}

/** Questions that take a body: whoever sees may ask them. */
const QUESTIONS = new Set(["post /schedules/preview", "post /schedules/{slug}/backtest"]);

const called = (request: APIRequestContext, method: string, path: string, data: unknown) =>
  request.fetch(`${rollcall.url}/api/v1${path}`, {
    method: method.toUpperCase(),
    headers: { origin: rollcall.url, ...(data === undefined ? {} : { "content-type": "application/json" }) },
    ...(data === undefined ? {} : { data: JSON.stringify(data) }),
  });

test("every call of the API that would change something is refused to a viewer, by its role", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await signIn(page, rollcall, VERA);
  const document = (await (await called(context.request, "get", "/openapi.json", undefined)).json()) as Document;
  let refused = 0;
  for (const [template, operations] of Object.entries(document.paths)) {
    const path = template
      .replace(/^\/api\/v1/, "")
      .replace(/\{id\}/, incident)
      .replace(/\{slug\}/, "nightly")
      .replace(/\{\w+\}/, "some-name");
    for (const [method, operation] of Object.entries(operations)) {
      const name = `${method} ${template}`;
      if (method === "get" || method === "parameters" || QUESTIONS.has(name)) continue;
      const schema = operation.requestBody?.content["application/json"]?.schema;
      const body = schema === undefined ? undefined : leastOf(schema, document.components.schemas);
      const answer = await called(context.request, method, path, body);
      expect([name, answer.status()], await answer.text()).toEqual([name, 403]);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(20);
  for (const path of ["/keys", "/people", "/audit"]) {
    expect([path, (await called(context.request, "get", path, undefined)).status()]).toEqual([path, 403]);
  }
  // And it was not said in vain: everything is as it was.
  expect(await ask(rollcall, `/incidents/${incident}`)).toMatchObject({ state: "open", version: 1 });
  expect((await ask(rollcall, "/schedules/nightly")).version).toBe(1);
  await context.close();
});
