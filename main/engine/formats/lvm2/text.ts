import { corruptLvm } from './layout.ts';

/** LVM's configuration text (lvm2 sources, libdm/libdm-config.c): sections of values, texts, numbers and lists of them. */
export type ConfigValue = string | number | readonly ConfigValue[] | ConfigSection;
export type ConfigSection = ReadonlyMap<string, ConfigValue>;

const deepest = 16;
const token = /\s*(?:#[^\n]*\n\s*)*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|([A-Za-z_@.+/-][\w@.+/-]*)|([{}[\]=,]))/y;

/** @throws HostkeepError format/lvm-corrupt */
export function parseConfig(text: string): ConfigSection {
  const reader = tokensOf(text);
  const section = readSection(reader, 0);
  if (reader.peek() !== undefined) throw corruptLvm('metadata text', { near: reader.peek()! });
  return section;
}

interface Tokens {
  peek(): string | undefined;
  next(): string;
}

function tokensOf(text: string): Tokens {
  let at = 0;
  let ahead: string | undefined;
  const scan = (): string | undefined => {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) {
      if (
        text
          .slice(at)
          .replaceAll(/#[^\n]*/g, '')
          .trim() === ''
      )
        return undefined;
      throw corruptLvm('metadata text', { position: at });
    }
    at = token.lastIndex;
    return found[1] ?? found[2] ?? found[3] ?? found[4];
  };
  const peek = (): string | undefined => (ahead ??= scan());
  return {
    peek,
    next() {
      const found = peek();
      if (found === undefined) throw corruptLvm('metadata text', { position: at });
      ahead = undefined;
      return found;
    },
  };
}

function readSection(reader: Tokens, depth: number): ConfigSection {
  if (depth > deepest) throw corruptLvm('metadata text', { depth });
  const section = new Map<string, ConfigValue>();
  for (let name = reader.peek(); name !== undefined && name !== '}'; name = reader.peek()) {
    reader.next();
    const sign = reader.next();
    if (sign === '{') {
      section.set(plain(name), readSection(reader, depth + 1));
      if (reader.next() !== '}') throw corruptLvm('metadata text', { section: name });
    } else if (sign === '=') section.set(plain(name), readValue(reader, depth));
    else throw corruptLvm('metadata text', { near: sign });
  }
  return section;
}

function readValue(reader: Tokens, depth: number): ConfigValue {
  const first = reader.next();
  if (first !== '[') return scalar(first);
  if (depth > deepest) throw corruptLvm('metadata text', { depth });
  const values: ConfigValue[] = [];
  while (reader.peek() !== ']') {
    if (values.length > 0 && reader.next() !== ',') throw corruptLvm('metadata text', { list: 'no comma' });
    if (reader.peek() === ']') break;
    values.push(readValue(reader, depth + 1));
  }
  reader.next();
  return values;
}

function scalar(text: string): string | number {
  if (text.startsWith('"')) return plain(text);
  const number = Number(text);
  if (Number.isNaN(number)) throw corruptLvm('metadata text', { value: text });
  return number;
}

function plain(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
}
