"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Route, useVerifications, type Verification } from "#components/api/boundary.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { scoreOf } from "#components/boundary/families.ts";
import { Lamps } from "#components/boundary/lamps.tsx";
import { Glyph } from "#components/marks/glyph.tsx";
import { AbsoluteTime, RelativeTime } from "#components/marks/relative-time.tsx";
import { useAddress } from "#components/ui/address.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { Cases } from "./cases.tsx";

const isUnderWay = ({ finishedAt }: Verification): boolean => finishedAt === null;

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
