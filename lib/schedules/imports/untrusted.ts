/** Looks into what a stranger's file holds, without believing anything of it; and reads YAML within bounds. */
import { parseAllDocuments } from "yaml";
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";

export const isRecord = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === "object" && given !== null && !Array.isArray(given);

/** Its own field of this name; `undefined` where there is none. */
export const fieldOf = (given: unknown, ...path: readonly string[]): unknown => {
  let here = given;
  for (const name of path) here = isRecord(here) && Object.hasOwn(here, name) ? here[name] : undefined;
  return here;
};

export const textOf = (given: unknown): string | null =>
  typeof given === "string" && given.trim() !== "" ? given.trim() : null;

/** An anchor may be used again so often: a file that grows a thousandfold while it is read is an attack. */
const MOST_ALIASES = 50;
/** A flow or block may lie so deep; what is deeper is no manifest, and costs the parser its stack. */
const DEEPEST = 200;

const wrong = (message: string) =>
  refuse(invalid({ message, doNext: "Paste the file as it is.", errors: [{ path: "text", message }] }));

/** Deeper than a person writes; counted without parsing: brackets that open, and dashes in a row at a line's start. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === "[" || sign === "{") depth++;
    else if (sign === "]" || sign === "}") depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return true;
  }
  return /^[ \t]*(?:[-?][ \t]+){50}/m.test(text);
}

/** Every document of a text, as plain values; a document that cannot be read refuses the whole, by its line. */
export function readYaml(text: string): Result<readonly unknown[]> {
  if (isTooDeep(text)) return wrong("It is nested deeper than any such file.");
  try {
    // Pretty errors cost each error the length of the text (27 s for 200 kB of quotes), unique keys the square of a map.
    const documents = parseAllDocuments(text, { logLevel: "silent", prettyErrors: false, uniqueKeys: false });
    if (!Array.isArray(documents)) return ok([]);
    const values: unknown[] = [];
    for (const document of documents) {
      const [error] = document.errors;
      if (error) {
        const line = text.slice(0, error.pos[0]).split("\n").length;
        const template = text.includes("{{") ? " It looks like a template: paste what it renders to." : "";
        return wrong(`This is not YAML: see line ${line}.${template}`);
      }
      values.push(document.toJS({ maxAliasCount: MOST_ALIASES }));
    }
    return ok(values);
  } catch {
    return wrong("It cannot be read: it is nested too deep, or repeats itself too often.");
  }
}
