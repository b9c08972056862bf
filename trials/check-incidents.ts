/** What holds of incidents and their messages whatever was killed, and however many processes there are. */
import type { Receiver } from "./receiver.ts";
import type { Report } from "./report.ts";
import { type Rollcall, sleep } from "./rollcall.ts";

const list = (rows: readonly object[]): string =>
  rows
    .slice(0, 10)
    .map((row) => JSON.stringify(row))
    .join("\n");

/** Waits until the outbox is empty; answers how many deliveries are still open. */
export async function untilDelivered(rollcall: Rollcall, limit: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const [row] = await rollcall.ask<{ open: number }>(
      `SELECT (SELECT count(*) FROM outbox WHERE spread_at IS NULL)::int
            + (SELECT count(*) FROM delivery WHERE delivered_at IS NULL)::int AS open`,
    );
    if (!row || row.open === 0 || performance.now() - began > limit) return row?.open ?? 0;
    await sleep(250);
  }
}

export async function checkIncidents(rollcall: Rollcall, report: Report): Promise<void> {
  const two = await rollcall.ask(
    `SELECT subject, kind, count(*)::int FROM incident WHERE state <> 'resolved' GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  report.check(two.length === 0, "at most one open incident of a schedule", () => list(two));
  const same = await rollcall.ask(
    `SELECT subject, kind, since, count(*)::int, array_agg(number) AS numbers
       FROM incident GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  );
  const around = await rollcall.ask(
    `SELECT s.slug, b.expected_at, b.verdict, b.bad, b.weight, b.bad_since, b.turned_at, i.number, i.opened_at, i.resolved_at
       FROM bad_window b JOIN schedule s ON s.id = b.schedule_id LEFT JOIN incident i ON i.id = b.incident_id
      WHERE (b.schedule_id::text, b.bad_since) IN
            (SELECT subject, since FROM incident GROUP BY 1, 2 HAVING count(*) > 1)
     UNION ALL
     SELECT s.slug, NULL, i.resolution, NULL, NULL, i.since, NULL, i.number, i.opened_at, i.resolved_at
       FROM incident i JOIN schedule s ON s.id = i.schedule_id
      WHERE (subject, since) IN (SELECT subject, since FROM incident GROUP BY 1, 2 HAVING count(*) > 1)`,
  );
  report.check(same.length === 0, "no two incidents for the same bad window", () => list([...same, ...around]));
  const events = await rollcall.ask(
    `SELECT i.number, i.state, count(*) FILTER (WHERE e.kind = 'opened')::int AS opened,
            count(*) FILTER (WHERE e.kind = 'resolved')::int AS resolved
       FROM incident i LEFT JOIN incident_event e ON e.incident_id = i.id GROUP BY i.id
     HAVING count(*) FILTER (WHERE e.kind = 'opened') <> 1
         OR count(*) FILTER (WHERE e.kind = 'resolved') <> (i.state = 'resolved')::int`,
  );
  report.check(events.length === 0, "every incident opened once, and resolved once if it is", () => list(events));
  const messages = await rollcall.ask(
    `SELECT i.number, o.type, count(*)::int FROM incident i JOIN outbox o ON o.subject = i.id::text
      WHERE o.type IN ('incident.opened', 'incident.resolved') GROUP BY i.id, o.type HAVING count(*) > 1
     UNION ALL
     SELECT i.number, 'incident.opened', 0 FROM incident i
      WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.subject = i.id::text AND o.type = 'incident.opened')`,
  );
  report.check(messages.length === 0, "every transition told in one message", () => list(messages));
  const aside = await rollcall.ask(
    `SELECT s.slug, st.set_aside_because FROM schedule_state st JOIN schedule s ON s.id = st.schedule_id
      WHERE st.set_aside_at IS NOT NULL`,
  );
  report.check(aside.length === 0, "no schedule was set aside", () => list(aside));
  const late = await rollcall.ask(
    `SELECT s.slug, st.next_deadline FROM schedule_state st JOIN schedule s ON s.id = st.schedule_id
      WHERE st.next_deadline < now() - interval '10 seconds'`,
  );
  report.check(late.length === 0, "no deadline passed by unjudged", () => list(late));
}

export async function checkMessages(rollcall: Rollcall, receiver: Receiver, report: Report): Promise<void> {
  const stored = await rollcall.ask<{ id: string }>("SELECT id::text AS id FROM outbox");
  const lost = stored.filter(({ id }) => receiver.came.get(id)?.accepted !== true);
  report.check(lost.length === 0, "every message was delivered", () => list(lost));
  const known = new Set(stored.map(({ id }) => id));
  const unknown = [...receiver.came.keys()].filter((id) => !known.has(id));
  report.check(unknown.length === 0, "no message of something that was rolled back", () => unknown.join("\n"));
  const changed = [...receiver.came].filter(([, { bodies }]) => bodies.size > 1);
  report.check(changed.length === 0, "the same words under the same id, each time", () =>
    changed.map(([id]) => id).join("\n"),
  );
  const again = [...receiver.came.values()].reduce((sum, { times }) => sum + times, 0) - receiver.came.size;
  report.figure("messages", `${stored.length}, sent again ${again} times`);
}
