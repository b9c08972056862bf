const STEPS = [
  ["account", "Your account"],
  ["schedule", "First schedule"],
  ["verdict", "First verdict"],
] as const;
export type Step = (typeof STEPS)[number][0] | "done";

/** Where one stands; what is behind has a tick. */
export function Steps({ at }: { readonly at: Step }) {
  const here = at === "done" ? STEPS.length : STEPS.findIndex(([name]) => name === at);
  return (
    <ol className="mt-1.5 mb-[22px] flex flex-wrap gap-x-5 gap-y-1">
      {STEPS.map(([name, words], index) => (
        <li
          key={name}
          aria-current={index === here ? "step" : undefined}
          className={index < here ? "text-ok" : index === here ? "font-[570]" : "text-ink-3"}
        >
          {index < here ? (
            <>
              <span aria-hidden="true">✓ </span>
              <span className="sr-only">Done: </span>
            </>
          ) : (
            `${index + 1} `
          )}
          {words}
        </li>
      ))}
    </ol>
  );
}
