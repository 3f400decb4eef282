import { isIP } from 'node:net';
import { HostkeepError } from '#contract';
import type { NbdPlace } from '#engine/nbd';

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

/** Where NBD is served: `127.0.0.1:10809`, or `unix:/path/to/socket`. It asks nobody who they are, so it stays on this computer. @throws HostkeepError input/invalid */
export function parseNbdPlace(text: string): NbdPlace {
  if (text.startsWith('unix:') && text.length > 5) return { path: text.slice(5) };
  const place = parseListenAddress(text);
  if (!isLoopback(place.address))
    throw new HostkeepError('input/invalid', { nbd: text, why: 'a loopback address, or unix:PATH' });
  return place;
}

export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1' || plain === '0:0:0:0:0:0:0:1';
}
