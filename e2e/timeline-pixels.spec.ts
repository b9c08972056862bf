/** The picture is read back: each verdict's mark has to be where the data says it is, at three distances. */
import { expect, type Page, test } from "@playwright/test";
import { comeIn, openPage, visit } from "./pages.ts";
import { givePast, type PastRun } from "./past.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

let rollcall: Rollcall;
/** The window in which each lane has its own verdict; all others are on time. */
let told = 0;
const GRACE = 10 * MINUTE;
const good = (at: number): PastRun => ({ from: at + MINUTE, to: at + 6 * MINUTE });
const OWN: Readonly<Record<string, (at: number) => readonly PastRun[]>> = {
  "a-well": (at) => [good(at)],
  "b-tardy": (at) => [{ from: at + 20 * MINUTE, to: at + 25 * MINUTE }],
  "c-broken": (at) => [{ from: at + MINUTE, to: at + 6 * MINUTE, outcome: "fail" }],
  "d-gone": () => [],
  "e-long": (at) => [{ from: at + MINUTE, to: at + 45 * MINUTE }],
};

test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const now = Date.now();
  const since = Math.floor(now / DAY) * DAY - 29 * DAY;
  told = Math.floor(now / HOUR) * HOUR - 30 * HOUR;
  const times = Array.from({ length: Math.floor((now - since) / HOUR) + 1 }, (_, at) => since + at * HOUR);
  await givePast(
    rollcall,
    Object.entries(OWN).map(([slug, own]) => ({
      ...{ slug, spec: { kind: "cron", expression: "0 * * * *" }, graceSeconds: GRACE / 1_000, since },
      maxRuntimeSeconds: 1_800,
      runs: times.flatMap((at) => (at === told ? own(at) : [good(at)])),
    })),
  );
});
test.afterAll(() => rollcall?.stop());

type Colour = "green" | "amber" | "red";

/** Where a lane has a colour, as moments: the middles of the first and the last pixel, and how many columns have it. */
async function coloured(
  page: Page,
  slug: string,
  span: { readonly from: number; readonly to: number },
  colour: Colour,
) {
  const top = await page.getByRole("listitem").filter({ hasText: slug }).boundingBox();
  const found = await page.evaluate(
    ({ y, wanted }) => {
      const canvas = document.querySelector<HTMLCanvasElement>("canvas[role=img]");
      const context = canvas?.getContext("2d");
      if (!canvas || !context) return null;
      const ratio = canvas.width / canvas.getBoundingClientRect().width;
      const above = canvas.getBoundingClientRect().top;
      const { data, width } = context.getImageData(
        0,
        Math.round((y + 6 - above) * ratio),
        canvas.width,
        Math.round(26 * ratio),
      );
      const is = {
        green: (r: number, g: number, b: number) => g > r + 40 && g > b + 20,
        amber: (r: number, g: number, b: number) => r > 190 && g > 100 && g < 190 && b < 110,
        red: (r: number, g: number, b: number) => r > 180 && g < 110 && b < 110,
      }[wanted];
      const columns: number[] = [];
      for (let x = 0; x < width; x++) {
        for (let at = x * 4; at < data.length; at += width * 4) {
          const alpha = data[at + 3] ?? 0;
          if (alpha > 60 && is(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0)) {
            columns.push(x / ratio);
            break;
          }
        }
      }
      return { columns, width: canvas.width / ratio };
    },
    { y: top?.y ?? 0, wanted: colour },
  );
  if (!found) throw new Error("no picture");
  const at = (x: number) => span.from + (x / found.width) * (span.to - span.from);
  const { columns } = found;
  return {
    first: at(columns[0] ?? -1),
    last: at((columns.at(-1) ?? -1) + 1),
    count: columns.length,
    pixel: (span.to - span.from) / found.width,
  };
}

async function look(page: Page, span: { readonly from: number; readonly to: number }) {
  const [from, to] = [new Date(span.from).toISOString(), new Date(span.to).toISOString()];
  await visit(page, `${rollcall.url}/?sort=name&from=${from}&to=${to}`);
  await expect(page.getByRole("listitem").filter({ hasText: "d-gone" })).toContainText("1 missing");
  await expect(page.getByRole("listitem").filter({ hasText: "e-long" })).toContainText("1 overrun");
}

for (const [name, before, after] of [
  ["two hours", HOUR, HOUR],
  ["a day", 12 * HOUR, 12 * HOUR],
] as const) {
  test(`over ${name} every mark stands where its window and its run are`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme: "light" });
    const { page } = await openPage(context);
    await comeIn(page, rollcall);
    const span = { from: told - before, to: told + after };
    await look(page, span);
    const near = (moment: number, wanted: number, pixel: number) =>
      expect(Math.abs(moment - wanted), new Date(moment).toISOString()).toBeLessThanOrEqual(6 * pixel);
    // Lateness is the distance from the end of the grace to the start.
    await expect.poll(async () => (await coloured(page, "b-tardy", span, "amber")).count).toBeGreaterThan(2);
    const tardy = await coloured(page, "b-tardy", span, "amber");
    near(tardy.first, told + GRACE, tardy.pixel);
    near(tardy.last, told + 25 * MINUTE, tardy.pixel);
    const broken = await coloured(page, "c-broken", span, "red");
    near(broken.first, told + MINUTE, broken.pixel + MINUTE / 6);
    near(broken.last, told + 6 * MINUTE, broken.pixel + MINUTE);
    const gone = await coloured(page, "d-gone", span, "red");
    near(gone.first, told - 5 * MINUTE, gone.pixel);
    near(gone.last, told + GRACE, gone.pixel);
    const long = await coloured(page, "e-long", span, "red");
    expect(long.first).toBeGreaterThanOrEqual(told - 6 * long.pixel);
    near(long.last, told + 45 * MINUTE, long.pixel);
    for (const colour of ["amber", "red"] as const) {
      expect((await coloured(page, "a-well", span, colour)).count).toBe(0);
    }
    expect((await coloured(page, "a-well", span, "green")).count).toBeGreaterThan(2);
    await context.close();
  });
}

test("over thirty days the one bad window of each lane still has its pixels, and nothing else is loud", async ({
  browser,
}) => {
  const context = await browser.newContext({ colorScheme: "light" });
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  const span = { from: told - 27 * DAY, to: told + 3 * DAY };
  await look(page, span);
  for (const [slug, colour] of [
    ["b-tardy", "amber"],
    ["c-broken", "red"],
    ["d-gone", "red"],
    ["e-long", "red"],
  ] as const) {
    await expect.poll(async () => (await coloured(page, slug, span, colour)).count).toBeGreaterThanOrEqual(3);
    const mark = await coloured(page, slug, span, colour);
    expect(mark.first).toBeLessThanOrEqual(told + HOUR);
    expect(mark.last).toBeGreaterThanOrEqual(told);
    expect(mark.last - mark.first).toBeLessThan(12 * HOUR);
  }
  for (const colour of ["amber", "red"] as const) {
    expect((await coloured(page, "a-well", span, colour)).count).toBe(0);
  }
  await context.close();
});
