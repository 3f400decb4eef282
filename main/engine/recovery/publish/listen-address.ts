import { isIP } from 'node:net';
import { resolve } from 'node:path';
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

/** Where NBD is served: `127.0.0.1:10809`, or `unix:/path/to/socket`. @throws HostkeepError input/invalid */
export function parseNbdPlace(text: string): NbdPlace {
  const place = /^unix:./.test(text) ? { path: resolve(text.slice(5)) } : parseListenAddress(text);
  checkNbdPlace(place);
  return place;
}

/** It asks nobody who they are, so it stays on this computer. @throws HostkeepError input/invalid */
export function checkNbdPlace(place: NbdPlace): void {
  const refuse = (nbd: string, why: string): HostkeepError => new HostkeepError('input/invalid', { nbd, why });
  if (!('path' in place)) {
    if (!isLoopback(place.address)) throw refuse(place.address, 'a loopback address, or unix:PATH');
  } else if (process.platform === 'win32') throw refuse(place.path, 'a loopback address; pipes of Windows have no owner alone');
  else if (Buffer.byteLength(place.path) > socketPathLimit)
    throw refuse(place.path, `a path of at most ${socketPathLimit} bytes`);
}

/** What the system takes as a socket's path, without the zero at its end; a longer one would be cut off. */
const socketPathLimit = 107;

export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1' || plain === '0:0:0:0:0:0:0:1';
}
