import type { Problem, Result } from "#lib/problem.ts";

/** What a use case answered that should have succeeded. */
export function succeeded<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.problem.code}: ${result.problem.message}`);
  return result.value;
}

/** Why a use case refused that should have refused. */
export function problemOf(result: Result<unknown>): Problem {
  if (result.ok) throw new Error(`not refused: ${JSON.stringify(result.value)}`);
  return result.problem;
}
