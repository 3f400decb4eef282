import { isIP } from 'node:net';
import { HostkeepError } from '#contract';

export interface ListenAddress {
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** `127.0.0.1:3260`, `[::1]:3260`, or an address alone. Names are not looked up: what listens where must not depend on a server. @throws HostkeepError input/invalid */
export function parseListenAddress(text: string): ListenAddress {
  const found = /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const given = found?.[1] ?? found?.[2] ?? (isIP(text) === 6 ? text : '');
  const address = given === 'localhost' ? '127.0.0.1' : given;
  const port = Number(found?.[3] ?? 0);
  if (isIP(address) === 0 || port > 65_535)
    throw new HostkeepError('input/invalid', { listen: text, why: 'ADDRESS:PORT with an IP address' });
  return { address, port };
}

export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1' || plain === '0:0:0:0:0:0:0:1';
}
