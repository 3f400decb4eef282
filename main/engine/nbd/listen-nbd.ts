/** NBD on a loopback port or a Unix socket. Like the iSCSI target it listens itself: clients come from outside, and speak nothing but NBD. */
import { lstat, unlink } from 'node:fs/promises';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { budget } from '#engine/bytes';
import { addressTaken, bind, socketServer, type SocketPlace } from '../socket-server.ts';
import { shakeHands, type Exports } from './handshake.ts';
import { payloadLimitBytes } from './layout.ts';
import { placeSocket } from './place-socket.ts';
import { transmit } from './transmission.ts';
import { wireOver } from './wire.ts';

export type NbdPlace = SocketPlace;

export interface NbdListening {
  /** `nbd://127.0.0.1:PORT/NAME` or `nbd+unix:///NAME?socket=PATH`, of the first disk. */
  readonly url: string;
  readonly connections: () => number;
  close(): Promise<void>;
}

const connectionsLimit = 16;
const handshakeMs = 15_000;

interface Options {
  readonly exported: Exports;
  readonly onFault: (error: unknown) => void;
}

/** @throws HostkeepError publish/address-taken */
export async function listenNbd(place: NbdPlace, { exported, onFault }: Options): Promise<NbdListening> {
  const { server, sockets, stop } = socketServer({ mostConnections: connectionsLimit }, (socket) => {
    serve(socket, { exported, onFault })
      .catch(onFault)
      .finally(() => socket.destroySoon());
  });
  const leave = await takePlace(server, place, onFault);
  const [name] = exported.keys();
  return {
    url: urlOf(place, server.address(), name ?? ''),
    connections: () => sockets.size,
    async close() {
      const closed = stop();
      for (const socket of sockets) socket.destroy();
      await closed;
      await leave();
    },
  };
}

async function serve(socket: Socket, of: Options): Promise<void> {
  const wire = wireOver(socket);
  const timer = setTimeout(() => socket.destroy(), handshakeMs);
  const disk = await shakeHands(wire, of.exported).finally(() => clearTimeout(timer));
  if (disk === undefined) return;
  // A budget of its own: a client that takes nothing off the wire keeps nobody else from it.
  await transmit({ wire, disk, budget: budget(payloadLimitBytes), onFault: of.onFault });
}

/** Gives what leaves the place as it was, once the server is closed. */
async function takePlace(server: Server, place: NbdPlace, onFault: Options['onFault']): Promise<() => Promise<void>> {
  try {
    return await occupy(server, place, onFault);
  } catch (error) {
    if (!('path' in place) || !(await isAbandoned(place.path))) throw error;
    await unlink(place.path);
    return occupy(server, place, onFault);
  }
}

async function occupy(server: Server, place: NbdPlace, onFault: Options['onFault']): Promise<() => Promise<void>> {
  try {
    if ('path' in place) return await placeSocket(place.path, (path) => bind(server, { path }, onFault));
    await bind(server, place, onFault);
    return async () => undefined;
  } catch (error) {
    if (server.listening) await new Promise<void>((resolve) => void server.close(() => resolve()));
    throw addressTaken(place, error);
  }
}

/** Whether a socket lies there that nobody listens on: its publisher was killed. Other files refuse a connection in the same way. */
async function isAbandoned(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket() !== true) return false;
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED'));
  });
}

function urlOf(place: NbdPlace, bound: ReturnType<Server['address']>, name: string): string {
  if ('path' in place) return `nbd+unix:///${name}?socket=${place.path}`;
  const { address, port } = bound as AddressInfo;
  return `nbd://${address.includes(':') ? `[${address}]` : address}:${port}/${name}`;
}
