import { corrupt } from './layout.ts';

/** What one event may cost; a hostile one names the same template or text over and over. */
export interface Budget {
  spend(nodes: number, characters?: number): void;
}

const mostNodes = 20_000;
const mostCharacters = 4 * 1024 * 1024;

/** Of one event; `of` is the budget of its chunk. */
export function budgetFor(of?: Budget): Budget {
  return budget(mostNodes, mostCharacters, of);
}

/** Of all the events of a chunk together, whose 64 KiB hold at most some thousands. */
export function chunkBudget(): Budget {
  return budget(mostNodes * 50, mostCharacters * 16);
}

function budget(nodesLeft: number, charactersLeft: number, of?: Budget): Budget {
  const left = { nodes: nodesLeft, characters: charactersLeft };
  return {
    spend(nodes, characters = 0) {
      of?.spend(nodes, characters);
      left.nodes -= nodes;
      left.characters -= characters;
      if (left.nodes < 0 || left.characters < 0) throw corrupt('XML', { size: 'more than an event can be' });
    },
  };
}
