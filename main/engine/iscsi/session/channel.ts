/** The way to an initiator. Sending on a closed channel does nothing. */
export interface Channel {
  /** False when much is waiting to be sent: then `drained` tells when to go on. `sent` is called, if ever, when nobody needs the bytes any more. */
  send(bytes: Uint8Array, sent?: () => void): boolean;
  drained(): Promise<void>;
  /** Closes once what was sent is out. */
  end(): void;
  /** Closes now. */
  destroy(): void;
}
