import type { Verification } from "#components/api/boundary.ts";
import { type LampState, lampsOf, WORD_OF_LAMP } from "./families.ts";

const LOOK: Readonly<Record<LampState, string>> = {
  passed: "bg-ok-fill",
  failed: "bg-rejected-fill",
  not_run: "bg-idle-soft",
};
/** Never by colour alone: one that failed is taller, one that did not run is flat. */
const SHAPE: Readonly<Record<LampState, string>> = { passed: "h-2", failed: "h-3", not_run: "h-1" };

/** The last matrix, one lamp a family of cases. */
export function Lamps({ verification }: { readonly verification: Verification | null }) {
  const lamps = lampsOf(verification);
  const failed = lamps.filter(({ state }) => state === "failed").map(({ label }) => label);
  const words =
    verification === null
      ? "The matrix never ran"
      : failed.length === 0
        ? "Every case as it should be"
        : `Not as it should be: ${failed.join(", ")}`;
  return (
    <span role="img" aria-label={words} className="inline-flex items-center gap-1">
      {lamps.map(({ family, label, state }) => (
        <i
          key={family}
          title={`${label}: ${WORD_OF_LAMP[state]}`}
          className={`w-[18px] rounded-[4px] ${LOOK[state]} ${SHAPE[state]}`}
        />
      ))}
    </span>
  );
}
