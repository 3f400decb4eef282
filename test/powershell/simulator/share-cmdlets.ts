import type { Handler } from './cmdlets.ts';
import { HostFault, takeFault, type FaultName, type World } from './world.ts';

/** Win32 codes of what can stand between a workstation and a share; the real command has them in its error id. */
const codes: Partial<Record<FaultName, number>> = {
  denied: 5,
  refused: 53,
  'share-missing': 67,
  'share-credentials': 1326,
  'share-conflict': 1219,
  'file-busy': 32,
};

function strike(world: World, cmdlet: string): void {
  const fault = takeFault(world, cmdlet);
  if (fault === undefined) return;
  const code = codes[fault] ?? 59;
  throw new HostFault('Der Netzwerkpfad ...', `Windows System Error ${code},${cmdlet}`, 'NotSpecified', 0x80131500);
}

const getMapping: Handler = async (world, { RemotePath }) => {
  if (!world.connections.has(String(RemotePath)))
    throw new HostFault('', 'CmdletizationQuery_NotFound_RemotePath,Get-SmbMapping', 'ObjectNotFound');
  return [{ LocalPath: '', RemotePath }];
};

const newMapping: Handler = async (world, { RemotePath, UserName, Password }) => {
  strike(world, 'New-SmbMapping');
  world.connections.set(String(RemotePath), `${String(UserName)}:${String(Password)}`);
  return [{ LocalPath: '', RemotePath, Status: 'OK' }];
};

const removeMapping: Handler = async (world, { RemotePath }) => {
  world.connections.delete(String(RemotePath));
  return [];
};

export const shareCmdlets: Readonly<Record<string, Handler>> = {
  'Get-SmbMapping': getMapping,
  'New-SmbMapping': newMapping,
  'Remove-SmbMapping': removeMapping,
};
