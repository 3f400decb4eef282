import { cursorOver, type Cursor } from '#engine/bytes';
import { corrupt, moreFlag, tokens, valueTypes } from './layout.ts';
import type { Budget } from './budget.ts';

/** Text, or a place for a value of the record. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'place'; readonly index: number; readonly optional: boolean };

export interface ElementNode {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly parts: readonly Part[] }[];
  readonly content: readonly (ElementNode | Part)[];
}

export interface Value {
  readonly type: number;
  readonly bytes: Buffer;
  /** Where the bytes lie in the chunk: XML within them names places of the chunk too. */
  readonly at: number;
}

/** What a fragment holds: an element as it stands, or a template with its values. */
export type Fragment =
  | { readonly kind: 'element'; readonly element: ElementNode }
  | { readonly kind: 'template'; readonly definition: number; readonly values: readonly Value[] };

/** A chunk's bytes, with the templates that were read of it. */
export interface XmlChunk {
  readonly bytes: Buffer;
  readonly definitions: Map<number, ElementNode>;
}

const deepest = 64;
const mostValues = 4096;
const definitionHeaderBytes = 24;

interface Reading {
  readonly cursor: Cursor;
  readonly end: number;
  at: number;
  /** Elements of a template's definition carry one field more ([EVTX] "Element start"). */
  readonly inDefinition: boolean;
  readonly budget: Budget;
}

/** [EVTX] "Fragment": of a record, or of a value that is XML. @throws HostkeepError format/evtx-corrupt */
export function readFragment(chunk: XmlChunk, at: number, end: number, budget: Budget): Fragment {
  const reading: Reading = {
    cursor: cursorOver(chunk.bytes, 'format/evtx-corrupt', 'XML'),
    at,
    end,
    inDefinition: false,
    budget,
  };
  if (peek(reading) === tokens.fragment) reading.at += 4;
  const token = peek(reading);
  if (token === tokens.template) return readTemplate(reading);
  if (kindOf(token) === tokens.openElement) return { kind: 'element', element: readElement(reading, 0) };
  throw corrupt('XML', { token, at: reading.at });
}

/** [EVTX] "Template definition", from its place in the chunk: next one, id, size, fragment. */
export function definitionAt(chunk: XmlChunk, offset: number, budget: Budget): ElementNode {
  const known = chunk.definitions.get(offset);
  if (known !== undefined) return known;
  const cursor = cursorOver(chunk.bytes, 'format/evtx-corrupt', 'template');
  const at = offset + definitionHeaderBytes;
  const end = at + cursor.u32(offset + 20);
  if (end > cursor.length) throw corrupt('template', { offset, end });
  const reading: Reading = { cursor, at, end, inDefinition: true, budget };
  if (peek(reading) === tokens.fragment) reading.at += 4;
  const element = readElement(reading, 0);
  chunk.definitions.set(offset, element);
  return element;
}

function kindOf(token: number): number {
  return token & ~moreFlag;
}

function peek(reading: Reading): number {
  if (reading.at >= reading.end) throw corrupt('XML', { ends: reading.at });
  return reading.cursor.u8(reading.at);
}

function readTemplate(reading: Reading): Fragment {
  const { cursor } = reading;
  const definition = cursor.u32(reading.at + 6);
  reading.at += 10;
  // The definition stands here, or where an earlier record of the chunk has it.
  if (definition === reading.at) reading.at += definitionHeaderBytes + cursor.u32(definition + 20);
  const count = cursor.u32(reading.at);
  if (count > mostValues) throw corrupt('template values', { values: count });
  let at = reading.at + 4 + count * 4;
  const values = Array.from({ length: count }, (_, index): Value => {
    const descriptor = reading.at + 4 + index * 4;
    const size = cursor.u16(descriptor);
    if (at + size > reading.end) throw corrupt('template values', { value: index, size });
    const value = { type: cursor.u8(descriptor + 2), bytes: cursor.bytes(at, size), at };
    at += size;
    return value;
  });
  return { kind: 'template', definition, values };
}

