import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'joulesmith-guard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until<T>(what: string, find: () => T | null): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = find();
    if (found !== null) return found;
    await pause(50);
  }
  throw new Error(`${what}: not within half a minute`);
}

/** Process numbers that a made-up tool has written, one to a line; null until all are there. */
function numbersIn(file: string, wanted: number): number[] | null {
  try {
    const numbers = readFileSync(file, 'utf8').split('\n').slice(0, -1).map(Number);
    return numbers.length < wanted ? null : numbers;
  } catch {
    return null;
  }
}

/** True once it is gone; what nobody has asked for its end any more counts as gone. */
function isGone(id: number): true | null {
  try {
    process.kill(id, 0);
  } catch {
    return true;
  }
  try {
    return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${id}/stat`, 'utf8')) ? true : null;
  } catch {
    return null;
  }
}

const file = (name: string) => JSON.stringify(join(folder, name));
const tools = {
  // The tool has a child of its own, as Yosys has abc.
  'a program of this machine': (name: string) => ({
    processes: 2,
    script: `
      import { run } from './scripts/tools/run.ts';
      await run('/bin/sh', ['-c', 'echo $$ >> "$0"; sleep 300 & echo $! >> "$0"; wait', ${file(name)}], { seconds: 300 });`,
  }),
  'a packaged tool in the midst of a job': (name: string) => {
    const module = join(folder, `${name}.mjs`);
    const work = `writeFileSync(${file(name)}, process.pid + '\\n'); for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);`;
    writeFileSync(
      module,
      `import { writeFileSync } from 'node:fs';\nexport const commands = { work: (given) => { if (given === null) return; ${work} } };\n`,
    );
    const installed = JSON.stringify({ module: pathToFileURL(module).href, version: '1' });
    return {
      processes: 1,
      script: `
        import { webAssemblyWorker } from './scripts/tools/webassembly/runner.ts';
        const tool = webAssemblyWorker({ tool: 'made up', installed: ${installed}, command: 'work' });
        await tool.run('work', { args: [], files: {}, outputs: [] }, { seconds: 300 });`,
    };
  },
} as const;

test.each(
  Object.keys(tools).flatMap((tool) =>
    (['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const).map(
      (signal) => [tool as keyof typeof tools, signal] as const,
    ),
  ),
)('%s does not outlive us: %s', { timeout: 90_000 }, async (tool, signal) => {
  const name = `${tool.replaceAll(' ', '-')}-${signal}`;
  const { script, processes } = tools[tool](name);
  const us = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'ignore' });
  const ended = once(us, 'exit');
  try {
    const ids = await until('the tool', () => numbersIn(join(folder, name), processes));
    for (const id of ids) expect(isGone(id)).toBeNull();
    us.kill(signal);
    const [code] = await ended;
    if (tool.startsWith('a program') && (signal === 'SIGTERM' || signal === 'SIGINT'))
      expect(code).toBe(signal === 'SIGTERM' ? 143 : 130);
    for (const id of ids) await until(`the end of ${id}`, () => isGone(id));
  } finally {
    us.kill('SIGKILL');
  }
});
