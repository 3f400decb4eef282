/** A page of the service's own making, taken into ours: only what a report consists of, nothing that could run or load. */
import { createElement, type ReactNode } from 'react';

const tags = new Set('h1 h2 h3 p span table thead tbody tr th td svg rect'.split(' '));
const attributes: Readonly<Record<string, string>> = {
  class: 'className',
  scope: 'scope',
  role: 'role',
  'aria-label': 'aria-label',
  viewBox: 'viewBox',
  preserveAspectRatio: 'preserveAspectRatio',
  x: 'x',
  y: 'y',
  width: 'width',
  height: 'height',
  fill: 'fill',
};
/** Its first heading stands below the page's own. */
const renamed: Readonly<Record<string, string>> = { h1: 'h2', h2: 'h3', h3: 'h4' };

export function shownPage(html: string): ReactNode {
  // Without its head: the page's policy complains of a style sheet even where it is not used.
  const { body } = new DOMParser().parseFromString(html.slice(html.indexOf('<body>')), 'text/html');
  return childrenOf(body);
}

function childrenOf(parent: Element): readonly ReactNode[] {
  return [...parent.childNodes].map((node, index) => {
    if (node instanceof Text) return isTable(parent) ? null : node.data;
    if (!(node instanceof Element) || !tags.has(node.localName)) return null;
    const known = Object.entries(attributes).flatMap(([name, as]) => {
      const value = node.getAttribute(name);
      return value === null ? [] : [[as, value] as const];
    });
    const props = { ...Object.fromEntries(known), key: index };
    return createElement(renamed[node.localName] ?? node.localName, props, ...childrenOf(node));
  });
}

/** White space between rows is none of React's. */
function isTable({ localName }: Element): boolean {
  return ['table', 'thead', 'tbody', 'tr', 'svg'].includes(localName);
}
