/** What an error code means: one sentence for the operator, one on what to do. */
export interface ErrorEntry {
  readonly says: string;
  readonly remedy: string;
}
