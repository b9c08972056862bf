/** What would be made of a file that somebody pastes; nothing is stored, and nothing of the text is kept. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { ok, refuse } from "#lib/problem.ts";
import { propose } from "#lib/schedules/imports/propose.ts";
import type { ImportInput } from "#lib/schedules/imports/schema.ts";
import { takenSlugs } from "#lib/schedules/store.ts";

/** Of those who edit schedules: reading a large file is work, and a preview is the first step of an edit. */
export async function viewImport(ctx: Context, input: ImportInput) {
  const denied = mayNot(ctx.actor, "administer");
  if (denied) return refuse(denied);
  const read = propose({ ...input, now: ctx.now });
  if (!read.ok) return read;
  const { kind, items, notes } = read.value;
  const slugs = items.flatMap(({ outcome }) => (outcome.kind === "ready" ? [outcome.slug] : []));
  const taken = new Map((await takenSlugs(sqlIn(ctx), slugs)).map(({ slug, archived }) => [slug, archived]));
  const presentOf = (slug: string) => (taken.has(slug) ? (taken.get(slug) ? "archived" : "live") : null);
  return ok({
    kind,
    notes,
    items: items.map(({ outcome, ...entry }) =>
      outcome.kind === "refused"
        ? {
            ...entry,
            refused: outcome.because,
            slug: null,
            present: null,
            sentence: null,
            warnings: [],
            schedule: null,
          }
        : {
            ...{ ...entry, refused: null, slug: outcome.slug, present: presentOf(outcome.slug) },
            ...{ sentence: outcome.sentence, warnings: outcome.warnings, schedule: outcome.schedule },
          },
    ),
  });
}
