/** Chooses so many of a stream of unknown length, each as likely as any other (reservoir sampling), and the same again by the same seed. */
export interface Chooser<Item> {
  offer(item: Item): void;
  chosen(): readonly Item[];
}

export function chooser<Item>(count: number, seed: string): Chooser<Item> {
  const kept: Item[] = [];
  const random = generator(seed);
  let offered = 0;
  return {
    offer(item) {
      offered += 1;
      if (kept.length < count) kept.push(item);
      else {
        const at = Math.floor(random() * offered);
        if (at < count) kept[at] = item;
      }
    },
    chosen: () => kept,
  };
}

/** Numbers from 0 up to 1, determined by the seed (xorshift128 on its digits). Nothing depends on their being secret. */
function generator(seed: string): () => number {
  const state = new Uint32Array(4);
  for (const [at, char] of [...seed].entries())
    state[at % 4] = Math.imul(state[at % 4]! ^ char.charCodeAt(0), 0x9e3779b1) + at + 1;
  state[3] = state[3]! | 1;
  return () => {
    let t = state[3]!;
    const s = state[0]!;
    state[3] = state[2]!;
    state[2] = state[1]!;
    state[1] = s;
    t ^= t << 11;
    t ^= t >>> 8;
    state[0] = t ^ s ^ (s >>> 19);
    return state[0] / 2 ** 32;
  };
}
