import { type InputHTMLAttributes, useId } from "react";

export interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with it. */
  readonly error?: string | undefined;
}

export function Field({ label, hint, error, className = "", ...input }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-ink-2">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        className="h-8 w-full rounded-m border border-line-strong bg-surface px-[10px] text-ink read-only:bg-sunken read-only:text-ink-2 aria-invalid:border-bad max-sm:h-10 max-sm:text-[16px]"
      />
      {note === undefined ? null : (
        <p
          id={`${id}-note`}
          className={`mt-[5px] first-letter:uppercase ${error === undefined ? "text-ink-2" : "text-bad"}`}
        >
          {note}
        </p>
      )}
    </div>
  );
}
