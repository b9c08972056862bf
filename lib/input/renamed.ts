/** What is called otherwise from now on, and by its new name wherever it was named. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}
