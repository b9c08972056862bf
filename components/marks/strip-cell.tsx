import { type MarkName, toneOf } from "./look.ts";

const FILL = {
  ok: "bg-ok-fill opacity-65",
  late: "bg-late-fill",
  running: "bg-running-fill",
  bad: "bg-bad-fill",
  rejected: "bg-rejected-fill",
  idle: "border border-line-strong",
} as const;

const HATCHED = "bg-[repeating-linear-gradient(45deg,var(--idle-fill)_0_1.5px,transparent_1.5px_4px)]";

/** One window in a strip: well is pale, wrong is full and has a shape of its own, blind is hatched. */
export function StripCell({ mark, small = false }: { readonly mark: MarkName; readonly small?: boolean }) {
  const size = small ? "h-4 w-[6px] rounded-[1.5px]" : "h-5 w-full rounded-[3px]";
  const hollow = mark === "missing" ? "border-[1.5px] border-dashed border-bad-fill" : null;
  return (
    <span
      aria-hidden="true"
      className={`block ${size} ${hollow ?? (mark === "blind" ? HATCHED : FILL[toneOf(mark)])}`}
    />
  );
}
