/** How far the newest plan of making an incident's windows good has come. */
export interface MakingGood {
  readonly fired: number;
  readonly left: number;
  readonly perMinute: number;
  /** `null`: it is being worked off. */
  readonly stoppedBecause: string | null;
}
