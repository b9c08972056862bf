/** What every page owes to whoever opens it, and how it is asked whether it does. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContext, Page } from "@playwright/test";
import { openPage } from "./pages.ts";
import type { Rollcall } from "./rollcall.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A page that keeps what its policy refused, and who was asked for anything. */
export async function watched(context: BrowserContext, { url }: Pick<Rollcall, "url">) {
  const { page, complaints } = await openPage(context);
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith("data:")) foreign.push(request.url());
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

/** What every page owes to whoever does not see it, or has no mouse. */
export const wrongWith = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wrong: string[] = [];
    const one = (selector: string) => {
      const count = document.querySelectorAll(selector).length;
      if (count !== 1) wrong.push(`${count} of ${selector}`);
    };
    one("main");
    one("h1");
    if (document.documentElement.lang === "") wrong.push("no language");
    if (document.title === "") wrong.push("no title");
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    for (const id of ids) if (ids.filter((other) => other === id).length > 1) wrong.push(`twice the id ${id}`);
    const nameOf = (element: Element): string => {
      const labelled = element.getAttribute("aria-labelledby");
      const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement ? [...(element.labels ?? [])] : []; // biome-ignore format: one thing
      return [
        element.getAttribute("aria-label"),
        labelled && document.getElementById(labelled)?.textContent,
        ...labels.map((label) => label.textContent),
        element.textContent,
      ].join("");
    };
    for (const element of document.querySelectorAll(
      "a[href],button,input:not([hidden]):not([type=hidden]),select,textarea",
    )) {
      if (nameOf(element).trim() === "") wrong.push(`no name: ${element.outerHTML.slice(0, 120)}`);
      // Tabs are reached by arrows, once their row has the focus.
      if ((element as HTMLElement).tabIndex < 0 && element.getAttribute("role") !== "tab")
        wrong.push(`not reachable: ${element.outerHTML.slice(0, 120)}`);
    }
    for (const image of document.querySelectorAll("img:not([alt]),svg:not([aria-hidden]):not([role])")) {
      wrong.push(`an image without words: ${image.outerHTML.slice(0, 80)}`);
    }
    if (document.documentElement.scrollWidth > window.innerWidth) wrong.push("wider than the window");
    const main = document.querySelector("main");
    if (main && main.scrollWidth > main.clientWidth + 1)
      wrong.push(`the page is ${main.scrollWidth - main.clientWidth} px too wide`);
    if ("hurt" in window) wrong.push("text was run");
    return wrong;
  });

/** Rules that say something else of the same page in other colours. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];
/** By itself axe leaves out what WCAG 2.2 asks of the size of targets. */
const AND_TARGETS = { "target-size": { enabled: true } };

/** What a person who needs it would be kept from by this page, as axe says; of the whole of it, or of its colours only. */
export async function hindrances(page: Page, { only }: { readonly only?: "colours" } = {}): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  return page.evaluate(
    async (options) => {
      const { axe } = globalThis as unknown as {
        axe: { run(of: Document, options: object): Promise<{ violations: Found[] }> };
      };
      interface Found {
        readonly id: string;
        readonly impact: string;
        readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
      }
      // WCAG 2.5.8 speaks of what a pointer hits: an edge that only the keyboard reaches is no such target.
      const isHit = ({ target }: Found["nodes"][number]): boolean => {
        const element = document.querySelector(String(target[0]));
        return element === null || getComputedStyle(element).pointerEvents !== "none";
      };
      const { violations } = await axe.run(document, options);
      return violations
        .map((found) => (found.id === "target-size" ? { ...found, nodes: found.nodes.filter(isHit) } : found))
        .filter(({ impact, nodes }) => nodes.length > 0 && (impact === "serious" || impact === "critical"))
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
    },
    { resultTypes: ["violations"], ...(only === "colours" ? { runOnly: OF_COLOURS } : { rules: AND_TARGETS }) },
  );
}
