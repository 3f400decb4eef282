import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root, tools } from '../places.ts';
import type { Check } from './check.ts';

interface Validator {
  compile(schema: object): { (value: unknown): boolean; readonly errors?: readonly object[] | null };
}

export const configurationCheck: Check = {
  title: 'Configuration of electron-builder',
  missing: () => null,
  async act(verified) {
    const require = createRequire(join(tools, 'package.json'));
    const { default: Ajv } = require('ajv') as { readonly default: new (options: object) => Validator };
    const schema = require('app-builder-lib/scheme.json') as Record<string, unknown>;
    const { $schema: _schema, ...config } = JSON.parse(
      await readFile(join(root, 'build', 'package', 'electron-builder.json'), 'utf8'),
    ) as Record<string, unknown>;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    assert.ok(validate(config), JSON.stringify(validate.errors));
    verified("build/package/electron-builder.json against app-builder-lib's own schema");
    assert.ok(!validate({ ...config, asr: true }), 'the schema accepts anything');
    verified('the schema refuses a key that it does not know');
  },
};
