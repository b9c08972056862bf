/** What a refused request carried beside what its route expects, row by row; only shapes, never a secret. */
import type { Decision } from "#components/api/shapes.ts";

export interface DiffRow {
  readonly name: string;
  readonly presented: string;
  readonly expected: string;
  /** Whether this is where the two part. */
  readonly differs: boolean;
}

/** Names of headers that carry proof, before those that only hint. */
const HINTS = /^(user-agent|x-vercel-cron|x-.*-cron|x-cloudscheduler.*)$/;

const inWords = (code: string): string => code.replaceAll("_", " ");

const withLength = (header: string, lengths: Readonly<Record<string, number>>): string => {
  const length = lengths[header];
  return length === undefined ? header : `${header}, ${length} characters`;
};

function textOf(value: unknown): string | null {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
  return null;
}

/** `null` where nothing is known of the request's shape. */
export function diffRows(decision: Decision): readonly DiffRow[] | null {
  const { presented } = decision;
  if (presented === undefined) return null;
  const { headers = [], scheme = null, lengths = {}, ...facts } = presented;
  const proof = headers.filter((header) => !HINTS.test(header)).map((header) => withLength(header, lengths));
  const hints = headers.filter((header) => HINTS.test(header));
  const expected = decision.contractExpected ?? "another proof";
  const resembled = decision.contractResembled ?? null;
  const said = [scheme, ...proof].filter(Boolean).join("; ");
  return [
    {
      ...{
        name: "Proof",
        presented: said === "" ? "none" : said,
        expected: `what ${expected} asks for`,
        differs: true,
      },
    },
    {
      name: "Looks like",
      ...{ presented: resembled ?? "no contract that is known", expected, differs: resembled !== expected },
    },
    ...(hints.length === 0
      ? []
      : [
          { name: "Hints", presented: hints.join(", "), expected: "not looked at: a hint is no proof", differs: false },
        ]),
    ...Object.entries(facts).flatMap(([name, value]) => {
      const text = textOf(value);
      return text === null ? [] : [{ name: inWords(name), presented: text, expected: "", differs: false }];
    }),
    ...(decision.reason === null
      ? []
      : [
          {
            ...{
              name: "Answer",
              presented: `refused: ${inWords(decision.reason)}`,
              expected: "admitted",
              differs: true,
            },
          },
        ]),
  ];
}
