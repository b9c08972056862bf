/** What a page's address says. */

export type Query = Readonly<Record<string, string | string[] | undefined>>;

export interface Asked {
  readonly searchParams: Promise<Query>;
}

/** One value of a name, the first where it comes again; `null` where it is not there or empty. */
export function asked(query: Query, name: string): string | null {
  const value = query[name];
  const one = typeof value === "string" ? value : value?.[0];
  return one === undefined || one === "" || one.length > 500 ? null : one;
}

/** The address itself, to come back to after signing in. */
export function hereOf(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const name of Object.keys(query)) {
    const value = asked(query, name);
    if (value !== null) search.set(name, value);
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
