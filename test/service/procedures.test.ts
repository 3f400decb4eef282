import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isErrorCode } from '#contract';
import { consoleRouter } from '../../main/service/console/router.ts';
import { bodyLimitBytes } from '../../main/service/console/bounded-body.ts';
import { testConsole } from './console-fixture.ts';

/** What the test needs to know of a schema, told apart from how valibot writes it down. */
interface Shape {
  readonly type: string;
  readonly strict: boolean;
  readonly fields: Readonly<Record<string, Shape>>;
  readonly item: Shape | undefined;
  readonly choices: readonly unknown[];
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly digits: number | undefined;
}

interface Node {
  readonly type: string;
  readonly kind?: string;
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly wrapped?: Node;
  readonly options?: readonly unknown[];
  readonly requirement?: unknown;
  readonly pipe?: readonly Node[];
}

function shapeOf(node: Node): Shape {
  if (node.type === 'nullable') return shapeOf(node.wrapped!);
  const limit = (...types: readonly string[]): number | undefined =>
    node.pipe?.find((part) => types.includes(part.type))?.requirement as number | undefined;
  const pattern = node.pipe?.find((part) => part.type === 'regex')?.requirement as RegExp | undefined;
  const digits = pattern === undefined ? undefined : Number(/\{(\d+)\}/.exec(pattern.source)![1]);
  return {
    type: node.type,
    strict: node.type === 'strict_object',
    fields: Object.fromEntries(Object.entries(node.entries ?? {}).map(([name, inner]) => [name, shapeOf(inner)])),
    item: node.item === undefined ? undefined : shapeOf(node.item),
    choices: node.options ?? [],
    least: digits ?? limit('min_length', 'min_value'),
    most: digits ?? limit('max_length', 'max_value'),
    digits,
  };
}

/** Every procedure by its path, with the shape of its input. */
const procedures = Object.entries(consoleRouter._def.procedures).map(([path, procedure]) => {
  const [input] = (procedure as unknown as { _def: { inputs: readonly { readonly schema: Node }[] } })._def.inputs;
  assert.ok(input !== undefined, `${path} validates no input`);
  return { path, shape: shapeOf(input.schema) };
});

function valid(shape: Shape): unknown {
  if (shape.type === 'picklist') return shape.choices[0];
  if (shape.type === 'strict_object')
    return Object.fromEntries(Object.entries(shape.fields).map(([name, inner]) => [name, valid(inner)]));
  if (shape.type === 'array') return Array.from({ length: shape.least ?? 0 }, () => valid(shape.item!));
  if (shape.type === 'string') return 'a'.repeat(shape.least ?? 1);
  if (shape.type === 'boolean') return false;
  assert.equal(shape.type, 'number', 'a kind of input that this test does not know');
  return shape.least;
}

/** Values that lie just outside of what is accepted. */
function wrong(shape: Shape): readonly unknown[] {
  if (shape.type === 'picklist') return ['no such choice', 0];
  if (shape.type === 'string') {
    const shorter = (shape.least ?? 0) > 0 ? ['a'.repeat(shape.least! - 1)] : [];
    return ['a'.repeat(shape.most! + 1), 7, {}, ...shorter, ...(shape.digits === undefined ? [] : ['g'.repeat(shape.digits)])];
  }
  if (shape.type === 'number') return [shape.most! + 1, shape.least! - 1, 0.5, 'a', Number.MAX_VALUE];
  if (shape.type === 'boolean') return ['yes', 1];
  if (shape.type === 'strict_object') {
    const good = valid(shape) as Record<string, unknown>;
    return ['a', 7, { ...good, planted: 1 }, ...Object.keys(shape.fields).map((name) => ({ ...good, [name]: undefined }))];
  }
  const item = valid(shape.item!);
  return [
    Array.from({ length: shape.most! + 1 }, () => item),
    ...((shape.least ?? 0) > 0 ? [[]] : []),
    'a',
    ...wrong(shape.item!).map((value) => [value]),
  ];
}

function assertBounded(shape: Shape, at: string): void {
  if (['string', 'array', 'number'].includes(shape.type)) assert.ok(shape.most !== undefined, `${at}: without an upper bound`);
  if (shape.type === 'number') assert.ok(shape.least !== undefined, `${at}: without a lower bound`);
  if (shape.item !== undefined) assertBounded(shape.item, `${at}[]`);
  for (const [name, inner] of Object.entries(shape.fields)) assertBounded(inner, `${at}.${name}`);
}

test('no procedure takes anything unbounded', () => {
  assert.ok(procedures.length > 30);
  for (const { path, shape } of procedures) {
    assert.ok(shape.strict, `${path} takes fields that nobody knows`);
    assertBounded(shape, path);
  }
});

test('every procedure refuses malformed, oversized and out-of-range input with a coded error', async (context) => {
  const { call, ask } = await testConsole(context);
  const before = await ask<unknown[]>('activity.list', { limit: 1000 });
  for (const { path, shape } of procedures) {
    const good = valid(shape) as Record<string, unknown>;
    const tries: [string, unknown][] = [
      ['no JSON', '{'],
      ['not an object', '[]'],
      ['null', 'null'],
      ['an unknown field', { ...good, planted: 1 }],
      ...Object.entries(shape.fields).flatMap(([name, inner]) =>
        [...wrong(inner), undefined].map((value): [string, unknown] => [
          `${name} ${JSON.stringify(value)?.slice(0, 20)}`,
          { ...good, [name]: value },
        ]),
      ),
    ];
    for (const [what, input] of tries) {
      const { status, code } = await call(path, input);
      const isTooLarge = JSON.stringify(input).length > bodyLimitBytes;
      assert.equal(code, isTooLarge ? 'input/too-large' : 'input/invalid', `${path}: ${what}`);
      assert.equal(status, isTooLarge ? 413 : 400, `${path}: ${what}`);
    }
    const large = await call(path, ' '.repeat(bodyLimitBytes + 1));
    assert.deepEqual([large.status, large.code], [413, 'input/too-large'], path);
  }
  const noted = await ask<{ result: string }[]>('activity.list', { limit: 1000 });
  assert.ok(noted.length > before.length && noted.every((deed) => deed.result === 'refused'));
});

test('a procedure that does not exist, and a batch, are coded errors', async (context) => {
  const { call } = await testConsole(context);
  for (const path of ['no.such', 'runs.list,runs.get?batch=1', '__proto__', 'runs.list.constructor']) {
    const { status, code } = await call(path, {});
    assert.ok(status >= 400 && code !== undefined && isErrorCode(code) && code !== 'internal/bug', `${path}: ${status} ${code}`);
  }
});
