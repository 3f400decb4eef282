/** The way to an initiator. Sending on a closed channel does nothing. */
export interface Channel {
  /** `sent` is called when nobody needs the bytes any more, also where they never went out. */
  send(bytes: Uint8Array, sent?: () => void): void;
  /** Closes once what was sent is out. */
  end(): void;
  /** Closes now. */
  destroy(): void;
}
