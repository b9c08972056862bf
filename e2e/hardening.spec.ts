import { expect, test } from "@playwright/test";
import { watched } from "./owed.ts";
import { ask, comeIn, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const body = { name: "Nightly", spec: { kind: "interval", everySeconds: 3_600 }, timezone: "UTC", graceSeconds: 1 };
  await ask(rollcall, "/schedules/nightly", { method: "PUT", body });
});
test.afterAll(() => rollcall?.stop());

test("what floats above a page, and toasts, are let in by the policy", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await watched(context, rollcall);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/nightly`);
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
  await visit(page, `${rollcall.url}/no/such/page`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(complaints.filter((line) => !line.includes("404"))).toEqual([]);
  await context.close();
});

test("a script that somebody smuggled in does not run", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await watched(context, rollcall);
  await visit(page, `${rollcall.url}/sign-in`);
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
