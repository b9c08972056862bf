/** Places check-ins by the live registry, and makes the schedule that `create=1` asks for. */
import { isProblemError } from "#lib/problem.ts";
import type { Instant } from "#lib/time/instant.ts";
import { type Claim, type NotPlaced, type Placed, place } from "./placing.ts";
import type { LiveRegistry } from "./registry-follow.ts";

/**
 * Makes a draft of this name, or finds the schedule that has it by now. `environment` is what the check-in speaks of,
 * `null` where it does not say. A ProblemError refuses the check-in.
 */
export type CreateDraft = (
  slug: string,
  now: Instant,
  environment: string | null,
) => Promise<{ readonly scheduleId: string; readonly made: boolean }>;

export interface Placer {
  /** At once for what is known. */
  find(claim: Claim, now: Instant): Placed | Promise<Placed>;
  /** After `to_be_made`; rejects with the database's error. */
  make(slug: string, claim: Claim, now: Instant): Promise<{ readonly placed: Placed; readonly made: boolean }>;
  /** Both, for what is replayed. */
  settle(claim: Claim, now: Instant): Promise<Placed>;
}

export function placer(registry: Pick<LiveRegistry, "find" | "refresh">, createDraft: CreateDraft): Placer {
  const making = new Map<string, ReturnType<CreateDraft>>();

  const find: Placer["find"] = (claim, at) => {
    const found = registry.find(claim.address, at);
    return found instanceof Promise ? found.then((late) => place(late, claim)) : place(found, claim);
  };
  const make: Placer["make"] = async (slug, claim, at) => {
    const underWay = making.get(slug);
    const draft = underWay ?? createDraft(slug, at, claim.environment).finally(() => making.delete(slug));
    if (!underWay) making.set(slug, draft);
    let answer: Awaited<typeof draft>;
    try {
      answer = await draft;
    } catch (thrown) {
      if (!isProblemError(thrown) || thrown.problem.status >= 500) throw thrown;
      return { placed: cannotBeMade(slug, thrown.problem.message), made: false };
    }
    const { scheduleId, made } = answer;
    await registry.refresh(scheduleId);
    if (made && !underWay) return { placed: { kind: "placed", scheduleId }, made };
    return { placed: await find({ ...claim, create: false }, at), made: false };
  };
  return {
    find,
    make,
    async settle(claim, at) {
      // An id that was rotated away since is one that was accepted when it came.
      const placed = await find(claim, at);
      return placed.kind === "to_be_made" ? (await make(placed.slug, claim, at)).placed : placed;
    },
  };
}

const cannotBeMade = (slug: string, detail: string): NotPlaced => ({
  kind: "refused",
  status: 400,
  text: "invalid url format",
  reason: "malformed",
  slug,
  scheduleId: null,
  detail,
});
