import { type BrowserContext, expect, type Page, type Request } from "@playwright/test";
import { ADMIN, API_KEY, type Rollcall } from "./rollcall.ts";

/** How long the page rests between two looks (ms). */
const QUIET = 30;

interface Asked {
  readonly open: Set<Request>;
  count: number;
}
const asking = new WeakMap<Page, Asked>();

/** The live stream never ends; of the shared worker's own script its page is never told that it has come. */
const isEndless = (request: Request): boolean => /\/api\/v1\/live$|\/turbopack-worker-/.test(request.url());

/** What a page asks for, from now on. */
function watch(page: Page): Asked {
  const known = asking.get(page);
  if (known) return known;
  const asked: Asked = { open: new Set(), count: 0 };
  asking.set(page, asked);
  page.on("request", (request) => {
    // What the page before this one asked for concerns nobody any more.
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) asked.open.clear();
    if (isEndless(request)) return;
    asked.open.add(request);
    asked.count++;
  });
  page.on("requestfinished", (request) => void asked.open.delete(request));
  page.on("requestfailed", (request) => void asked.open.delete(request));
  return asked;
}

/** A page that remembers what its console complained of. */
export async function openPage(
  context: BrowserContext,
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await context.newPage();
  watch(page);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (thrown) => complaints.push(thrown.message));
  return { page, complaints };
}

interface Person {
  readonly email: string;
  readonly password: string;
}

/** By the form, as a person does. */
export async function signIn(page: Page, { url }: Pick<Rollcall, "url">, { email, password }: Person = ADMIN) {
  await visit(page, `${url}/sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Timeline" })).toBeVisible();
  await settled(page);
}

/** Signs in without a page, for journeys that begin inside. */
export async function comeIn(page: Page, { url }: Pick<Rollcall, "url">, { email, password }: Person = ADMIN) {
  watch(page);
  const { request } = page.context();
  const { csrfToken } = await (await request.get(`${url}/api/auth/csrf`)).json();
  const form = { csrfToken, email, password, json: "true" };
  const answer = await request.post(`${url}/api/auth/callback/credentials`, { form });
  if (!answer.ok()) throw new Error(`${email} is not let in: ${answer.status()} ${await answer.text()}`);
}

/** Invites somebody, who comes in by the link on this page. */
export async function join(
  page: Page,
  rollcall: Rollcall,
  { role, name, email, password }: Person & { readonly role: string; readonly name: string },
): Promise<void> {
  // Only an admin invites, and the key of the environment is none.
  await comeIn(page, rollcall);
  const context = page.context();
  const asked = { data: { email, name, role }, headers: { origin: rollcall.url } };
  const { link } = await (await context.request.post(`${rollcall.url}/api/v1/people`, asked)).json();
  await context.clearCookies();
  await visit(page, link);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Come in" }).click();
  await expect(page.getByRole("heading", { name: "Timeline" })).toBeVisible();
  await settled(page);
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

/**
 * Until a page asks for nothing more and has done all that it was about to do: twice in a row nothing was in flight after
 * the least urgent work of the page had had its turn. A page that hears of news all the time is left to itself after a
 * while: it lives.
 */
export async function settled(page: Page): Promise<void> {
  const asked = watch(page);
  const until = Date.now() + 10_000;
  for (let quiet = 0; quiet < 2 && Date.now() < until; ) {
    const before = asked.count;
    await page.evaluate((delay) => scheduler.postTask(() => {}, { priority: "background", delay }), QUIET);
    quiet = asked.open.size === 0 && asked.count === before ? quiet + 1 : 0;
  }
}

/** Goes to a page, and waits until it lives: what is typed or pressed before that may be lost. */
export async function visit(page: Page, url: string): Promise<void> {
  watch(page);
  await page.goto(url);
  await settled(page);
}

/** Until nothing more is asked for, and what came stands on the canvas of the timeline, where there is one. */
export async function drawn(page: Page): Promise<void> {
  await settled(page);
  const canvas = page.locator("section[aria-label=Lanes] canvas[aria-label]").first();
  if ((await canvas.count()) === 0) return;
  await expect(canvas).toHaveAttribute("data-lanes", /^[1-9]/);
  await settled(page);
}

export const sleepUntil = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
