/** Tests that need something of the machine say why they are left out; `npm test` prints it. */

declare module "vitest" {
  interface TaskMeta {
    /** Why it is left out. */
    reason?: string;
  }
}

/** Options of a test or a group of them; `null`: it runs. */
export const unless = (reason: string | null) => (reason === null ? { skip: false } : { skip: true, meta: { reason } });
