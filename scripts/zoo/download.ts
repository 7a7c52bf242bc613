import { Fault } from '../../specs/fault.ts';

const attempts = 3;
const timeoutSeconds = 60;
const again = 'run the command again: what is already here is not downloaded again';

/** What one attempt came to: the bytes, or a fault and whether another attempt may help. */
type Outcome = { readonly bytes: Uint8Array } | { readonly fault: Fault; readonly retry: boolean };

function offline(url: string, error: unknown): Fault {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : String(inner);
  return new Fault({
    code: 'ZOO_OFFLINE',
    kind: 'tool',
    place: url,
    cause: `cannot be reached (${code})`,
    wayOut: `check the connection, then ${again}`,
  });
}

function refusal(url: string, { status, statusText }: Response): Fault {
  const limited = status === 403 || status === 429;
  return new Fault({
    code: 'ZOO_HTTP',
    kind: 'tool',
    place: url,
    cause: `the server answers ${`${status} ${statusText}`.trim()}`,
    wayOut: limited
      ? `it limits how much one address may ask for: wait an hour, then ${again}`
      : 'if it stays so, the file is no longer there: docs/zoo.md says how to put it here by hand',
  });
}

/** The whole body, unless it is longer than `limit`: a wrong server must not fill the memory. */
async function readBody(url: string, response: Response, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.length;
    if (length > limit) {
      throw new Fault({
        code: 'ZOO_SIZE',
        kind: 'tool',
        place: url,
        cause: `the server sends more than the expected ${limit} bytes`,
        wayOut: 'something between here and the server answers instead of it: check the connection',
      });
    }
  }
  return Uint8Array.from(Buffer.concat(parts));
}

async function attempt(url: string, limit: number): Promise<Outcome> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000 * timeoutSeconds) });
    if (response.ok) return { bytes: await readBody(url, response, limit) };
    await response.body?.cancel();
    return { fault: refusal(url, response), retry: response.status >= 500 };
  } catch (error) {
    if (error instanceof Fault) return { fault: error, retry: false };
    return { fault: offline(url, error), retry: true };
  }
}

/**
 * The content behind an address, at most `limit` bytes. A server that fails or cannot be reached is asked again, twice.
 * Errors: ZOO_OFFLINE, ZOO_HTTP, ZOO_SIZE.
 */
export async function download(url: string, limit: number): Promise<Uint8Array> {
  for (let tried = 1; ; tried++) {
    const outcome = await attempt(url, limit);
    if ('bytes' in outcome) return outcome.bytes;
    if (!outcome.retry || tried === attempts) throw outcome.fault;
    await new Promise((resolve) => setTimeout(resolve, 250 * tried));
  }
}
