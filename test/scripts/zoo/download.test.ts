import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { download } from '../../../scripts/zoo/download.ts';
import { inParallel } from '../../../scripts/zoo/in-parallel.ts';
import { fakeGithub } from '../../support/fake-github.ts';

describe('from a server', () => {
  let server: Server;
  let root: string;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked++;
      if (request.url === '/gone') response.writeHead(404).end('no');
      else if (request.url === '/limited') response.writeHead(429).end('no');
      else if (request.url === '/broken') response.writeHead(503).end('no');
      else if (request.url === '/late') response.writeHead(asked < 3 ? 502 : 200).end('late');
      else if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
      else if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half');
        setTimeout(() => response.destroy(), 20);
      } else response.end('hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const text = async (path: string, limit = 5) => new TextDecoder().decode(await download(`${root}${path}`, limit));

  test('the bytes, also after a redirection', async () => {
    expect(await text('/')).toBe('hello');
    expect(await text('/moved')).toBe('hello');
  });

  test('a server that fails twice is asked a third time', async () => {
    asked = 0;
    expect(await text('/late')).toBe('late');
    expect(asked).toBe(3);
  });

  test('an error of the server is said with its status, after three attempts', async () => {
    asked = 0;
    await expect(text('/broken')).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+\/broken: the server answers 503 Service Unavailable; if it stays so, the file is no longer there: docs\/zoo\.md says how to put it here by hand \[ZOO_HTTP\]$/,
    );
    expect(asked).toBe(3);
  });

  test('a missing file is asked for once, a limit is explained', async () => {
    asked = 0;
    await expect(text('/gone')).rejects.toThrow('the server answers 404 Not Found; if it stays so');
    await expect(text('/limited')).rejects.toThrow(
      'the server answers 429 Too Many Requests; it limits how much one address may ask for: wait an hour',
    );
    expect(asked).toBe(2);
  });

  test('more than expected is refused', async () => {
    await expect(text('/', 4)).rejects.toThrow(/: the server sends more than the expected 4 bytes; .* \[ZOO_SIZE\]$/);
  });

  test('a connection that breaks in the middle is no file', async () => {
    await expect(text('/cut', 100)).rejects.toThrow(
      /\/cut: cannot be reached \(.+\); check the connection, .* \[ZOO_OFFLINE\]$/,
    );
  });
});

describe('without a connection', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('the address and the reason are said, and that nothing is lost', async () => {
    const { answers, asked } = fakeGithub();
    answers.set('https://example.org/x', 'ENOTFOUND');
    await expect(download('https://example.org/x', 5)).rejects.toThrow(
      'https://example.org/x: cannot be reached (ENOTFOUND); check the connection, then run the command again: ' +
        'what is already here is not downloaded again [ZOO_OFFLINE]',
    );
    expect(asked.length).toBe(3);
  });
});

describe('in parallel', () => {
  test('never more at once than allowed, results in order', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([5, 1, 4, 2, 3, 1], 3, async (milliseconds, index) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      running--;
      return index * 10;
    });
    expect(results).toEqual([0, 10, 20, 30, 40, 50]);
    expect(most).toBe(3);
  });

  test('the first error ends it: what has not begun never begins', async () => {
    const begun: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (item === 1) throw new Error('one');
    };
    await expect(inParallel([0, 1, 2, 3, 4, 5], 2, work)).rejects.toThrow('one');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(begun.length).toBeLessThanOrEqual(3);
  });
});
