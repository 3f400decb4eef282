/** A fact about long work; it never steers it. Sent a few times a second. */
export interface Progress {
  readonly phase: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Bytes stored so far, where that is meaningful. */
  readonly newBytes?: number;
}
export type OnProgress = (progress: Progress) => void;
