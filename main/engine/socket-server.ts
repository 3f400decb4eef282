/** What whoever serves disks has in common: a server on an address or a Unix socket, and connections that end when nobody is at the other end. */
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { HostkeepError } from '#contract';

export type SocketPlace = { readonly address: string; readonly port: number } | { readonly path: string };

export interface SocketServer {
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
  /** Ends listening, and gives once the last connection is closed. */
  stop(): Promise<void>;
}

interface Options {
  readonly mostConnections: number;
  readonly highWaterMark?: number;
  /** After so long in which it took nothing of what waits for it, a client is gone. */
  readonly stalledMs?: number;
}

/**
 * A client whose computer is gone sends no end of its connection. The system asks after half a minute without a byte, and gives up ten seconds
 * later; where data waits for it, it is gone when it takes none for two minutes. What the system has taken of it already is bounded by the
 * system: a quarter of an hour on Linux.
 */
const keepAliveMs = 30_000;
const usualStalledMs = 120_000;

export function socketServer(options: Options, serve: (socket: Socket) => void): SocketServer {
  const { mostConnections, highWaterMark, stalledMs = usualStalledMs } = options;
  const sockets = new Set<Socket>();
  const how = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs };
  const server = createServer(highWaterMark === undefined ? how : { ...how, highWaterMark }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A client that goes away is no failure of ours; the connection's end is seen by its closing.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(stalledMs, () => {
      if (socket.writableLength > 0) socket.destroy();
    });
    serve(socket);
  });
  server.maxConnections = mostConnections;
  return {
    server,
    sockets,
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** Once it listens, what the system cannot accept is told to `onFault`, and others are served on. @throws HostkeepError publish/address-taken */
export async function bind(server: Server, place: SocketPlace, onFault: (error: unknown) => void): Promise<void> {
  try {
    await listening(server, 'path' in place ? place : { host: place.address, port: place.port, exclusive: true });
  } catch (error) {
    throw addressTaken(place, error);
  }
  server.on('error', onFault);
}

export function addressTaken(place: SocketPlace, error: unknown): HostkeepError {
  if (error instanceof HostkeepError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new HostkeepError('publish/address-taken', { ...place, why }, error);
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
