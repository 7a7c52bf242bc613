import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBench } from '../../../scripts/tools/bench.ts';
import { findTool, requireTool } from '../../../scripts/tools/locate.ts';
import { run, toolFailure, withTemporaryFolder } from '../../../scripts/tools/run.ts';

describe('run', () => {
  test('returns code and both streams', async () => {
    const ran = await run('sh', ['-c', 'echo one; echo two >&2; exit 3'], { seconds: 10 });
    expect(ran).toMatchObject({ code: 3, stdout: 'one\n', stderr: 'two\n' });
  });

  test('ends a program and its children when the time is over', async () => {
    await withTemporaryFolder('run', async (folder) => {
      const start = performance.now();
      const late = run('sh', ['-c', '(sleep 2; touch survived) & sleep 30'], { seconds: 0.3, folder });
      await expect(late).rejects.toThrow(/^sh: did not finish within 0\.3 s;/);
      expect(performance.now() - start).toBeLessThan(25_000);
      await new Promise((resolve) => setTimeout(resolve, 2200));
      expect(existsSync(join(folder, 'survived'))).toBe(false);
    });
  });

  test('what a program has left behind, and what holds its streams, ends with the time, too', async () => {
    const start = performance.now();
    await expect(run('sh', ['-c', 'sleep 30 & exit 0'], { seconds: 0.3 })).rejects.toThrow('TOOL_TIMEOUT');
    expect(performance.now() - start).toBeLessThan(25_000);
  });

  test('a program that is not there is a fault of the tool', async () => {
    await expect(run('/nowhere/at/all', [], { seconds: 5 })).rejects.toMatchObject({
      kind: 'tool',
      code: 'TOOL_FAILED',
    });
  });

  test('a temporary folder goes away, also after an error', async () => {
    let seen = '';
    const broken = withTemporaryFolder('run', async (folder) => {
      seen = folder;
      writeFileSync(join(folder, 'x'), 'x');
      throw new Error('half way');
    });
    await expect(broken).rejects.toThrow('half way');
    expect(existsSync(seen)).toBe(false);
  });

  test('a failure quotes the first line that speaks of an error', () => {
    const ran = { code: 1, stdout: '', stderr: 'starting\n%Error: x.v:3:1: syntax error\nmore\n', seconds: 1 };
    expect(toolFailure('verilator', ran).message).toMatch(
      /^verilator: ended with code 1 and said: %Error: x\.v:3:1: syntax error;/,
    );
  });
});

describe('tools', () => {
  test('an empty PATH has none', async () => {
    expect(await findTool('verilator', { PATH: '' })).toBeNull();
    await expect(requireTool('iverilog', {})).rejects.toMatchObject({ kind: 'tool', code: 'TOOL_MISSING' });
  });

  test('the first of the PATH is taken, with its own version', async () => {
    await withTemporaryFolder('path', async (folder) => {
      const path = join(folder, 'verilator');
      writeFileSync(path, '#!/bin/sh\necho "Verilator 9.999 2030-01-01"\n', { mode: 0o755 });
      expect(await findTool('verilator', { PATH: `/nowhere:${folder}:${process.env.PATH}` })).toEqual({
        name: 'verilator',
        path,
        version: 'Verilator 9.999',
      });
    });
  });
});

describe('readBench', () => {
  const printed =
    'frame 0 first_in 0 last_out 7\nframe 1 first_in 4 last_out 11\ndone frames 2 mismatches 1 clocks 12\n';

  test('reads bytes, clocks and counts', () => {
    expect(readBench('icarus', `unstable clock 3\n${printed}`, '7f 7\n80 11\n')).toEqual({
      outputs: Int8Array.of(127, -128),
      outputCycles: Int32Array.of(7, 11),
      firstIn: [0, 4],
      lastOut: [7, 11],
      mismatches: 1,
      unstable: 1,
    });
  });

  test.each([
    ['a bench that stopped', 'frame 0 first_in 0 last_out 7\n', '', /the bench did not finish/],
    ['a frame that is missing', printed.replace(/^frame 1.*\n/m, ''), '', /1 of 2 frames/],
    ['unknown bits', printed, 'xx 7\n80 11\n', /byte 0 left as 'xx'/],
    ['an accelerator that stands', 'timeout clock 99 frame 1 byte 4\n', '', /no byte 4 of frame 1 within 99 clocks/],
  ])('%s', (_title, text, recorded, message) => {
    expect(() => readBench('icarus', text, recorded)).toThrow(message);
  });
});
