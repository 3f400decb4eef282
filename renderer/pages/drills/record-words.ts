import type { Say } from '../../use-text.ts';

/** The words that a record may hold, as this version writes them. */
const words = {
  'recovery.heartbeat': ['ok', 'none', 'lost', 'off'],
  'record.screen': ['content', 'blank', 'stop'],
  'record.data': ['sound', 'doubtful', 'damaged'],
} as const;
type Kind = keyof typeof words;

/** A record comes from anywhere: a word that is not known here is shown as it is. */
export function wordText<Of extends Kind>(say: Say, kind: Of, word: string): string {
  const known = words[kind].find((one) => one === word);
  return known === undefined ? word : say(`${kind}.${known}` as Parameters<Say>[0]);
}

export function networkText(say: Say, network: string): string {
  return network === 'disconnected' ? say('record.network.none') : say('record.network.of', { network });
}
