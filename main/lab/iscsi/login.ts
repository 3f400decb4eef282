import { createHash } from 'node:crypto';
import type { Wire } from './wire.ts';

export interface LoginWanted {
  readonly initiatorName: string;
  /** Undefined for a discovery session. */
  readonly targetName?: string;
  readonly chap: { readonly user: string; readonly secret: string } | null;
  /** Six bytes in hexadecimal; sessions of one initiator differ in it. */
  readonly isid: string;
}

export class LoginRefused extends Error {
  /** Status class and detail (RFC 7143, 11.13.5). */
  readonly status: number;
  constructor(status: number) {
    super(`login refused with 0x${status.toString(16).padStart(4, '0')}`);
    this.status = status;
  }
}

type Pairs = Readonly<Record<string, string>>;

const security = 0;
const operational = 1;
const fullFeature = 3;

export const textOf = (pairs: Pairs): Buffer =>
  Buffer.from(
    Object.entries(pairs)
      .map(([key, value]) => `${key}=${value}\0`)
      .join(''),
  );

export function pairsOf(data: Buffer): readonly (readonly [string, string])[] {
  const parts = data.toString('utf8').split('\0');
  return parts
    .filter((part) => part.includes('='))
    .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]);
}

/** From the first login request to the full feature phase; gives the number of the next status. @throws LoginRefused */
export async function logInto(wire: Wire, wanted: LoginWanted): Promise<number> {
  const names: Pairs = {
    InitiatorName: wanted.initiatorName,
    SessionType: wanted.targetName === undefined ? 'Discovery' : 'Normal',
    ...(wanted.targetName === undefined ? {} : { TargetName: wanted.targetName }),
  };
  let status = 0;
  const ask = async (stage: number, next: number | null, pairs: Pairs): Promise<ReadonlyMap<string, string>> => {
    const header = Buffer.alloc(48);
    header[0] = 0x43;
    header[1] = (next === null ? 0 : 0x80 | next) | (stage << 2);
    Buffer.from(wanted.isid, 'hex').copy(header, 8);
    header.writeUInt32BE(1, 16);
    header.writeUInt32BE(1, 24);
    header.writeUInt32BE(status, 28);
    wire.send(header, textOf(pairs));
    const answer = await wire.receive();
    const refused = answer.header.readUInt16BE(36);
    if (answer.opcode !== 0x23 || refused !== 0) throw new LoginRefused(refused);
    status = answer.header.readUInt32BE(24) + 1;
    return new Map(pairsOf(answer.data));
  };
  if (wanted.chap === null) await ask(security, operational, { ...names, AuthMethod: 'None' });
  else {
    await ask(security, null, { ...names, AuthMethod: 'CHAP' });
    const given = await ask(security, null, { CHAP_A: '5' });
    await ask(security, operational, chapAnswer(given, wanted.chap));
  }
  await ask(operational, fullFeature, {
    HeaderDigest: 'None',
    DataDigest: 'None',
    InitialR2T: 'Yes',
    ImmediateData: 'No',
    MaxRecvDataSegmentLength: '262144',
    MaxBurstLength: '1048576',
  });
  return status;
}

function chapAnswer(given: ReadonlyMap<string, string>, { user, secret }: NonNullable<LoginWanted['chap']>): Pairs {
  const challenge = Buffer.from((given.get('CHAP_C') ?? '').replace(/^0x/i, ''), 'hex');
  const answer = createHash('md5')
    .update(Buffer.from([Number(given.get('CHAP_I') ?? 0)]))
    .update(secret, 'utf8')
    .update(challenge);
  return { CHAP_N: user, CHAP_R: `0x${answer.digest('hex')}` };
}
