export const SHOWN = ["open", "acknowledged", "resolved", "all"] as const;
/** Which incidents a list shows. */
export type Shown = (typeof SHOWN)[number];

export const readState = (asked: string | null): Shown => SHOWN.find((one) => one === asked) ?? "open";
