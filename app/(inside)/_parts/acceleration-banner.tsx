"use client";

import Link from "next/link";
import { Countdown } from "#components/accelerations/countdown.tsx";
import { EndButtons } from "#components/accelerations/end-buttons.tsx";
import { SpecText } from "#components/accelerations/spec-text.tsx";
import { standingOf } from "#components/accelerations/stages.ts";
import type { Acceleration } from "#components/api/accelerations.ts";
import { Icon } from "#components/ui/icon.tsx";

const LINK = "font-semibold hover:underline";

function One({ one }: { readonly one: Acceleration }) {
  const standing = standingOf(one);
  const link = (
    <Link href={`/accelerations/${one.id}`} className={LINK}>
      {one.schedule}
    </Link>
  );
  switch (standing) {
    case "revert_failing":
      return <>{link} cannot be put back yet: it is tried again and again</>;
    case "drifted":
      return <>{link} was changed by somebody else while it was accelerated: choose what stands</>;
    case "reverting":
      return (
        <>
          {link} is being put back to <SpecText spec={one.originalSpec} />
        </>
      );
    case "applying":
      return <>{link} is being accelerated</>;
    default:
      return (
        <>
          {link} fires <SpecText spec={one.temporarySpec} /> for{" "}
          <Countdown to={one.expiresAt} className="font-semibold" /> more
          <span className="max-sm:hidden">
            {" "}
            · {one.runsConfirmed} of {one.confirmedRunsWanted} confirmed
          </span>
        </>
      );
  }
}

const isTrouble = (one: Acceleration): boolean => /^(revert_failing|drifted)$/.test(standingOf(one));

/** Above every page while a schedule is accelerated, so that nobody forgets one at every minute. */
export function AccelerationBanner({ active }: { readonly active: readonly Acceleration[] }) {
  const [first] = active.filter(isTrouble).concat(active);
  if (!first) return null;
  const troubled = isTrouble(first);
  const last =
    active
      .map(({ expiresAt }) => expiresAt)
      .sort()
      .at(-1) ?? first.expiresAt;
  return (
    <section
      aria-label="Accelerated"
      className={`flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-5 py-1 max-sm:px-3 print:hidden ${troubled ? "bg-bad-soft text-bad" : "bg-accent-soft"}`}
    >
      <Icon name="accelerations" className={troubled ? "" : "text-accent"} />
      <p className="min-w-0 flex-1 [overflow-wrap:anywhere] max-sm:min-w-[calc(100%-40px)]">
        {active.length === 1 || troubled ? <One one={first} /> : null}
        {active.length > 1 && !troubled ? (
          <>
            <Link href="/accelerations?state=active" className={LINK}>
              {active.length} schedules are accelerated
            </Link>
            , the last of them for <Countdown to={last} className="font-semibold" /> more
          </>
        ) : null}
        {active.length > 1 && troubled ? (
          <>
            {" "}
            ·{" "}
            <Link href="/accelerations?state=active" className="hover:underline">
              {active.length} in all
            </Link>
          </>
        ) : null}
      </p>
      {active.length === 1 || troubled ? (
        <span className="flex flex-none gap-2 max-sm:w-full max-sm:pb-1 max-sm:*:flex-1">
          <EndButtons acceleration={first} />
        </span>
      ) : null}
    </section>
  );
}
