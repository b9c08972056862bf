/** A choice whose first option is not to choose. */
export function Narrow({
  label,
  every,
  chosen,
  options,
  onChoose,
  look,
  className = "",
}: {
  readonly label: string;
  /** What stands for no choice: "Every kind". */
  readonly every: string;
  readonly chosen: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose: (value: string | null) => void;
  /** Of the box. */
  readonly look: string;
  readonly className?: string;
}) {
  return (
    <label className={className}>
      <span className="sr-only">{label}</span>
      <select value={chosen} onChange={(event) => onChoose(event.target.value || null)} className={look}>
        <option value="">{every}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
