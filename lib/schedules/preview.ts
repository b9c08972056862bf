/** What a spec would expect, before it is stored. */
import type { Instant } from "#lib/time/instant.ts";
import { nextOccurrence } from "./expand.ts";
import { type Question, type Warning, warningsOf } from "./warnings.ts";
import { specInWords } from "./words.ts";

export type { Warning, WarningCode } from "./warnings.ts";

export interface PreviewQuestion extends Question {
  /** How many expected times to tell. */
  readonly count: number;
}

export interface Preview {
  /** The first times from `from` on, itself included; none for a rolling spec, which has none by itself. */
  readonly expectedAt: Instant[];
  readonly words: string;
  readonly warnings: Warning[];
}

/** The next times, a sentence and the warnings; throws a ProblemError for a spec that `checkSpec` refuses. */
export function preview(question: PreviewQuestion): Preview {
  const { spec, timezone } = question;
  const expectedAt: Instant[] = [];
  let after = (question.from - 1) as Instant;
  while (expectedAt.length < question.count) {
    const at = nextOccurrence(spec, timezone, after);
    if (at === null) break;
    expectedAt.push(at);
    after = at;
  }
  return { expectedAt, words: specInWords(spec, timezone), warnings: warningsOf(question) };
}
