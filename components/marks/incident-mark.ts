import type { MarkName } from "./look.ts";

/** The mark of what an incident is about. */
export function incidentMark({ kind, cause }: { readonly kind: string; readonly cause: string | null }): MarkName {
  if (kind === "boundary_drift") return "rejected";
  if (kind === "revert_failing") return "failed";
  switch (cause) {
    case "rejected":
    case "failed":
    case "overrun":
    case "late":
      return cause;
    case "double_fire":
      return "late";
    default:
      return "missing";
  }
}
