export interface Check {
  readonly title: string;
  /** Why it cannot be made here, with what to install; null when it can. */
  missing(): string | null;
  /** Says what it has verified, one by one; throws where something is not as it must be. */
  act(verified: (what: string) => void): Promise<void>;
}
