/** Where a block is: not in the overlay, discarded, or in a slot. */
export type BlockPlace = { readonly in: 'base' } | { readonly in: 'nowhere' } | { readonly in: 'slot'; readonly slot: number };

/** Neighbouring blocks that are in one place, or in neighbouring slots. */
export interface PlacedRun {
  readonly block: number;
  readonly blocks: number;
  readonly place: BlockPlace;
}

/** Which blocks of a disk lie in the overlay. Pages that are alike throughout cost nothing, so that a discarded disk does not. */
export interface BlockMap {
  set(block: number, blocks: number, place: BlockPlace): void;
  /** The runs that cover the range, in order. */
  runs(block: number, blocks: number): readonly PlacedRun[];
  /** Every run that is not in the base. */
  all(): Iterable<PlacedRun>;
  /** Whether all of the range is in the base. */
  untouched(block: number, blocks: number): boolean;
}

const pageBlocks = 1024;
const inBase = 0;
const inNowhere = 1;
const firstSlot = 2;
const base: BlockPlace = { in: 'base' };
const nowhere: BlockPlace = { in: 'nowhere' };

/** A page: one value for all of its blocks, or a value for each. */
type Page = number | Uint32Array;

export function blockMap(totalBlocks: number): BlockMap {
  const pages = new Map<number, Page>();

  const setPage = (page: number, from: number, to: number, value: (block: number) => number): void => {
    const first = value(page * pageBlocks + from);
    const whole = from === 0 && to === pageBlocks;
    if (whole && first < firstSlot) return void (first === inBase ? pages.delete(page) : pages.set(page, first));
    const known = pages.get(page) ?? inBase;
    const values = typeof known === 'number' ? new Uint32Array(pageBlocks).fill(known) : known;
    for (let index = from; index < to; index += 1) values[index] = value(page * pageBlocks + index);
    pages.set(page, values);
  };
  const at = (block: number): number => {
    const page = pages.get(Math.floor(block / pageBlocks)) ?? inBase;
    return typeof page === 'number' ? page : page[block % pageBlocks]!;
  };
  /** How many blocks from here on are certainly alike. */
  const uniform = (block: number): number =>
    typeof (pages.get(Math.floor(block / pageBlocks)) ?? inBase) === 'number' ? pageBlocks - (block % pageBlocks) : 1;

  function* walk(block: number, blocks: number): Iterable<PlacedRun> {
    const end = block + blocks;
    for (let start = block; start < end;) {
      const value = at(start);
      let next = Math.min(end, start + uniform(start));
      while (next < end && at(next) === (value < firstSlot ? value : value + (next - start)))
        next = Math.min(end, next + (value < firstSlot ? uniform(next) : 1));
      yield { block: start, blocks: next - start, place: placeOf(value) };
      start = next;
    }
  }

  return {
    set(block, blocks, place) {
      for (let done = 0; done < blocks;) {
        const page = Math.floor((block + done) / pageBlocks);
        const from = (block + done) % pageBlocks;
        const to = Math.min(pageBlocks, from + blocks - done);
        setPage(page, from, to, (each) => valueOf(place, each - block));
        done += to - from;
      }
    },
    runs: (block, blocks) => [...walk(block, blocks)],
    *all() {
      for (const page of [...pages.keys()].toSorted((a, b) => a - b)) {
        const start = page * pageBlocks;
        for (const run of walk(start, Math.min(pageBlocks, totalBlocks - start))) if (run.place.in !== 'base') yield run;
      }
    },
    untouched(block, blocks) {
      for (let each = block; each < block + blocks; each += uniform(each)) if (at(each) !== inBase) return false;
      return true;
    },
  };
}

function valueOf(place: BlockPlace, index: number): number {
  return place.in === 'base' ? inBase : place.in === 'nowhere' ? inNowhere : place.slot + index + firstSlot;
}

function placeOf(value: number): BlockPlace {
  return value === inBase ? base : value === inNowhere ? nowhere : { in: 'slot', slot: value - firstSlot };
}
