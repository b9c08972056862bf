import type { z } from "zod";
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";

/** What a schema makes of something from outside, or 422 with the path of each field that is wrong. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): Result<z.output<Schema>> {
  const read = schema.safeParse(input);
  if (read.success) return ok(read.data);
  const errors = read.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const [first] = errors;
  const message = first
    ? `${first.path === "" ? "The body" : first.path} ${first.message}.`
    : "This does not validate.";
  return refuse(invalid({ message, errors }));
}
