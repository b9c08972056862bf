import { type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";

const BOX =
  "w-full rounded-m border border-line-strong bg-surface px-[10px] text-ink aria-invalid:border-bad max-sm:text-[16px]";

export interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly hint?: string | undefined;
}

export function Select({ label, options, hint, className = "", ...select }: SelectProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-ink-2">
        {label}
      </label>
      <select
        {...select}
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        className={`${BOX} h-8 max-sm:h-10`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {hint === undefined ? null : (
        <p id={`${id}-note`} className="mt-[5px] text-ink-2">
          {hint}
        </p>
      )}
    </div>
  );
}

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly label: string;
  readonly error?: string | undefined;
}

export function TextArea({ label, error, className = "", ...area }: TextAreaProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-ink-2">
        {label}
      </label>
      <textarea
        rows={3}
        {...area}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-note`}
        className={`${BOX} py-1.5`}
      />
      {error === undefined ? null : (
        <p id={`${id}-note`} className="mt-[5px] text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
