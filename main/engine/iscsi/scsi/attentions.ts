import type { Nexus } from './nexus.ts';
import type { Sense } from './sense.ts';

/** Unit attentions (SAM-5, 5.14): what each initiator port is told with its next command. */
export interface Attentions {
  add(port: string, sense: Sense): void;
  take(nexus: Nexus): Sense | undefined;
  forget(port: string): void;
}

/** Of each port; an older one of the same kind is not told twice. */
const keptLimit = 8;

export function attentions(): Attentions {
  const waiting = new Map<string, Sense[]>();
  return {
    add(port, sense) {
      const list = waiting.get(port) ?? [];
      const known = list.some((other) => other.code === sense.code && other.qualifier === sense.qualifier);
      if (!known && list.length < keptLimit) list.push(sense);
      waiting.set(port, list);
    },
    take(nexus) {
      const list = waiting.get(nexus.port);
      const first = list?.shift();
      if (list?.length === 0) waiting.delete(nexus.port);
      return first;
    },
    forget: (port) => void waiting.delete(port),
  };
}
