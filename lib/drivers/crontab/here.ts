/** cron on Rollcall's own machine. */
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { zoneNamed } from "#lib/time/zone.ts";
import { no, yes } from "../answer.ts";
import type { Answer } from "../driver.ts";
import { readFileTable, writeFileTable } from "./file-table.ts";
import type { Host, Seen, SeenThere } from "./host.ts";
import { withLock } from "./lock.ts";
import { type Place, placeOf } from "./place.ts";
import { type Row, rowsOf, withTime } from "./table.ts";
import { readUserTable, writeUserTable } from "./user-table.ts";

const TRIES = 5;

/** The zone of the machine, as cron has it: not that of this process, which `TZ` may have set. */
function machineZone(etc: string): string {
  try {
    const [, name = ""] = /zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(readlinkSync(join(etc, "localtime"))) ?? [];
    const zone = zoneNamed(name);
    if (zone !== null) return zone;
  } catch {
    // No link: Debian keeps the name beside it as well.
  }
  try {
    return zoneNamed(readFileSync(join(etc, "timezone"), "utf8").trim()) ?? "UTC";
  } catch {
    return "UTC";
  }
}

interface Open {
  readonly rows: readonly Row[];
  /** Answers false, and writes nothing, where another table stands there by now. */
  write(row: Row, time: string): Promise<Answer<boolean>>;
}

async function openTable(place: Place): Promise<Answer<Open>> {
  if (place.kind === "user") {
    const read = await readUserTable(place.user);
    if (!read.ok) return read;
    const before = read.value;
    return yes({
      rows: rowsOf(before, { withUser: false }),
      write: (row, time) => writeUserTable(place.user, { before, text: withTime(before, row, time) }),
    });
  }
  const read = await readFileTable(place);
  if (!read.ok) return read;
  const before = read.value;
  return yes({
    rows: rowsOf(before.text, { withUser: true }),
    write: (row, time) => writeFileTable(place, { before, text: withTime(before.text, row, time) }),
  });
}

const seen = (table: string, { key, time, user, command, cronTz, original }: Row): Seen => ({
  ...{ table, key, time, user, cronTz, original },
  command: Buffer.from(command, "latin1").toString("utf8"),
});

/** Only these tables are read and written. `etc` is `/etc` but in tests. */
export function here(tables: readonly string[], etc: string): Host {
  const lockFolder = existsSync(join(etc, "cron.d")) ? join(etc, "cron.d") : etc;

  async function find(table: string, key: string): Promise<Answer<{ readonly open: Open; readonly row: Row }>> {
    const place = placeOf(table, etc);
    if (place === null) return no("refused", `“${table}” names no table: write cron.d/NAME, crontab or user/NAME.`);
    if (!tables.includes(table)) return no("refused", `The connection does not name the table “${table}”.`);
    const open = await openTable(place);
    if (!open.ok) return open;
    const row = open.value.rows.find((one) => one.key === key);
    return row ? yes({ open: open.value, row }) : no("not_found", `No line of ${table} has this command.`);
  }

  return {
    async list() {
      const rows: Seen[] = [];
      for (const table of tables) {
        const place = placeOf(table, etc);
        if (place === null) return no("refused", `“${table}” names no table: write cron.d/NAME, crontab or user/NAME.`);
        const open = await openTable(place);
        if (!open.ok) return open;
        rows.push(...open.value.rows.map((row) => seen(table, row)));
      }
      return yes({ zone: machineZone(etc), rows });
    },
    async read({ table, key }) {
      const found = await find(table, key);
      return found.ok ? yes({ zone: machineZone(etc), row: seen(table, found.value.row) }) : found;
    },
    set({ table, key, instead, put }) {
      return withLock<SeenThere & { readonly swapped: boolean }>(lockFolder, async () => {
        const zone = machineZone(etc);
        // An editor that takes no lock may save in between: then it is read and compared once more.
        for (let tries = 0; tries < TRIES; tries++) {
          const found = await find(table, key);
          if (!found.ok) return found;
          const { open, row } = found.value;
          if (row.time !== instead) return yes({ zone, row: seen(table, row), swapped: false });
          const written = await open.write(row, put);
          if (!written.ok) return written;
          if (!written.value) continue;
          const after = await find(table, key);
          return after.ok ? yes({ zone, row: seen(table, after.value.row), swapped: true }) : after;
        }
        return no("refused", `The table ${table} is being changed by somebody else all the time.`);
      });
    },
  };
}
