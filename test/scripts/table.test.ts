import { expect, test } from 'vitest';
import { progress } from '../../scripts/progress.ts';
import { pairs, table } from '../../scripts/table.ts';
import { paint } from '../../scripts/terminal.ts';

function terminal(watched: boolean, colour: boolean) {
  let said = '';
  const err = (text: string) => {
    said += text;
  };
  return { terminal: { out: err, err, watched, colour, folder: '/', environment: {} }, said: () => said };
}

test('columns are aligned, words left and numbers right, without blanks at the ends', () => {
  const rows = [
    ['conv2d_0', '4,608', 'slow'],
    ['fc', '12', ''],
  ];
  expect(table([{ title: 'layer' }, { title: 'MACs', align: 'right' }, { title: '' }], rows)).toBe(
    ['  layer      MACs', '  --------  -----  ----', '  conv2d_0  4,608  slow', '  fc           12', ''].join('\n'),
  );
  expect(
    pairs([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toBe('  a     1\n  long  2\n');
});

test('progress speaks only to somebody who watches', () => {
  const silent = terminal(false, false);
  progress(silent.terminal).step(1, 2, 'rtl');
  expect(silent.said()).toBe('');
  const watched = terminal(true, false);
  const bar = progress(watched.terminal);
  bar.step(1, 2, 'rtl');
  expect(watched.said()).toContain(`[${'#'.repeat(12)}${'.'.repeat(12)}] 1/2 rtl`);
  bar.end();
  expect(watched.said().endsWith('\r\u001b[K')).toBe(true);
});

test('colour only where it shows', () => {
  expect(paint(terminal(true, false).terminal, 'red', 'x')).toBe('x');
  expect(paint(terminal(true, true).terminal, 'red', 'x')).toBe('\u001b[31mx\u001b[0m');
});
