import { HostFault, type World } from '../world.ts';

/** An instance of a WMI class: its properties by name, and a key that only the simulation knows. */
export interface Instance {
  readonly Class: string;
  readonly Key: string;
  readonly [property: string]: unknown;
}

export type Arguments = Readonly<Record<string, unknown>>;
export type Answer = Readonly<Record<string, unknown>> & { readonly ReturnValue: number };
/** A method of a class; its arguments have been checked against the class already. */
export type Method = (world: World, given: Arguments, self: Instance) => Promise<Answer>;

/** WBEM_E_* numbers, with the category that the CIM commands give them. */
const faults = {
  notFound: [0x80041002, 'ObjectNotFound'],
  denied: [0x80041003, 'PermissionDenied'],
  typeMismatch: [0x80041005, 'InvalidType'],
  invalidNamespace: [0x8004100e, 'MetadataError'],
  invalidClass: [0x80041010, 'InvalidType'],
  invalidQuery: [0x80041017, 'InvalidArgument'],
  notCapable: [0x80041024, 'NotImplemented'],
  invalidMethod: [0x8004102e, 'InvalidOperation'],
  invalidParameters: [0x8004102f, 'InvalidArgument'],
} as const;

const cmdlets = {
  'Get-CimInstance': 'GetCimInstanceCommand',
  'Get-CimAssociatedInstance': 'GetCimAssociatedInstanceCommand',
  'Get-CimClass': 'GetCimClassCommand',
  'Invoke-CimMethod': 'InvokeCimMethodCommand',
  'Remove-CimInstance': 'RemoveCimInstanceCommand',
} as const;
export type CimCmdlet = keyof typeof cmdlets;

export function cimFault(kind: keyof typeof faults, cmdlet: CimCmdlet, text = ''): HostFault {
  const [number, category] = faults[kind];
  const id = `HRESULT 0x${number.toString(16)},Microsoft.Management.Infrastructure.CimCmdlets.${cmdlets[cmdlet]}`;
  return new HostFault(text, id, category, number);
}
