/** The machine on which cron runs: this one, or one with an agent. */
import type { Answer } from "../driver.ts";
import type { Row } from "./table.ts";

/** What leaves the machine of one row. */
export type Seen = Pick<Row, "key" | "time" | "user" | "command" | "cronTz" | "original"> & { readonly table: string };

/** A row as it stands, or as it has been set. */
export interface SeenThere {
  /** The machine's time zone. */
  readonly zone: string;
  readonly row: Seen;
}

export interface Host {
  list(): Promise<Answer<{ readonly zone: string; readonly rows: readonly Seen[] }>>;
  read(at: { readonly table: string; readonly key: string }): Promise<Answer<SeenThere>>;
  /**
   * Sets the time of one row where `instead` stands; else `swapped` is false, nothing was written, and the row is told
   * as it is.
   */
  set(asked: {
    readonly table: string;
    readonly key: string;
    readonly instead: string;
    readonly put: string;
  }): Promise<Answer<SeenThere & { readonly swapped: boolean }>>;
}
