import { invalid, ok, refuse } from "#lib/problem.ts";
import type { Seconds } from "#lib/time/instant.ts";
import { type Dialect, FIVE, NICKNAMES, NO_SPECIALS } from "./dialect.ts";
import { starredDaySurprise } from "./vixie.ts";

/** pg_cron 1.6 (github.com/citusdata/pg_cron), which reads with Vixie's code. */
export const pgCron: Dialect = {
  id: "pg-cron",
  label: "pg_cron",
  layouts: [FIVE],
  nicknames: NICKNAMES,
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 7 },
  specials: { ...NO_SPECIALS, dollar: true },
  bothDays: "both_if_starred",
  zone: "schedule",
  daylightSaving: { gap: "skip", overlap: "both", elapsed: "never" },
  promise: { latenessSeconds: 0, mayDrop: false, words: "pg_cron makes no promise of punctuality" },
  readOther: (expression) => {
    const match = /^(\d+)\s+seconds?$/i.exec(expression);
    if (!match) return null;
    const count = Number(match[1]);
    if (count < 1 || count > 59) {
      const message = `pg_cron takes 1 to 59 seconds, not ${count}: write the fields for longer.`;
      return refuse(invalid({ code: "invalid_expression", message, errors: [{ path: "spec.expression", message }] }));
    }
    return ok({ kind: "read", fields: { kind: "every", everySeconds: count as Seconds, zone: null } });
  },
  surprises: (written, fields) => [
    ...(fields.kind === "every"
      ? ["“N seconds” needs pg_cron 1.5 or later: 1.4, as Debian 12 ships it, refuses it."]
      : []),
    ...(written.day?.includes("$") ? ["“$” needs pg_cron 1.5 or later: 1.4, as Debian 12 ships it, refuses it."] : []),
    ...starredDaySurprise(written.day, written.weekday),
  ],
  limits: [
    "The zone is `cron.timezone`, GMT unless set: the schedule's time zone must name it.",
    "That the gap is skipped and the overlap repeated is inferred from its source: it counts minutes of absolute time.",
    "A setting of the server can make both day fields count in every case; that is not assumed.",
  ],
};
