/** The target on a TCP address. Initiators come from outside, and speak nothing but iSCSI. */
import type { AddressInfo, Socket } from 'node:net';
import { HostkeepError } from '#contract';
import { bind, socketServer } from '../../socket-server.ts';
import type { Channel } from '../session/channel.ts';
import { sendingBytes } from '../session/session.ts';
import type { Target } from './target.ts';
import { watchLife } from './watch-life.ts';

export interface ListenOptions {
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  /** How long a login may take. */
  readonly loginTimeoutMs?: number;
  /** A connection that the system could not accept: others are served on. */
  readonly onFault: (error: unknown) => void;
}

export interface Listening {
  /** `ADDRESS:PORT`, brackets around IPv6. */
  readonly portal: string;
  readonly connections: () => number;
  close(): Promise<void>;
}

const loginTimeout = 15_000;
/** Connections that are not logged in yet; of more the oldest one goes. */
const halfOpenLimit = 128;
const connectionsLimit = 512;
/** What may wait to be sent before more is taken from the initiator: more than data of reads alone ever is. */
const stopReadingAt = 2 * sendingBytes;
/** How long initiators have to log out when the target stops. */
const logoutTimeMs = 300;

/** @throws HostkeepError publish/address-taken */
export async function listen(target: Target, options: ListenOptions): Promise<Listening> {
  const halfOpen = new Set<Socket>();
  const loginTimeoutMs = options.loginTimeoutMs ?? loginTimeout;
  const { server, sockets, stop } = socketServer({ mostConnections: connectionsLimit, highWaterMark: 512 * 1024 }, (socket) =>
    serve(target, socket, { halfOpen, loginTimeoutMs, onFault: options.onFault }),
  );
  await bind(server, { address: options.address, port: options.port }, options.onFault);
  const bound = server.address() as AddressInfo;
  return {
    portal: portalOf(bound.address, bound.port),
    connections: () => sockets.size,
    async close() {
      const closed = stop();
      target.requestLogout();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, logoutTimeMs);
      if (sockets.size === halfOpen.size) for (const socket of sockets) socket.destroy();
      await closed;
      clearTimeout(timer);
    },
  };
}

interface Serving {
  readonly halfOpen: Set<Socket>;
  readonly loginTimeoutMs: number;
  readonly onFault: (error: unknown) => void;
}

function serve(target: Target, socket: Socket, of: Serving): void {
  const { halfOpen } = of;
  halfOpen.add(socket);
  for (const oldest of halfOpen) {
    if (halfOpen.size <= halfOpenLimit) break;
    halfOpen.delete(oldest);
    oldest.destroy();
  }
  const timer = setTimeout(() => socket.destroy(), of.loginTimeoutMs);
  const connection = target.connect(channelOver(socket), portalOf(socket.localAddress ?? '', socket.localPort ?? 0));
  const address = socket.remoteAddress ?? '';
  const endWatch = watchLife(socket, {
    ask: () => connection.ping(),
    gone() {
      of.onFault(new HostkeepError('iscsi/initiator-gone', { initiator: connection.initiator() ?? '', address }));
      socket.destroy();
    },
  });
  socket.on('data', (bytes) => {
    socket.cork();
    connection.receive(bytes);
    socket.uncork();
    if (connection.established() && halfOpen.delete(socket)) clearTimeout(timer);
    if (socket.writableLength > stopReadingAt) {
      socket.pause();
      socket.once('drain', () => socket.resume());
    }
  });
  socket.once('close', () => {
    clearTimeout(timer);
    endWatch();
    halfOpen.delete(socket);
    connection.closed();
  });
}

function channelOver(socket: Socket): Channel {
  return {
    send(bytes, sent) {
      if (socket.writable) socket.write(bytes, sent);
      else sent?.();
    },
    end() {
      socket.end();
      // Who does not read what ends the connection is not waited for.
      setTimeout(() => socket.destroy(), 1000).unref();
    },
    destroy: () => socket.destroy(),
  };
}

/** Dual-stack sockets show IPv4 peers by mapped addresses. */
function portalOf(address: string, port: number): string {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`;
}
