/** Where and how a drill tries restore points, as flags. */
import type { Command } from 'commander';
import { numberOption } from '../numbers.ts';

export interface PlaceFlags {
  readonly folder?: string;
  readonly switch?: string;
  readonly listen?: string;
  readonly wait?: number;
  readonly keyFile?: string;
}

/** Where `usualWait` is left out, so may the wait be. */
export function withPlaceOptions(command: Command, usualWait?: number): Command {
  return command
    .option('--folder <folder>', 'a folder on the host')
    .option('--switch <name>', 'an isolated switch for its adapters; otherwise they are disconnected')
    .option('--listen <address:port>', 'an address of this computer that the host reaches; loopback where it is the host itself')
    .option('--wait <seconds>', 'how long to wait for the heartbeat', numberOption('wait', 1, 86_400), usualWait)
    .option('--key-file <file>', 'the key that signs, as PEM, where the computer has no keystore');
}
