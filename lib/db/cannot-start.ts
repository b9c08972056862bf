import { ProblemError, refused } from "#lib/problem.ts";

/** Thrown where the operator has to do something first: told as a sentence, without a stack. */
export const cannotStart = (message: string, doNext: string): ProblemError =>
  new ProblemError(refused("cannot_start", 500, { message, doNext }));
