import { takeFault } from '../world.ts';
import type { Method } from './instance.ts';

const answers = { done: 0, denied: 2, running: 10, disabled: 14, notActive: 5 } as const;

/** Win32_Service, as far as the initiator's service needs it. */
export const serviceMethods: Readonly<Record<string, Method>> = {
  StartService: async (world) => {
    if (takeFault(world, 'StartService') !== undefined) return { ReturnValue: answers.denied };
    const { initiator } = world;
    if (initiator.service === 'Running') return { ReturnValue: answers.running };
    if (initiator.service !== 'Stopped') return { ReturnValue: answers.disabled };
    initiator.service = 'Running';
    return { ReturnValue: answers.done };
  },
  StopService: async ({ initiator }) => {
    if (initiator.service !== 'Running') return { ReturnValue: answers.notActive };
    initiator.service = 'Stopped';
    return { ReturnValue: answers.done };
  },
};
