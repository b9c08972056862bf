export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** The value that so large a part lies at or below, as PostgreSQL's `percentile_disc` says; `sorted` is not empty. */
const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;

/** Of what was measured; `null` where nothing was. */
export function quantiles(values: readonly number[]): Quantiles | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: at(sorted, 0.5), p95: at(sorted, 0.95), max: at(sorted, 1) };
}
