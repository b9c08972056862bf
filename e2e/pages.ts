import { type BrowserContext, expect, type Page } from "@playwright/test";
import { ADMIN, API_KEY, type Rollcall } from "./rollcall.ts";

/** A page that remembers what its console complained of. */
export async function openPage(
  context: BrowserContext,
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (thrown) => complaints.push(thrown.message));
  return { page, complaints };
}

export async function signIn(
  page: Page,
  { url }: Pick<Rollcall, "url">,
  who: { email: string; password: string } = ADMIN,
) {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-mail").fill(who.email);
  await page.getByLabel("Password").fill(who.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Timeline" })).toBeVisible();
}

/** Asks the JSON API with the key of the environment. */
export async function ask(
  { url }: Rollcall,
  path: string,
  { method = "GET", body }: { readonly method?: string; readonly body?: unknown } = {},
) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

/** Until a page asks for nothing more. Its stream never ends, so that a network is never idle. */
export const settled = (page: Page, quiet = 500): Promise<void> =>
  page.evaluate(async (pause) => {
    for (let seen = -1; ; ) {
      const now = performance.getEntriesByType("resource").length;
      if (now === seen) return;
      seen = now;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }, quiet);

/** Until nothing more is asked for, and what came stands on the canvas of the timeline, where there is one. */
export async function drawn(page: Page): Promise<void> {
  await settled(page);
  const canvas = page.locator("section[aria-label=Lanes] canvas[aria-label]").first();
  if ((await canvas.count()) === 0) return;
  await expect(canvas).toHaveAttribute("data-lanes", /^[1-9]/);
  await settled(page);
}

/** Until a page inside lives: what is pressed before that is lost. */
export const alive = (page: Page): Promise<void> => expect(page.locator("[data-live=live]").first()).toBeAttached();

export const sleepUntil = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
