/** cron's tables, on this machine or where an agent runs: one row's time is read and set, and nothing else. */
import { parseCron } from "#lib/schedules/cron.ts";
import { commandOf } from "#lib/schedules/imports/crontab.ts";
import { nameOfCommand } from "#lib/schedules/imports/name-of-command.ts";
import type { Instant } from "#lib/time/instant.ts";
import { changed, no, withSlugs, yes, zoneOf } from "./answer.ts";
import { agent } from "./crontab/agent.ts";
import { here } from "./crontab/here.ts";
import type { Host, Seen } from "./crontab/host.ts";
import { readRef, refOf, tablesIn } from "./crontab/place.ts";
import { isTime } from "./crontab/table.ts";
import type { Answer, Driver, Held, Proposal, World } from "./driver.ts";
import { expressionFor, isAlikeIn } from "./expression-for.ts";
import { type ConfigOf, flag, optionalText, optionalUrl, secret } from "./fields.ts";

const FIELDS = {
  tables: optionalText(
    "the tables on this machine that may be read and edited: cron.d/NAME, crontab or user/NAME, separated by commas",
  ),
  agent: optionalUrl("the address of the agent, where cron runs on another machine"),
  key: secret("the agent's key, as it stands in its key file"),
  cronTz: flag("whether that cron reads CRON_TZ, as cronie does; Debian's does not"),
  allowPrivateNetwork: flag("whether the agent's address may be one of a private network"),
} as const;
type CrontabConfig = ConfigOf<typeof FIELDS>;

const ETC = "/etc";

function hostOf(config: CrontabConfig, world: World): Answer<Host> {
  const { tables, agent: url, key, allowPrivateNetwork } = config;
  if (url === undefined) return yes(here(tablesIn(tables ?? ""), ETC));
  if (key === undefined) return no("refused", "The connection has no key for the agent.");
  return yes(agent({ url, key, allowPrivateNetwork }, world.clock));
}

const notARef = no("not_found", "A line is named by its table and its command: table#key, as discovering proposes it.");

function heldOf({ cronTz }: CrontabConfig, zone: string, row: Seen): Answer<Held> {
  const written = cronTz && row.cronTz !== null ? row.cronTz : zone;
  const timezone = zoneOf(written);
  if (timezone === null) return no("refused", `CRON_TZ above the line names “${written}”, which is no time zone.`);
  const expression = row.time.replace(/[ \t]+/g, " ");
  const read = parseCron(expression, "vixie");
  if (!read.ok) return no("refused", `The line's time cannot be read: ${read.problem.message}`);
  return yes({ spec: { kind: "cron", expression, dialect: "vixie" }, timezone, native: row.time, enabled: true });
}

const notesOf = ({ cronTz }: CrontabConfig, row: Seen): readonly string[] => [
  ...(!cronTz && row.cronTz !== null
    ? ["CRON_TZ stands above it; Debian's cron does not read that, and fires by the machine's zone."]
    : []),
  ...(row.key.includes("-")
    ? ["The same command stands in more than one line: they are told apart by their order."]
    : []),
  ...(row.original === null ? [] : [`A comment above it says that its time was “${row.original}” before.`]),
];

/** What is to stand in the line: word for word where it is put back, else as cron writes the spec. */
function timeFor(put: Pick<Held, "spec" | "timezone"> | Held, timezone: string, now: Instant): Answer<string> {
  if (!isAlikeIn(put.spec, [put.timezone, timezone], now)) {
    return no("refused", `The line fires by ${timezone}, and its time alone can be set, not its zone.`);
  }
  const time = "native" in put ? yes(put.native) : expressionFor(put.spec, "vixie");
  return time.ok && !isTime(time.value) ? no("refused", `“${time.value}” is no time of a crontab.`) : time;
}

export const crontab: Driver<CrontabConfig> = {
  kind: "crontab",
  label: "crontab",
  fields: FIELDS,
  refWords: "its table and its command, as discovering proposes it: cron.d/app#1f2e3d4c5b6a",
  cannot: [
    "There is no history: cron keeps none, and which runs there were has to be told by check-ins.",
    "Nothing is fired by hand: cron cannot, and a run now has to be started on the machine.",
    "There is no compare and swap: Rollcall and its agents take turns by a lock and compare the whole table directly before they exchange it; an editor that saves within the same milliseconds may be overwritten, or overwrite.",
    "A line that is commented out is to cron no line: it counts as not found.",
    "Only the time of a line is set: its zone is the machine's, or CRON_TZ's where cron reads that.",
  ],
  combined: ({ tables, agent: url }) =>
    url === undefined && tablesIn(tables ?? "").length === 0
      ? [{ path: "tables", message: "is required where there is no agent" }]
      : [],
  async discover(config, world) {
    const host = hostOf(config, world);
    if (!host.ok) return host;
    const listed = await host.value.list();
    if (!listed.ok) return listed;
    const proposals: Omit<Proposal, "slug">[] = [];
    for (const row of listed.value.rows) {
      const held = heldOf(config, listed.value.zone, row);
      // What Rollcall cannot read it cannot watch.
      if (!held.ok) continue;
      proposals.push({
        ref: refOf(row.table, row.key),
        name: nameOfCommand(commandOf(row.command)),
        ...{ held: held.value, notes: notesOf(config, row) },
      });
    }
    return yes(withSlugs(proposals));
  },
  async read(config, ref, world) {
    const host = hostOf(config, world);
    const at = readRef(ref);
    if (!host.ok || !at) return host.ok ? notARef : host;
    const there = await host.value.read(at);
    return there.ok ? heldOf(config, there.value.zone, there.value.row) : there;
  },
  async apply(config, { ref, put, instead }, world) {
    const host = hostOf(config, world);
    const at = readRef(ref);
    if (!host.ok || !at) return host.ok ? notARef : host;
    const there = await host.value.read(at);
    if (!there.ok) return there;
    const before = heldOf(config, there.value.zone, there.value.row);
    if (!before.ok) return before;
    if (before.value.native !== instead.native) return changed(before.value);
    const time = timeFor(put, before.value.timezone, world.clock.now());
    if (!time.ok) return time;
    const set = await host.value.set({ ...at, instead: instead.native, put: time.value });
    if (!set.ok) return set;
    const after = heldOf(config, set.value.zone, set.value.row);
    return after.ok && !set.value.swapped ? changed(after.value) : after;
  },
};
