import { fileTime } from '../windows-time.ts';
import type { XmlElement } from './render.ts';

export interface LogEvent {
  /** Its number in the log. */
  readonly record: string;
  /** Milliseconds since 1970, when it was logged; null for a time that cannot be. */
  readonly time: number | null;
  readonly provider: string;
  readonly id: number | null;
  /** 1 critical, 2 error, 3 warning, 4 information, 5 verbose; 0 is shown as information too. */
  readonly level: number | null;
  readonly channel: string;
  readonly computer: string;
  /** SID of who caused it. */
  readonly user: string | null;
  /** What it says, in its order; the sentence around it is in the guest's own programs. */
  readonly data: readonly { readonly name: string; readonly text: string }[];
  /** The checksum of its chunk does not fit. */
  readonly doubtful: boolean;
  readonly xml: XmlElement;
}

interface RecordFacts {
  readonly record: bigint;
  readonly written: bigint;
  readonly doubtful: boolean;
}

export function eventOf({ record, written, doubtful }: RecordFacts, xml: XmlElement): LogEvent {
  const system = childOf(xml, 'System');
  const inSystem = (name: string): string => textOf(childOf(system, name));
  return {
    record: String(record),
    time: fileTime(written),
    provider: attributeOf(childOf(system, 'Provider'), 'Name') || attributeOf(childOf(system, 'Provider'), 'EventSourceName'),
    id: numberOf(inSystem('EventID')),
    level: numberOf(inSystem('Level')),
    channel: inSystem('Channel'),
    computer: inSystem('Computer'),
    user: attributeOf(childOf(system, 'Security'), 'UserID') || null,
    data: dataOf(xml),
    doubtful,
    xml,
  };
}

/** What stands beside `System`: `EventData` with named or unnamed data, or a provider's own elements in `UserData`. */
function dataOf(xml: XmlElement): readonly { readonly name: string; readonly text: string }[] {
  const found: { name: string; text: string }[] = [];
  for (const child of xml.children)
    if (typeof child !== 'string' && child.name !== 'System' && child.name !== 'RenderingInfo') collect(child, found);
  return found;
}

function collect(element: XmlElement, found: { name: string; text: string }[]): void {
  const inner = element.children.filter((child) => typeof child !== 'string');
  if (inner.length === 0) {
    const text = textOf(element);
    if (text !== '' || element.name === 'Data')
      found.push({ name: attributeOf(element, 'Name') || (element.name === 'Data' ? '' : element.name), text });
    return;
  }
  for (const child of inner) collect(child, found);
}

function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child): child is XmlElement => typeof child !== 'string' && child.name === name);
}

function attributeOf(element: XmlElement | undefined, name: string): string {
  return element?.attributes.find((attribute) => attribute.name === name)?.text ?? '';
}

function textOf(element: XmlElement | undefined): string {
  return element?.children.filter((child) => typeof child === 'string').join('') ?? '';
}

function numberOf(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}
