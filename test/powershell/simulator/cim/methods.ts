import type { World } from '../world.ts';
import { imageMethods } from './images.ts';
import { cimFault, type Answer, type Instance, type Method } from './instance.ts';
import { referencePointMethods } from './reference-points.ts';
import { classOf, type CimType, type Parameter } from './schema.ts';
import { screenMethods } from './screens.ts';
import { serviceMethods } from './services.ts';
import { snapshotMethods } from './snapshots.ts';

const methods: Readonly<Record<string, Method>> = {
  ...snapshotMethods,
  ...referencePointMethods,
  ...imageMethods,
  ...screenMethods,
  ...serviceMethods,
};

/** An argument as the module sends it: the .NET type that the script gave it, and its value. */
export interface TypedValue {
  readonly type: string;
  readonly value: unknown;
}

export interface Call {
  readonly on: Instance;
  readonly method: string;
  readonly arguments: Readonly<Record<string, TypedValue>>;
}

/** Calls a method whose parameters have exactly the names and types of its class, as WMI demands. */
export async function invoke(world: World, { on, method, arguments: given }: Call): Promise<Answer> {
  const signature = classOf(world.options, on.Class)?.methods?.[method];
  const act = methods[method];
  if (signature === undefined || act === undefined) throw cimFault('invalidMethod', 'Invoke-CimMethod', `${on.Class}.${method}`);
  const values: Record<string, unknown> = {};
  for (const [name, typed] of Object.entries(given)) {
    const parameter = signature[name];
    if (parameter === undefined) throw cimFault('invalidParameters', 'Invoke-CimMethod', `${method} has no ${name}`);
    if (!fits(typed, parameter)) throw cimFault('typeMismatch', 'Invoke-CimMethod', `${method}.${name}: ${typed.type}`);
    values[name] = typed.value;
  }
  for (const [name, { optional }] of Object.entries(signature))
    if (optional !== true && !(name in values))
      throw cimFault('invalidParameters', 'Invoke-CimMethod', `${method} wants ${name}`);
  return act(world, values, on);
}

const netTypes: Partial<Record<CimType, readonly string[]>> = {
  string: ['System.String'],
  boolean: ['System.Boolean'],
  uint8: ['System.Byte'],
  // A plain integer is what Microsoft's own sample passes.
  uint16: ['System.UInt16', 'System.Int32'],
  uint32: ['System.UInt32', 'System.Int32'],
  uint64: ['System.UInt64'],
};

function fits({ type, value }: TypedValue, parameter: Parameter): boolean {
  if (parameter.type !== 'ref') return (netTypes[parameter.type] ?? []).includes(type);
  return type === 'instance' && (value as Instance).Class === parameter.of;
}
