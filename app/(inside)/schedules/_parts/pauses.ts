/** For how long nothing may be expected, as it is offered: words and seconds. */
export const PAUSES = [
  ["1 hour", 3_600],
  ["4 hours", 14_400],
  ["a day", 86_400],
  ["a week", 604_800],
] as const;
