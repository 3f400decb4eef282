import type { Budget } from './budget.ts';
import {
  definitionAt,
  readFragment,
  type ElementNode,
  type Fragment,
  type Part,
  type Value,
  type XmlChunk,
} from './binary-xml.ts';
import { corrupt, valueTypes } from './layout.ts';
import { arrayTexts, isArray, valueText } from './values.ts';

/** An element with its values in place. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly text: string }[];
  readonly children: readonly (XmlElement | string)[];
}

interface Rendering {
  readonly chunk: XmlChunk;
  readonly values: readonly Value[];
  readonly budget: Budget;
  readonly depth: number;
}

const deepest = 32;

/** The XML of a record, or of a value within it. @throws HostkeepError format/evtx-corrupt */
export function renderFragment(chunk: XmlChunk, fragment: Fragment, budget: Budget, depth = 0): readonly XmlElement[] {
  if (depth > deepest) throw corrupt('template', { levels: depth });
  const element = fragment.kind === 'element' ? fragment.element : definitionAt(chunk, fragment.definition, budget);
  return renderElement(element, { chunk, values: fragment.kind === 'element' ? [] : fragment.values, budget, depth });
}

/**
 * [EVTX] "Optional substitution", "Normal substitution": none where its only content is an optional value that is not there, and one for
 * each element of an array.
 */
function renderElement(node: ElementNode, of: Rendering): readonly XmlElement[] {
  const only = node.content.length === 1 ? node.content[0]! : undefined;
  if (only?.kind === 'place') {
    const value = valueOf(only, of);
    if (value === undefined && only.optional) return [];
    if (value !== undefined && isArray(value.type)) {
      const texts = arrayTexts(value.type, value.bytes);
      return (texts.length === 0 ? [''] : texts).map((text) => elementWith(node, of, text === '' ? [] : [text]));
    }
  }
  return [elementWith(node, of, undefined)];
}

function elementWith(node: ElementNode, of: Rendering, content: readonly string[] | undefined): XmlElement {
  of.budget.spend(1);
  const attributes = node.attributes.flatMap(({ name, parts }) => {
    const texts = parts.map((part) => attributeText(part, of));
    if (parts.length > 0 && texts.every((text) => text === undefined)) return [];
    return [{ name, text: texts.join('') }];
  });
  return { name: node.name, attributes, children: content ?? node.content.flatMap((child) => childrenOf(child, of)) };
}

function childrenOf(child: ElementNode | Part, of: Rendering): readonly (XmlElement | string)[] {
  if (child.kind === 'element') return renderElement(child, of);
  if (child.kind === 'text') return spent([child.text], of);
  const value = valueOf(child, of);
  if (value === undefined) return [];
  if (value.type === valueTypes.binXml) return nested(value, of);
  const texts = isArray(value.type) ? arrayTexts(value.type, value.bytes) : [valueText(value.type, value.bytes)];
  return spent(
    texts.filter((text) => text !== ''),
    of,
  );
}

function nested({ at, bytes }: Value, { chunk, budget, depth }: Rendering): readonly XmlElement[] {
  if (bytes.length === 0) return [];
  budget.spend(1);
  return renderFragment(chunk, readFragment(chunk, at, at + bytes.length, budget), budget, depth + 1);
}

/** Undefined where the value is not there. */
function attributeText(part: Part, of: Rendering): string | undefined {
  if (part.kind === 'text') return spent([part.text], of)[0];
  const value = valueOf(part, of);
  if (value === undefined) return part.optional ? undefined : '';
  if (value.type === valueTypes.binXml) throw corrupt('attribute', { type: value.type });
  const text = isArray(value.type) ? arrayTexts(value.type, value.bytes).join(', ') : valueText(value.type, value.bytes);
  return spent([text], of)[0];
}

function spent(texts: readonly string[], { budget }: Rendering): readonly string[] {
  for (const text of texts) budget.spend(1, text.length);
  return texts;
}

function valueOf(part: Part & { kind: 'place' }, { values }: Rendering): Value | undefined {
  const value = values[part.index];
  return value === undefined || value.type === valueTypes.null ? undefined : value;
}

/** The element as text on one line. */
export function xmlText(element: XmlElement): string {
  const attributes = element.attributes.map(({ name, text }) => ` ${name}="${escaped(text)}"`).join('');
  if (element.children.length === 0) return `<${element.name}${attributes}/>`;
  const content = element.children.map((child) => (typeof child === 'string' ? escaped(child) : xmlText(child))).join('');
  return `<${element.name}${attributes}>${content}</${element.name}>`;
}

const escapes: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** Characters that XML cannot hold become what stands for them. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[<>&"]/g, (char) => escapes[char]!).replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '\ufffd');
}
