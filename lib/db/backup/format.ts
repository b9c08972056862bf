/**
 * A backup is gzip over lines: a header, then for each table a line of JSON and PostgreSQL's COPY text up to a line
 * `\.`, then the sequences, then an end that tells how many rows there were, so that a cut file is known.
 */
import { z } from "zod";

export const header = z.object({
  format: z.literal("rollcall backup 1"),
  madeAt: z.string(),
  /** The server's major version. */
  postgres: z.number(),
  /** By which another secret is noticed; does not tell it. */
  secretMark: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  partitions: z.array(z.object({ parent: z.string(), name: z.string(), bound: z.string() })),
});
export type Header = z.infer<typeof header>;

export const section = z.union([
  z.object({ table: z.string(), columns: z.array(z.string()) }),
  z.object({ sequence: z.string(), value: z.string(), called: z.boolean() }),
  z.object({ end: z.literal(true), rows: z.number() }),
]);
export type Section = z.infer<typeof section>;

/** No row of COPY text looks like it: a backslash in data is doubled. */
export const END_OF_TABLE = "\\.\n";
const END = Buffer.from(END_OF_TABLE);
const END_AFTER_ROW = Buffer.from(`\n${END_OF_TABLE}`);
const NEWLINE = 10;
/** A header names every partition; nothing of ours is longer. */
const LONGEST_LINE = 16_000_000;

const cut = () => new Error("The backup is cut off: the file is not whole.");

/** Reads lines and tables in turn from a stream of bytes. */
export class Sections {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw cut();
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  /** A line of JSON. */
  async line(): Promise<unknown> {
    for (;;) {
      const at = this.#rest.indexOf(NEWLINE);
      if (at >= 0) return JSON.parse(this.#take(at + 1).toString("utf8"));
      if (this.#rest.length > LONGEST_LINE) throw new Error("This is not a backup of Rollcall.");
      await this.#more();
    }
  }

  /** A table's rows, in whole lines, without the closing one. */
  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      // Here the rest always begins with a line.
      if (this.#rest.subarray(0, END.length).equals(END)) {
        this.#take(END.length);
        return;
      }
      const end = this.#rest.indexOf(END_AFTER_ROW);
      const whole = end >= 0 ? end + 1 : this.#rest.lastIndexOf(NEWLINE) + 1;
      if (whole > 0) yield this.#take(whole);
      else await this.#more();
    }
  }

  /** What follows the end, when it is not nothing, is not ours. */
  async finish(): Promise<void> {
    if (this.#rest.length > 0 || !(await this.#source.next()).done)
      throw new Error("The backup goes on after its end.");
  }
}
