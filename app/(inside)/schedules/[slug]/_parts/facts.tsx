"use client";

import Link from "next/link";
import type { Schedule } from "#components/api/shapes.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { lengthText } from "#components/time/length.ts";
import { type FactRow, FactsCard } from "#components/ui/facts.tsx";

function specText({ spec }: Schedule) {
  switch (spec.kind) {
    case "cron":
      return <code className="font-mono text-s [overflow-wrap:anywhere]">{spec.expression}</code>;
    case "interval":
      return `every ${lengthText(spec.everySeconds)}`;
    case "rolling":
      return `at most every ${lengthText(spec.everySeconds)}`;
    case "at":
      return <AbsoluteTime at={spec.at} />;
  }
}

const boundaryText = (route: string, path: string | null) => (
  <>
    <Link href={`/boundary/${encodeURIComponent(route)}`} className="text-accent hover:underline">
      {route}
    </Link>
    {path === null ? null : <code className="font-mono text-s"> {path}</code>}
  </>
);

function FiredBy({ schedule: { driver } }: { readonly schedule: Schedule }) {
  switch (driver.kind) {
    case "external":
      return "somebody else; Rollcall watches";
    case "rollcall":
      return (
        <>
          Rollcall, {driver.target.method}{" "}
          <code className="font-mono text-s [overflow-wrap:anywhere]">{driver.target.url}</code>
        </>
      );
    default:
      return (
        <>
          {driver.kind} over {driver.connection}: <code className="font-mono text-s">{driver.ref}</code>
        </>
      );
  }
}

/** What was said of the schedule. */
export function Facts({ schedule }: { readonly schedule: Schedule }) {
  const { spec } = schedule;
  const rows: readonly FactRow[] = [
    ["Expected", specText(schedule)],
    ...(spec.kind === "cron" && spec.dialect !== "rollcall" ? [["Read as", spec.dialect] as const] : []),
    ["Zone", schedule.timezone],
    ["Grace", lengthText(schedule.graceSeconds)],
    [
      "Early by",
      schedule.earlySeconds === null ? "a tenth of the gap, 5 min at most" : lengthText(schedule.earlySeconds),
    ],
    [
      "Longest run",
      schedule.maxRuntimeSeconds === null ? "until the next one" : lengthText(schedule.maxRuntimeSeconds),
    ],
    ["Incident after", schedule.missThreshold === 1 ? "1 bad window" : `${schedule.missThreshold} bad windows`],
    ["Resolved after", schedule.recoverThreshold === 1 ? "1 good window" : `${schedule.recoverThreshold} good windows`],
    ...(schedule.alsoBad.length === 0
      ? []
      : [["Bad besides", schedule.alsoBad.map((one) => one.replace("_", " ")).join(", ")] as const]),
    ["Environment", schedule.environment],
    ["Fired by", <FiredBy key="driver" schedule={schedule} />],
    ...(schedule.route === null ? [] : [["Boundary", boundaryText(schedule.route, schedule.path)] as const]),
    ["Owner", schedule.owner ?? "nobody is named"],
    ["Version", String(schedule.version)],
  ];
  return <FactsCard rows={rows} nameWidth={96} />;
}
