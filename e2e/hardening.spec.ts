import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { ask, openPage, settled, signIn, sleepUntil } from "./pages.ts";
import { PING_KEY, type Rollcall, startRollcall } from "./rollcall.ts";

const EVIL = `<script>window.hurt=1</script><img src=x onerror="window.hurt=1">`;

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const spec = { kind: "interval", everySeconds: 5 };
  const body = { name: EVIL, spec, timezone: "UTC", graceSeconds: 1, tags: [EVIL.slice(0, 30)], description: EVIL };
  const { pingUrl } = await ask(rollcall, "/schedules/evil", { method: "PUT", body });
  await ask(rollcall, "/changes", { method: "POST", body: { title: EVIL } });
  await sleepUntil(Date.now() + 5_200);
  await fetch(`${pingUrl}/7`, { method: "POST", body: EVIL, headers: { "user-agent": EVIL } });
  await fetch(`${rollcall.url}/ping/${PING_KEY}/${encodeURIComponent(EVIL)}`);
  await expect.poll(async () => (await ask(rollcall, "/incidents")).items.length).toBeGreaterThan(0);
});
test.afterAll(() => rollcall?.stop());

/** A page that keeps what its policy refused, and who was asked for anything. */
async function watched(context: BrowserContext) {
  const { page, complaints } = await openPage(context);
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(`${rollcall.url}/`) && !request.url().startsWith("data:"))
      foreign.push(request.url());
  });
  await page.exposeFunction("refusedByPolicy", (what: string) => complaints.push(what));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { effectiveDirective, blockedURI, sample, sourceFile } = event;
      const tell = (window as unknown as { refusedByPolicy: (what: string) => void }).refusedByPolicy;
      tell(`${effectiveDirective} refused ${blockedURI} ${sample} in ${sourceFile}`);
    });
  });
  return { page, complaints, foreign };
}

/** Where the links of a page lead, without what only the query differs in. */
const linksOf = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLAnchorElement>(
        "a[href^='/']:not([download],[href^='/api/'],[href='/healthz'],[href='/metrics'])",
      ),
    ].map(({ href }) => new URL(href).pathname),
  );

test("no page is refused anything by its own policy, or asks anybody else; what people and jobs wrote is text", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page, complaints, foreign } = await watched(context);
  await page.goto(`${rollcall.url}/sign-in`);
  await signIn(page, rollcall);
  const ways = ["/", "/?range=5m&view=table", "/schedules/evil?tab=runs", "/schedules/evil/edit", "/discarded"];
  for (const more of ["people", "keys", "ping", "webhooks", "audit"]) ways.push(`/settings/${more}`);
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined && seen.size < 36; way = ways.shift()) {
    if (seen.has(way)) continue;
    seen.add(way);
    await page.goto(`${rollcall.url}${way}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await settled(page, 250);
    ways.push(...(await linksOf(page)));
    expect(await page.evaluate(() => "hurt" in window), way).toBe(false);
    expect(complaints, way).toEqual([]);
  }
  expect([...seen].filter((way) => way.startsWith("/incidents/")).length).toBeGreaterThan(0);
  await page.goto(`${rollcall.url}/schedules/evil?tab=runs`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(EVIL);
  await page.getByRole("button", { name: /^Log/ }).first().click();
  await expect(page.locator("pre").filter({ hasText: EVIL })).toBeVisible();
  expect(foreign).toEqual([]);
  await context.close();
});

test("what floats above a page, and toasts, are let in by the policy", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await watched(context);
  await signIn(page, rollcall);
  await page.goto(`${rollcall.url}/schedules/evil`);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("menuitem", { name: "4 hours" }).click();
  await expect(page.locator("[data-sonner-toast]").first()).toBeVisible();
  // Drawn by sonner's own styles: without them it would lie in the flow of the page.
  expect(await page.locator("[data-sonner-toaster]").evaluate((list) => getComputedStyle(list).position)).toBe("fixed");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Archive…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.body).overflow)).toBe("hidden");
  await page.keyboard.press("Escape");
  await page.goto(`${rollcall.url}/no/such/page`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(complaints.filter((line) => !line.includes("404"))).toEqual([]);
  await context.close();
});

test("a script that somebody smuggled in does not run", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await watched(context);
  await page.goto(`${rollcall.url}/sign-in`);
  await page.evaluate(() => {
    const frame = document.createElement("div");
    frame.innerHTML = `<img src="/no-such" onerror="window.hurt=1">`;
    document.body.append(frame);
    // As the parser of the page would meet it.
    document.body.insertAdjacentHTML("beforeend", `<a href="javascript:window.hurt=1" id="evil">x</a>`);
    document.getElementById("evil")?.click();
  });
  await expect.poll(() => complaints.filter((line) => line.includes("script-src")).length).toBeGreaterThan(1);
  expect(await page.evaluate(() => "hurt" in window)).toBe(false);
  await context.close();
});

test("every answer says what a browser may do with it", async () => {
  const headersOf = async (path: string) => (await fetch(`${rollcall.url}${path}`, { redirect: "manual" })).headers;
  const first = await headersOf("/sign-in");
  const second = await headersOf("/sign-in");
  const policy = first.get("content-security-policy") ?? "";
  expect(policy).toMatch(/script-src 'nonce-[^']+' 'strict-dynamic';/);
  expect(policy).not.toBe(second.get("content-security-policy"));
  for (const [name, value] of Object.entries({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
  })) {
    expect(first.get(name), name).toBe(value);
  }
  expect(first.get("permissions-policy")).toContain("camera=()");
  for (const path of ["/sign-in", "/", "/icon.svg", "/api/auth/session", "/api/v1/openapi.json", "/no-such", "/ping/x"])
    expect((await headersOf(path)).get("x-powered-by"), path).toBeNull();
  for (const path of ["/api/v1/schedules", "/api/v1/openapi.json", "/icon.svg"])
    expect((await headersOf(path)).get("x-content-type-options"), path).toBe("nosniff");
});
