import { MESSAGE_TYPES } from "#lib/notifications/schema.ts";

const GROUPS = [...new Set(MESSAGE_TYPES.map((type) => type.split(".")[0] ?? ""))].map((subject) => ({
  subject,
  types: MESSAGE_TYPES.filter((type) => type.startsWith(`${subject}.`)),
}));

/** Which messages are sent: all of them, until some are unticked. Read back by `eventsIn`. */
export function EventChoice({
  error,
  chosen = null,
  open = false,
}: {
  readonly error: string | undefined;
  /** `null`: all. */
  readonly chosen?: readonly string[] | null;
  readonly open?: boolean;
}) {
  return (
    <details className="col-span-full" open={open || error !== undefined ? true : undefined}>
      <summary className="cursor-pointer text-ink-2 hover:text-ink">Which events: all, until you untick some</summary>
      <div className="mt-2 grid grid-cols-3 gap-3 max-sm:grid-cols-1">
        {GROUPS.map(({ subject, types }) => (
          <fieldset key={subject}>
            <legend className="mb-1 text-s font-semibold text-ink-2 first-letter:uppercase">{subject}</legend>
            {types.map((type) => (
              <label key={type} className="flex items-center gap-2 py-0.5">
                <input
                  type="checkbox"
                  name="event"
                  value={type}
                  defaultChecked={chosen === null || chosen.includes(type)}
                  className="size-[14px] accent-[var(--accent)]"
                />
                {type.slice(subject.length + 1)}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
      {error === undefined ? null : <p className="mt-1.5 text-bad first-letter:uppercase">{error}</p>}
    </details>
  );
}

/** `null`: every event, those of later versions too. */
export function eventsIn(form: FormData): readonly string[] | null {
  const chosen = form.getAll("event").map(String);
  return chosen.length === MESSAGE_TYPES.length ? null : chosen;
}
