import type { Verdict } from "#lib/verdicts/verdict.ts";

const HATCH = "bg-[repeating-linear-gradient(45deg,var(--idle-fill)_0_1px,transparent_1px_4px)]";

/** Filled, half, dashed, hatched: told apart without colour too. */
const LOOK: Readonly<Record<Verdict, string>> = {
  on_time: "bg-ok-fill",
  late: "bg-linear-to-t from-late-fill from-50% to-late-soft to-50%",
  running: "border-[1.5px] border-running-fill",
  failed: "bg-bad-fill",
  overrun: "bg-linear-to-r from-bad-fill from-50% to-bad-soft to-50%",
  missing: "border-[1.5px] border-dashed border-bad",
  excused: "border-b-2 border-idle-fill",
  blind: HATCH,
  due: "border border-line-strong",
  upcoming: "border border-line-strong",
};

/** One window as a bar of a strip; `null`: none was expected. */
export function VerdictMark({ verdict, className }: { readonly verdict: Verdict | null; readonly className: string }) {
  return <i className={`block rounded-[3px] ${verdict === null ? "" : LOOK[verdict]} ${className}`} />;
}
