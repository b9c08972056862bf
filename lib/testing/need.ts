/** Programs that a test needs and a machine may lack: Debian's are installed where we may, else the test says why not. */
import { existsSync } from "node:fs";
import type { TestContext } from "vitest";

/** Answers why a file of a Debian package is not there; `null`: it is. */
export async function needDebian(file: string, name: string): Promise<string | null> {
  if (existsSync(file)) return null;
  // Plain JavaScript without types, shared with what runs before there are packages.
  const found: unknown = await import("../../scripts/chromium.mjs" as string);
  const { installFromDebian } = found as { installFromDebian(name: string): string | null };
  const reason = installFromDebian(name);
  if (existsSync(file)) return null;
  return `${name} is not installed (${reason ?? `it does not bring ${file}`})`;
}

declare module "vitest" {
  interface TaskMeta {
    /** Why it was skipped: `npm test` prints it. */
    reason?: string;
  }
}

/** Skips a test with a reason that is printed. */
export function skipBecause(context: TestContext, reason: string): never {
  context.task.meta.reason = reason;
  return context.skip(reason);
}

/** Options of a test or a group of them that is left out for a reason which is known before; `null`: it runs. */
export const unless = (reason: string | null) => (reason === null ? { skip: false } : { skip: true, meta: { reason } });
