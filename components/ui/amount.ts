/** Amounts in words: `12,345`, `3.4 MB`. */

const COUNT = new Intl.NumberFormat("en");
export const countInWords = (count: number): string => COUNT.format(count);

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** In powers of 1,000, with a digit after the point where the number is small. */
export function sizeInWords(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : COUNT.format(Math.round(value));
  return `${digits} ${UNITS[unit]}`;
}
