/** An initiator port as a logical unit sees it (SAM-5, 4.5; RFC 7143, 4.4.1): the same one after it has logged in again. */
export interface Nexus {
  /** Name of the initiator port: initiator name, `,i,0x` and the session's id. */
  readonly port: string;
  readonly initiatorName: string;
}

export function nexusOf(initiatorName: string, isid: Buffer): Nexus {
  const name = initiatorName.toLowerCase();
  return { port: `${name},i,0x${isid.toString('hex')}`, initiatorName: name };
}
