/** Which rows of a list are selected, and from where a range goes. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** The row that was selected last: Shift goes from here. */
  readonly anchor: string | null;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), anchor: null };

/** Selects a row, or lets it go. */
export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Selects every row from the one that was selected last to this one. */
export function ranged(selection: Selection, id: string, rows: readonly string[]): Selection {
  const [from, to] = [rows.indexOf(selection.anchor ?? id), rows.indexOf(id)];
  if (from < 0 || to < 0) return toggled(selection, id);
  const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...between]), anchor: selection.anchor ?? id };
}

/** What is still listed of it: a row that went away is selected no more. */
export function within(selection: Selection, rows: readonly string[]): Selection {
  const ids = new Set(rows.filter((id) => selection.ids.has(id)));
  return ids.size === selection.ids.size ? selection : { ...selection, ids };
}
