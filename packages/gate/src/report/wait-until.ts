/** How an edge or serverless platform is asked to live on until work is done, from where each keeps that function. */

type WaitUntil = (work: Promise<unknown>) => void;

const waitUntilIn = (holder: unknown): WaitUntil | null => {
  if (typeof holder !== "object" || holder === null || !("waitUntil" in holder)) return null;
  const { waitUntil } = holder as { readonly waitUntil: unknown };
  return typeof waitUntil === "function" ? (work) => waitUntil.call(holder, work) : null;
};

/** Vercel's and Next's own context of a request, by the symbols under which their packages look for it. */
const CONTEXTS = [Symbol.for("@vercel/request-context"), Symbol.for("@next/request-context")];

/** Of the arguments that the platform gave the handler (Cloudflare's `ctx`, Hono's `executionCtx`), else of its context. */
export function findWaitUntil(args: readonly unknown[]): WaitUntil | null {
  for (const argument of args) {
    const found = waitUntilIn(argument);
    if (found) return found;
  }
  for (const symbol of CONTEXTS) {
    const context = (globalThis as unknown as Record<symbol, { get?: () => unknown } | undefined>)[symbol];
    const found = waitUntilIn(context?.get?.());
    if (found) return found;
  }
  return null;
}
