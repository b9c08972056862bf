"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Route, useVerifications, type Verification, type VerificationCase } from "#components/api/boundary.ts"; // biome-ignore format: one line
import { api, wordsOf } from "#components/api/client.ts";
import { lampsOf, scoreOf } from "#components/boundary/families.ts";
import { Lamps } from "#components/boundary/lamps.tsx";
import { Glyph } from "#components/marks/glyph.tsx";
import { AbsoluteTime, RelativeTime } from "#components/marks/relative-time.tsx";
import { useAddress } from "#components/ui/address.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { reasonInWords } from "#lib/boundary/reason-words.ts";
import { KEYS } from "#lib/views/keys.ts";

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

const isUnderWay = ({ finishedAt }: Verification): boolean => finishedAt === null;

function Case({
  one,
  label,
  first,
}: {
  readonly one: VerificationCase;
  readonly label: string;
  readonly first: boolean;
}) {
  const { passed, expected, got, status, durationMs, variant } = one;
  const said = why(one);
  return (
    <tr className={passed === false ? "bg-rejected-soft" : ""}>
      <td className="w-8 py-2 pl-[14px] align-top">
        <span className="sr-only">
          {passed === null ? "Not run" : passed ? "As it should be" : "Not as it should be"}
        </span>
        <Glyph name={passed === null ? "due" : passed ? "on_time" : "rejected"} className="mt-[3px]" />
      </td>
      <td className="px-2 py-2 align-top">
        <span className={first ? "" : "text-ink-2"}>{label}</span>
        {variant === "" ? null : <span className="text-ink-3"> · {variant.replaceAll("_", " ")}</span>}
        {said === null ? null : <div className="text-s text-ink-2">{said}</div>}
      </td>
      <td className="px-2 py-2 align-top text-ink-2 max-sm:hidden">{expected}</td>
      <td className={`px-2 py-2 align-top ${passed === false ? "font-[550] text-rejected" : ""}`}>
        {got === null || passed === null ? "–" : got.replaceAll("_", " ")}
      </td>
      <td className="px-2 py-2 text-right align-top font-mono text-s">{status ?? ""}</td>
      <td className="py-2 pr-[14px] pl-2 text-right align-top whitespace-nowrap text-ink-3 max-sm:hidden">
        {durationMs === null ? "" : `${Math.round(durationMs)} ms`}
      </td>
    </tr>
  );
}

