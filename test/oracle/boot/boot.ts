import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Boot {
  /** From the start of qemu to the marker on the serial console; undefined when it never came. */
  readonly seconds: number | undefined;
  /** What the guest said of itself. */
  readonly says: readonly string[];
}

const timeLimitMs = 240_000;

/** Boots a disk by its own boot loader, emulated, until the guest switches itself off. `drive`: a file or an `iscsi://` address. */
export async function bootGuest(drive: string): Promise<Boot> {
  const started = performance.now();
  const parameters = ['-nodefaults', '-no-reboot', '-display', 'none', '-serial', 'stdio', '-accel', 'tcg', '-m', '256'];
  const child = spawn(
    'qemu-system-x86_64',
    [...parameters, '-drive', `file=${drive},format=raw,if=virtio,cache=none,aio=threads`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  const timer = setTimeout(() => child.kill('SIGKILL'), timeLimitMs);
  const says: string[] = [];
  let seconds: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = /HOSTKEEP (.*?)\s*$/.exec(line)?.[1];
    if (said === 'marker') seconds = (performance.now() - started) / 1000;
    else if (said !== undefined) says.push(said);
  }
  clearTimeout(timer);
  await ended;
  return { seconds, says };
}
