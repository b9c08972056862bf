"use client";

import { useState } from "react";
import type { Verification, VerificationCase } from "#components/api/boundary.ts";
import { type Lamp, lampsOf, variantsOf } from "#components/boundary/families.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { reasonInWords } from "#lib/boundary/reason-words.ts";

const NOT_RUN: Readonly<Record<string, string>> = {
  not_applicable: "does not apply to this contract",
  cannot_be_made: "only the platform can make it",
};

function why({ passed, reason, sentence }: VerificationCase): string | null {
  if (passed === true || reason === null) return null;
  const [code = ""] = reason.split(":");
  if (passed === null) return sentence ?? NOT_RUN[code] ?? code.replaceAll("_", " ");
  return sentence ?? reasonInWords(code);
}

const wordOf = (text: string): string => text.replaceAll("_", " ");
const took = (ms: number | null): string => (ms === null ? "" : `${Math.round(ms)} ms`);

/** What is asked of these is not whether the call is let in, but whether it comes to its end at all. */
const COMES: Readonly<Record<string, string>> = { redirect: "not sent on", method_mismatch: "taken" };
interface Ended extends Pick<VerificationCase, "passed" | "got" | "status" | "durationMs"> {
  readonly expected: string;
}
const ends = (one: VerificationCase): Ended => {
  const expected = COMES[one.case] ?? one.expected;
  return { ...one, expected, got: one.passed === true && one.case in COMES ? expected : one.got };
};

function Mark({ passed }: { readonly passed: boolean | null }) {
  return (
    <td className="w-8 py-2 pl-[14px] align-top">
      <span className="sr-only">
        {passed === null ? "Not run" : passed ? "As it should be" : "Not as it should be"}
      </span>
      <Glyph name={passed === null ? "due" : passed ? "on_time" : "rejected"} className="mt-[3px]" />
    </td>
  );
}

/** What it should be, what it was, under which status and how long it took. */
function Answer({ passed, expected, got, status, durationMs }: Ended) {
  return (
    <>
      <td className="px-2 py-2 align-top text-ink-2 max-sm:hidden">{expected}</td>
      <td className={`px-2 py-2 align-top ${passed === false ? "font-[550] text-rejected" : ""}`}>
        {got === null || passed === null ? "–" : wordOf(got)}
      </td>
      <td className="px-2 py-2 text-right align-top font-mono text-s">{status ?? ""}</td>
      <td className="py-2 pr-[14px] pl-2 text-right align-top whitespace-nowrap text-ink-3 max-sm:hidden">
        {passed === null ? "" : took(durationMs)}
      </td>
    </>
  );
}

function Case({
  one,
  label,
  inner,
}: {
  readonly one: VerificationCase;
  readonly label: string;
  readonly inner: boolean;
}) {
  const said = why(one);
  const variant = wordOf(one.variant);
  return (
    <tr className={one.passed === false ? "bg-rejected-soft" : ""}>
      <Mark passed={one.passed} />
      <td className={`py-2 pr-2 align-top ${inner ? "pl-[26px] text-ink-2" : "pl-2"}`}>
        {inner && one.passed !== false ? variant : label}
        {(inner && one.passed !== false) || variant === "" ? null : <span className="text-ink-3"> · {variant}</span>}
        {said === null ? null : <div className="text-s text-ink-2">{said}</div>}
      </td>
      <Answer {...ends(one)} />
    </tr>
  );
}

/** One row for what went as it should, in how many ways that was tried; the ways unfold. What did not always stands. */
function Family({ lamp: { label, cases } }: { readonly lamp: Lamp }) {
  const [open, setOpen] = useState(false);
  const failed = cases.filter(({ passed }) => passed === false);
  const others = cases.filter(({ passed }) => passed !== false);
  const [first] = others;
  if (first === undefined || others.length === 1)
    return cases.map((one) => <Case key={one.variant} one={one} label={label} inner={false} />);
  return (
    <>
      {failed.map((one) => (
        <Case key={one.variant} one={one} label={label} inner={false} />
      ))}
      <tr>
        <Mark passed={others.some(({ passed }) => passed === true) ? true : null} />
        <td className="px-2 py-2 align-top">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex w-full items-start gap-x-1 text-left hover:text-accent"
          >
            <span>
              {label}
              <span className="text-ink-3"> · {variantsOf(others)}</span>
            </span>
            <Icon name="down" className={`mt-[3px] size-3.5 flex-none text-ink-3 ${open ? "rotate-180" : ""}`} />
          </button>
        </td>
        <Answer {...ends(others.find(({ passed }) => passed === true) ?? first)} durationMs={null} />
      </tr>
      {open ? others.map((one) => <Case key={one.variant} one={one} label={label} inner />) : null}
    </>
  );
}

/** The cases of a matrix, family by family. */
export function Cases({ verification }: { readonly verification: Verification }) {
  return (
    <div className="overflow-x-auto rounded-[8px] border border-line bg-surface">
      <table className="w-full text-left" aria-label="Cases of the matrix">
        <thead className="text-ink-3">
          <tr className="border-b border-line [&>th]:py-2 [&>th]:font-normal">
            <th className="w-8 pl-[14px]">
              <span className="sr-only">How it went</span>
            </th>
            <th className="px-2">Case</th>
            <th className="px-2 whitespace-nowrap max-sm:hidden">Should be</th>
            <th className="px-2">Was</th>
            <th className="px-2 text-right">Status</th>
            <th className="pr-[14px] pl-2 text-right max-sm:hidden">Took</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {lampsOf(verification).map((lamp) =>
            lamp.cases.length === 0 ? null : <Family key={lamp.family} lamp={lamp} />,
          )}
        </tbody>
      </table>
    </div>
  );
}