function Cases({ verification }: { readonly verification: Verification }) {
  return (
    <div className="overflow-x-auto rounded-[8px] border border-line bg-surface">
      <table className="w-full text-left" aria-label="Cases of the matrix">
        <thead className="text-ink-3">
          <tr className="border-b border-line [&>th]:py-2 [&>th]:font-normal">
            <th className="w-8 pl-[14px]">
              <span className="sr-only">How it went</span>
            </th>
            <th className="px-2">Case</th>
            <th className="px-2 max-sm:hidden">Should be</th>
            <th className="px-2">Was</th>
            <th className="px-2 text-right">Status</th>
            <th className="pr-[14px] pl-2 text-right max-sm:hidden">Took</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {lampsOf(verification).flatMap(({ label, cases }) =>
            cases.map((one, index) => (
              <Case key={`${one.case} ${one.variant}`} one={one} label={label} first={index === 0} />
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Verdict({ verification }: { readonly verification: Verification }) {
  const { green, representative } = verification;
  const { passed, of } = scoreOf(verification);
  const words = `${passed} of ${of}`;
  if (isUnderWay(verification)) return <b className="font-semibold text-running">running, {words} so far</b>;
  if (green) return <b className="font-semibold text-ok">{words}, green</b>;
  const because = passed === of && !representative ? ", not representative" : "";
  return (
    <b className="font-semibold text-rejected">
      {words}
      {because}
    </b>
  );
}

/** Earlier ones, newest first: which is chosen stands in the address. */
function Earlier({
  all,
  chosen,
  onChoose,
}: {
  readonly all: readonly Verification[];
  readonly chosen: string;
  readonly onChoose: (id: string | null) => void;
}) {
  if (all.length < 2) return null;
  return (
    <details className="mt-2">
      <summary className="w-fit text-ink-2 hover:text-ink">Earlier runs ({all.length - 1})</summary>
      <ul className="mt-2 divide-y divide-line rounded-[8px] border border-line bg-surface">
        {all.map((one, index) => {
          const { passed, of } = scoreOf(one);
          return (
            <li key={one.id}>
              <button
                type="button"
                aria-pressed={one.id === chosen}
                onClick={() => onChoose(index === 0 ? null : one.id)}
                className="flex w-full items-center gap-3 px-[14px] py-2 text-left outline-offset-[-2px] hover:bg-hover aria-pressed:bg-accent-soft"
              >
                <Glyph name={isUnderWay(one) ? "running" : one.green ? "on_time" : "rejected"} />
                <AbsoluteTime at={one.at} />
                <span className={one.green ? "text-ink-2" : "text-rejected"}>
                  {passed} of {of}
                </span>
                <span className="ml-auto max-sm:hidden">
                  <Lamps verification={one} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

const probeWords = ({ probeUrl, probeMethods }: Route): string =>
  `${probeMethods.join(", ")} ${probeUrl === null ? "" : new URL(probeUrl).pathname}`;

/** The verification matrix: the newest, or the one that the address names. */
export function Matrix({ route }: { readonly route: Route }) {
  const { name, probeUrl } = route;
  const { mayRespond } = useMe();
  const client = useQueryClient();
  const { query, go } = useAddress();
  const read = useVerifications(name, { limit: 20 });
  const run = useMutation({
    mutationFn: () => api<Verification>(`/routes/${encodeURIComponent(name)}/verify`, { method: "POST" }),
    onSuccess: ({ green, ...cases }) => {
      go({ verification: null }, { step: false });
      const { passed, of } = scoreOf(cases);
      toast[green ? "success" : "error"](green ? `${name}: the matrix is green` : `${name}: ${passed} of ${of}`);
    },
    onError: (thrown) => toast.error(wordsOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.verifications(name) }),
  });
  const all = read.data?.items ?? [];
  const underWay = run.isPending || (all[0] !== undefined && isUnderWay(all[0]));
  const shown = all.find(({ id }) => id === query.get("verification")) ?? all[0] ?? null;
  return (
    <Section
      title="Verification matrix"
      className="mt-4 min-w-0"
      actions={
        mayRespond ? (
          <Button look="primary" busy={underWay} disabled={probeUrl === null} onClick={() => run.mutate()}>
            {underWay ? "Running…" : all.length === 0 ? "Run matrix" : "Run again"}
          </Button>
        ) : undefined
      }
    >
      <div aria-live="polite">
        {shown ? (
          <p className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
            <Lamps verification={shown} />
            <Verdict verification={shown} />
            <span className="text-ink-3">
              {isUnderWay(shown) ? "began " : "ran "}
              <RelativeTime at={shown.at} />
              {shown.by === undefined ? "" : `, by ${shown.by}`}
            </span>
          </p>
        ) : null}
      </div>
      {shown && !shown.representative && !isUnderWay(shown) ? (
        <div className="mb-2">
          <Notice look="bad">
            The requests that arrive prove themselves in another way than the caller named here: the matrix asks the
            wrong question until the route names who really calls.
          </Notice>
        </div>
      ) : null}
      {shown ? <Cases verification={shown} /> : null}
      {shown === null ? (
        <div className="rounded-[8px] border border-line bg-surface px-[14px] py-5 text-ink-2">
          <p>
            {underWay
              ? "Each case is sent to the read-only address, one after the other."
              : "It never ran. What must be refused and what must be let in is sent to the read-only address, and each answer is laid beside what it should be."}
          </p>
        </div>
      ) : null}
      <p className="mt-2 text-ink-3">
        {probeUrl === null ? (
          "It needs a read-only address: a route behind the same gate that does nothing. Name one in the route’s editor."
        ) : (
          <>
            Only <code className="font-mono text-s [overflow-wrap:anywhere]">{probeWords(route)}</code> is called: same
            gate, nothing behind it.
          </>
        )}
      </p>
      <Earlier all={all} chosen={shown?.id ?? ""} onChoose={(id) => go({ verification: id })} />
      {read.isError ? <Notice look="bad">{wordsOf(read.error)}</Notice> : null}
    </Section>
  );
}
