/** A schedule for a slug that a check-in named with `?create=1`: to be completed by a person (rolling, one day, grace one hour). */
import type { Actor } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { slug as slugSchema } from "#lib/input/schema.ts";
import { ok, type Result } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { aliasTarget } from "#lib/schedules/alias-store.ts";
import { fieldsOf } from "#lib/schedules/fields.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { afterChange, makeSchedule } from "./put-schedule.ts";

export interface Draft {
  readonly scheduleId: string;
  /** False when there was a schedule of this slug already, or one that it is an alias of. */
  readonly created: boolean;
}

const SYSTEM: Actor = { kind: "system", name: "Rollcall" };

const draftOf = (slug: string, environment: string | null): unknown => ({
  ...(environment === null ? {} : { environment }),
  name: slug,
  spec: { kind: "rolling", everySeconds: 86_400 },
  timezone: "UTC",
  graceSeconds: 3_600,
});

/** In the caller's transaction where there is one. */
export async function makeDraft(
  ctx: Context,
  {
    slug,
    reason,
    environment = null,
  }: { readonly slug: string; readonly reason: string; readonly environment?: string | null },
): Promise<Result<Draft>> {
  const named = readInput(slugSchema, slug);
  if (!named.ok) return named;
  const read = readInput(scheduleInput, draftOf(slug, environment));
  if (!read.ok) return read;
  const fields = fieldsOf(read.value, null, ctx.now);
  if (!fields.ok) return fields;
  return inContext<Draft>(ctx, async (tx) => {
    const target = (await aliasTarget(tx, slug)) ?? slug;
    const known = await scheduleBySlug(tx, target);
    if (known) return ok({ scheduleId: known.id, created: false });
    const id = await makeSchedule(tx, { ctx, slug, fields: fields.value, reason }, true);
    if (id === null) {
      const other = await scheduleBySlug(tx, slug);
      if (!other) throw new Error(`the slug ${slug} is taken by nothing`);
      return ok({ scheduleId: other.id, created: false });
    }
    await afterChange(tx, ctx, { id, slug, action: "schedule.made", detail: { draft: true } });
    return ok({ scheduleId: id, created: true });
  });
}

/** For `?create=1`, by Rollcall itself. */
export const createDraft = (
  slug: string,
  now: Instant,
  { environment = null }: { readonly environment?: string | null } = {},
): Promise<Result<Draft>> =>
  makeDraft({ actor: SYSTEM, now }, { slug, environment, reason: "A check-in asked for it" });
