/** How many letters must be changed, added, dropped or swapped to make one text of another. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const kept = (rows[i - 1]?.[j - 1] ?? 0) + change;
      const steps = [kept, (rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps.push((rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(Math.min(...steps));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** The slug that was most likely meant; `null` where none is near: a fifth of its letters may be wrong. */
export function nearest(slug: string, known: readonly string[]): string | null {
  let best: { readonly slug: string; readonly away: number } | null = null;
  for (const one of known) {
    const most = Math.min(one.length - 1, Math.ceil(Math.max(slug.length, one.length) / 5));
    if (Math.abs(one.length - slug.length) > most) continue;
    const away = distance(slug, one);
    if (away <= most && (best === null || away < best.away)) best = { slug: one, away };
  }
  return best?.slug ?? null;
}
