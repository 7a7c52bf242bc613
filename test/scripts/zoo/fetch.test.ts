import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadModel } from '../../../scripts/model.ts';
import { fetchNetwork } from '../../../scripts/zoo/fetch-network.ts';
import { rawAddress, treeAddress } from '../../../scripts/zoo/github.ts';
import { modelFile, pinnedFiles } from '../../../scripts/zoo/public-files.ts';
import { int8Samples } from '../../../scripts/zoo/sample-form.ts';
import { type PublicModel, publicModels } from '../../../specs/public-models.ts';
import { runCli } from '../../support/cli.ts';
import { needData, readInt8s } from '../../support/data.ts';
import { type FakeGithub, fakeGithub, publish } from '../../support/fake-github.ts';

const silent = { step: () => {}, end: () => {} };
const networkOf = (name: string): PublicModel => publicModels().find((network) => network.name === name)!;
const neededFiles = (network: PublicModel) =>
  ['manifest.json', ...pinnedFiles(network).map(({ file }) => file)].map((file) => `${network.folder}/${file}`);

let folder: string;
let github: FakeGithub;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-zoo-'));
  github = fakeGithub();
});
afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

describe('the catalogue', () => {
  test('has the four networks, every file from GitHub, at a commit, with labels for every sample', () => {
    expect(publicModels().map(({ name }) => name)).toEqual(['kws', 'ic', 'vww', 'ad']);
    for (const { model, samples, labels, classes, inputs } of publicModels()) {
      expect(rawAddress(model, model.path)).toMatch(/^https:\/\/raw\.githubusercontent\.com\/[\w./-]+\.tflite$/);
      expect(labels.values.length).toBe(samples.files.length);
      expect(new Set(samples.files.map(({ sha256 }) => sha256)).size).toBe(samples.files.length);
      expect(inputs.sha256).not.toBe(model.sha256);
      if (classes.length > 0) expect(Math.max(...labels.values)).toBeLessThan(classes.length);
    }
  });

  test('says under which licence the samples are, and which must not be published', () => {
    const licences = new Map(publicModels().map(({ name, samples }) => [name, samples.licence]));
    expect(licences.get('kws')).toContain('CC BY 4.0');
    expect(licences.get('ic')).toContain('do not publish the pixels');
    expect(licences.get('vww')).toContain('do not publish the pixels');
    expect(licences.get('ad')).toContain('not for commercial use');
  });

  for (const network of publicModels()) {
    needData(`${network.name}: its hashes are those of the data folder`, neededFiles(network), (data) => {
      const manifest = JSON.parse(readFileSync(join(data, network.folder, 'manifest.json'), 'utf8'));
      expect(manifest).toMatchObject({ model: modelFile(network), modelSha256: network.model.sha256 });
      expect(manifest.classes ?? []).toEqual(network.classes);
      expect(manifest.stats.macs).toBe(network.macs);
      expect([...readFileSync(join(data, network.folder, network.labels.file))]).toEqual(network.labels.values);
    });
  }
});

