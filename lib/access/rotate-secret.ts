/**
 * Seals everything that is sealed anew, from one ROLLCALL_SECRET to another, in one transaction: afterwards either all
 * of it opens under the new one, or all of it still does under the old one. What opens under neither stays as it is.
 */
import type pg from "pg";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import type { Instant } from "#lib/time/instant.ts";
import { writeAudit } from "./audit.ts";
import { open, seal } from "./box.ts";
import { type Box, boxColumns, lockBoxes, writeBoxes } from "./store/boxes.ts";

export interface Rotated {
  readonly sealed: number;
  /** Sealed under the new secret before: an earlier try had got that far. */
  readonly already: number;
  /** What opens under neither, by `table.column`. */
  readonly lost: Readonly<Record<string, number>>;
}

export function rotateSecret(
  pool: pg.Pool,
  { from, to, now }: { readonly from: string; readonly to: string; readonly now: Instant },
): Promise<Rotated> {
  return inSqlTransaction(pool, async (tx) => {
    let sealed = 0;
    let already = 0;
    const lost: Record<string, number> = {};
    for (const column of await boxColumns(tx)) {
      const boxes = (await lockBoxes(tx, column)).map(({ row, box }) => ({ row, box: Buffer.from(box, "base64") }));
      const anew: Box[] = [];
      for (const { row, box } of boxes) {
        const text = open(from, box);
        if (text !== null) anew.push({ row, box: seal(to, text).toString("base64") });
        else if (open(to, box) !== null) already++;
        else {
          const name = `${column.table}.${column.column}`;
          lost[name] = (lost[name] ?? 0) + 1;
        }
      }
      await writeBoxes(tx, column, anew);
      sealed += anew.length;
    }
    await writeAudit(
      tx,
      { actor: { kind: "system", name: "npm run rotate-secret" }, now },
      { action: "secret.rotated", subjectKind: "secret", subjectId: "ROLLCALL_SECRET", detail: { sealed, already } },
    );
    return { sealed, already, lost };
  });
}
