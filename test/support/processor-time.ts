/** Milliseconds that this process computed so far: another load on the machine does not count, as it does in the time on the wall. */
export function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
