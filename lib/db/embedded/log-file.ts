import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

const KEPT_BYTES = 5_000_000;
const KEPT_LINES = 20;

/** The database's log: at most two files of 5 MB, and its last lines at hand for a message. */
export class LogFile {
  #fd: number;
  #bytes: number;
  #last: string[] = [];

  constructor(readonly path: string) {
    this.#fd = openSync(path, "a", 0o600);
    this.#bytes = fstatSync(this.#fd).size;
  }

  write(chunk: Buffer): void {
    this.#last = [...this.#last, ...chunk.toString("utf8").split("\n").filter(Boolean)].slice(-KEPT_LINES);
    if (this.#fd < 0) return;
    if (this.#bytes > KEPT_BYTES) {
      closeSync(this.#fd);
      renameSync(this.path, `${this.path}.1`);
      this.#fd = openSync(this.path, "a", 0o600);
      this.#bytes = 0;
    }
    try {
      this.#bytes += writeSync(this.#fd, chunk);
    } catch {
      // A full disk must not take the database's supervisor down.
    }
  }

  tail(): string {
    return this.#last.join("\n");
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}
