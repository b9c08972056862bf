import type { ReactNode } from "react";

const LOOK = { bad: "bg-bad-soft text-bad", ok: "bg-ok-soft text-ok", plain: "bg-sunken text-ink-2" } as const;

/** What happened, in sentences; read out when it appears. */
export function Notice({
  look = "plain",
  children,
}: {
  readonly look?: keyof typeof LOOK;
  readonly children: ReactNode;
}) {
  return (
    <p role={look === "bad" ? "alert" : "status"} className={`rounded-m px-3 py-2 ${LOOK[look]}`}>
      {children}
    </p>
  );
}