/** [EVTX] "Element start" with all that it holds. */
function readElement(reading: Reading, depth: number): ElementNode {
  if (depth > deepest) throw corrupt('element', { levels: depth });
  reading.budget.spend(1);
  const token = peek(reading);
  if (kindOf(token) !== tokens.openElement) throw corrupt('element', { token, at: reading.at });
  // The token, in a definition what it depends on, and the size of the element, which its end tells as well.
  reading.at += 1 + (reading.inDefinition ? 2 : 0) + 4;
  const name = readName(reading);
  const attributes: { name: string; parts: readonly Part[] }[] = [];
  if (token !== tokens.openElement) {
    reading.at += 4;
    while (kindOf(peek(reading)) === tokens.attribute) {
      reading.budget.spend(1);
      reading.at += 1;
      attributes.push({ name: readName(reading), parts: readParts(reading) });
    }
  }
  const close = peek(reading);
  reading.at += 1;
  if (close === tokens.closeEmpty) return { kind: 'element', name, attributes, content: [] };
  if (close !== tokens.closeStart) throw corrupt('element', { token: close, at: reading.at });
  return { kind: 'element', name, attributes, content: readContent(reading, depth) };
}

function readContent(reading: Reading, depth: number): readonly (ElementNode | Part)[] {
  const content: (ElementNode | Part)[] = [];
  for (;;) {
    const token = peek(reading);
    if (token === tokens.endElement) {
      reading.at += 1;
      return content;
    }
    if (kindOf(token) === tokens.openElement) content.push(readElement(reading, depth + 1));
    else if (token === tokens.instructionTarget) skipInstruction(reading);
    else content.push(partAt(reading) ?? unknownToken(reading));
  }
}

function readParts(reading: Reading): readonly Part[] {
  const parts: Part[] = [];
  for (let part = partAt(reading); part !== undefined; part = partAt(reading)) parts.push(part);
  return parts;
}

function unknownToken(reading: Reading): never {
  throw corrupt('XML', { token: peek(reading), at: reading.at });
}

/** Text or a place for it; undefined at any other token. */
function partAt(reading: Reading): Part | undefined {
  const token = kindOf(peek(reading));
  const { cursor } = reading;
  if (token === tokens.substitution || token === tokens.optionalSubstitution) {
    const index = cursor.u16(reading.at + 1);
    reading.at += 4;
    reading.budget.spend(1);
    return { kind: 'place', index, optional: token === tokens.optionalSubstitution };
  }
  const text = textAt(reading, token);
  if (text === undefined) return undefined;
  reading.budget.spend(1, text.length);
  return { kind: 'text', text };
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function textAt(reading: Reading, token: number): string | undefined {
  const { cursor } = reading;
  if (token === tokens.value) {
    const type = cursor.u8(reading.at + 1);
    if (type !== valueTypes.string) throw corrupt('text', { type, at: reading.at });
    reading.at += 2;
    return readText(reading);
  }
  if (token === tokens.cdata) {
    reading.at += 1;
    return readText(reading);
  }
  if (token === tokens.charRef) {
    reading.at += 3;
    return String.fromCharCode(cursor.u16(reading.at - 2));
  }
  if (token !== tokens.entityRef) return undefined;
  reading.at += 1;
  const name = readName(reading);
  return entities[name] ?? `&${name};`;
}

/** [EVTX] "Unicode text string". */
function readText(reading: Reading): string {
  const bytes = reading.cursor.u16(reading.at) * 2;
  const text = reading.cursor.utf16(reading.at + 2, bytes);
  reading.at += 2 + bytes;
  return text;
}

function skipInstruction(reading: Reading): void {
  reading.budget.spend(1);
  reading.at += 1;
  readName(reading);
  if (peek(reading) !== tokens.instructionData) return;
  reading.at += 1;
  readText(reading);
}

/** [EVTX] "Name": by its place in the chunk, which may be right here. */
function readName(reading: Reading): string {
  const { cursor } = reading;
  const offset = cursor.u32(reading.at);
  reading.at += 4;
  const bytes = cursor.u16(offset + 6) * 2;
  if (offset === reading.at) reading.at += 8 + bytes + 2;
  reading.budget.spend(0, bytes);
  return cursor.utf16(offset + 8, bytes);
}
