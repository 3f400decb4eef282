/** What the console tools of the simulation ask their world. */
export async function ask(command, given = {}) {
  const response = await fetch(process.env['HOSTKEEP_SIMULATION'], { method: 'POST', body: JSON.stringify({ command, given }) });
  const { items, fault, dies } = await response.json();
  if (dies) process.exit(1);
  if (fault) throw new Error(fault.message);
  return items;
}