describe('fetching', () => {
  for (const name of ['kws', 'ic', 'vww', 'ad']) {
    const network = networkOf(name);
    needData(
      `${name} from its upstream files gives the data folder, byte for byte`,
      neededFiles(network),
      async (data) => {
        publish(github, network, data);
        const fetched = await fetchNetwork(network, folder, silent);
        const { files, bytes } = network.samples;
        expect(fetched).toEqual({
          name,
          folder: join(folder, network.folder),
          state: 'fetched',
          downloadedBytes: network.model.bytes + files.length * bytes,
        });
        for (const { file } of pinnedFiles(network)) {
          const [own, given] = [folder, data].map((root) => readFileSync(join(root, network.folder, file)));
          expect(own!.equals(given!), file).toBe(true);
        }
        const present = readdirSync(join(folder, network.folder)).sort();
        expect(present).toEqual([...pinnedFiles(network).map(({ file }) => file), 'manifest.json'].sort());
        // One list of names at most, and only where the names are not known.
        const lists = github.asked.filter((address) => address === treeAddress(network.samples));
        expect(lists.length).toBe(name === 'ic' || name === 'vww' ? 1 : 0);

        const path = join(folder, network.folder, modelFile(network));
        const given = loadModel(join(data, network.folder, modelFile(network)), '/', 'x', {});
        const own = loadModel(path, '/', 'x', {});
        expect({ ...own.samples!, origin: '' }).toEqual({ ...given.samples!, origin: '' });
        expect(own.accuracy).toBe(given.accuracy);
        expect(own.labels).toEqual(given.labels);

        github.asked.length = 0;
        expect((await fetchNetwork(network, folder, silent)).state).toBe('present');
        expect(github.asked).toEqual([]);
      },
    );
  }

  const ad = networkOf('ad');
  const adModel = rawAddress(ad.model, ad.model.path);
  const adFile = (index: number) => {
    const file = ad.samples.files[index]!;
    return rawAddress(ad.samples, `${ad.samples.folder}/${'name' in file ? file.name : ''}`);
  };

  needData('an interrupted run goes on where it ended', neededFiles(ad), async (data) => {
    publish(github, ad, data);
    const good = github.answers.get(adFile(7))!;
    github.answers.set(adFile(7), 404);
    await expect(fetchNetwork(ad, folder, silent)).rejects.toThrow(`${adFile(7)}: the server answers 404 because; `);
    expect(existsSync(join(folder, ad.folder, 'manifest.json'))).toBe(false);
    expect(existsSync(join(folder, ad.folder, ad.inputs.file))).toBe(false);
    github.answers.set(adFile(7), good);
    github.asked.length = 0;
    expect((await fetchNetwork(ad, folder, silent)).state).toBe('fetched');
    expect(github.asked).toContain(adFile(7));
    expect(github.asked).not.toContain(adModel);
    expect(github.asked.length).toBeLessThan(8);
    expect(readInt8s(join(folder, ad.folder), ad.inputs.file)).toEqual(
      readInt8s(join(data, ad.folder), ad.inputs.file),
    );
  });

  needData(
    'what was damaged on the disk is fetched again, what was put there by hand is used',
    neededFiles(ad),
    async (data) => {
      publish(github, ad, data);
      mkdirSync(join(folder, ad.folder));
      writeFileSync(join(folder, ad.folder, modelFile(ad)), 'half');
      writeFileSync(join(folder, ad.folder, ad.inputs.file), readFileSync(join(data, ad.folder, ad.inputs.file)));
      await fetchNetwork(ad, folder, silent);
      expect(github.asked).toEqual([adModel]);
    },
  );

  needData('a changed model is refused with both hashes, and nothing of it stays', neededFiles(ad), async (data) => {
    publish(github, ad, data);
    const bytes = Uint8Array.from(github.answers.get(adModel) as Uint8Array);
    bytes[1000]! ^= 1;
    github.answers.set(adModel, bytes);
    await expect(fetchNetwork(ad, folder, silent)).rejects.toThrow(
      new RegExp(
        `ad01_int8\\.tflite: the SHA-256 of the file is [0-9a-f]{64}, expected ${ad.model.sha256}; .* \\[ZOO_HASH\\]$`,
      ),
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  needData('a changed or shortened sample is refused', neededFiles(ad), async (data) => {
    publish(github, ad, data);
    const bytes = Uint8Array.from(github.answers.get(adFile(2)) as Uint8Array);
    bytes[4 * 65 * 128 + 3]! ^= 0x40;
    github.answers.set(adFile(2), bytes);
    const expected = ad.samples.files[2]!.sha256;
    await expect(fetchNetwork(ad, folder, silent)).rejects.toThrow(
      new RegExp(
        `normal_id_01_00000023_hist_librosa\\.bin: the SHA-256 of its samples \\(102400 bytes came, 102400 were expected\\) is [0-9a-f]{64}, expected ${expected}; `,
      ),
    );
    github.answers.set(adFile(2), bytes.subarray(0, 100));
    await expect(fetchNetwork(ad, folder, silent)).rejects.toThrow('(100 bytes came, 102400 were expected)');
  });

  const vww = networkOf('vww');
  needData('a listing without the content, or none at all, is said', neededFiles(vww), async (data) => {
    publish(github, vww, data);
    const list = treeAddress(vww.samples);
    github.answers.set(list, new TextEncoder().encode('{"tree": []}'));
    await expect(fetchNetwork(vww, folder, silent)).rejects.toThrow(
      /^https:\/\/github\.com\/eembc\/energyrunner: commit 95d2a777\w+ has no file with the content [0-9a-f]{40}; .* \[ZOO_FILE_GONE\]$/,
    );
    github.answers.set(list, new TextEncoder().encode('{"message": "moved"}'));
    await expect(fetchNetwork(vww, folder, silent)).rejects.toThrow(
      /: the answer is not a list of files .* \[ZOO_TREE\]$/,
    );
  });

  needData(
    'a reference that answers otherwise than TensorFlow Lite Micro would not go unnoticed',
    neededFiles(ad),
    async (data) => {
      publish(github, ad, data);
      const other = { ...ad, outputs: { ...ad.outputs, sha256: '0'.repeat(64) } };
      await expect(fetchNetwork(other, folder, silent)).rejects.toThrow(
        /^ad: the integer reference's golden_tflm_windows_i8\.bin has SHA-256 [0-9a-f]{64}; TensorFlow Lite Micro's has 0{64}; .* \[ZOO_OUTPUTS\]$/,
      );
      expect(existsSync(join(folder, ad.folder, 'manifest.json'))).toBe(false);
    },
  );

  test('a folder that cannot be written is said', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const tiny: PublicModel = {
      ...ad,
      model: { ...ad.model, bytes: 2, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    };
    github.answers.set(adModel, new Uint8Array(0));
    await expect(fetchNetwork(tiny, file, silent)).rejects.toThrow(
      /ad01_int8\.tflite: cannot be written \((ENOTDIR|EEXIST)\); choose another folder with -o \[OUTPUT_FOLDER\]$/,
    );
    mkdirSync(join(folder, ad.folder, modelFile(ad)), { recursive: true });
    await expect(fetchNetwork(ad, folder, silent)).rejects.toThrow(
      /ad01_int8\.tflite: is a folder; .* \[FILE_IS_FOLDER\]$/,
    );
  });
});

describe('the forms of samples', () => {
  const input = { scale: 0.5, zeroPoint: 10 };

  test('int8 as they are, pixels less 128', () => {
    const bytes = Uint8Array.from([0, 127, 128, 255]);
    expect([...int8Samples('int8', bytes, input)]).toEqual([0, 127, -128, -1]);
    expect([...int8Samples('uint8', bytes, input)]).toEqual([-128, -1, 0, 127]);
  });

  test('spectrograms: four windows of five frames; halves away from zero, saturated', () => {
    const values = Float32Array.from({ length: 200 * 128 }, (_, i) => Math.floor(i / 128) / 4 - 20);
    values[0] = 1e9;
    values[1] = -1e9;
    const samples = int8Samples('spectrogram', new Uint8Array(values.buffer), input);
    expect(samples.length).toBe(4 * 640);
    expect([...samples.subarray(0, 4)]).toEqual([127, -128, -30, -30]);
    // Frame 1 is -19.75 / 0.5 = -39.5 steps, frame 65 is -7.5, frame 197 is 58.5.
    expect([samples[128], samples[640], samples[3 * 640 + 2 * 128]]).toEqual([-30, 2, 69]);
  });

  needData(
    'spectrograms: the float windows of the ONNX samples become the int8 ones',
    ['onnx_qdq/ad_inputs_f32.bin', ...neededFiles(networkOf('ad'))],
    (data) => {
      const floats = readFileSync(join(data, 'onnx_qdq/ad_inputs_f32.bin'));
      const { scale, zeroPoint } = JSON.parse(readFileSync(join(data, 'mlperf_ad/manifest.json'), 'utf8')).input;
      const expected = readInt8s(data, 'mlperf_ad/inputs_i8.bin');
      for (const spectrogram of [0, 1, 2, 3]) {
        const whole = new Uint8Array(200 * 128 * 4);
        whole.set(floats.subarray(2 * spectrogram * 2560, (2 * spectrogram + 1) * 2560));
        const first = int8Samples('spectrogram', whole, { scale, zeroPoint }).subarray(0, 640);
        expect(first).toEqual(expected.subarray(spectrogram * 2560, spectrogram * 2560 + 640));
      }
    },
  );
});

describe('the verb', () => {
  test('list has every network, as a table and as JSON', async () => {
    const environment = { JOULESMITH_DATA: folder };
    const { code, out } = await runCli(['zoo', 'list', '--json'], { environment });
    expect(code).toBe(0);
    const { networks } = JSON.parse(out);
    expect(networks.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['digits', 'vibration', 'kws', 'ic', 'vww', 'ad']),
    );
    expect(networks.find(({ name }: { name: string }) => name === 'kws')).toMatchObject({
      state: 'to fetch',
      model: '$JOULESMITH_DATA/mlperf_kws/kws_ref_model.tflite',
      macs: 2656768,
      samples: 200,
      accuracy: { float: null, int8: 0.901 },
    });
    const text = await runCli(['zoo', 'list'], { environment });
    expect(text.out).toMatch(/^ {2}digits +built in +57,568 +10 +200 +97\.40 % +97\.35 %$/m);
    expect(text.out).toMatch(/^ {2}ad +to fetch +264,192 +32$/m);
    expect(text.out).toMatch(/^ {2}kws +Names a spoken word/m);
  });

  needData('fetch, then list and verify find it', neededFiles(networkOf('ad')), async (data) => {
    publish(github, networkOf('ad'), data);
    const environment = { ...process.env, JOULESMITH_DATA: undefined };
    const text = await runCli(['zoo', 'fetch', 'ad', '-o', 'here'], { folder, environment });
    expect(text.err).toBe('');
    expect(text.code).toBe(0);
    const target = join(folder, 'here');
    expect(text.out).toBe(
      `ad: ${target}/mlperf_ad, 1,097 kB downloaded\n` +
        '  model: MIT (Hitachi), in a repository under Apache-2.0\n' +
        '  samples: no licence file; made from ToyADMOS / DCASE 2020 ToyCar, believed CC BY-NC-SA 4.0: not for commercial use\n' +
        `set JOULESMITH_DATA=${target} so that designs find them\n`,
    );
    const there = { ...process.env, JOULESMITH_DATA: target };
    const list = JSON.parse((await runCli(['zoo', 'list', '--json'], { environment: there })).out);
    expect(list.networks.filter(({ state }: { state: string }) => state === 'here')).toHaveLength(1);
    const again = await runCli(['zoo', 'fetch', 'ad', 'ad', '--json'], { environment: there });
    expect(JSON.parse(again.out)).toEqual({
      folder: target,
      networks: [{ name: 'ad', folder: join(target, 'mlperf_ad'), state: 'present', downloadedBytes: 0 }],
    });
    const verified = await runCli(['verify', 'ad-stream-64', '--levels', 'reference', '--samples', '5', '--json'], {
      environment: there,
    });
    expect(JSON.parse(verified.out)).toMatchObject({
      levels: { reference: { samples: 5, matched: 5 } },
      verdict: 'equal',
      inputs: '32 inputs and goldens of mlperf_ad/manifest.json',
    });
  });

  test.each([
    [['zoo'], 2, "command line: what the zoo should do is missing; it is 'zoo list' or 'zoo fetch [NAME...] [-o DIR]'"],
    [['zoo', 'feed'], 2, 'command line: zoo cannot feed; it is '],
    [['zoo', 'list', 'kws'], 2, 'command line: zoo list takes no names and no folder; it is '],
    [['zoo', 'fetch', 'kw'], 2, "zoo fetch: there is no network 'kw' to fetch; did you mean 'kws'? [ZOO_UNKNOWN]"],
    [['zoo', 'fetch', 'digits'], 2, "zoo fetch: 'digits' comes with joulesmith; there is nothing to fetch: "],
    [['zoo', 'fetch', 'ad', '-o', 'x'], 3, 'ad01_int8.tflite: the server answers 404 because; '],
  ])('%j is refused clearly', async (argv, code, message) => {
    const run = await runCli(argv, { folder });
    expect(run.err).toContain(message);
    expect(run.code).toBe(code);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  test('a fault of the connection is a tool that is missing: exit code 3, also as JSON', async () => {
    github.answers.set(rawAddress(networkOf('ad').model, networkOf('ad').model.path), 'ENOTFOUND');
    const { code, out } = await runCli(['zoo', 'fetch', 'ad', '--json', '-o', 'x'], { folder });
    expect(code).toBe(3);
    expect(JSON.parse(out).error).toMatchObject({ code: 'ZOO_OFFLINE', cause: 'cannot be reached (ENOTFOUND)' });
  });
});
