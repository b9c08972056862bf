/**
 * Gives check-ins by an unknown slug a schedule to go to, from now on.
 *
 * 1. `new`: a draft of that slug, or of another one with this as its alias. `alias`: this slug means a schedule that
 *    there is. 2. Audit, tell the registry. One transaction: a crash leaves it as it was. What came before stays
 *    discarded, and shown.
 */
import { mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { tellRegistry, tellStale } from "#lib/db/tell.ts";
import { type DiscardedShown, discardedById } from "#lib/evidence/discarded-list-store.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import { slug as slugSchema } from "#lib/input/schema.ts";
import { conflict, invalid, notFound, ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { aliasTarget, deleteAlias, insertAlias } from "#lib/schedules/alias-store.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { archiveSchedule } from "./archive-schedule.ts";
import { makeDraft } from "./create-draft.ts";

const beyondRepair = (row: DiscardedShown): Problem =>
  invalid({
    code: "cannot_be_repaired",
    message: `A check-in discarded as ${row.reason} names no slug that could be made known.`,
    doNext: "Correct its sender.",
  });

export function repairDiscarded(
  ctx: Context,
  asked: { readonly id: string; readonly as: "new" | "alias"; readonly slug: string },
): Promise<Result<DiscardedShown>> {
  const { id, as, slug } = asked;
  return inContext<DiscardedShown>(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const row = isUuid(id) ? await discardedById(tx, id) : null;
    if (!row) return refuse(notFound({ message: "There is no such discarded check-in." }));
    const named = readInput(slugSchema, row.slug);
    if (row.reason !== "unknown_slug" || !named.ok) return refuse(beyondRepair(row));
    const known = await scheduleBySlug(tx, slug);
    let scheduleId: string;
    if (as === "new") {
      if (known) return refuse(conflict("slug_taken", { message: `There is a schedule “${slug}” already.` }));
      const made = await makeDraft({ ...ctx, tx }, { slug, reason: "A discarded check-in asked for it" });
      if (!made.ok) return made;
      scheduleId = made.value.scheduleId;
    } else {
      if (!known || known.archivedAt !== null) {
        const errors = [{ path: "slug", message: "must be the slug of a schedule" }];
        return refuse(invalid({ message: `There is no schedule “${slug}”.`, errors }));
      }
      scheduleId = known.id;
    }
    if (named.value !== slug) {
      if (await scheduleBySlug(tx, named.value)) {
        return refuse(conflict("slug_taken", { message: `“${named.value}” is a schedule by now.` }));
      }
      await insertAlias(tx, { slug: named.value, scheduleId, now: ctx.now });
    }
    const detail = { as, slug, from: named.value };
    await writeAudit(tx, ctx, { action: "discarded.repaired", subjectKind: "discarded", subjectId: id, detail });
    await tellRegistry(tx, scheduleId);
    await tellStale(tx, ["discarded"]);
    const after = await discardedById(tx, id);
    return after ? ok(after) : refuse(notFound({ message: "There is no such discarded check-in." }));
  });
}

const notRepaired = (slug: string): Problem =>
  conflict("not_repaired", {
    message: `“${slug}” is a schedule of its own, or goes nowhere: no repair is left to take back.`,
    doNext: "Archive the schedule where it is not wanted.",
  });

/**
 * Takes a repair back: an alias is removed; a draft that nobody has completed is archived, and check-ins by its slug are
 * discarded again. One transaction.
 */
export function takeBackRepair(ctx: Context, { id }: { readonly id: string }): Promise<Result<DiscardedShown>> {
  return inContext<DiscardedShown>(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const row = isUuid(id) ? await discardedById(tx, id) : null;
    if (!row) return refuse(notFound({ message: "There is no such discarded check-in." }));
    const slug = row.slug ?? "";
    if (row.reason !== "unknown_slug") return refuse(beyondRepair(row));
    const target = await aliasTarget(tx, slug);
    const meant = await scheduleBySlug(tx, target ?? slug);
    if (!meant || (target === null && (!meant.draft || meant.archivedAt !== null))) return refuse(notRepaired(slug));
    if (target !== null) await deleteAlias(tx, slug);
    else {
      const archived = await archiveSchedule({ ...ctx, tx }, { slug, ifMatch: null });
      if (!archived.ok) return archived;
    }
    const detail = { slug, from: target ?? slug };
    await writeAudit(tx, ctx, { action: "discarded.unrepaired", subjectKind: "discarded", subjectId: id, detail });
    await tellRegistry(tx, meant.id);
    await tellStale(tx, ["discarded"]);
    const after = await discardedById(tx, id);
    return after ? ok(after) : refuse(notFound({ message: "There is no such discarded check-in." }));
  });
}
